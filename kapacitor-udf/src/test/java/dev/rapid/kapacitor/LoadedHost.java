package dev.rapid.kapacitor;

import dev.rapid.core.testing.VirtualTime;

/** Lets a test bring the host. */
public final class LoadedHost {

  private LoadedHost() {}

  /** Returns a host that is loaded. */
  public static LateAgentHost of(VirtualTime time, AgentHost host) {
    return new LateAgentHost(time, time, time, host);
  }
}
