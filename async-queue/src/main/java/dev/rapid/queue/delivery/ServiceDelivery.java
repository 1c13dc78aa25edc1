package dev.rapid.queue.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.core.queue.AttemptResult;
import dev.rapid.lambda.JsonReader;
import dev.rapid.lambda.async.Destination;
import dev.rapid.queue.AttemptRunner;
import dev.rapid.queue.delivery.aws.AwsCredentials;
import dev.rapid.queue.delivery.aws.ServiceRequest;
import dev.rapid.queue.delivery.aws.ServiceRequests;
import dev.rapid.queue.store.StoredEntry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Delivers to a queue, a topic or an event bus. */
final class ServiceDelivery implements AttemptRunner {

  /** What event buses refuse for now. */
  private static final Set<String> PASSING =
      Set.of("ThrottlingException", "InternalException", "InternalFailure");

  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;

  /** Part of the names of all errors that ask to send less. */
  private static final String THROTTLED = "Throttl";

  private final Destination.OfService target;
  private final ServiceRequests requests;
  private final HttpDelivery http;

  ServiceDelivery(Destination.OfService target, AwsCredentials credentials, HttpDelivery http) {
    this.target = target;
    this.requests = new ServiceRequests(credentials);
    this.http = http;
  }

  @Override
  public void run(StoredEntry entry, Ended ended) {
    DeliveryThread.start(() -> delivered(entry), ended);
  }

  private AttemptResult delivered(StoredEntry entry) {
    URI endpoint = target.endpoint();
    if (endpoint == null) {
      return new AttemptResult.Hopeless("no endpoint of " + target.service() + " is configured");
    }
    ServiceRequest request = requests.of(entry, target, endpoint, Instant.now());
    HttpRequest.Builder post =
        HttpRequest.newBuilder(request.url()).POST(BodyPublishers.ofByteArray(request.body()));
    request.headers().forEach(post::header);
    return http.send(post.build(), this::meaning);
  }

  private @Nullable AttemptResult meaning(int status, byte[] body) {
    if (status == BAD_REQUEST && new String(body, StandardCharsets.UTF_8).contains(THROTTLED)) {
      return new AttemptResult.NotRun("throttled" + ErrorText.of(body));
    }
    return status == OK && target.service().equals("events") ? takenByBus(body) : null;
  }

  /** Reads the answer of a bus, which has status 200 although it has refused an event. */
  private static AttemptResult takenByBus(byte[] answer) {
    try {
      JsonNode body = JsonReader.parse(answer);
      if (body.path("FailedEntryCount").asInt() == 0) {
        return new AttemptResult.Succeeded();
      }
      JsonNode first = body.path("Entries").path(0);
      String code = first.path("ErrorCode").asText();
      String reason = code + ": " + first.path("ErrorMessage").asText();
      return PASSING.contains(code)
          ? new AttemptResult.NotRun(reason)
          : new AttemptResult.Hopeless(reason);
    } catch (IOException e) {
      return new AttemptResult.Failed("an answer that is not JSON" + ErrorText.of(answer));
    }
  }
}
