package dev.rapid.queue.delivery;

import dev.rapid.core.queue.AttemptResult;
import dev.rapid.lambda.async.Destination;
import dev.rapid.queue.AttemptRunner;
import dev.rapid.queue.store.StoredEntry;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;

/**
 * Posts deliveries to a hook. All attempts of a delivery have the same {@code webhook-id}, so that
 * the hook can tell repetitions.
 */
final class HookDelivery implements AttemptRunner {

  private final Destination.OfHook hook;
  private final HttpDelivery http;

  HookDelivery(Destination.OfHook hook, HttpDelivery http) {
    this.hook = hook;
    this.http = http;
  }

  @Override
  public void run(StoredEntry entry, Ended ended) {
    DeliveryThread.start(() -> delivered(entry), ended);
  }

  private AttemptResult delivered(StoredEntry entry) {
    byte[] body = DeadLetterJson.of(entry);
    String id = entry.id().toString();
    long seconds = Instant.now().getEpochSecond();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(hook.url())
            .header("Content-Type", "application/json")
            .header("User-Agent", "rapid")
            .header("webhook-id", id)
            .header("webhook-timestamp", Long.toString(seconds))
            .POST(BodyPublishers.ofByteArray(body));
    String secret = hook.secret();
    if (secret != null) {
      request.header("webhook-signature", WebhookSignature.of(secret, id, seconds, body));
    }
    return http.send(request.build(), HttpDelivery.Meaning.OF_STATUS);
  }
}
