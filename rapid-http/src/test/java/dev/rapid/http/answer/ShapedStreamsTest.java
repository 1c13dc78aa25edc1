package dev.rapid.http.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.shaping.Pacer;
import dev.rapid.core.shaping.ResponseShaper;
import dev.rapid.core.shaping.ShapingRates;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.core.time.Timers;
import dev.rapid.http.TestServer;
import dev.rapid.http.testing.WireClient;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Streams over real connections at the pace of the limiter, in virtual time (contract
 * lifecycle-and-control, section 6).
 */
final class ShapedStreamsTest {

  private static final int KIB = 1024;
  private static final Duration TICK = Duration.ofMillis(125);

  private final VirtualTime time = new VirtualTime();
  private final AtomicInteger alarms = new AtomicInteger();
  private final Timers timers =
      (at, task) -> {
        alarms.incrementAndGet();
        time.schedule(at, task);
      };
  private final TestServer server = TestServer.bound();

  @AfterEach
  void stop() {
    server.close();
  }

  private void serve(ShapingRates rates, int bytes) {
    Payload piece = Payload.of(new byte[32 * KIB]);
    server.serving(exchange ->
        Answers.park(
            exchange,
            () -> {
              if (exchange.getRequestURI().equals("/stream")) {
                stream(exchange, rates, piece, bytes);
              } else {
                Answers.send(exchange, 404, "text/plain", new byte[0]);
              }
            }));
  }

  private void stream(HttpServerExchange exchange, ShapingRates rates, Payload piece, int bytes) {
    StreamedAnswer answer =
        new StreamedAnswer(
            exchange,
            new Pacer(ResponseShaper.of(rates), time, timers),
            StreamedAnswer.Framing.NONE,
            Invocation.UNLIMITED,
            Answers.IGNORE);
    for (long written = 0; written < bytes; written += piece.size()) {
      answer.write(piece);
    }
    answer.end(ByteBuffer.allocate(0), new HeaderMap());
  }

  /** Asks for a stream without keep-alive and chunks, so that all bytes are its own. */
  private WireClient request() {
    return server.connect().send("GET /stream HTTP/1.0\r\n\r\n");
  }

  /** Asks for a stream and receives what may come before any time has passed. */
  private WireClient begun(int burst) {
    WireClient client = request();
    assertThat(client.receiveHead().status()).isEqualTo(200);
    client.receiveBytes(burst);
    return client;
  }

  @Test
  void the_burst_is_let_through_at_once_and_the_rest_at_the_rate() {
    int burst = 1024 * KIB;
    int rate = 512 * KIB;
    serve(new ShapingRates(rate, burst), burst + 5 * rate);
    WireClient client = begun(burst);

    for (int tick = 1; tick <= 5 * 8; tick++) {
      client.expectNothing();
      time.advanceBy(TICK);
      client.receiveBytes(rate / 8);
    }

    client.expectClosed();
  }

  @Test
  void fifty_streams_at_once_have_their_rates_and_wake_up_for_each_write_only() {
    int rate = 32 * KIB;
    serve(new ShapingRates(rate, rate), 6 * rate);
    List<WireClient> clients = Stream.generate(() -> begun(rate)).limit(50).toList();

    for (int second = 1; second <= 5; second++) {
      time.advanceBy(TICK.multipliedBy(7));
      clients.forEach(WireClient::expectNothing);
      time.advanceBy(TICK);
      clients.forEach(client -> client.receiveBytes(rate));
    }

    clients.forEach(WireClient::expectClosed);
    assertThat(alarms).hasValue(50 * 5);
  }
}
