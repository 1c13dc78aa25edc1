package dev.rapid.queue;

import dev.rapid.core.queue.AttemptResult;
import dev.rapid.core.queue.QueueEntry;
import dev.rapid.core.queue.Settlement;
import dev.rapid.queue.store.StoredEntry;

/** Tells two listeners what happens. */
record TwoListeners(QueueListener first, QueueListener second) implements QueueListener {

  @Override
  public void accepted(StoredEntry entry) {
    first.accepted(entry);
    second.accepted(entry);
  }

  @Override
  public void begun(StoredEntry entry) {
    first.begun(entry);
    second.begun(entry);
  }

  @Override
  public void ended(StoredEntry entry, AttemptResult result, Settlement settlement) {
    first.ended(entry, result, settlement);
    second.ended(entry, result, settlement);
  }

  @Override
  public void settledUnrun(StoredEntry entry, Settlement settlement) {
    first.settledUnrun(entry, settlement);
    second.settledUnrun(entry, settlement);
  }

  @Override
  public void lost(StoredEntry entry) {
    first.lost(entry);
    second.lost(entry);
  }

  @Override
  public void claimLost(QueueEntry entry) {
    first.claimLost(entry);
    second.claimLost(entry);
  }

  @Override
  public void committed(int operations, long nanos) {
    first.committed(operations, nanos);
    second.committed(operations, nanos);
  }

  @Override
  public void storeAvailable(boolean available, String message) {
    first.storeAvailable(available, message);
    second.storeAvailable(available, message);
  }
}
