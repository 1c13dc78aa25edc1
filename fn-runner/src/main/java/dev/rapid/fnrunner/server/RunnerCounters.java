package dev.rapid.fnrunner.server;

import java.time.Duration;

/** Counts calls, for {@code Status} and for the end. Methods may be called on any thread. */
final class RunnerCounters {

  private int active;
  private int streams;
  private int invocations;
  private long received;
  private long handled;

  /** A call came. */
  synchronized void opened() {
    active++;
    streams++;
    received++;
  }

  /**
   * A call is over for its caller.
   *
   * @param wasHandled whether it was not refused
   */
  synchronized void closed(boolean wasHandled) {
    active--;
    handled += wasHandled ? 1 : 0;
  }

  /** The stream of a call has ended: its caller has all of the answer, or has gone. */
  synchronized void streamEnded() {
    streams--;
    notifyAll();
  }

  /** An invocation begins; it may outlive its call. */
  synchronized void began() {
    invocations++;
  }

  synchronized void ended() {
    invocations--;
    notifyAll();
  }

  synchronized int active() {
    return active;
  }

  synchronized long received() {
    return received;
  }

  synchronized long handled() {
    return handled;
  }

  /**
   * Waits until there are neither streams nor invocations.
   *
   * @return whether there are none
   */
  synchronized boolean awaitIdle(Duration atMost) throws InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    while (streams > 0 || invocations > 0) {
      long millis = Duration.ofNanos(until - System.nanoTime()).toMillis();
      if (millis <= 0) {
        return false;
      }
      wait(millis);
    }
    return true;
  }
}
