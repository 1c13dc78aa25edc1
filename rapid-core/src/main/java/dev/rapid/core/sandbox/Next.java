package dev.rapid.core.sandbox;

import dev.rapid.core.events.InitPhase;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a sandbox goes on with after a rule. Rules do not call each other: they say what comes next,
 * and {@link SandboxMachine} goes on.
 */
sealed interface Next {

  /** The start of a generation of processes. */
  record Init(InitPhase initPhase, List<WaitingInvocation> waiting) implements Next {}

  /** The hook of a runtime that waits for its restore. */
  record Restore(List<WaitingInvocation> waiting) implements Next {}

  /** The invocations that waited run. */
  record Serve(List<WaitingInvocation> waiting) implements Next {}

  /** The runtime is started, if all external extensions have registered. */
  record StartRuntime() implements Next {}

  /** A runtime or an extension has polled or has gone: something may have become complete. */
  record Progress() implements Next {}

  /**
   * The end of the processes.
   *
   * @param waiting the invocations that pay for the next init
   * @param budget how much time the processes have, null for the usual one
   * @param call the request for the reset, null if the sandbox resets by itself
   */
  record Reset(
      ShutdownReason reason,
      List<WaitingInvocation> waiting,
      @Nullable Duration budget,
      @Nullable ResetCall call)
      implements Next {

    Reset(ShutdownReason reason, List<WaitingInvocation> waiting) {
      this(reason, waiting, null, null);
    }
  }
}
