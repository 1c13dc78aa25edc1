package dev.rapid.status;

import dev.rapid.core.function.FunctionDescription;
import dev.rapid.telemetry.subscription.RecordStream;
import java.util.List;
import java.util.function.Supplier;

/**
 * A function that the status pages show.
 *
 * @param description the function as it is configured now
 * @param fleets the sandboxes of each version that was invoked, at the moment
 * @param records the records of its sandboxes
 */
public record WatchedFunction(
    Supplier<FunctionDescription> description,
    Supplier<List<WatchedFleet>> fleets,
    Readiness readiness,
    RecordStream records) {

  /** Returns its name. */
  String name() {
    return description.get().identity().name();
  }
}
