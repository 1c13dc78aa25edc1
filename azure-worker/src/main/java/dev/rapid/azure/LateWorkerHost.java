package dev.rapid.azure;

import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.libraries.LateLibraries;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The host that all workers of a program share, made when the first of them is started. */
public final class LateWorkerHost implements AutoCloseable {

  private static final String IMPLEMENTATION = "dev.rapid.azure.server.GrpcHostFactory";

  private final Timers timers;
  private final NanoClock clock;

  // Both guarded by this.
  private @Nullable WorkerHost host;
  private boolean closed;

  /** Creates a host that does not listen yet. */
  public LateWorkerHost(Timers timers, NanoClock clock) {
    this.timers = timers;
    this.clock = clock;
  }

  /** Creates a host that listens already. */
  LateWorkerHost(Timers timers, NanoClock clock, WorkerHost listening) {
    this(timers, clock);
    this.host = listening;
  }

  Timers timers() {
    return timers;
  }

  NanoClock clock() {
    return clock;
  }

  /**
   * Returns the host. The first call loads gRPC and begins to listen.
   *
   * @throws IOException if gRPC is missing, if there is no port, or if the program ends
   */
  public synchronized WorkerHost get() throws IOException {
    WorkerHost made = host;
    if (made == null) {
      if (closed) {
        throw new IOException("The program ends");
      }
      made =
          LateLibraries.PROTOCOLS
              .create(WorkerHost.Factory.class, IMPLEMENTATION)
              .start(timers, clock);
      host = made;
    }
    return made;
  }

  /** Returns how many messages of workers were dropped. */
  public synchronized long droppedMessages() {
    return host == null ? 0 : host.droppedMessages();
  }

  /** Stops listening, if it has begun. */
  @Override
  public synchronized void close() {
    closed = true;
    if (host != null) {
      host.close();
    }
  }
}
