package dev.rapid.kapacitor.agent;

import static dev.rapid.kapacitor.agent.ScriptedHost.keepalive;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.kapacitor.agent.AgentBench.Exposure;
import dev.rapid.kapacitor.agent.AgentBench.Use;
import dev.rapid.kapacitor.codec.Frames;
import dev.rapid.kapacitor.protocol.Point;
import dev.rapid.kapacitor.protocol.Request;
import dev.rapid.kapacitor.protocol.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What waits for a slow function is bounded, and the host goes on hearing of the agent (contract
 * kapacitor-udf, section 11.3); long messages (contract kapacitor-udf, section 14).
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SlowFunctionTest {

  private static final int POINTS = 50_000;

  /** What the system keeps of a socket, and what the reader has read ahead. */
  private static final long ON_THE_WAY_BYTES = 1024 * 1024;

  @TempDir private Path directory;

  private final AtomicLong writtenBytes = new AtomicLong();

  @Test
  void no_more_points_are_read_than_may_wait() throws Exception {
    Exposure exposure = Exposure.streams();
    exposure.maxQueuedPoints = 1000;
    Request point = point("x".repeat(1000));
    try (AgentBench bench = new AgentBench(directory, exposure)) {
      Use use = bench.use();
      FutureTask<Void> writing = write(use.host(), point, POINTS);

      awaitKeepalivesOfAPausedReader(bench, use.host());

      assertThat(writing.isDone()).isFalse();
      assertThat(writtenBytes.get())
          .isLessThan(exposure.maxQueuedPoints * Frames.size(point) + ON_THE_WAY_BYTES);
    }
  }

  @Test
  void no_more_bytes_are_read_than_may_wait_also_if_they_are_few_points() throws Exception {
    Request point = point("x".repeat(500_000));
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      Use use = bench.use();
      FutureTask<Void> writing = write(use.host(), point, 200);

      awaitKeepalivesOfAPausedReader(bench, use.host());

      assertThat(writing.isDone()).isFalse();
      assertThat(writtenBytes.get())
          .isLessThan(Conversation.MAX_QUEUED_BYTES + Frames.size(point) + ON_THE_WAY_BYTES);
    }
  }

  @Test
  void nothing_is_lost_when_the_function_is_fast_again() throws Exception {
    Exposure exposure = Exposure.streams();
    exposure.maxQueuedPoints = 1000;
    try (AgentBench bench = new AgentBench(directory, exposure)) {
      Use use = bench.use();
      FutureTask<Void> writing = write(use.host(), point("x"), 10_000);
      Invocation first = use.sandbox().next();
      awaitKeepalivesOfAPausedReader(bench, use.host());

      use.sandbox().function = event -> event;
      use.sandbox().returns(first, FakeSandbox.textOf(first));
      FutureTask<Void> receiving = receive(use.host(), 10_000);
      // A pause cuts the points elsewhere, so that the last ones may wait for others.
      bench.awaitInTime(receiving::isDone);
      receiving.get();

      writing.get();
      use.host().send(keepalive(5));
      Response last = use.host().receive();
      while (last.getKeepalive().getTime() != 5) {
        assertThat(last.hasKeepalive()).isTrue();
        last = use.host().receive();
      }
    }
  }

  @Test
  void points_of_20_mib_come_and_go_at_once() throws Exception {
    Exposure exposure = Exposure.streams();
    exposure.streamMaxPoints = 1;
    exposure.maxFrameBytes = 64 * 1024 * 1024;
    String text = "x".repeat(20 * 1024 * 1024);
    try (AgentBench bench = new AgentBench(directory, exposure)) {
      Use use = bench.use();
      use.sandbox().function = event -> event;

      FutureTask<Void> writing = write(use.host(), point(text), 4);

      for (int i = 0; i < 4; i++) {
        Response response = use.host().receive();
        assertThat(response.getPoint().getFieldsStringOrThrow("s")).isEqualTo(text);
      }
      writing.get();
    }
  }

  private FutureTask<Void> write(ScriptedHost host, Request point, int times) {
    FutureTask<Void> writing =
        new FutureTask<>(() -> {
          for (int i = 0; i < times; i++) {
            host.send(point);
            writtenBytes.addAndGet(Frames.size(point));
          }
          return null;
        });
    Thread.ofPlatform().daemon().start(writing);
    return writing;
  }

  private static FutureTask<Void> receive(ScriptedHost host, int points) {
    FutureTask<Void> receiving =
        new FutureTask<>(() -> {
          int received = 0;
          while (received < points) {
            if (host.receive().hasPoint()) {
              received++;
            }
          }
          return null;
        });
    Thread.ofPlatform().daemon().start(receiving);
    return receiving;
  }

  private static void awaitKeepalivesOfAPausedReader(AgentBench bench, ScriptedHost host)
      throws IOException {
    for (int i = 0; i < 3; i++) {
      AgentBench.await(() -> bench.time.waiting() > 0);
      FutureTask<Response> next = new FutureTask<>(host::receive);
      Thread.ofPlatform().daemon().start(next);
      bench.awaitInTime(next::isDone);
      assertThat(next.resultNow().hasKeepalive()).isTrue();
    }
  }

  private static Request point(String text) {
    return Request.newBuilder()
        .setPoint(Point.newBuilder().setTime(1).setName("m").putFieldsString("s", text))
        .build();
  }
}
