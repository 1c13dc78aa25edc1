package dev.rapid.core.fleet;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.time.Deadline;

/**
 * The renewal of a function (decision 0026): its sandboxes are outdated, and new ones take their
 * places.
 *
 * <p>An outdated sandbox gets no further invocation. It ends as soon as it has none, whatever else
 * it does. Until it has ended it does not count for {@link FleetConfig#maxSandboxes}, but its
 * invocations count for {@link FleetConfig#seats}: there may be more sandboxes than allowed for
 * that time, and never more invocations at once.
 */
final class Renewals {

  private Renewals() {}

  /** No init begins until then: it could find half of the new code. */
  static void expected(FleetStep s, long untilNanos) {
    s.renewalBy = new Deadline(untilNanos);
  }

  static void renewed(FleetStep s, FleetConfig next) {
    if (s.closing) {
      return;
    }
    s.config = next;
    Starts.withdrawAll(s);
    Inits.succeeded(s);
    s.renewalBy = null;
    if (next.maxSandboxes() == 0) {
      rejectWaiting(s);
    }
    // The user restarts the runtime, when it is time for that.
    if (!next.attached()) {
      replaceSandboxes(s);
    }
  }

  private static void replaceSandboxes(FleetStep s) {
    s.aboutToBeFree = 0;
    boolean warm = false;
    for (MemberState each : s.snapshot()) {
      MemberState outdated = each.asOutdated();
      s.put(outdated);
      endIfIdle(s, outdated);
      warm |= each.begun() && !each.leaving() && !each.outdated() && !s.isReserved(each);
    }
    // One that runs already shows at once whether the new code can be initialised.
    if (warm) {
      boolean unused = Starts.start(s, MemoryRequest.Purpose.EARLY);
    }
  }

  /** Ends an outdated sandbox without invocations, unless a client has it for itself. */
  static void endIfIdle(FleetStep s, MemberState outdated) {
    if (outdated.running() == 0 && !outdated.leaving() && !s.isReserved(outdated)) {
      s.shutDown(outdated);
    }
  }

  /** With the concurrency 0 they would wait for ever. */
  private static void rejectWaiting(FleetStep s) {
    for (Invocation each : s.waiting) {
      s.reject(each, Outcome.Rejection.FUNCTION_BUSY);
    }
    s.waiting = WaitingLine.EMPTY;
  }
}
