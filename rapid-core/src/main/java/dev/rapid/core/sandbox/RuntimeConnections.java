package dev.rapid.core.sandbox;

/** The connections of the runtime, implemented by whoever speaks its protocol. */
@FunctionalInterface
public interface RuntimeConnections {

  /** Closes all connections of a runtime that is gone, so that none of its calls is obeyed. */
  void closeAll();
}
