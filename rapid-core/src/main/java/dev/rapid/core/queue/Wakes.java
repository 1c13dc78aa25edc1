package dev.rapid.core.queue;

/** When there is something to do although no event comes. */
final class Wakes {

  private Wakes() {}

  /** Returns the moment, {@link QueueState#NEVER} if there is none. */
  static long next(QueueStep s) {
    long next = QueueState.NEVER;
    for (Settling each : s.settling) {
      if (!each.sent()) {
        next = s.storeAwayUntil;
        break;
      }
    }
    if (s.extension == null && s.extendAt != QueueState.NEVER) {
      next = Math.min(next, Math.max(s.extendAt, s.storeAwayUntil));
    }
    int room = s.room();
    for (Lane each : s.lanes()) {
      if (!each.ready().isEmpty()) {
        next = Math.min(next, nextOfReady(s, each));
      }
      if (s.claimSent == null && Claims.wanted(s, each, room) > 0) {
        next = Math.min(next, Math.max(Claims.claimAt(s, each), s.storeAwayUntil));
      }
    }
    return next == QueueState.NEVER ? next : Math.max(next, s.now + 1);
  }

  private static long nextOfReady(QueueStep s, Lane lane) {
    ClaimedEntry first = lane.ready().getFirst();
    long next = lane.policy().lastBeginMillis(first.entry()) + 1;
    if (s.now < lane.pausedUntilMillis()) {
      next = Math.min(next, lane.pausedUntilMillis());
    }
    if (s.isShared()) {
      next = Math.min(next, first.sinceMillis() + s.patienceMillis());
    }
    return s.beginsUntil == QueueState.NEVER ? next : Math.min(next, s.beginsUntil + 1);
  }
}
