package dev.rapid.core.worker;

/** The connections of the function's processes; the adapter of their protocol implements it. */
@FunctionalInterface
public interface WorkerConnections {

  /**
   * Closes all connections of processes that are gone, also those that are not accepted yet, so
   * that none of their calls is obeyed.
   *
   * @param closed to be run when no call of theirs can come any more; on any thread
   */
  void closeAll(Runnable closed);
}
