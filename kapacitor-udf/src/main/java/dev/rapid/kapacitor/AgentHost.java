package dev.rapid.kapacitor;

import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.time.WallClock;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Speaks with agents. The implementation is loaded together with protobuf: {@code
 * dev.rapid.kapacitor.host.HostFactory}. Thread-safe.
 */
public interface AgentHost {

  /** Makes hosts. */
  @FunctionalInterface
  interface Factory {

    /** Makes a host. */
    AgentHost create(Timers timers, NanoClock clock, WallClock wallClock);
  }

  /** Expects an agent, whose time to initialise begins now. */
  AgentSession open(SessionSetup setup);

  /**
   * Connects to an agent that listens on a socket. May block.
   *
   * @throws IOException if it does not
   */
  AgentStreams connect(Path socket) throws IOException;
}
