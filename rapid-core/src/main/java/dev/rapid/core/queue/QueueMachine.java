package dev.rapid.core.queue;

import java.util.List;

/**
 * Decides what the queue of a node does: a pure function from a state, an event and a time to the
 * next state and the effects to carry out. It has no clock, no thread and no I/O.
 */
public final class QueueMachine {

  /**
   * Answers one event.
   *
   * @param nowMillis when the event happened, milliseconds since 1970 by the clock of the store
   */
  public QueueTransition apply(QueueState state, QueueEvent event, long nowMillis) {
    return new QueueTransition(state, List.of());
  }
}
