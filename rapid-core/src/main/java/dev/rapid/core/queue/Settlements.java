package dev.rapid.core.queue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settlements: what becomes of claimed entries, written until the store has it. */
final class Settlements {

  private Settlements() {}

  /** Gives up entries that may not begin any more. */
  static void giveUp(QueueStep s) {
    for (Lane lane : s.lanes()) {
      List<ClaimedEntry> left = null;
      for (ClaimedEntry each : lane.ready()) {
        Settlement.Dead dead = lane.policy().beforeAttempt(each.entry(), s.now);
        if (dead != null) {
          left = left == null ? new ArrayList<>(lane.ready()) : left;
          left.remove(each);
          s.settle(each.entry(), dead);
        }
      }
      if (left != null) {
        s.put(lane.withReady(List.copyOf(left)));
      }
    }
  }

  /** Ends the claims of entries whose attempt has not begun. */
  static void release(QueueStep s, List<ClaimedEntry> entries) {
    for (ClaimedEntry each : entries) {
      s.settle(each.entry(), new Settlement.Released());
    }
  }

  static void settled(QueueStep s, QueueEntry entry, boolean held) {
    s.storeAnswered();
    Settlement settlement = remove(s, entry);
    Lane lane = s.lane(entry.lane());
    if (settlement == null || !held || lane == null || !lane.served()) {
      return;
    }
    if (s.drains()) {
      // What the node knows to be due may be the lease of this entry.
      s.put(lane.dueAt(s.now));
      return;
    }
    switch (settlement) {
      case Settlement.Again again -> s.put(lane.dueAt(again.dueMillis()));
      case Settlement.Released() -> s.put(lane.dueAt(s.now));
      case Settlement.Done done -> {}
      case Settlement.Dead dead -> {}
    }
  }

  static void failed(QueueStep s, QueueEntry entry) {
    s.storeFailed();
    int at = indexOf(s, entry);
    if (at >= 0) {
      Settling each = s.settling.get(at);
      s.changeableSettling().set(at, new Settling(entry, each.settlement(), false));
    }
  }

  static void sendAgain(QueueStep s) {
    if (!s.storeIsThere()) {
      return;
    }
    for (int i = 0; i < s.settling.size(); i++) {
      Settling each = s.settling.get(i);
      if (!each.sent()) {
        s.changeableSettling().set(i, new Settling(each.entry(), each.settlement(), true));
        s.effects.add(new QueueEffect.Settle(each.entry(), each.settlement()));
      }
    }
  }

  /**
   * Goes on with the settlement of an entry that was lost before it was written, and that the node
   * has claimed again.
   *
   * @return whether there is one, so that the entry has no further attempt
   */
  static boolean goOn(QueueStep s, QueueEntry newer) {
    for (Settling each : new ArrayList<>(s.settling)) {
      QueueEntry older = each.entry();
      if (older.id().equals(newer.id())) {
        remove(s, older);
        boolean written =
            older.attempts() != newer.attempts() || older.throttles() != newer.throttles();
        if (!written && !(each.settlement() instanceof Settlement.Released)) {
          s.settle(newer, each.settlement());
          return true;
        }
      }
    }
    return false;
  }

  private static @Nullable Settlement remove(QueueStep s, QueueEntry entry) {
    int at = indexOf(s, entry);
    return at < 0 ? null : s.changeableSettling().remove(at).settlement();
  }

  private static int indexOf(QueueStep s, QueueEntry entry) {
    for (int i = 0; i < s.settling.size(); i++) {
      if (s.settling.get(i).entry().equals(entry)) {
        return i;
      }
    }
    return -1;
  }
}
