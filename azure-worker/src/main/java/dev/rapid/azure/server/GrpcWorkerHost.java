package dev.rapid.azure.server;

import dev.rapid.azure.SessionSetup;
import dev.rapid.azure.WorkerHost;
import dev.rapid.azure.WorkerSession;
import dev.rapid.azure.server.forward.HttpForwarder;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.grpc.GrpcServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC server on the loopback address, and the sessions of the workers that it expects. A worker
 * is recognised by its id, which only its process has (contract azure-functions-worker, section 2).
 */
final class GrpcWorkerHost implements WorkerHost {

  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  /** What workers read on their command line as the longest message. */
  private static final int MAX_MESSAGE_BYTES = Integer.MAX_VALUE;

  private final Timers timers;
  private final NanoClock clock;
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();
  private final LongAdder dropped = new LongAdder();
  private final GrpcServer server;

  /** Made for the first worker that has an HTTP server. Guarded by this. */
  private @Nullable HttpForwarder forwarder;

  private GrpcWorkerHost(Timers timers, NanoClock clock) throws IOException {
    this.timers = timers;
    this.clock = clock;
    this.server =
        GrpcServer.start(
            new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), 0),
            null,
            MAX_MESSAGE_BYTES,
            List.of(EventStreams.service(sessions::get), EventStreams.oldService(sessions::get)));
  }

  static GrpcWorkerHost start(Timers timers, NanoClock clock) throws IOException {
    return new GrpcWorkerHost(timers, clock);
  }

  @Override
  public int port() {
    return server.address().getPort();
  }

  @Override
  public WorkerSession open(SessionSetup setup) {
    String id = setup.start().workerId();
    Session session =
        new Session(
            setup,
            timers,
            clock,
            dropped,
            this::forwarder,
            () -> {
              @Nullable Session unused = sessions.remove(id);
            });
    sessions.put(id, session);
    session.begin();
    return session;
  }

  /** Returns whether a session has a step that is not done yet. */
  boolean hasPendingSteps() {
    return sessions.values().stream().anyMatch(Session::hasPendingSteps);
  }

  private synchronized HttpForwarder forwarder() {
    HttpForwarder made = forwarder;
    if (made == null) {
      made = new HttpForwarder();
      forwarder = made;
    }
    return made;
  }

  @Override
  public long droppedMessages() {
    return dropped.sum();
  }

  @Override
  public void close() {
    server.close();
    synchronized (this) {
      if (forwarder != null) {
        forwarder.close();
      }
    }
  }
}
