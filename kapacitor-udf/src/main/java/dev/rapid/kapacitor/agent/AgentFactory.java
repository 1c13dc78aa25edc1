package dev.rapid.kapacitor.agent;

import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.time.WallClock;
import dev.rapid.kapacitor.UdfExposure;
import dev.rapid.kapacitor.UdfFrontEnd;
import dev.rapid.kapacitor.UdfSandboxes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Objects;

/** Exposes functions as agents. */
public final class AgentFactory implements UdfFrontEnd.Factory {

  /** Creates the factory. */
  public AgentFactory() {}

  @Override
  public UdfFrontEnd listen(
      UdfExposure exposure,
      UdfSandboxes sandboxes,
      Timers timers,
      NanoClock clock,
      WallClock wallClock)
      throws IOException {
    Path path = Objects.requireNonNull(exposure.socket(), "an exposure without a socket");
    return SocketFrontEnd.listen(
        exposure, path, sandboxes, new AgentClocks(timers, clock, wallClock));
  }

  @Override
  public UdfFrontEnd serve(
      UdfExposure exposure,
      UdfSandboxes sandboxes,
      Timers timers,
      NanoClock clock,
      WallClock wallClock,
      InputStream in,
      OutputStream out,
      UdfFrontEnd.Ended ended) {
    return StreamFrontEnd.serve(
        exposure,
        sandboxes,
        new AgentClocks(timers, clock, wallClock),
        HostLink.of(in, out),
        ended);
  }
}
