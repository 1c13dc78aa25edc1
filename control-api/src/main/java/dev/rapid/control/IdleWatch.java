package dev.rapid.control;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Tasks that wait until nothing runs in the sandbox. */
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
   * Lets {@code waiting} not run.
   *
   * @return false if it was or is being run
   */
  synchronized boolean forget(Waiting waiting) {
    return all.remove(waiting);
  }

  /** Something may have ended. */
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
