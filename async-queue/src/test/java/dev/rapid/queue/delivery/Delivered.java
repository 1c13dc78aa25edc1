package dev.rapid.queue.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rapid.core.queue.AttemptResult;
import dev.rapid.lambda.Identifiers;
import dev.rapid.queue.AttemptRunner;
import dev.rapid.queue.destination.DeliveryKind;
import dev.rapid.queue.store.Attributes;
import dev.rapid.queue.store.Lanes;
import dev.rapid.queue.store.StoredEntry;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Deliveries, and how they end. */
final class Delivered {

  static final String ARN = "arn:aws:lambda:us-east-1:012345678912:function:orders:$LATEST";

  private Delivered() {}

  static StoredEntry record(DeliveryKind kind, String payload) {
    return entry(payload, Map.of(Attributes.DELIVERY, kind.name(), Attributes.INVOKED_ARN, ARN));
  }

  static StoredEntry deadLetter(String payload, String message) {
    return entry(
        payload,
        Map.of(
            Attributes.DELIVERY,
            DeliveryKind.DEAD_LETTER.name(),
            Attributes.ERROR_CODE,
            "200",
            Attributes.ERROR_MESSAGE,
            message));
  }

  private static StoredEntry entry(String payload, Map<String, String> attributes) {
    return StoredEntry.queued(
        Identifiers.sortedByTime(1),
        Lanes.ofDestination("any"),
        "orders",
        "r",
        attributes,
        payload.getBytes(UTF_8),
        1,
        1);
  }

  /** Delivers, and returns how it has ended. */
  static AttemptResult by(AttemptRunner runner, StoredEntry entry) {
    CompletableFuture<AttemptResult> end = begun(runner, entry);
    try {
      return end.get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  static CompletableFuture<AttemptResult> begun(AttemptRunner runner, StoredEntry entry) {
    CompletableFuture<AttemptResult> end = new CompletableFuture<>();
    runner.run(entry, (result, invocation) -> end.complete(result));
    return end;
  }
}
