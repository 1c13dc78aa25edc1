package dev.rapid.fnrunner.server;

import java.util.concurrent.atomic.AtomicLong;

/** Limits the memory of bodies that wait until they are complete. */
final class BodyBudget {

  private final long limit;
  private final AtomicLong used = new AtomicLong();

  /**
   * @param limit in bytes
   */
  BodyBudget(long limit) {
    this.limit = limit;
  }

  /** Returns whether there is memory for {@code bytes} more, and takes it if there is. */
  boolean take(long bytes) {
    if (used.addAndGet(bytes) <= limit) {
      return true;
    }
    used.addAndGet(-bytes);
    return false;
  }

  void giveBack(long bytes) {
    used.addAndGet(-bytes);
  }

  /** Returns how many bytes are taken. */
  long used() {
    return used.get();
  }
}
