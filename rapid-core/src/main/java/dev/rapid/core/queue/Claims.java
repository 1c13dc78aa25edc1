package dev.rapid.core.queue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Claims: which entries the node takes from the store, and which it leaves to others. */
final class Claims {

  /** How many entries are claimed at once that are given up without an attempt. */
  private static final int GIVEN_UP_AT_ONCE = 64;

  private Claims() {}

  // ------------------------------------------------------------------ lanes

  static void served(QueueStep s, String name, int capacity, boolean counted, RetryPolicy policy) {
    Lane lane = s.lane(name);
    s.put(
        lane == null
            ? Lane.served(name, capacity, counted, policy, s.now)
            : lane.servedWith(capacity, counted, policy, s.now));
  }

  static void withdrawn(QueueStep s, String name) {
    Lane lane = s.lane(name);
    if (lane != null) {
      Settlements.release(s, lane.ready());
      s.put(lane.withReady(List.of()).withdrawn());
    }
  }

  static void added(QueueStep s, String name, long dueMillis) {
    Lane lane = s.lane(name);
    if (lane != null && lane.served()) {
      Lane next = lane.dueAt(dueMillis);
      if (!next.equals(lane)) {
        s.put(next);
      }
    }
  }

  // ------------------------------------------------------------------ claims

  /** Claims entries of all lanes that have room and may have entries that are due. */
  static void claim(QueueStep s) {
    if (s.claimSent != null || !s.storeIsThere()) {
      return;
    }
    int room = s.room();
    Map<String, Integer> atMost = new LinkedHashMap<>();
    for (Lane each : s.lanes()) {
      int wanted = s.now >= claimAt(s, each) ? wanted(s, each, room) : 0;
      if (wanted > 0) {
        atMost.put(each.name(), wanted);
        s.put(each.claiming(s.now));
      }
    }
    if (!atMost.isEmpty()) {
      s.claimSent = s.now;
      s.effects.add(new QueueEffect.Claim(atMost));
    }
  }

  /** Returns when entries of a lane are claimed if there is room for them. */
  static long claimAt(QueueStep s, Lane lane) {
    long due = QueueState.NEVER;
    Long known = lane.nextDueMillis();
    if (known != null) {
      due = known;
    }
    if (s.config.pollInterval() != null) {
      due = Math.min(due, lane.claimedMillis() + s.config.pollInterval().toMillis());
    }
    return Math.max(due, Math.max(lane.pausedUntilMillis(), lane.yieldsUntilMillis()));
  }

  /**
   * Returns how many entries of a lane the node would claim.
   *
   * @param room how many more attempts the counted lanes together may run
   */
  static int wanted(QueueStep s, Lane lane, int room) {
    if (!lane.served() || !s.mayBegin()) {
      return 0;
    }
    if (lane.policy().runsNothing()) {
      return settles(s, lane) ? 0 : GIVEN_UP_AT_ONCE;
    }
    int ready = lane.ready().size();
    int own = lane.capacity() - lane.running().size();
    if (lane.capacity() == 0 || (ready > 0 && ready * 2 > lane.prefetch())) {
      return 0;
    }
    int free = lane.counted() ? Math.min(own, room) : own;
    int wanted = Math.max(0, free) + lane.prefetch() - ready;
    // One entry is there for the turn of its lane, so that other lanes do not always come first.
    return ready == 0 && own > 0 ? Math.max(1, wanted) : wanted;
  }

  private static boolean settles(QueueStep s, Lane lane) {
    for (Settling each : s.settling) {
      if (each.entry().lane().equals(lane.name())) {
        return true;
      }
    }
    return false;
  }

  static void claimed(QueueStep s, List<QueueEntry> entries, Map<String, Long> nextDueMillis) {
    s.storeAnswered();
    long sent = s.claimSent == null ? s.now : s.claimSent;
    s.claimSent = null;
    long leaseUntil = sent + s.leaseMillis();
    for (QueueEntry each : entries) {
      take(s, new ClaimedEntry(each, leaseUntil, s.now, false));
    }
    if (!entries.isEmpty()) {
      Leases.begun(s, sent);
    }
    nextDueMillis.forEach((name, due) -> added(s, name, due));
  }

  private static void take(QueueStep s, ClaimedEntry claimed) {
    QueueEntry entry = claimed.entry();
    Lane lane = s.lane(entry.lane());
    if (lane != null) {
      int at = Attempts.indexOf(lane.running(), entry);
      if (at >= 0) {
        // The claim was lost and came back: the attempt that runs is the one of the new claim.
        List<ClaimedEntry> running = new ArrayList<>(lane.running());
        running.set(at, running.get(at).claimedAgain(entry, claimed.leaseUntilMillis()));
        s.put(lane.withRunning(List.copyOf(running)));
        return;
      }
    }
    if (Settlements.goOn(s, entry)) {
      return;
    }
    if (lane == null || !lane.served()) {
      s.settle(entry, new Settlement.Released());
      return;
    }
    List<ClaimedEntry> ready = new ArrayList<>(lane.ready());
    ready.removeIf(each -> each.entry().id().equals(entry.id()));
    ready.add(claimed);
    s.put(lane.withReady(List.copyOf(ready)));
  }

  static void failed(QueueStep s) {
    s.storeFailed();
    s.claimSent = null;
    for (Lane each : s.lanes()) {
      if (each.served()) {
        s.put(each.dueAt(s.now));
      }
    }
  }

  // ------------------------------------------------------------------ what is left to others

  static void drain(QueueStep s, @Nullable Long untilMillis) {
    s.beginsUntil = Math.min(s.beginsUntil, untilMillis == null ? Long.MIN_VALUE : untilMillis);
    if (s.drains()) {
      // What the node knows to be due may be leases of its own that are over.
      for (Lane each : s.lanes()) {
        if (each.served() && each.nextDueMillis() != null) {
          s.put(each.dueAt(s.now));
        }
      }
    }
  }

  /** Releases all that has not begun, if no attempt may begin any more. */
  static void releaseAtEnd(QueueStep s) {
    if (s.mayBegin()) {
      return;
    }
    for (Lane each : s.lanes()) {
      if (!each.ready().isEmpty()) {
        Settlements.release(s, each.ready());
        s.put(each.withReady(List.of()));
      }
    }
  }

  /** Releases entries that have waited long for room here, if there are other nodes. */
  static void yieldToOthers(QueueStep s) {
    if (!s.isShared()) {
      return;
    }
    for (Lane each : s.lanes()) {
      List<ClaimedEntry> ready = each.ready();
      if (!ready.isEmpty() && s.now >= ready.getFirst().sinceMillis() + s.patienceMillis()) {
        Settlements.release(s, ready);
        s.put(each.with(List.of(), each.running(), null).yieldingUntil(s.now + s.patienceMillis()));
      }
    }
  }
}
