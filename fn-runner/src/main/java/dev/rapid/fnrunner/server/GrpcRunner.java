package dev.rapid.fnrunner.server;

import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.ScheduledTimers;
import dev.rapid.fnrunner.FnRunner;
import dev.rapid.fnrunner.FnRunnerSettings;
import dev.rapid.fnrunner.RunnerFunctions;
import dev.rapid.grpc.GrpcServer;
import dev.rapid.grpc.TlsFiles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A runner that takes calls over gRPC. */
final class GrpcRunner implements FnRunner {

  private final RunnerContext context;
  private final ScheduledTimers timers;
  private final GrpcServer server;

  private GrpcRunner(RunnerContext context, ScheduledTimers timers, GrpcServer server) {
    this.context = context;
    this.timers = timers;
    this.server = server;
  }

  static GrpcRunner start(FnRunnerSettings settings, RunnerFunctions functions) throws IOException {
    ScheduledTimers timers = new ScheduledTimers(NanoClock.SYSTEM);
    RunnerContext context = new RunnerContext(settings, functions, timers);
    GrpcServer server =
        GrpcServer.start(
            settings.listen(),
            tlsFiles(settings.tls()),
            GrpcServer.USUAL_MESSAGE_BYTES,
            List.of(new RunnerService(context).definition()));
    return new GrpcRunner(context, timers, server);
  }

  private static @Nullable TlsFiles tlsFiles(FnRunnerSettings.@Nullable Tls tls) {
    return tls == null
        ? null
        : new TlsFiles(tls.certificateChain(), tls.privateKey(), tls.clientAuthorities());
  }

  /** Returns what its calls share. */
  RunnerContext context() {
    return context;
  }

  @Override
  public InetSocketAddress address() {
    return server.address();
  }

  @Override
  public void drain() {
    context.drain();
    server.drain();
  }

  @Override
  public boolean awaitIdle(Duration atMost) throws InterruptedException {
    return context.counters().awaitIdle(atMost);
  }

  @Override
  public void close() {
    context.drain();
    server.close();
    timers.close();
  }
}
