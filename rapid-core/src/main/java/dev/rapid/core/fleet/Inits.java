package dev.rapid.core.fleet;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.time.Deadline;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When inits have to wait: after several that failed in a row, and while the function is about to
 * be renewed.
 */
final class Inits {

  /** How many inits may fail in a row before the next one has to wait. */
  private static final int TOLERATED_FAILURES = 3;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final int LONGEST_PAUSE_DOUBLINGS = 4;

  private Inits() {}

  /** Returns whether no init may begin now. */
  static boolean isPaused(FleetStep s) {
    return isAhead(s, s.pausedUntil) || isAhead(s, s.renewalBy);
  }

  private static boolean isAhead(FleetStep s, @Nullable Deadline end) {
    return end != null && !end.hasPassed(s.now);
  }

  /** Returns when the present pause may end. */
  static Deadline nextChange(FleetStep s) {
    Deadline next = Deadline.NEVER;
    if (s.pausedUntil != null && isAhead(s, s.pausedUntil)) {
      next = s.pausedUntil;
    }
    if (s.renewalBy != null && isAhead(s, s.renewalBy)) {
      next = next.earlier(s.renewalBy);
    }
    return next;
  }

  static void succeeded(FleetStep s) {
    s.failedInits = 0;
    s.pausedUntil = null;
  }

  static void countFailure(FleetStep s) {
    s.failedInits++;
    int beyond = s.failedInits - TOLERATED_FAILURES;
    if (beyond >= 0) {
      long pause = FIRST_PAUSE.toNanos() << Math.min(beyond, LONGEST_PAUSE_DOUBLINGS);
      s.pausedUntil = new Deadline(s.now + pause);
    }
  }

  /**
   * Counts an init that failed. If it was a repeated one and no other sandbox can serve, all that
   * wait get its error: it would fail for each of them. Before a renewal it counts for nothing,
   * because the code was perhaps not yet complete.
   */
  static void failed(FleetStep s, @Nullable ErrorType error) {
    if (isAhead(s, s.renewalBy)) {
      return;
    }
    countFailure(s);
    if (s.failedInits < 2 || s.closing || !s.members().stream().allMatch(Inits::isDown)) {
      return;
    }
    Outcome outcome =
        new Outcome.Failed(
            error == null ? ErrorType.SANDBOX_FAILURE : error,
            "The function could not be initialised");
    for (Invocation each : s.waiting) {
      s.effects.add(new FleetEffect.Complete(each, outcome));
    }
    s.waiting = WaitingLine.EMPTY;
  }

  private static boolean isDown(MemberState member) {
    return member.leaving()
        || member.outdated()
        || member.phase() == MemberPhase.COLD
        || member.phase() == MemberPhase.RESETTING;
  }
}
