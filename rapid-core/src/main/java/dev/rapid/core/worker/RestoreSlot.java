package dev.rapid.core.worker;

/** A worker that is ready for its snapshot, until the sandbox answers that it was restored. */
public interface RestoreSlot extends WorkerCall {

  /**
   * Answers that the restore happened. If that could not be written, the implementation posts
   * {@code RestoreSlotWithdrawn}.
   */
  void restored();
}
