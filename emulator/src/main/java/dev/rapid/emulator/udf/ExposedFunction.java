package dev.rapid.emulator.udf;

import dev.rapid.core.events.EventsApi;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.kapacitor.UdfSnapshot;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the sandboxes of uses ask of their function. Thread-safe. */
public interface ExposedFunction {

  /** Returns the function as it is configured now. */
  FunctionDescription description();

  /** Returns how many uses it may have at once. */
  int maxUses();

  /**
   * Returns how long a sandbox may wait for memory before its init begins, null if memory is not
   * limited.
   */
  @Nullable Duration memoryWait();

  /** Returns why it cannot run, null if it can. */
  @Nullable String notRunnable();

  /** Returns what a snapshot of a sandbox would be now, null if it has no SnapStart. */
  @Nullable UdfSnapshot snapshot();

  /**
   * Makes a pool whose sandbox is cold.
   *
   * @param events gets the lifecycle events of the sandbox
   * @throws RuntimeException if it cannot be made; the message says why
   */
  UsePool newPool(EventsApi events);
}
