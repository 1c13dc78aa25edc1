package dev.rapid.azure;

import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import java.io.IOException;

/**
 * Where the workers of a program connect. The implementation is loaded together with gRPC.
 * Thread-safe.
 */
public interface WorkerHost extends AutoCloseable {

  /** Makes hosts. */
  interface Factory {

    /**
     * Begins to listen on a free port of this machine.
     *
     * @throws IOException if there is none
     */
    WorkerHost start(Timers timers, NanoClock clock) throws IOException;
  }

  /** Returns the port of 127.0.0.1 on which it listens. */
  int port();

  /** Expects a worker, whose time to connect begins now. */
  WorkerSession open(SessionSetup setup);

  /**
   * Returns how many messages of workers were dropped: answers that came too late, twice or without
   * a question, and messages that mean nothing.
   */
  long droppedMessages();

  /** Stops listening; sessions must be closed before. */
  @Override
  void close();
}
