package dev.rapid.control;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Holds tasks until nothing runs in the sandbox. */
final class IdleWatch {

  /**
   * A task that waits.
   *
   * @param ready whether nothing runs now
   */
  record Waiting(BooleanSupplier ready, Runnable task) {}

  private final List<Waiting> all = new ArrayList<>();

  /** Runs the task of {@code waiting} when it is ready, perhaps at once. */
  void await(Waiting waiting) {
    synchronized (this) {
      all.add(waiting);
    }
    check();
  }

  /**
   * Cancels the task of {@code waiting}.
   *
   * @return false if the task has already begun
   */
  synchronized boolean forget(Waiting waiting) {
    return all.remove(waiting);
  }

  /** Runs the tasks that are ready. Called when something may have ended. */
  void check() {
    List<Waiting> ready = new ArrayList<>();
    synchronized (this) {
      for (Iterator<Waiting> i = all.iterator(); i.hasNext(); ) {
        Waiting next = i.next();
        if (next.ready().getAsBoolean()) {
          i.remove();
          ready.add(next);
        }
      }
    }
    ready.forEach(each -> each.task().run());
  }
}
