package dev.rapid.kapacitor.host;

import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.time.WallClock;
import dev.rapid.kapacitor.AgentHost;

/** Makes what speaks with agents. */
public final class HostFactory implements AgentHost.Factory {

  /** Creates a factory. */
  public HostFactory() {}

  @Override
  public AgentHost create(Timers timers, NanoClock clock, WallClock wallClock) {
    return new KapacitorHost(timers, clock, wallClock);
  }
}
