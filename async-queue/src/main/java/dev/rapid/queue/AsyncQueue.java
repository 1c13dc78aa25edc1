package dev.rapid.queue;

import dev.rapid.core.queue.RetryPolicy;
import dev.rapid.lambda.async.EventAcceptance;
import dev.rapid.queue.store.EntryStore;
import dev.rapid.queue.store.StoreException;
import dev.rapid.queue.store.StoredEntry;
import java.time.Duration;

/**
 * The queue of a node: stores accepted events, and runs the attempts of the lanes that the node
 * serves. Nothing blocks the threads that call it, and the store is not opened before the first
 * event, unless it may have entries of an earlier run.
 */
public interface AsyncQueue extends AutoCloseable {

  /** Stores an event. */
  void accept(StoredEntry entry, EventAcceptance acceptance);

  /**
   * Runs the entries of a lane from now on.
   *
   * @param capacity how many attempts run at once
   */
  void serve(String lane, int capacity, RetryPolicy policy, AttemptRunner runner);

  /** Does not run entries of a lane any more. */
  void withdraw(String lane);

  /**
   * Returns the store.
   *
   * @throws StoreException if it cannot be opened
   */
  EntryStore store() throws StoreException;

  /**
   * Begins no more attempts and waits until those that run have ended and are settled, at most
   * {@code patience}. Claims that have not begun are released.
   */
  void drain(Duration patience);

  @Override
  void close();
}
