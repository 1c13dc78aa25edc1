package dev.rapid.telemetry.subscription;

import dev.rapid.telemetry.delivery.Buffering;
import dev.rapid.telemetry.delivery.Target;
import java.util.List;

/**
 * What an extension asks for when it subscribes.
 *
 * @param types what it wants to know of, in its order and as often as it said it
 */
record SubscriptionRequest(
    Schema schema, List<RecordCategory> types, Target target, Buffering buffering) {

  /** Copies the types. */
  SubscriptionRequest {
    types = List.copyOf(types);
  }

  /** Returns the names of the types, in the same order. */
  List<String> typeNames() {
    return types.stream().map(RecordCategory::wireName).toList();
  }
}
