package dev.rapid.telemetry.subscription;

import dev.rapid.telemetry.delivery.Buffering;
import dev.rapid.telemetry.delivery.Target;
import java.util.List;

/**
 * The content of a request to subscribe.
 *
 * @param types the requested types, in its order and with repetitions
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
