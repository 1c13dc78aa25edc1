package dev.rapid.core.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Leases: what the node has claimed stays its own while it says so. */
final class Leases {

  private Leases() {}

  /** Follows claims that hold from a moment. */
  static void begun(QueueStep s, long leasedMillis) {
    s.extendAt = Math.min(s.extendAt, s.extendAfter(leasedMillis));
  }

  static void extend(QueueStep s) {
    if (s.extension != null || s.now < s.extendAt || !s.storeIsThere()) {
      return;
    }
    s.extendAt = QueueState.NEVER;
    List<QueueEntry> entries = new ArrayList<>();
    for (Lane lane : s.lanes()) {
      addHeld(lane.ready(), entries);
      addHeld(lane.running(), entries);
    }
    if (entries.isEmpty()) {
      return;
    }
    s.extension = new QueueState.Extension(s.now, Set.copyOf(entries));
    s.effects.add(new QueueEffect.ExtendLeases(List.copyOf(entries)));
  }

  private static void addHeld(List<ClaimedEntry> from, List<QueueEntry> to) {
    for (ClaimedEntry each : from) {
      if (!each.lost()) {
        to.add(each.entry());
      }
    }
  }

  static void extended(QueueStep s, Set<QueueEntry> lost) {
    s.storeAnswered();
    QueueState.Extension extension = s.extension;
    if (extension == null) {
      return;
    }
    s.extension = null;
    begun(s, extension.sentMillis());
    long until = extension.sentMillis() + s.leaseMillis();
    for (Lane lane : s.lanes()) {
      List<ClaimedEntry> ready = new ArrayList<>();
      for (ClaimedEntry each : lane.ready()) {
        if (!extension.entries().contains(each.entry())) {
          ready.add(each);
        } else if (lost.contains(each.entry())) {
          s.effects.add(new QueueEffect.Forget(each.entry()));
        } else {
          ready.add(each.leasedUntil(until));
        }
      }
      List<ClaimedEntry> running = new ArrayList<>();
      for (ClaimedEntry each : lane.running()) {
        if (!extension.entries().contains(each.entry())) {
          running.add(each);
        } else {
          running.add(lost.contains(each.entry()) ? each.asLost() : each.leasedUntil(until));
        }
      }
      s.put(lane.with(List.copyOf(ready), List.copyOf(running), lane.attemptMillis()));
    }
  }

  static void failed(QueueStep s) {
    s.storeFailed();
    s.extension = null;
    s.extendAt = s.now;
  }
}
