package dev.rapid.fnrunner;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** A runner that listens for calls. */
public interface FnRunner extends AutoCloseable {

  /** Returns where it listens. */
  InetSocketAddress address();

  /**
   * Refuses new calls, so that the load balancer takes another runner, and tells open connections
   * so. Calls that it has go on.
   */
  void drain();

  /**
   * Waits until all calls have ended.
   *
   * @return whether they have
   */
  boolean awaitIdle(Duration atMost) throws InterruptedException;

  /** Drains, cuts off the calls that still run, and stops listening. */
  @Override
  void close();

  /** Makes runners. The implementation is loaded together with the libraries that it uses. */
  interface Factory {

    /**
     * Binds the address of a runner and begins to take calls.
     *
     * @throws IOException if the address or the files for TLS cannot be used
     */
    FnRunner start(FnRunnerSettings settings, RunnerFunctions functions) throws IOException;
  }
}
