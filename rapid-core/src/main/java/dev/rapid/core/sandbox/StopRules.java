package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.Status;
import dev.rapid.core.extension.Extension;
import dev.rapid.core.extension.ExtensionEventType;
import dev.rapid.core.extension.ExtensionState;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How the processes of a generation are ended, for a reset or for good (contract
 * lifecycle-and-control, sections 4.6 and 4.7; budgets: contract runtime-extensions-telemetry,
 * section 2.9).
 */
final class StopRules {

  private static final Duration EXTERNAL_BUDGET = Duration.ofSeconds(2);
  private static final Duration INTERNAL_BUDGET = Duration.ofMillis(500);

  /**
   * How long subscribers have to take what waits for them (contract runtime-extensions-telemetry,
   * section 4.4).
   */
  private static final Duration FLUSH_BUDGET = Duration.ofSeconds(1);

  /** The runtime's share of the budget, if external extensions need the rest. */
  private static final int RUNTIME_PERCENT = 30;

  private StopRules() {}

  // ------------------------------------------------------------------ the beginning

  /** Ends the processes; then the invocations that wait pay for the next init. */
  static void reset(Step s, Next.Reset reset) {
    Stop stop = plan(s, reset.reason(), reset.budget(), Duration.ZERO).waitedForBy(reset.call());
    s.enter(new Phase.Resetting(stop, reset.waiting()));
    begin(s, stop);
  }

  /** Ends the processes for good. */
  static void shutDown(Step s, @Nullable Duration budget) {
    Stop stop = plan(s, ShutdownReason.SPINDOWN, budget, s.config.shutdownGrace());
    s.enter(new Phase.ShuttingDown(stop));
    begin(s, stop);
  }

  /** A sandbox whose processes are being ended already shall not come back. */
  static void shutDown(Step s, Stop underWay) {
    s.enter(new Phase.ShuttingDown(underWay));
  }

  /**
   * Divides the time. Without extensions the runtime has none but its grace; a grace that is longer
   * than the runtime's share makes everything later.
   */
  private static Stop plan(
      Step s, ShutdownReason reason, @Nullable Duration budget, Duration grace) {
    boolean external = s.anyExtension(Extension::isExternal);
    Duration whole = budget;
    Duration share;
    if (!s.hasExtensions()) {
      whole = Duration.ZERO;
      share = Duration.ZERO;
    } else {
      if (whole == null) {
        whole = external ? EXTERNAL_BUDGET : INTERNAL_BUDGET;
      }
      share = external ? whole.multipliedBy(RUNTIME_PERCENT).dividedBy(100) : whole;
    }
    Duration more = grace.compareTo(share) > 0 ? grace.minus(share) : Duration.ZERO;
    Deadline runtimeDeadline = new Deadline(s.now + share.plus(more).toNanos());
    Deadline deadline = new Deadline(s.now + whole.plus(more).toNanos());
    return new Stop(reason, Stop.Stage.RUNTIME, s.now, runtimeDeadline, deadline, false, List.of());
  }

  private static void begin(Step s, Stop stop) {
    boolean comesBack = s.state.phase() instanceof Phase.Resetting;
    s.state = s.state.withLastFailure(comesBack ? s.state.fatalError() : null).withFatalError(null);
    boolean patient = s.hasExtensions() || stop.stageDeadline().nanos() != s.now;
    if (s.config.owner().survivesReset() || !patient) {
      kill(s, stop);
    } else if (s.state.side().alive()) {
      s.effects.add(new Effect.TerminateRuntime(s.state.generation()));
      s.arm(SandboxTimer.GRACE, stop.stageDeadline());
    } else {
      flushTelemetry(s, stop);
    }
  }

  // ------------------------------------------------------------------ the stages

  /** The runtime is gone: what it said last is for the extensions too. */
  private static void flushTelemetry(Step s, Stop stop) {
    if (s.anyExtension(Extension::alive)) {
      Deadline deadline = Deadline.after(s.now, FLUSH_BUDGET);
      set(s, stop.at(Stop.Stage.TELEMETRY, deadline));
      s.arm(SandboxTimer.GRACE, deadline);
      s.effects.add(new Effect.FlushSubscribers(s.state.generation()));
    } else {
      kill(s, stop);
    }
  }

  static void flushed(Step s, Stop stop) {
    if (stop.stage() == Stop.Stage.TELEMETRY) {
      s.cancel(SandboxTimer.GRACE);
      long begunNanos = stop.stageDeadline().nanos() - FLUSH_BUDGET.toNanos();
      notifyExtensions(s, stop.later(s.now - begunNanos));
    }
  }

  /** Gives the shutdown to the extensions that subscribed to it. */
  private static void notifyExtensions(Step s, Stop stop) {
    Stop notifying = stop;
    for (Extension extension : s.state.extensions()) {
      if (!extension.alive()) {
        continue;
      }
      if (extension.wants(ExtensionEventType.SHUTDOWN)) {
        notifying = notifying.withShutdownGiven();
        ExtensionEvents.giveShutdown(s, extension, stop);
      } else {
        s.effects.add(new Effect.KillExtension(s.state.generation(), extension.name()));
      }
    }
    if (notifying.shutdownGiven()) {
      set(s, notifying.at(Stop.Stage.EXTENSIONS, stop.deadline()));
      s.arm(SandboxTimer.GRACE, stop.deadline());
    } else {
      kill(s, stop);
    }
  }

