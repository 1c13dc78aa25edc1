package dev.rapid.azure.server;

import dev.rapid.azure.WorkerHost;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import java.io.IOException;

/** Makes hosts to which workers connect over gRPC. */
public final class GrpcHostFactory implements WorkerHost.Factory {

  /** Creates a factory. */
  public GrpcHostFactory() {}

  @Override
  public WorkerHost start(Timers timers, NanoClock clock) throws IOException {
    return GrpcWorkerHost.start(timers, clock);
  }
}
