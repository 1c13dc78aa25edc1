package dev.rapid.control;

import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * The clients that wait for the init, and how it ended. One client learns of a failure: the oldest
 * that waits, or else the next that asks; for all others init is over (contract
 * lifecycle-and-control, section 3.3).
 *
 * <p>An init inside of an invocation is that invocation's, and does not count here.
 */
final class InitGate {

  /** A client that waits for the end of the init. */
  @FunctionalInterface
  interface Waiter {

    /** Called on any thread at the end of the init; must not block. */
    void initEnded(boolean failed);
  }

  private enum State {
    NOT_BEGUN,
    RUNNING,
    FAILED,
    OVER
  }

  private final Queue<Waiter> waiters = new ArrayDeque<>();
  private State state = State.NOT_BEGUN;
  private boolean cold = true;

  /**
   * Begins an init.
   *
   * @return false if an init has begun since the last reset; then nothing happens
   */
  synchronized boolean begin() {
    if (!cold) {
      return false;
    }
    cold = false;
    state = State.RUNNING;
    return true;
  }

  /** Returns whether an init has ever begun. */
  synchronized boolean begun() {
    return state != State.NOT_BEGUN;
  }

  /** Returns whether an init runs now. */
  synchronized boolean running() {
    return state == State.RUNNING;
  }

  /** Allows an init again, after a reset. */
  synchronized void cooled() {
    cold = true;
  }

  void started(LifecycleEvent.InitStart event) {
    synchronized (this) {
      cold = false;
      if (event.phase() == InitPhase.INIT) {
        state = State.RUNNING;
      }
    }
  }

  void ended(LifecycleEvent.InitReport event) {
    boolean failed = event.status() != Status.SUCCESS;
    List<Waiter> waiting;
    synchronized (this) {
      if (state != State.RUNNING) {
        return;
      }
      state = failed && waiters.isEmpty() ? State.FAILED : State.OVER;
      waiting = new ArrayList<>(waiters);
      waiters.clear();
    }
    for (int i = 0; i < waiting.size(); i++) {
      waiting.get(i).initEnded(failed && i == 0);
    }
  }

  /** Calls {@code waiter} at the end of the init, at once if it has ended. */
  void await(Waiter waiter) {
    boolean failed;
    synchronized (this) {
      if (state == State.NOT_BEGUN || state == State.RUNNING) {
        waiters.add(waiter);
        return;
      }
      failed = state == State.FAILED;
      state = State.OVER;
    }
    waiter.initEnded(failed);
  }

  /** Takes a failure that no client has learned of as reported. */
  synchronized void forgive() {
    if (state == State.FAILED) {
      state = State.OVER;
    }
  }

  /**
   * Removes {@code waiter}.
   *
   * @return whether it was still waiting
   */
  synchronized boolean forget(Waiter waiter) {
    return waiters.remove(waiter);
  }
}