  /** Kills what is left. */
  static void kill(Step s, Stop stop) {
    set(s, stop.at(Stop.Stage.KILLING, Deadline.NEVER));
    s.effects.add(new Effect.StopProcesses(s.state.generation()));
  }

  static void runtimeExited(Step s, Stop stop) {
    if (stop.stage() == Stop.Stage.RUNTIME) {
      s.cancel(SandboxTimer.GRACE);
      flushTelemetry(s, stop);
    }
  }

  static void extensionExited(Step s, Stop stop, Extension extension, ProcessExit exit) {
    boolean given = extension.given() == ExtensionEventType.SHUTDOWN;
    if (given && extension.state() == ExtensionState.RUNNING) {
      boolean well = exit instanceof ProcessExit.Exited(int status) && status == 0;
      s.put(
          extension.endedAs(well ? ExtensionState.EXITED : ExtensionState.SHUTDOWN_FAILED, s.now));
    } else {
      s.put(extension.ended());
    }
    boolean othersLive =
        s.anyExtension(other -> other.alive() && other.wants(ExtensionEventType.SHUTDOWN));
    if (stop.stage() == Stop.Stage.EXTENSIONS && !othersLive) {
      s.cancel(SandboxTimer.GRACE);
      kill(s, stop);
    }
  }

  /** Time is up for those who were asked to end. */
  static void graceOver(Step s, Stop stop) {
    if (!stop.stageDeadline().hasPassed(s.now)) {
      return;
    }
    switch (stop.stage()) {
      case RUNTIME -> {
        if (s.hasExtensions()) {
          s.effects.add(new Effect.KillRuntime(s.state.generation()));
          flushTelemetry(s, stop);
        } else {
          kill(s, stop);
        }
      }
      case TELEMETRY -> flushed(s, stop);
      case EXTENSIONS -> kill(s, stop);
      case KILLING, DISCONNECTING -> {}
    }
  }

  // ------------------------------------------------------------------ the end

  static void processesGone(Step s, Stop stop) {
    if (stop.stage() != Stop.Stage.KILLING) {
      return;
    }
    if (s.config.owner().survivesReset() && s.state.phase() instanceof Phase.Resetting p) {
      answer(s, stop);
      s.then(new Next.Init(InitPhase.INIT, p.waiting()));
    } else {
      set(s, stop.at(Stop.Stage.DISCONNECTING, Deadline.NEVER));
      s.effects.add(new Effect.Disconnect(s.state.generation()));
    }
  }

  static void disconnected(Step s, Stop stop) {
    if (stop.stage() != Stop.Stage.DISCONNECTING) {
      return;
    }
    s.effects.add(new Effect.EndSubscriptions(s.state.generation()));
    cancelReserved(s, stop);
    answer(s, stop);
    if (s.state.phase() instanceof Phase.Resetting p) {
      s.state = s.state.withoutProcesses();
      if (!stop.waiting().isEmpty()) {
        s.state = s.state.withLastFailure(null);
      }
      if (p.waiting().isEmpty()) {
        s.enter(new Phase.Cold());
      } else {
        s.then(new Next.Init(InitPhase.INVOKE, p.waiting()));
      }
    } else {
      terminate(s);
    }
  }

  /** A client that waits for a reset has given up what runs on its reservation, and what came. */
  private static void cancelReserved(Step s, Stop stop) {
    if (stop.waiting().isEmpty() || !(s.state.phase() instanceof Phase.Resetting p)) {
      return;
    }
    Outcome outcome = new Outcome.Failed(ErrorType.SANDBOX_FAILURE, "The sandbox was reset");
    cutReservedShort(
        s, p, new Reports.Cut(outcome, Status.FAILURE, ErrorType.SANDBOX_FAILURE.wireName()));
  }

  /** Ends the invocations on a reservation that wait for the end of a reset. */
  static void cutReservedShort(Step s, Phase.Resetting p, Reports.Cut cut) {
    List<WaitingInvocation> left = new ArrayList<>();
    for (WaitingInvocation each : p.waiting()) {
      if (each.invocation().reserved()) {
        Reports.cutShort(s, each, cut);
      } else {
        left.add(each);
      }
    }
    if (left.size() != p.waiting().size()) {
      s.enter(new Phase.Resetting(p.stop(), List.copyOf(left)));
    }
  }

  private static void answer(Step s, Stop stop) {
    long millis = 0;
    if (stop.shutdownGiven()) {
      long elapsed = Math.min(s.now, stop.deadline().nanos()) - stop.startedNanos();
      millis = Math.max(0, TimeUnit.NANOSECONDS.toMillis(elapsed));
    }
    ResetResult result = new ResetResult(millis, s.state.fatalError());
    stop.waiting().forEach(call -> s.effects.add(new Effect.AnswerReset(call, result)));
  }

  static void terminate(Step s) {
    s.state = s.state.withLastFailure(null);
    s.worker(s.state.side().ended().withSlots(List.of()).withRestoreSlot(null));
    s.enter(new Phase.Terminated());
    s.effects.add(new Effect.AnnounceTermination());
  }

  private static void set(Step s, Stop stop) {
    if (s.state.phase() instanceof Phase.Resetting p) {
      s.enter(new Phase.Resetting(stop, p.waiting()));
    } else {
      s.enter(new Phase.ShuttingDown(stop));
    }
  }
}
