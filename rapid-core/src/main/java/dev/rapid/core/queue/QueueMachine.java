package dev.rapid.core.queue;

/**
 * Decides what the queue of a node does: a pure function from a state, an event and a time to the
 * next state and the effects to carry out. It has no clock, no thread and no I/O.
 *
 * <p>The queue itself is in a store, which several nodes may share. A node claims entries, and may
 * then begin their attempts while its lease lasts; it extends the leases of all that it has. What
 * becomes of an entry is a settlement, which has effect only while the claim holds, so that it can
 * be repeated when the store was away.
 */
public final class QueueMachine {

  /**
   * Answers one event.
   *
   * @param nowMillis when the event happened, milliseconds since 1970 by the clock of the store
   */
  public QueueTransition apply(QueueState state, QueueEvent event, long nowMillis) {
    QueueStep s = new QueueStep(state, nowMillis);
    if (nowMillis < state.nowMillis() - s.patienceMillis()) {
      Clocks.movedBack(s);
    }
    answer(s, event);
    // Settlements and leases are before claims: the store carries them out in this order, so that
    // the node does not claim what it has.
    Claims.releaseAtEnd(s);
    Settlements.giveUp(s);
    Settlements.sendAgain(s);
    Leases.extend(s);
    Attempts.begin(s);
    Claims.yieldToOthers(s);
    Claims.claim(s);
    return s.transition(Wakes.next(s));
  }

  private static void answer(QueueStep s, QueueEvent event) {
    switch (event) {
      case QueueEvent.LaneServed e ->
          Claims.served(s, e.lane(), e.capacity(), e.counted(), e.policy());
      case QueueEvent.LaneWithdrawn e -> Claims.withdrawn(s, e.lane());
      case QueueEvent.Added e -> Claims.added(s, e.lane(), e.dueMillis());
      case QueueEvent.Claimed e -> Claims.claimed(s, e.entries(), e.nextDueMillis());
      case QueueEvent.ClaimFailed e -> Claims.failed(s);
      case QueueEvent.AttemptEnded e -> Attempts.ended(s, e.entry(), e.result(), e.random());
      case QueueEvent.Settled e -> Settlements.settled(s, e.entry(), e.held());
      case QueueEvent.SettlementFailed e -> Settlements.failed(s, e.entry());
      case QueueEvent.LeasesExtended e -> Leases.extended(s, e.lost());
      case QueueEvent.ExtensionFailed e -> Leases.failed(s);
      case QueueEvent.Woken e -> s.wakeAt = QueueState.NEVER;
      case QueueEvent.DrainRequested e -> Claims.drain(s, e.untilMillis());
    }
  }
}
