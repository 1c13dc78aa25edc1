package dev.rapid.http;

import static dev.rapid.http.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Payload;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.BodyReader;
import dev.rapid.http.request.RequestLimits;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import io.undertow.server.HttpServerExchange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rules of the connection itself (contract runtime-extensions-telemetry, section 0.2). */
final class HttpListenerTest {

  private final AtomicInteger begun = new AtomicInteger();
  private final List<HttpServerExchange> parked = new CopyOnWriteArrayList<>();
  private final TestServer server = TestServer.bound();

  @AfterEach
  void stop() {
    server.close();
  }

  private TestServer serving() {
    return server.serving(this::handle);
  }

  private void handle(HttpServerExchange exchange) {
    begun.incrementAndGet();
    switch (exchange.getRequestPath()) {
      case "/park" -> Answers.park(exchange, () -> parked.add(exchange));
      case "/refuse" -> answer(exchange, 400, "refused");
      case "/read" -> Answers.park(exchange, () -> read(exchange));
      default ->
          answer(
              exchange,
              200,
              "header of " + exchange.getRequestHeaders().getFirst("X-Long").length());
    }
  }

  private void read(HttpServerExchange exchange) {
    BodyReader.read(
        exchange,
        server.payloads(),
        1_000_000,
        1_000_000,
        new BodyReader.Receiver() {
          @Override
          public void complete(Payload payload) {
            Answers.send(exchange, payload, Answers.IGNORE);
          }

          @Override
          public void tooLarge(long readBytes) {
            throw new AssertionError();
          }

          @Override
          public void outOfMemory() {
            throw new AssertionError();
          }

          @Override
          public void truncated() {}
        });
  }

