package dev.rapid.kapacitor;

import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.time.WallClock;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * An exposed function, to which hosts connect. The implementation is loaded together with protobuf:
 * {@code dev.rapid.kapacitor.agent.AgentFactory}. Thread-safe.
 */
public interface UdfFrontEnd extends AutoCloseable {

  /** Begins to serve hosts. */
  interface Factory {

    /**
     * Listens on the socket of the exposure. A file that a dead server has left is replaced.
     *
     * @throws IOException if the socket cannot be used; the message says why
     */
    UdfFrontEnd listen(
        UdfExposure exposure,
        UdfSandboxes sandboxes,
        Timers timers,
        NanoClock clock,
        WallClock wallClock)
        throws IOException;

    /**
     * Serves the host at the far end of two streams.
     *
     * @param ended run when the conversation is over, with whether it ended as the host wanted
     */
    UdfFrontEnd serve(
        UdfExposure exposure,
        UdfSandboxes sandboxes,
        Timers timers,
        NanoClock clock,
        WallClock wallClock,
        InputStream in,
        OutputStream out,
        Ended ended);
  }

  /** Takes the end of a conversation. */
  @FunctionalInterface
  interface Ended {

    /**
     * The conversation is over, and all that was to be written is written.
     *
     * @param clean whether the host ended its input; false after an error
     */
    void ended(boolean clean);
  }

  /** Refuses new hosts. Those that are connected go on. */
  void drain();

  /** Refuses new hosts, and tells those that are connected that the program ends. */
  void stop();

  /**
   * Waits until no host is connected.
   *
   * @return whether that is so
   */
  boolean awaitIdle(Duration atMost) throws InterruptedException;

  /** Ends everything, and deletes the file of the socket. */
  @Override
  void close();
}
