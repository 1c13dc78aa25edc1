package dev.rapid.fnrunner.server;

import dev.rapid.core.time.CancellableTimers;
import dev.rapid.fnrunner.CallModel;
import dev.rapid.fnrunner.FnRunnerSettings;
import dev.rapid.fnrunner.RunnerFunctions;
import org.jspecify.annotations.Nullable;

/** What all calls of a runner share. */
final class RunnerContext {

  /** Bodies that wait until they are complete may take this part of the heap. */
  private static final int HEAP_SHARE = 4;

  private final FnRunnerSettings settings;
  private final RunnerFunctions functions;
  private final CancellableTimers timers;
  private final RunnerCounters counters = new RunnerCounters();
  private final BodyBudget budget = new BodyBudget(Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  private volatile boolean draining;

  RunnerContext(FnRunnerSettings settings, RunnerFunctions functions, CancellableTimers timers) {
    this.settings = settings;
    this.functions = functions;
    this.timers = timers;
  }

  FnRunnerSettings settings() {
    return settings;
  }

  RunnerFunctions functions() {
    return functions;
  }

  CancellableTimers timers() {
    return timers;
  }

  RunnerCounters counters() {
    return counters;
  }

  BodyBudget budget() {
    return budget;
  }

  /** Refuses all calls from now on. */
  void drain() {
    draining = true;
  }

  /** Returns why a call is not run, null if it may be. */
  @Nullable CallFailure refusal(CallModel call) {
    if (draining) {
      return CallFailure.unavailable("The runner is shutting down");
    }
    if (call.detached() && !settings.detached()) {
      return CallFailure.detachedOff();
    }
    String status = settings.statusFunction();
    if (status != null && status.equals(call.image())) {
      return CallFailure.invalid("The image of the status function takes no calls");
    }
    if (call.memoryMegabytes() > functions.totalMegabytes()) {
      return CallFailure.invalid(
          "The call needs "
              + call.memoryMegabytes()
              + " MiB, and the runner has "
              + functions.totalMegabytes()
              + " MiB");
    }
    return null;
  }
}