  private static void answer(HttpServerExchange exchange, int status, String text) {
    Answers.send(exchange, status, Answers.TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_connection_waits_until_the_listener_serves() {
    WireClient early = server.connect().sendHead("GET", "/", "X-Long: abc");

    serving();

    assertThat(early.receive().text()).isEqualTo("header of 3");
  }

  @Test
  void a_header_of_1000000_bytes_passes_for_the_processes_of_a_function() {
    try (TestServer function = TestServer.boundWithLimits(RequestLimits.FUNCTION)) {
      WireAnswer answer =
          function.serving(this::handle).connect().get("/", "X-Long: " + "x".repeat(1_000_000));

      assertThat(answer.text()).isEqualTo("header of 1000000");
    }
  }

  @Test
  void a_header_of_1060000_bytes_is_refused_for_them_too() {
    try (TestServer function = TestServer.boundWithLimits(RequestLimits.FUNCTION)) {
      WireAnswer answer =
          function.serving(this::handle).connect().get("/", "X-Long: " + "x".repeat(1_060_000));

      assertThat(answer.status()).isEqualTo(431);
      assertThat(begun).hasValue(0);
    }
  }

  @Test
  void a_request_without_host_is_refused_and_ends_the_connection() {
    WireClient client = serving().connect().send("GET / HTTP/1.1\r\nX-Long: abc\r\n\r\n");

    WireAnswer answer = client.receive();

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("Connection")).isEqualTo("close");
    client.expectClosed();
  }

  @Test
  void a_request_of_http_1_0_is_answered_as_such_and_ends_the_connection() {
    WireClient client = serving().connect().send("GET / HTTP/1.0\r\nX-Long: abc\r\n\r\n");

    WireAnswer answer = client.receive();

    assertThat(answer.protocol()).isEqualTo("HTTP/1.0");
    assertThat(answer.text()).isEqualTo("header of 3");
    client.expectClosed();
  }

  @Test
  void a_client_that_asks_to_close_is_closed_after_its_answer() {
    WireClient client = serving().connect();

    assertThat(client.get("/", "X-Long: a", "Connection: close").status()).isEqualTo(200);

    client.expectClosed();
  }

  @Test
  void a_client_that_expects_100_is_told_to_continue() {
    WireClient client = serving().connect();

    client.sendHead("POST", "/read", "Content-Length: 5", "Expect: 100-continue");
    assertThat(client.receive().status()).isEqualTo(100);
    client.send("hello");

    assertThat(client.receive().text()).isEqualTo("hello");
  }

  @Test
  void a_client_that_expects_100_and_is_refused_gets_the_answer_at_once() {
    WireClient client = serving().connect();

    client.sendHead("POST", "/refuse", "Content-Length: 5", "Expect: 100-continue");

    assertThat(client.receive().text()).isEqualTo("refused");
  }

  @Test
  void repeated_headers_count_with_their_first_value() {
    WireAnswer answer = serving().connect().get("/", "X-Long: a", "x-long: bbb");

    assertThat(answer.text()).isEqualTo("header of 1");
  }

  @Test
  void closing_the_connections_ends_parked_requests_without_an_answer() {
    WireClient client = serving().connect().sendHead("GET", "/park");
    eventually(() -> begun.get() == 1);

    closeConnections();

    client.expectClosed();
  }

  @Test
  void new_connections_are_accepted_after_all_were_closed() {
    serving().connect().get("/", "X-Long: a");
    closeConnections();

    WireAnswer answer = server.connect().get("/", "X-Long: ab");

    assertThat(answer.text()).isEqualTo("header of 2");
  }

  @Test
  void a_request_in_the_backlog_is_not_answered_after_the_connections_were_closed() {
    WireClient waiting = server.connect().sendHead("GET", "/", "X-Long: a");
    server.connect().sendHead("GET", "/", "X-Long: a").close();
    AtomicBoolean closed = new AtomicBoolean();
    server.listener().closeConnections(() -> closed.set(true));

    serving();

    eventually(closed::get);
    waiting.expectClosed();
    assertThat(server.connect().get("/", "X-Long: ab").text()).isEqualTo("header of 2");
    assertThat(begun).hasValue(1);
  }

  @Test
  void a_request_behind_a_parked_one_is_not_answered_after_the_connections_were_closed() {
    WireClient client = serving().connect();
    client.send("GET /park HTTP/1.1\r\nHost: test\r\n\r\nGET / HTTP/1.1\r\nHost: test\r\n\r\n");
    eventually(() -> !parked.isEmpty());
    closeConnections();

    HttpServerExchange exchange = parked.getFirst();
    Answers.onIoThread(exchange, exchange::endExchange);

    client.expectClosed();
    assertThat(server.connect().get("/", "X-Long: ab").text()).isEqualTo("header of 2");
    assertThat(begun).hasValue(2);
  }

  @Test
  void the_connections_are_closed_however_often_that_is_asked_for_at_once() {
    serving();
    AtomicInteger closed = new AtomicInteger();

    for (int i = 0; i < 20; i++) {
      server.connect().sendHead("GET", "/park");
      server.listener().closeConnections(closed::incrementAndGet);
    }

    eventually(() -> closed.get() == 20);
    assertThat(server.connect().get("/", "X-Long: ab").text()).isEqualTo("header of 2");
  }

  @Test
  void the_connections_of_several_threads_are_closed() {
    try (TestServer several = TestServer.boundWithThreads(3)) {
      for (int i = 0; i < 20; i++) {
        several.connect().sendHead("GET", "/").close();
      }
      AtomicBoolean closed = new AtomicBoolean();
      several.listener().closeConnections(() -> closed.set(true));

      several.serving(exchange -> {
        begun.incrementAndGet();
        answer(exchange, 200, "");
      });

      eventually(closed::get);
      assertThat(begun).hasValue(0);
      assertThat(several.connect().get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void a_connection_too_many_waits_and_is_accepted_as_soon_as_another_ends() {
    try (TestServer small = TestServer.boundForConnections(2)) {
      small.serving(this::handle);
      WireClient first = small.connect();
      assertThat(first.get("/", "X-Long: a").text()).isEqualTo("header of 1");
      assertThat(small.connect().get("/", "X-Long: ab").text()).isEqualTo("header of 2");
      WireClient waiting = small.connect().sendHead("GET", "/", "X-Long: abc");

      first.close();

      assertThat(waiting.receive().text()).isEqualTo("header of 3");
    }
  }

  private void closeConnections() {
    CountDownLatch closed = new CountDownLatch(1);
    server.listener().closeConnections(closed::countDown);
    eventually(() -> closed.getCount() == 0);
  }
}
