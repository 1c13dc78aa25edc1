package dev.rapid.core.fleet;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.time.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What must hold after each transition of a fleet. */
final class FleetInvariants {

  private final List<Invocation> arrived = new ArrayList<>();
  private final Map<String, Integer> lastRun = new HashMap<>();
  private final Set<Invocation> gone = new HashSet<>();
  private final Map<Integer, @Nullable String> tenants = new HashMap<>();

  void transition(FleetState before, FleetEvent event, FleetTransition transition, long nowNanos) {
    FleetState next = transition.next();
    if (event instanceof FleetEvent.InvokeRequested e) {
      arrived.add(e.invocation());
    }
    boolean anyOfCallers = false;
    for (FleetEffect effect : transition.effects()) {
      if (effect instanceof FleetEffect.Run run) {
        anyOfCallers |= ran(before, event, next, run);
      } else if (effect instanceof FleetEffect.Complete e) {
        completed(before, event, next, e);
      } else if (effect instanceof FleetEffect.ShutDown end
          && event instanceof FleetEvent.EvictionRequested evicted
          && end.member() == evicted.member()) {
        evicted(before, next, end.member());
      }
    }
    sizes(before, next);
    if (anyOfCallers) {
      check(next.running() <= next.config().seats(), "more invocations than the function may run");
      check(
          !next.config().underProgramLimit() || next.permits() >= next.running(),
          "an invocation runs without a permit");
    }
    if (!next.closing()) {
      nothingIdlesWhileWorkWaits(next, nowNanos);
    } else {
      check(next.waiting().isEmpty(), "an invocation waits in a fleet that ends");
    }
  }

  /** Returns whether the invocation is of a caller, and not of a client that reserved a sandbox. */
  private boolean ran(FleetState before, FleetEvent event, FleetState next, FleetEffect.Run run) {
    Invocation invocation = run.invocation();
    check(gone.add(invocation), "an invocation leaves the line twice");
    check(!before.closing(), "an invocation runs in a fleet that ends");
    if (event instanceof FleetEvent.ReservedInvokeRequested e
        && e.invocation().equals(invocation)) {
      return false;
    }
    MemberState member = next.member(run.member());
    check(member != null && !member.outdated(), "an invocation begins in an outdated sandbox");
    Integer reserved = before.reserved();
    check(
        reserved == null
            || reserved != run.member()
            || event instanceof FleetEvent.ReservationReleased,
        "a caller gets a reserved sandbox");
    String line = next.config().isolatesTenants() ? "of " + invocation.tenantId() : "all";
    int place = arrived.indexOf(invocation);
    Integer last = lastRun.put(line, place);
    check(last == null || last < place, "an invocation overtakes an older one");
    if (next.config().isolatesTenants()) {
      String its = invocation.tenantId();
      String known = tenants.putIfAbsent(run.member(), its);
      check(known == null || known.equals(its), "a sandbox gets two tenants");
    }
    return true;
  }

  private static void evicted(FleetState before, FleetState next, int number) {
    MemberState member = before.member(number);
    check(member != null && member.running() == 0, "a sandbox with work is ended for another one");
    check(
        member != null && !member.provisioned(), "a provisioned sandbox is ended for another one");
    Integer reserved = next.reserved();
    check(reserved == null || reserved != number, "a reserved sandbox is ended for another one");
  }

  private void completed(
      FleetState before, FleetEvent event, FleetState next, FleetEffect.Complete complete) {
    FleetConfig config = before.config();
    check(gone.add(complete.invocation()), "an invocation leaves the line twice");
    if (complete.outcome() instanceof Outcome.Rejected(var why)) {
      switch (why) {
        case FUNCTION_BUSY ->
            check(
                (event instanceof FleetEvent.Renewed renewed
                        && renewed.config().maxSandboxes() == 0)
                    || next.config().capacityWait() != null
                    || before.running() + before.waiting().size()
                        >= config.seats() - config.capacity() + config.maxWaiting(),
                "throttled although there is room");
        case PROGRAM_BUSY ->
            check(config.underProgramLimit() || config.megabytes() > 0, "the program has no limit");
        case SHUTTING_DOWN -> {}
        case CALLER_GONE -> {}
      }
    }
  }

  private static void sizes(FleetState before, FleetState next) {
    FleetConfig config = next.config();
    check(current(next) <= config.maxSandboxes(), "more sandboxes than allowed");
    check(
        started(next) + next.memoryRequests().size() <= config.maxSandboxes(),
        "more requests of memory than sandboxes allowed");
    check(!next.closing() || next.memoryRequests().isEmpty(), "a fleet that ends waits for memory");
    int running = 0;
    Set<Integer> numbers = new HashSet<>();
    for (MemberState each : next.members()) {
      check(numbers.add(each.number()), "a number is used twice");
      check(each.running() >= 0, "fewer invocations than none");
      MemberState earlier = before.member(each.number());
      check(
          each.outdated() ? earlier != null : each.running() <= config.capacity(),
          "a sandbox has more than it may");
      boolean reserved = next.reserved() != null && next.reserved() == each.number();
      check(
          !each.outdated() || each.leaving() || reserved || each.running() > 0,
          "an outdated sandbox stays");
      running += each.running();
    }
    check(running == next.running(), "the sandboxes have other invocations than the fleet");
    check(next.permits() >= 0, "fewer permits than none");
    check(next.permitsRequested() >= 0, "more permits than requests");
  }

  /** Returns how many sandboxes are not outdated. */
  private static long current(FleetState state) {
    return state.members().stream().filter(each -> !each.outdated()).count();
  }

  /** Returns how many sandboxes that are not outdated were ever started. */
  private static long started(FleetState state) {
    return state.members().stream().filter(each -> !each.outdated() && each.begun()).count();
  }

  private void nothingIdlesWhileWorkWaits(FleetState next, long nowNanos) {
    FleetConfig config = next.config();
    boolean permitted =
        (!config.underProgramLimit() || next.permits() > next.running())
            && next.running() < config.seats();
    if (next.waiting().isEmpty() || !permitted) {
      return;
    }
    Invocation first = next.waiting().first();
    int coming = next.aboutToBeFree() + next.memoryRequests().size();
    for (MemberState each : next.members()) {
      if (each.outdated()) {
        continue;
      }
      boolean mine =
          !config.isolatesTenants()
              || each.tenant() == null
              || each.tenant().equals(first.tenantId());
      boolean reserved = next.reserved() != null && next.reserved() == each.number();
      if (!each.leaving() && !reserved && mine && each.phase() == MemberPhase.READY) {
        check(each.running() >= config.capacity(), "a sandbox idles while work waits");
      }
      coming += each.leaving() || each.phase() != MemberPhase.READY ? 1 : 0;
    }
    boolean paused = isAhead(next.pausedUntil(), nowNanos) || isAhead(next.renewalBy(), nowNanos);
    check(
        coming > 0 || paused || current(next) >= config.maxSandboxes(),
        "no sandbox starts while work waits");
    check(!paused || !next.timer().isNever(), "a pause without an end");
    check(
        next.aboutToBeFree() == 0 || !next.timer().isNever(),
        "a sandbox is waited for without an end");
  }

  private static boolean isAhead(@Nullable Deadline moment, long nowNanos) {
    return moment != null && !moment.hasPassed(nowNanos);
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
