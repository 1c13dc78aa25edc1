package dev.rapid.core.mailbox;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Handles events one at a time, in the order of their arrival.
 *
 * <p>It has no thread. The thread that posts an event to an idle mailbox handles it, and all events
 * that arrive meanwhile. No lock is held, so the handler may post events.
 */
public final class Mailbox<E> {

  private final Consumer<E> handler;
  private final Logger log;

  /**
   * The events that wait, and how many of them are not done yet, the one in work included. An event
   * is in the queue before it is counted, so that the worker finds as many events as it counts.
   */
  private final Queue<E> events = new ConcurrentLinkedQueue<>();

  private final AtomicInteger pending = new AtomicInteger();

  /**
   * Creates an empty mailbox.
   *
   * @param handler handles an event; must not block
   * @param log reports what the handler throws
   */
  public Mailbox(Consumer<E> handler, Logger log) {
    this.handler = handler;
    this.log = log;
  }

  /** Hands in an event, which may be done before this method returns. */
  public void post(E event) {
    events.add(event);
    if (pending.getAndIncrement() != 0) {
      return;
    }
    Error failure = null;
    do {
      E next = events.poll();
      try {
        if (next != null) {
          handler.accept(next);
        }
      } catch (RuntimeException e) {
        log.log(Level.ERROR, "Could not handle " + next, e);
      } catch (Error e) {
        // Thrown at once it would stop the mailbox for good.
        log.log(Level.ERROR, "Could not handle " + next, e);
        failure = failure == null ? e : failure;
      }
    } while (pending.decrementAndGet() != 0);
    if (failure != null) {
      throw failure;
    }
  }

  /** Returns whether an event that was handed in is not done yet. */
  public boolean hasPendingEvents() {
    return pending.get() != 0;
  }
}
