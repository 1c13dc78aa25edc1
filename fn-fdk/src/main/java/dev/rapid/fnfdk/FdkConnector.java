package dev.rapid.fnfdk;

import dev.rapid.core.sandbox.SandboxEvent;
import java.util.function.Consumer;

/** Connects to workers. The implementation is loaded together with Netty. */
public interface FdkConnector extends AutoCloseable {

  /**
   * Waits for the socket of a worker whose process runs, and then gives it the invocations of its
   * sandbox.
   *
   * @param generation of the worker's process
   * @param sandbox takes what happens
   */
  FdkLink open(
      int generation, SocketDirectory directory, FdkLimits limits, Consumer<SandboxEvent> sandbox);

  /**
   * Loads what the first call will need, so that it does not wait for that; a second time does
   * nothing.
   */
  void prepareCalls();

  /** Ends the threads; links must be closed before. */
  @Override
  void close();
}
