package dev.rapid.core.sandbox;

import dev.rapid.core.extension.Extension;
import dev.rapid.core.time.Deadline;

/**
 * When the processes of a sandbox are stopped, and when they go on (contract lifecycle-and-control,
 * section 4.5). They are stopped when no invocation runs, all extensions are done and all telemetry
 * is delivered, so that nothing has to be sent to them, maybe only after a time; and they go on
 * before anything else is asked of them.
 */
final class FreezeRules {

  private FreezeRules() {}

  /** Ends each transition: compares what it has made of the state with the state before. */
  static void settle(Step s, SandboxState before) {
    if (!s.config.freezes()) {
      return;
    }
    boolean idle = isIdle(s.state);
    if (before.freeze().frozen() && !idle) {
      s.effects.addFirst(new Effect.Thaw(before.generation()));
      s.state = s.state.with(s.state.freeze().asRunning());
    } else if (idle && !isIdle(before)) {
      becameIdle(s);
    } else if (!idle && !before.freeze().due().isNever()) {
      s.cancel(SandboxTimer.FREEZE);
      s.state = s.state.with(s.state.freeze().dueAt(Deadline.NEVER));
    }
  }

  private static void becameIdle(Step s) {
    Deadline due = Deadline.after(s.now, s.config.freezeDelay());
    if (due.isNever()) {
      settleTelemetry(s);
    } else {
      s.arm(SandboxTimer.FREEZE, due);
      s.state = s.state.with(s.state.freeze().dueAt(due));
    }
  }

  private static void settleTelemetry(Step s) {
    s.effects.add(new Effect.SettleTelemetry(s.state.generation()));
    s.state = s.state.with(s.state.freeze().settlingOnceMore());
  }

  /** No invocation has run for long enough. */
  static void delayOver(Step s) {
    if (s.state.freeze().due().hasPassed(s.now)) {
      settleTelemetry(s);
    }
  }

  /** Telemetry until a moment is delivered; there may have been an invocation since. */
  static void telemetrySettled(Step s) {
    FreezeState awaited = s.state.freeze();
    FreezeState now = awaited.afterSettled();
    boolean last = awaited.settling() == 1 && awaited.due().isNever();
    if (last && isIdle(s.state)) {
      s.effects.add(new Effect.Freeze(s.state.generation()));
      now = now.asFrozen();
    }
    s.state = s.state.with(now);
  }

  /** Returns whether the processes have nothing to do, and the runtime waits for an invocation. */
  private static boolean isIdle(SandboxState state) {
    return state.phase() instanceof Phase.Serving p
        && p.isIdle()
        && p.waiting().isEmpty()
        && !state.slots().isEmpty()
        && state.extensions().stream().noneMatch(Extension::busy);
  }
}
