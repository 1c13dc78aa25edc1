package dev.rapid.http.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rapid.core.invocation.Limits;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.shaping.Pacer;
import dev.rapid.core.shaping.ResponseShaper;
import dev.rapid.core.shaping.ShapingRates;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.ScheduledTimers;
import dev.rapid.http.HttpListener;
import dev.rapid.http.HttpWorker;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams at the pace of the limiter, in real time (contract lifecycle-and-control, section 6). */
final class ShapedStreamsTest {

  private static final int KIB = 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ScheduledTimers timers = new ScheduledTimers(NanoClock.SYSTEM);
  private HttpWorker worker;
  private HttpListener listener;

  /** What a client got, and when: as readings of the nano clock. */
  private record Received(long bytes, long burstNanos, long beganNanos, long endedNanos) {

    double seconds() {
      return (endedNanos - beganNanos) / 1e9;
    }
  }

  @BeforeEach
  void start() throws IOException {
    worker = HttpWorker.start(1, 64L * KIB * KIB);
    listener =
        HttpListener.bind(worker, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void stop() {
    listener.close();
    worker.close();
    timers.close();
  }

  private void serve(ShapingRates rates, int bytes) {
    byte[] piece = new byte[32 * KIB];
    listener.serve(exchange ->
        Answers.park(exchange, () -> stream(exchange, rates, Payload.of(piece), bytes)));
  }

  private void stream(HttpServerExchange exchange, ShapingRates rates, Payload piece, int bytes) {
    StreamedAnswer answer =
        new StreamedAnswer(
            exchange,
            new Pacer(ResponseShaper.of(rates), NanoClock.SYSTEM, timers),
            StreamedAnswer.Framing.NONE,
            Limits.UNLIMITED,
            Answers.IGNORE);
    for (long written = 0; written < bytes; written += piece.size()) {
      answer.write(piece);
    }
    answer.end(ByteBuffer.allocate(0), new HeaderMap());
  }

  /** Reads an answer to its end; without keep-alive and chunks, so that all bytes are its own. */
  private static Received receive(SocketAddress address, int burst) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.connect(address);
      socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[64 * KIB];
      skipHead(in);
      long bytes = 0;
      long began = 0;
      long burstAt = 0;
      long last = 0;
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        last = System.nanoTime();
        began = bytes == 0 ? last : began;
        bytes += count;
        burstAt = burstAt == 0 && bytes >= burst ? last : burstAt;
      }
      return new Received(bytes, burstAt, began, last);
    }
  }

  private static void skipHead(InputStream in) throws IOException {
    int matched = 0;
    while (matched < 4) {
      int next = in.read();
      matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
    }
  }

  @Test
  void the_burst_is_let_through_at_once_and_the_rest_at_the_rate() throws IOException {
    int burst = 1024 * KIB;
    int rate = 512 * KIB;
    serve(new ShapingRates(rate, burst), burst + 5 * rate);

    Received received = receive(listener.address(), burst);

    assertThat(received.bytes()).isEqualTo(burst + 5L * rate);
    assertThat(received.burstNanos() - received.beganNanos()).isLessThan(250_000_000);
    assertThat(5L * rate / received.seconds()).isCloseTo(rate, within(0.01 * rate));
  }

  @Test
  void fifty_streams_at_once_have_their_rates_and_take_little_of_a_processor() throws Exception {
    int rate = 32 * KIB;
    serve(new ShapingRates(rate, rate), 6 * rate);
    long cpuBefore = cpuNanos();
    long began = System.nanoTime();

    List<Received> all = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Received>> futures = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        futures.add(clients.submit(() -> receive(listener.address(), rate)));
      }
      for (Future<Received> each : futures) {
        all.add(each.get());
      }
    }

    assertThat(all)
        .allSatisfy(received -> {
          assertThat(received.bytes()).isEqualTo(6L * rate);
          assertThat(5L * rate / received.seconds()).isCloseTo(rate, within(0.02 * rate));
        });
    double load = (double) (cpuNanos() - cpuBefore) / (System.nanoTime() - began);
    assertThat(load).as("processors in use").isLessThan(0.2);
  }

  private static long cpuNanos() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime();
  }
}
