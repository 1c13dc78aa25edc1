package dev.rapid.core.queue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What must hold after each transition of a node's queue. */
final class QueueInvariants {

  private final QueueConfig config;
  private final Map<String, QueueEvent.LaneServed> served = new HashMap<>();
  private final Set<String> uncounted = new HashSet<>();
  private final Map<UUID, QueueEntry> running = new HashMap<>();
  private final Set<QueueEntry> begun = new HashSet<>();

  /** The lanes that had to wait while others began, with those that began. */
  private final Map<String, Set<String>> passedBy = new HashMap<>();

  QueueInvariants(QueueConfig config) {
    this.config = config;
  }

  void transition(QueueState before, QueueEvent event, QueueTransition transition, long nowMillis) {
    QueueState next = transition.state();
    switch (event) {
      case QueueEvent.AttemptEnded e -> running.remove(e.entry().id());
      case QueueEvent.LaneServed e -> {
        served.put(e.lane(), e);
        if (!e.counted()) {
          uncounted.add(e.lane());
        }
      }
      case QueueEvent.LaneWithdrawn e -> served.remove(e.lane());
      default -> {}
    }
    Set<String> lanes = new HashSet<>();
    for (QueueEffect effect : transition.effects()) {
      switch (effect) {
        case QueueEffect.Begin e -> {
          begins(next, e.entry(), nowMillis);
          lanes.add(e.entry().lane());
        }
        case QueueEffect.ExtendLeases e -> leasesOf(next, e.entries());
        case QueueEffect.Claim e ->
            check(before.claimSentMillis() == null || answers(event), "two claims at a time");
        case QueueEffect.Settle e ->
            check(!running.containsKey(e.entry().id()), "a running attempt is settled");
        case QueueEffect.Forget e ->
            check(!running.containsKey(e.entry().id()), "a running attempt is forgotten");
        case QueueEffect.WakeAt e -> check(e.millis() > nowMillis, "a wake that is not later");
      }
    }
    if (!lanes.isEmpty()) {
      limits(lanes);
    }
    turns(next, lanes, nowMillis);
    nothingIsDueAndForgotten(next, nowMillis);
  }

  private static boolean answers(QueueEvent event) {
    return event instanceof QueueEvent.Claimed || event instanceof QueueEvent.ClaimFailed;
  }

  private void begins(QueueState next, QueueEntry entry, long nowMillis) {
    Lane lane = next.lanes().get(entry.lane());
    QueueEvent.LaneServed its = served.get(entry.lane());
    if (lane == null || its == null) {
      throw new AssertionError("an attempt of a lane that is not served");
    }
    RetryPolicy policy = its.policy();
    check(!policy.runsNothing(), "an attempt of a function without concurrency");
    check(nowMillis <= policy.lastBeginMillis(entry), "an attempt begins after its age");
    check(entry.attempts() < policy.maxAttempts(), "more attempts than the policy has");
    check(nowMillis >= lane.pausedUntilMillis(), "an attempt begins in a pause");
    check(nowMillis <= next.beginsUntilMillis(), "an attempt begins on a node that ends");
    check(begun.add(entry), "a claim has two attempts");
    check(running.put(entry.id(), entry) == null, "an entry runs twice on a node");
    for (ClaimedEntry each : lane.running()) {
      if (each.entry().equals(entry)) {
        check(nowMillis < each.leaseUntilMillis(), "an attempt begins after its lease");
      }
    }
  }

  private void limits(Set<String> lanes) {
    for (String name : lanes) {
      QueueEvent.LaneServed lane = served.get(name);
      int here = 0;
      for (QueueEntry each : running.values()) {
        here += each.lane().equals(name) ? 1 : 0;
      }
      check(lane != null && here <= lane.capacity(), "more attempts than the lane may run");
    }
    check(counted() <= max(config.maxRunning()), "more attempts than the node may run");
  }

  /** Returns how many attempts run that count towards the limit of the node. */
  private int counted() {
    int all = 0;
    for (QueueEntry each : running.values()) {
      all += uncounted.contains(each.lane()) ? 0 : 1;
    }
    return all;
  }

  private void leasesOf(QueueState next, List<QueueEntry> entries) {
    Set<QueueEntry> extended = new HashSet<>(entries);
    for (Lane lane : next.lanes().values()) {
      for (ClaimedEntry each : lane.ready()) {
        check(extended.contains(each.entry()), "the lease of an entry is not extended");
      }
      for (ClaimedEntry each : lane.running()) {
        // One that has begun now was among those that wait.
        check(
            each.lost() || extended.contains(each.entry()),
            "the lease of an entry is not extended");
      }
    }
  }

  /** No lane begins twice while another one could. */
  private void turns(QueueState next, Set<String> began, long nowMillis) {
    if (config.maxRunning() == null) {
      return;
    }
    for (Lane lane : next.lanes().values()) {
      if (began.contains(lane.name()) || !couldBegin(next, lane, nowMillis)) {
        passedBy.remove(lane.name());
      } else {
        Set<String> others = passedBy.computeIfAbsent(lane.name(), name -> new HashSet<>());
        for (String other : began) {
          check(uncounted.contains(other) || others.add(other), "a lane does not get its turn");
        }
      }
    }
  }

  private static boolean couldBegin(QueueState next, Lane lane, long nowMillis) {
    return !lane.ready().isEmpty()
        && lane.running().size() < lane.capacity()
        && nowMillis >= lane.pausedUntilMillis()
        && nowMillis < lane.ready().getFirst().leaseUntilMillis()
        && nowMillis <= next.beginsUntilMillis();
  }

  private void nothingIsDueAndForgotten(QueueState next, long nowMillis) {
    boolean storeIsThere = nowMillis >= next.storeAwayUntilMillis();
    for (Settling each : next.settling()) {
      check(each.sent() || !storeIsThere, "a settlement is not sent");
    }
    check(
        !storeIsThere || next.extension() != null || nowMillis < next.extendAtMillis(),
        "leases are not extended");
    boolean hasRoom = counted() < max(config.maxRunning());
    for (Lane lane : next.lanes().values()) {
      check(
          (lane.counted() && !hasRoom) || !couldBegin(next, lane, nowMillis),
          "an entry waits although there is room");
    }
  }

  private static int max(@Nullable Integer limit) {
    return limit == null ? Integer.MAX_VALUE : limit;
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
