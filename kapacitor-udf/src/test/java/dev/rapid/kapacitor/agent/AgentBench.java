package dev.rapid.kapacitor.agent;

import dev.rapid.core.testing.VirtualTime;
import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.UdfExposure;
import dev.rapid.kapacitor.UdfFrontEnd;
import dev.rapid.kapacitor.ValueType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** An exposed function on a real socket, whose time and whose sandboxes belong to the test. */
final class AgentBench implements AutoCloseable {

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  final VirtualTime time = new VirtualTime();
  final Path socket;
  final UdfFrontEnd frontEnd;

  /** What the init of the next sandbox gives. */
  volatile CompletableFuture<@Nullable String> nextInit = CompletableFuture.completedFuture(null);

  private final BlockingQueue<FakeSandbox> opened = new LinkedBlockingQueue<>();
  private final List<ScriptedHost> hosts = new ArrayList<>();

  /** What a test changes of an exposure. */
  static final class Exposure {

    EdgeType wants = EdgeType.STREAM;
    EdgeType provides = EdgeType.STREAM;
    Map<String, List<ValueType>> options = Map.of();
    int streamMaxPoints = 100;
    boolean drops;
    int retries;
    boolean snapshots;
    boolean ordered;
    int maxQueuedPoints = 10_000;
    int maxFrameBytes = 1024 * 1024;
    int socketMode = 0660;

    static Exposure streams() {
      return new Exposure();
    }

    static Exposure batches() {
      Exposure exposure = new Exposure();
      exposure.wants = EdgeType.BATCH;
      exposure.provides = EdgeType.BATCH;
      return exposure;
    }

    UdfExposure at(@Nullable Path socket) {
      return new UdfExposure(
          socket,
          socketMode,
          wants,
          provides,
          options,
          streamMaxPoints,
          Duration.ofMillis(50),
          drops,
          retries,
          snapshots,
          ordered,
          maxQueuedPoints,
          maxFrameBytes,
          UdfExposure.DEFAULT.schema());
    }
  }

  AgentBench(Path directory, Exposure exposure) throws IOException {
    this.socket = directory.resolve("u.sock");
    this.frontEnd = new AgentFactory().listen(exposure.at(socket), this::open, time, time, time);
  }

  private FakeSandbox open() {
    FakeSandbox sandbox = new FakeSandbox();
    sandbox.init = nextInit;
    opened.add(sandbox);
    return sandbox;
  }

  /** Connects a host. */
  ScriptedHost connect() throws IOException {
    ScriptedHost host = ScriptedHost.connect(socket);
    hosts.add(host);
    return host;
  }

  /** Returns the sandbox that was claimed next. */
  FakeSandbox sandbox() throws InterruptedException {
    FakeSandbox next = opened.poll(20, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no sandbox was claimed");
    }
    return next;
  }

  boolean hasSandbox() {
    return !opened.isEmpty();
  }

  /** Connects a host whose Init succeeds. */
  Use use() throws IOException, InterruptedException {
    ScriptedHost host = connect();
    if (!host.init().getInit().getSuccess()) {
      throw new AssertionError("Init failed");
    }
    return new Use(host, sandbox());
  }

  /** A host and its sandbox. */
  record Use(ScriptedHost host, FakeSandbox sandbox) {}

  /** Waits until something is so. */
  static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it did not come to be so");
      }
      Thread.onSpinWait();
    }
  }

  /** Lets seconds pass until something is so. */
  void awaitInTime(BooleanSupplier condition) {
    await(() -> {
      time.advanceBy(Duration.ofSeconds(1));
      return condition.getAsBoolean();
    });
  }

  @Override
  public void close() throws IOException {
    for (ScriptedHost each : hosts) {
      each.close();
    }
    frontEnd.close();
  }
}
