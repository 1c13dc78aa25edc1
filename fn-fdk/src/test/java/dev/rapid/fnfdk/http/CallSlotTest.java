package dev.rapid.fnfdk.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.testing.Invocations;
import dev.rapid.fnfdk.FdkLimits;
import dev.rapid.fnfdk.SocketDirectory;
import dev.rapid.fnfdk.SocketDirectoryPaths;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the payload of a call while the event loop has not begun it. */
final class CallSlotTest {

  @TempDir private Path directory;

  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ArrivingPayload payload = new ArrivingPayload();

  @AfterEach
  void end() {
    var unused = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  @Test
  void a_payload_is_held_from_the_delivery_on() {
    CountDownLatch busy = new CountDownLatch(1);
    loops.next().execute(() -> await(busy));

    deliver(link());

    assertThat(payload.readers()).isEqualTo(2);
    busy.countDown();
  }

  @Test
  void a_payload_whose_worker_has_ended_is_given_back() {
    WorkerLink link = link();
    link.close(() -> {});

    deliver(link);

    FdkBench.eventually(() -> payload.readers() == 1);
  }

  @Test
  void a_payload_whose_worker_takes_no_connection_is_given_back() {
    deliver(link());

    FdkBench.eventually(() -> payload.readers() == 1);
  }

  private WorkerLink link() {
    SocketDirectory sockets = SocketDirectoryPaths.at(directory);
    FdkLimits limits = new FdkLimits(1_000, 1_000, Duration.ofSeconds(1));
    return new WorkerLink(loops.next(), 1, sockets, limits, event -> {});
  }

  private void deliver(WorkerLink link) {
    new CallSlot(link, "1.1").deliver(Invocations.invocation().payload(payload).build(), 0);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
