package dev.rapid.core.fleet;

import dev.rapid.core.fleet.MemoryRequest.Purpose;
import dev.rapid.core.time.Deadline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The starts of sandboxes that have never run: at once, or when there is memory for them.
 *
 * <p>A request for memory counts as a sandbox. The one that it is for is made when it is granted.
 */
final class Starts {

  private Starts() {}

  /** Starts one more sandbox, if there may be one; returns whether it does. */
  static boolean start(FleetStep s, Purpose purpose) {
    if (s.config.megabytes() > 0) {
      return request(s, purpose);
    }
    MemberState cold = neverStarted(s);
    if (cold == null && !s.mayCreate()) {
      return false;
    }
    s.initialise(cold == null ? s.create() : cold);
    return true;
  }

  /** Starts a sandbox that was never initialised. */
  static void start(FleetStep s, MemberState cold, Purpose purpose) {
    if (s.config.megabytes() == 0) {
      s.initialise(cold);
    } else {
      boolean unused = request(s, purpose);
    }
  }

  private static boolean request(FleetStep s, Purpose purpose) {
    int others = s.memoryRequests.size();
    for (MemberState each : s.members()) {
      others += each.outdated() || isNeverStarted(s, each) ? 0 : 1;
    }
    boolean early = purpose == Purpose.EARLY;
    boolean needless = early && (Inits.isPaused(s) || !s.memoryRequests.isEmpty());
    if (needless || others >= s.config.maxSandboxes()) {
      return false;
    }
    s.requestMemory(purpose);
    return true;
  }

  /** Returns a sandbox that was made and never initialised, null if there is none. */
  private static @Nullable MemberState neverStarted(FleetStep s) {
    for (MemberState each : s.members()) {
      if (isNeverStarted(s, each)) {
        return each;
      }
    }
    return null;
  }

  private static boolean isNeverStarted(FleetStep s, MemberState member) {
    return member.phase() == MemberPhase.COLD
        && !member.begun()
        && member.isIdle()
        && !member.outdated()
        && !s.isReserved(member);
  }

  static void granted(FleetStep s, int number) {
    if (s.withoutRequest(number)) {
      MemberState cold = neverStarted(s);
      MemberState starting = cold == null ? s.create() : cold;
      s.effects.add(new FleetEffect.UseMemory(number, starting.number()));
      s.initialise(starting);
    }
  }

  /** There is no memory now; a sandbox that is about to be idle is waited for. */
  static void delayed(FleetStep s, int number, boolean soon) {
    Deadline from =
        soon ? Deadline.after(s.now, FleetMachine.END_OF_INVOCATION) : new Deadline(s.now);
    for (MemoryRequest each : s.memoryRequests) {
      if (each.number() == number && each.purpose() == Purpose.EARLY) {
        s.withdraw(each);
      } else if (each.number() == number) {
        s.replace(each, each.refusedFrom(from));
      }
    }
  }

  /** Returns whether a sandbox could be ended so that another one has its memory. */
  static boolean isDispensable(FleetState state, MemberState member) {
    return !state.closing() && isDispensable(member, state.reserved());
  }

  private static boolean isDispensable(MemberState member, @Nullable Integer reserved) {
    return member.begun()
        && member.isIdle()
        && !member.provisioned()
        && (reserved == null || reserved != member.number());
  }

  static void evict(FleetStep s, int number) {
    MemberState member = s.member(number);
    if (member == null || member.leaving()) {
      return;
    }
    if (isDispensable(member, s.reserved)) {
      s.shutDown(member);
    } else {
      s.effects.add(new FleetEffect.KeepMemory(number));
    }
  }

  /**
   * Withdraws the requests that nothing needs any more.
   *
   * @param surplus how many more invocations the sandboxes that come could take than wait for them
   */
  static void withdrawUnneeded(FleetStep s, int surplus) {
    int provisioned = s.missingProvisioned();
    int spare = surplus;
    List<MemoryRequest> all = s.memoryRequests;
    for (MemoryRequest each : all.reversed()) {
      boolean needed =
          switch (each.purpose()) {
            case PROVISIONED -> provisioned-- > 0;
            case EARLY -> true;
            case CALLERS -> spare < s.config.capacity();
          };
      boolean paused =
          each.purpose() == Purpose.PROVISIONED
              ? Inits.isPausedForProvisioned(s)
              : Inits.isPaused(s);
      if (paused || !needed) {
        s.withdraw(each);
        spare -= s.config.capacity();
      }
    }
  }

  static void withdrawAll(FleetStep s) {
    s.memoryRequests.forEach(s::withdraw);
  }

  /** Returns when a request has to be looked at without an event. */
  static Deadline nextChange(FleetStep s) {
    Deadline next = Deadline.NEVER;
    for (MemoryRequest each : s.memoryRequests) {
      next = each.isRefused(s.now) ? next : next.earlier(each.refusedFrom());
    }
    return next;
  }
}
