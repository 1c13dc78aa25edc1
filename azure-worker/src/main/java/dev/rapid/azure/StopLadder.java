package dev.rapid.azure;

import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.process.Processes.Listener;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one process of a worker is ended (contract azure-functions-worker, section 14.1): it is asked
 * over its stream, if it understands that; then the host's side of the stream ends and the process
 * gets SIGTERM; then it is killed with all that it left behind. Each step waits for the exit or for
 * its time. None of the first two can be relied upon.
 *
 * <p>Thread-safe. What it does is done without a lock.
 */
final class StopLadder {

  private final ProcessName process;
  private final Processes processes;
  private final AzureWorker worker;
  private final WorkerTimers limits;
  private final Timers timers;
  private final NanoClock clock;

  // All guarded by this.
  private Step step = Step.NONE;
  private boolean ended;
  private @Nullable Listener stopping;

  /** What was done last. */
  private enum Step {
    NONE,
    ASKED,
    SIGNALLED,
    /** The time after the signal has passed. */
    SIGNAL_IGNORED,
    KILLED
  }

  /** Creates the ladder of a process that is started now. */
  StopLadder(
      ProcessName process,
      Processes processes,
      AzureWorker worker,
      Timers timers,
      NanoClock clock) {
    this.process = process;
    this.processes = processes;
    this.worker = worker;
    this.limits = worker.settings().timers();
    this.timers = timers;
    this.clock = clock;
  }

  /** Asks the process to end. Does not kill it. */
  void terminate() {
    synchronized (this) {
      if (step != Step.NONE || ended) {
        return;
      }
      step = Step.ASKED;
    }
    ask();
  }

  /** Ends the process; what was done already is not done again. */
  void stop(Listener listener) {
    Step next;
    synchronized (this) {
      stopping = listener;
      next = step;
      if (ended || next == Step.SIGNAL_IGNORED) {
        next = Step.KILLED;
        step = next;
      } else if (next == Step.NONE) {
        step = Step.ASKED;
      }
    }
    switch (next) {
      case NONE -> ask();
      case KILLED -> processes.stop(process.generation(), listener);
      case ASKED, SIGNALLED, SIGNAL_IGNORED -> {}
    }
  }

  /** The process has ended, or was never started. */
  void ended() {
    Listener waiting;
    synchronized (this) {
      ended = true;
      waiting = stopping;
      if (waiting == null || step == Step.KILLED) {
        return;
      }
      step = Step.KILLED;
    }
    processes.stop(process.generation(), waiting);
  }

  private void ask() {
    if (worker.terminate(process.generation())) {
      after(limits.terminateGrace(), this::signal);
    } else {
      signal();
    }
  }

  private void signal() {
    synchronized (this) {
      if (step != Step.ASKED || ended) {
        return;
      }
      step = Step.SIGNALLED;
    }
    worker.endStream(process.generation());
    processes.terminate(process);
    after(limits.killWait(), this::kill);
  }

  private void kill() {
    Listener waiting;
    synchronized (this) {
      if (step != Step.SIGNALLED || ended) {
        return;
      }
      waiting = stopping;
      step = waiting == null ? Step.SIGNAL_IGNORED : Step.KILLED;
    }
    if (waiting != null) {
      processes.stop(process.generation(), waiting);
    }
  }

  private void after(Duration time, Runnable next) {
    timers.schedule(clock.nanoTime() + time.toNanos(), next);
  }
}
