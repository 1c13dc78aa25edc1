package dev.rapid.kapacitor;

import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.time.WallClock;
import dev.rapid.libraries.LateLibraries;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The host that all agents of a program share, made when the first of them is started. */
public final class LateAgentHost {

  private static final String IMPLEMENTATION = "dev.rapid.kapacitor.host.HostFactory";

  private final Timers timers;
  private final NanoClock clock;
  private final WallClock wallClock;

  /** Guarded by this. */
  private @Nullable AgentHost host;

  /** Creates a host that is not loaded yet. */
  public LateAgentHost(Timers timers, NanoClock clock, WallClock wallClock) {
    this.timers = timers;
    this.clock = clock;
    this.wallClock = wallClock;
  }

  /** Creates a host that is loaded already. */
  LateAgentHost(Timers timers, NanoClock clock, WallClock wallClock, AgentHost loaded) {
    this(timers, clock, wallClock);
    this.host = loaded;
  }

  Timers timers() {
    return timers;
  }

  NanoClock clock() {
    return clock;
  }

  /**
   * Returns the host. The first call loads protobuf.
   *
   * @throws IOException if it is missing
   */
  synchronized AgentHost get() throws IOException {
    AgentHost made = host;
    if (made == null) {
      made =
          LateLibraries.PROTOCOLS
              .create(AgentHost.Factory.class, IMPLEMENTATION)
              .create(timers, clock, wallClock);
      host = made;
    }
    return made;
  }
}
