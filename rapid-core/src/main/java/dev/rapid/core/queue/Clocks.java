package dev.rapid.core.queue;

import java.util.ArrayList;
import java.util.List;

/**
 * What follows when the clock moves back: it was set, or the store has another clock than the one
 * by which the node began. Moments that the node remembers would come much too late.
 */
final class Clocks {

  private Clocks() {}

  /** Forgets moments in the future that only the old clock knows, and looks at the store anew. */
  static void movedBack(QueueStep s) {
    s.storeAwayUntil = Math.min(s.storeAwayUntil, s.now);
    s.wakeAt = QueueState.NEVER;
    s.claimSent = s.claimSent == null ? null : Long.valueOf(Math.min(s.claimSent, s.now));
    if (s.extendAt != QueueState.NEVER) {
      s.extendAt = s.now;
    }
    QueueState.Extension extension = s.extension;
    if (extension != null) {
      s.extension =
          new QueueState.Extension(Math.min(extension.sentMillis(), s.now), extension.entries());
    }
    for (Lane each : s.lanes()) {
      List<ClaimedEntry> ready = new ArrayList<>();
      for (ClaimedEntry entry : each.ready()) {
        ready.add(entry.since(Math.min(entry.sinceMillis(), s.now)));
      }
      Lane lane = each.withReady(List.copyOf(ready));
      s.put(
          lane.served()
              ? lane.servedWith(lane.capacity(), lane.counted(), lane.policy(), s.now)
              : lane);
    }
  }
}
