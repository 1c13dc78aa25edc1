package dev.rapid.queue.destination;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rapid.lambda.Identifiers;
import dev.rapid.queue.store.Attributes;
import dev.rapid.queue.store.Lanes;
import dev.rapid.queue.store.StoredEntry;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Invocations that have ended, for tests. */
final class Invoked {

  static final String ARN = "arn:aws:lambda:us-east-1:012345678912:function:orders";

  private Invoked() {}

  static StoredEntry event(String payload) {
    return event(payload, Map.of());
  }

  static StoredEntry event(String payload, Map<String, String> attributes) {
    Map<String, String> all = new HashMap<>(Map.of(Attributes.INVOKED_ARN, ARN));
    all.putAll(attributes);
    return StoredEntry.queued(
        Identifiers.sortedByTime(1),
        Lanes.ofFunction("orders"),
        "orders",
        "r",
        all,
        payload.getBytes(UTF_8),
        1,
        1);
  }

  static StoredEntry afterAttempts(StoredEntry entry, int attempts) {
    return with(entry, attempts, entry.reason());
  }

  static StoredEntry withReason(StoredEntry entry, String reason) {
    return with(entry, entry.attempts(), reason);
  }

  private static StoredEntry with(StoredEntry entry, int attempts, @Nullable String reason) {
    return new StoredEntry(
        entry.id(),
        entry.lane(),
        entry.function(),
        entry.requestId(),
        entry.attributes(),
        entry.payload(),
        entry.payloadBytes(),
        entry.acceptedMillis(),
        entry.dueMillis(),
        entry.state(),
        entry.claim(),
        attempts,
        entry.throttles(),
        entry.node(),
        entry.condition(),
        reason);
  }

  static InvocationResult result(String payload) {
    return new InvocationResult("$LATEST", null, payload.getBytes(UTF_8));
  }

  static InvocationResult error(String payload) {
    return answer("$LATEST", "Unhandled", payload);
  }

  static InvocationResult answer(String version, @Nullable String error, String payload) {
    return new InvocationResult(version, error, payload.getBytes(UTF_8));
  }
}
