package dev.rapid.core.sandbox;

/** The connections of the function's processes, implemented by whoever speaks their protocol. */
@FunctionalInterface
public interface RuntimeConnections {

  /**
   * Closes all connections of processes that are gone, also those that nobody has accepted yet, so
   * that none of their calls is obeyed.
   *
   * @param closed to be run when no call of theirs can come any more; on any thread
   */
  void closeAll(Runnable closed);
}
