package dev.rapid.core.fleet;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What must hold after each transition of a fleet. */
final class FleetInvariants {

  private final FleetConfig config;
  private final boolean limited;
  private final List<Invocation> arrived = new ArrayList<>();
  private final Map<String, Integer> lastRun = new HashMap<>();
  private final Set<Invocation> gone = new HashSet<>();
  private final Map<Integer, @Nullable String> tenants = new HashMap<>();

  FleetInvariants(FleetConfig config, boolean limited) {
    this.config = config;
    this.limited = limited;
  }

  void transition(FleetState before, FleetEvent event, FleetTransition transition, long nowNanos) {
    FleetState next = transition.next();
    if (event instanceof FleetEvent.InvokeRequested e) {
      arrived.add(e.invocation());
    }
    for (FleetEffect effect : transition.effects()) {
      if (effect instanceof FleetEffect.Run run) {
        ran(before, event, run);
      } else if (effect instanceof FleetEffect.Complete e) {
        completed(before, e);
      }
    }
    sizes(next);
    if (!next.closing()) {
      nothingIdlesWhileWorkWaits(next, nowNanos);
    } else {
      check(next.waiting().isEmpty(), "an invocation waits in a fleet that ends");
    }
  }

  private void ran(FleetState before, FleetEvent event, FleetEffect.Run run) {
    Invocation invocation = run.invocation();
    check(gone.add(invocation), "an invocation leaves the line twice");
    check(!before.closing(), "an invocation runs in a fleet that ends");
    if (event instanceof FleetEvent.ReservedInvokeRequested e
        && e.invocation().equals(invocation)) {
      return;
    }
    Integer reserved = before.reserved();
    check(
        reserved == null
            || reserved != run.member()
            || event instanceof FleetEvent.ReservationReleased,
        "a caller gets a reserved sandbox");
    String line = config.isolatesTenants() ? "of " + invocation.tenantId() : "all";
    int place = arrived.indexOf(invocation);
    Integer last = lastRun.put(line, place);
    check(last == null || last < place, "an invocation overtakes an older one");
    if (config.isolatesTenants()) {
      String its = invocation.tenantId();
      String known = tenants.putIfAbsent(run.member(), its);
      check(known == null || known.equals(its), "a sandbox gets two tenants");
    }
  }

  private void completed(FleetState before, FleetEffect.Complete complete) {
    check(gone.add(complete.invocation()), "an invocation leaves the line twice");
    if (complete.outcome() instanceof Outcome.Rejected(var why)) {
      switch (why) {
        case FUNCTION_BUSY ->
            check(
                before.running() + before.waiting().size()
                    >= config.seats() - config.capacity() + config.maxWaiting(),
                "throttled although there is room");
        case PROGRAM_BUSY -> check(limited, "the program has no limit");
        case SHUTTING_DOWN -> {}
        case CALLER_GONE -> {}
      }
    }
  }

  private void sizes(FleetState next) {
    check(next.members().size() <= config.maxSandboxes(), "more sandboxes than allowed");
    int running = 0;
    Set<Integer> numbers = new HashSet<>();
    for (MemberState each : next.members()) {
      check(numbers.add(each.number()), "a number is used twice");
      check(each.running() >= 0, "fewer invocations than none");
      check(each.running() <= config.capacity(), "a sandbox has more than it may");
      running += each.running();
    }
    check(running <= config.maxRunning(), "more invocations than the function may run");
    check(running == next.running(), "the sandboxes have other invocations than the fleet");
    if (limited) {
      check(next.permits() >= next.running(), "an invocation runs without a permit");
      check(next.permitsRequested() >= 0, "more permits than requests");
    }
  }

  private void nothingIdlesWhileWorkWaits(FleetState next, long nowNanos) {
    boolean permitted =
        (!limited || next.permits() > next.running()) && next.running() < config.maxRunning();
    if (next.waiting().isEmpty() || !permitted) {
      return;
    }
    Invocation first = next.waiting().first();
    int coming = next.aboutToBeFree();
    for (MemberState each : next.members()) {
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
    boolean paused = next.pausedUntil() != null && !next.pausedUntil().hasPassed(nowNanos);
    check(
        coming > 0 || paused || next.members().size() >= config.maxSandboxes(),
        "no sandbox starts while work waits");
    check(!paused || !next.timer().isNever(), "a pause without an end");
    check(
        next.aboutToBeFree() == 0 || !next.timer().isNever(),
        "a sandbox is waited for without an end");
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
