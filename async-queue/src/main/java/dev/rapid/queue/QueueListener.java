package dev.rapid.queue;

import dev.rapid.core.queue.AttemptResult;
import dev.rapid.core.queue.QueueEntry;
import dev.rapid.core.queue.Settlement;
import dev.rapid.queue.store.StoredEntry;

/** Learns what happens in the queue, for logs and metrics. Calls come on any thread. */
public interface QueueListener {

  /** Does nothing. */
  QueueListener NONE = new QueueListener() {};

  /** Returns a listener that tells both. */
  static QueueListener of(QueueListener first, QueueListener second) {
    return new TwoListeners(first, second);
  }

  /** An event was accepted. */
  default void accepted(StoredEntry entry) {}

  /** An attempt begins. */
  default void begun(StoredEntry entry) {}

  /** An attempt has ended, and this becomes of the entry. */
  default void ended(StoredEntry entry, AttemptResult result, Settlement settlement) {}

  /** An entry is settled without an attempt, for example because it is too old. */
  default void settledUnrun(StoredEntry entry, Settlement settlement) {}

  /** The store ends with the program, and this entry with it. */
  default void lost(StoredEntry entry) {}

  /** The claim of an entry did not hold until its attempt was settled: it runs again elsewhere. */
  default void claimLost(QueueEntry entry) {}

  /**
   * A transaction was committed.
   *
   * @param operations how many callers and attempts it was for
   * @param nanos how long it took
   */
  default void committed(int operations, long nanos) {}

  /**
   * The store cannot be reached, or can again.
   *
   * @param message why not, one line; empty if it can be reached again
   */
  default void storeAvailable(boolean available, String message) {}
}
