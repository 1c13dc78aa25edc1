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

  /**
   * Returns whether no init may begin now for invocations that wait. If inits are not repeated,
   * each invocation gets an answer of its own.
   */
  static boolean isPaused(FleetStep s) {
    return (s.config.repeatsInits() && isAhead(s, s.pausedUntil)) || isAhead(s, s.renewalBy);
  }

  /** Returns whether no provisioned sandbox may be initialised now. */
  static boolean isPausedForProvisioned(FleetStep s) {
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
   *
   * <p>If inits are not repeated, those get its error that it was for (contract fn-runner, section
   * 2.2).
   *
   * @param before the sandbox during its init
   */
  static void failed(FleetStep s, MemberState before, @Nullable ErrorType error) {
    if (isAhead(s, s.renewalBy)) {
      return;
    }
    countFailure(s);
    if (!s.config.repeatsInits()) {
      failThoseItWasFor(s, s.config.capacity() - before.running(), error);
      return;
    }
    if (s.failedInits < 2 || s.closing || !s.members().stream().allMatch(Inits::isDown)) {
      return;
    }
    failThoseItWasFor(s, s.waiting.size(), error);
  }

  /** The oldest would have got the sandbox. */
  private static void failThoseItWasFor(FleetStep s, int count, @Nullable ErrorType error) {
    Outcome outcome =
        new Outcome.Failed(
            error == null ? ErrorType.SANDBOX_FAILURE : error,
            error == ErrorType.SANDBOX_TIMEDOUT
                ? "The init of the function took too long"
                : "The function could not be initialised");
    for (int i = 0; i < count && !s.waiting.isEmpty(); i++) {
      Invocation oldest = s.waiting.first();
      s.waiting = s.waiting.without(oldest);
      s.effects.add(new FleetEffect.Complete(oldest, outcome));
    }
  }

  private static boolean isDown(MemberState member) {
    return member.leaving()
        || member.outdated()
        || member.phase() == MemberPhase.COLD
        || member.phase() == MemberPhase.RESETTING;
  }
}
