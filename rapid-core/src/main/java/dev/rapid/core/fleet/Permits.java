package dev.rapid.core.fleet;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;

/**
 * How many invocations may run: the limits of the function, and the permits of the program, of
 * which each running invocation has one.
 *
 * <p>Invocations that ran already when the limit of the program began to concern the function have
 * none. Until they have ended, no further one begins without permits for them too.
 */
final class Permits {

  private Permits() {}

  /** Returns how many more invocations may run, wherever they find room. */
  static int permitted(FleetStep s) {
    int own = s.config.seats() - s.running;
    return s.config.underProgramLimit() ? Math.min(own, s.permits - s.running) : own;
  }

  /** Asks for as many permits as the sandboxes have room for invocations that wait. */
  static void balance(FleetStep s) {
    if (!s.config.underProgramLimit()) {
      giveBackAll(s);
      return;
    }
    int wanted = Math.min(s.waiting.size(), Math.max(0, seats(s) - s.running));
    int unused = Math.max(0, s.permits - s.running);
    while (unused > wanted) {
      giveBack(s);
      unused--;
    }
    while (s.permitsRequested + unused < wanted) {
      s.permitsRequested++;
      s.effects.add(new FleetEffect.RequestPermit(!CapacityWait.isZero(s)));
    }
  }

  /** Returns how many invocations the sandboxes can run; in a pause, those that are there. */
  private static int seats(FleetStep s) {
    if (!Inits.isPaused(s)) {
      return s.config.seats();
    }
    long seats = 0;
    for (MemberState each : s.members()) {
      boolean takes = each.phase() == MemberPhase.READY || each.phase() == MemberPhase.STARTING;
      boolean stays = !each.leaving() && !each.outdated();
      seats += takes && stays ? s.config.capacity() : each.running();
    }
    return (int) Math.min(s.config.seats(), seats);
  }

  static void granted(FleetStep s) {
    s.permitsRequested--;
    if (s.closing) {
      s.effects.add(new FleetEffect.ReturnPermit());
    } else {
      s.permits++;
    }
  }

  static void refused(FleetStep s, Outcome.Rejection why) {
    s.permitsRequested--;
    if (s.config.underProgramLimit() && !s.waiting.isEmpty()) {
      Invocation last = s.waiting.last();
      s.waiting = s.waiting.without(last);
      s.reject(last, why);
    }
  }

  /** Gives back the permit of an invocation that has ended, if it had one. */
  static void ended(FleetStep s) {
    if (s.permits > s.running) {
      giveBack(s);
    }
  }

  /** Gives back the permits that no invocation has. */
  static void giveBackUnused(FleetStep s) {
    while (s.permits > s.running) {
      giveBack(s);
    }
  }

  private static void giveBackAll(FleetStep s) {
    while (s.permits > 0) {
      giveBack(s);
    }
  }

  private static void giveBack(FleetStep s) {
    s.permits--;
    s.effects.add(new FleetEffect.ReturnPermit());
  }
}
