package dev.rapid.kapacitor;

import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.process.Processes.Listener;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one process of an agent is ended (contract kapacitor-udf, sections 8.1 and 8.2): its input
 * ends; then it gets SIGTERM; then it is killed with all that it left behind. Each step waits for
 * the exit or for its time.
 *
 * <p>Thread-safe. What it does is done without a lock.
 */
final class StopLadder {

  private final ProcessName process;
  private final Processes processes;
  private final KapacitorWorker worker;
  private final Timers timers;
  private final NanoClock clock;

  // All guarded by this.
  private Step step = Step.NONE;
  private boolean ended;
  private @Nullable Listener stopping;
  private Duration termGrace;

  /** What was done last. */
  private enum Step {
    NONE,
    INPUT_ENDED,
    SIGNALLED,
    /** The time after the signal has passed. */
    SIGNAL_IGNORED,
    KILLED
  }

  /** Creates the ladder of a process that is started now. */
  StopLadder(
      ProcessName process,
      Processes processes,
      KapacitorWorker worker,
      Timers timers,
      NanoClock clock) {
    this.process = process;
    this.processes = processes;
    this.worker = worker;
    this.timers = timers;
    this.clock = clock;
    this.termGrace = worker.settings().termGrace();
  }

  /** Lets the agent end after all that it was sent. Does not kill it. */
  void terminate() {
    synchronized (this) {
      if (step != Step.NONE || ended) {
        return;
      }
      step = Step.INPUT_ENDED;
    }
    AgentSession session = worker.session(process.generation());
    if (session != null) {
      session.end();
    }
    after(worker.settings().stopGrace(), this::signal);
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
        step = Step.INPUT_ENDED;
      }
    }
    switch (next) {
      case NONE -> abort();
      case KILLED -> processes.stop(process.generation(), listener);
      case INPUT_ENDED, SIGNALLED, SIGNAL_IGNORED -> {}
    }
  }

  private void abort() {
    AgentSession session = worker.session(process.generation());
    EndOfAgent end =
        session == null ? new EndOfAgent(Duration.ZERO, Duration.ZERO) : session.abort();
    synchronized (this) {
      termGrace = end.termGrace();
    }
    after(end.patience(), this::signal);
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

  private void signal() {
    Duration grace;
    synchronized (this) {
      if (step != Step.INPUT_ENDED || ended) {
        return;
      }
      step = Step.SIGNALLED;
      grace = termGrace;
    }
    if (grace.isZero()) {
      kill();
    } else {
      processes.terminate(process);
      after(grace, this::kill);
    }
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
