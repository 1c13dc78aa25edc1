package dev.rapid.emulator.udf;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.sandbox.RestoreCall;
import org.jspecify.annotations.Nullable;

/** A pool with the one sandbox of a use. Thread-safe. */
public interface UsePool {

  /** Begins the init. */
  void initialise();

  /**
   * Returns what the runtime called the error that it reported of its init, null if it reported
   * none.
   */
  @Nullable String reportedInitError();

  /** Runs an invocation, and releases its payload. The sink gets exactly one outcome. */
  void invoke(Invocation invocation);

  /** Ends an invocation whose result is not wanted any more. */
  void cancel(Invocation invocation);

  /** Runs the runtime's hook after a restore, if it waits for it. */
  void restore(RestoreCall call);

  /** Ends the sandbox when its invocations are over. Repeated calls do no harm. */
  void retire();
}
