package dev.rapid.status;

import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.SandboxIdentity;
import dev.rapid.telemetry.subscription.RecordStream;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A function that the status pages show.
 *
 * @param description the function as it is configured now
 * @param records the records of its sandboxes
 * @param sandboxes returns what the sandbox with a number is called, null if there is none any more
 */
public record WatchedFunction(
    Supplier<FunctionDescription> description,
    Fleet fleet,
    Readiness readiness,
    RecordStream records,
    IntFunction<@Nullable SandboxIdentity> sandboxes) {

  /** Returns its name. */
  String name() {
    return description.get().identity().name();
  }
}
