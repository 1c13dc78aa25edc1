package dev.rapid.http.request;

import static dev.rapid.http.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Payload;
import dev.rapid.http.TestServer;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import io.undertow.server.HttpServerExchange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests as they come off the wire: targets, faults, bodies nobody wants, and memory. */
final class RequestConduitTest {

  private static final int LIMIT = 100_000;
  private static final String CHUNKED = "Transfer-Encoding: chunked";

  private final Queue<HttpServerExchange> begun = new ConcurrentLinkedQueue<>();
  private final TestServer server = TestServer.bound().serving(this::handle);

  @AfterEach
  void stop() {
    server.close();
  }

  /** Answers with the target, or with what became of the body, or not at all. */
  private void handle(HttpServerExchange exchange) {
    begun.add(exchange);
    switch (exchange.getRequestPath()) {
      case "/read" -> Answers.park(exchange, () -> read(exchange));
      case "/park" -> Answers.park(exchange, () -> {});
      default -> answer(exchange, exchange.getRequestPath() + " " + exchange.getQueryString());
    }
  }

  private void read(HttpServerExchange exchange) {
    BodyReader.read(
        exchange,
        server.payloads(),
        LIMIT,
        2 * LIMIT,
        new BodyReader.Receiver() {
          @Override
          public void complete(Payload payload) {
            payload.release();
            answer(exchange, "complete " + payload.size());
          }

          @Override
          public void tooLarge(long bytes) {
            answer(exchange, "too large");
          }

          @Override
          public void outOfMemory() {
            throw new AssertionError();
          }

          @Override
          public void truncated() {
            answer(exchange, "truncated");
          }
        });
  }

  private static void answer(HttpServerExchange exchange, String text) {
    Answers.send(exchange, 200, Answers.TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void sendByteByByte(WireClient client, String text) {
    text.chars().forEach(c -> client.send(Character.toString(c)));
  }

  private static void expectLast(WireClient client, String text) {
    WireAnswer answer = client.receive();
    assertThat(answer.text()).isEqualTo(text);
    assertThat(answer.header("Connection")).isEqualTo("close");
    client.expectClosed();
  }

  // ------------------------------------------------------------------ targets

  @ParameterizedTest
  @ValueSource(
      strings = {"/a%", "/a%2Fb%zz", "/pa2%Fth/1", "//a//../b;c=d,e;f/", "/a\"<>\\^`{|}", "/#"})
  void a_path_comes_as_it_was_sent(String path) {
    assertThat(server.connect().get(path).text()).isEqualTo(path + " ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"discount=100%", "%", "a=%zz&b=%4", "a=b=c&&=", "[]={}|^"})
  void a_query_comes_as_it_was_sent(String query) {
    assertThat(server.connect().get("/a?" + query).text()).isEqualTo("/a " + query);
  }

  @Test
  void raw_utf_8_in_a_target_is_read_as_utf_8() {
    WireClient client = server.connect();
    client.send("GET /\u00fc?\u20ac HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.UTF_8));

    assertThat(client.receive().text()).isEqualTo("/\u00fc \u20ac");
  }

  @Test
  void more_than_1000_parameters_and_200_headers_pass() {
    String query = "a=b&".repeat(2000);
    String[] headers = new String[400];
    for (int i = 0; i < headers.length; i++) {
      headers[i] = "X-" + i + ": " + i;
    }

    assertThat(server.connect().get("/a?" + query, headers).text()).isEqualTo("/a " + query);
  }

  // ------------------------------------------------------------------ faults

  @Test
  void a_wrong_head_is_answered_with_a_text_and_ends_the_connection() {
    WireClient client = server.connect().send("GET / HTTP/1.1\r\n\r\n");

    WireAnswer answer = client.receive();

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("Content-Type")).isEqualTo(Answers.TEXT);
    assertThat(answer.text()).isEqualTo("The header Host is missing\n");
    assertThat(answer.header("Connection")).isEqualTo("close");
    client.expectClosed();
    assertThat(begun).isEmpty();
  }

  @Test
  void a_wrong_head_behind_a_good_one_is_answered_in_its_turn() {
    WireClient client = server.connect();
    client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a:b\r\n\r\nGET /3");

    assertThat(client.receive().text()).isEqualTo("/1 ");
    assertThat(client.receive().status()).isEqualTo(400);
    client.expectClosed();
  }

  @Test
  void the_answer_to_a_wrong_head_request_has_no_body() {
    WireClient client = server.connect().send("HEAD / HTTP/1.1\r\nHost: a:b\r\n\r\n");

    assertThat(client.receiveHead().status()).isEqualTo(400);
    client.expectClosed();
  }

  @Test
  void a_wrong_request_of_http_1_0_is_answered_as_such() {
    WireClient client = server.connect().send("GET / HTTP/1.0\r\nA\r\n\r\n");

    assertThat(client.receive().protocol()).isEqualTo("HTTP/1.0");
  }

  @Test
  void a_client_that_still_sends_its_endless_head_reads_that_it_is_too_large() {
    WireClient client = server.connect().send("GET / HTTP/1.1\r\nX: ");
    for (int i = 0; i < 100; i++) {
      client.send("x".repeat(100_000));
    }

    assertThat(client.receive().status()).isEqualTo(431);
  }

  @Test
  void a_head_that_comes_byte_by_byte_is_a_head() {
    WireClient client = server.connect();
    sendByteByByte(client, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");

    assertThat(client.receive().text()).isEqualTo("/slow ");
  }

  // ------------------------------------------------------------------ bodies

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zz\r\n",
        "\r\n",
        "-1\r\n",
        "ffffffffffffffffff\r\n",
        "3\r\nabcd\r\n",
        "3\r\nabc\r\nzz\r\n\r\n",
        "3\r\nabc\r\n\r\n",
        "0\r\nno trailer\r\n\r\n"
      })
  void a_malformed_body_is_truncated_at_once_while_the_connection_stays_open(String body) {
    WireClient client = server.connect().sendHead("POST", "/read", CHUNKED).send(body);

    expectLast(client, "truncated");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "3", "3\r\n", "3\r\nab", "3\r\nabc\r\n", "0\r\n", "0\r\nA: b\r\n"})
  void a_client_that_sends_no_more_of_its_chunks_can_read_that_they_are_truncated(String body) {
    WireClient client = server.connect().sendHead("POST", "/read", CHUNKED).send(body);
    client.endOutput();

    expectLast(client, "truncated");
  }

  @Test
  void a_client_that_sends_less_than_it_announced_can_read_that_it_is_truncated() {
    WireClient client = server.connect().sendHead("POST", "/read", "Content-Length: 4").send("abc");
    client.endOutput();

    expectLast(client, "truncated");
  }

  @Test
  void a_request_behind_a_malformed_body_is_not_read() {
    WireClient client = server.connect().sendHead("POST", "/read", CHUNKED);
    client.send("zz\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");

    expectLast(client, "truncated");
    assertThat(begun).hasSize(1);
  }

  @Test
  void chunked_requests_that_come_together_are_told_apart() {
    String request =
        "POST /read HTTP/1.1\r\nHost: a\r\n" + CHUNKED + "\r\n\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n";
    WireClient client = server.connect().send(request.repeat(3));

    for (int i = 0; i < 3; i++) {
      assertThat(client.receive().text()).isEqualTo("complete 3");
    }
  }

  @Test
  void a_body_in_chunks_that_comes_byte_by_byte_is_read() {
    WireClient client = server.connect().sendHead("POST", "/read", CHUNKED);
    sendByteByByte(client, "0010;x\r\n0123456789abcdef\r\n0\r\nA: b\r\n\r\n");

    assertThat(client.receive().text()).isEqualTo("complete 16");
  }

  @Test
  void a_chunked_body_that_nobody_reads_is_skipped() {
    WireClient client = server.connect().sendHead("POST", "/a", CHUNKED);
    assertThat(client.receive().text()).isEqualTo("/a ");
    for (int i = 0; i < 20; i++) {
      client.sendChunk(new byte[50_000]);
    }
    client.sendLastChunk("A: b");

    assertThat(client.get("/b").text()).isEqualTo("/b ");
  }

  @Test
  void a_body_that_nobody_reads_and_that_is_too_large_to_be_skipped_ends_the_connection() {
    WireClient client = server.connect().sendHead("POST", "/a", "Content-Length: 100000000");

    WireAnswer answer = client.receive();

    assertThat(answer.text()).isEqualTo("/a ");
    assertThat(answer.header("Connection")).isEqualTo("close");
  }

  @Test
  void a_client_that_sends_all_of_a_body_that_is_too_large_reads_its_answer() {
    WireClient client = server.connect().sendHead("POST", "/read", "Content-Length: 50000000");
    for (int i = 0; i < 50; i++) {
      client.send(new byte[1_000_000]);
    }

    expectLast(client, "too large");
  }

  @Test
  void a_body_that_is_too_large_is_not_asked_for_with_100() {
    WireClient client = server.connect();
    client.sendHead("POST", "/read", "Content-Length: " + (LIMIT + 1), "Expect: 100-continue");

    expectLast(client, "too large");
  }

  @Test
  void trailers_without_an_end_are_too_large() {
    WireClient client = server.connect().sendHead("POST", "/read", CHUNKED).send("0\r\nA: ");
    client.send("x".repeat(1_000_000));

    expectLast(client, "too large");
  }

  @Test
  void trailers_are_forgotten_when_their_request_is_answered() {
    WireClient client = server.connect().sendHead("POST", "/read", CHUNKED);
    client.sendLastChunk("A: " + "x".repeat(50_000));

    assertThat(client.receive().text()).isEqualTo("complete 0");
    eventually(() -> server.payloads().usedBytes() == 0);
  }

  @Test
  void trailers_are_forgotten_when_their_connection_ends() {
    WireClient client = server.connect().sendHead("POST", "/read", CHUNKED);
    client.send("0\r\nA: " + "x".repeat(50_000));
    eventually(() -> server.payloads().usedBytes() > 0);

    client.reset();

    eventually(() -> server.payloads().usedBytes() == 0);
  }

  // ------------------------------------------------------------------ memory

  @Test
  void when_unfinished_heads_take_all_memory_the_oldest_is_given_up() {
    List<WireClient> unfinished = new ArrayList<>();
    String half = "GET /late HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(60_000);
    for (int i = 0; i < 700; i++) {
      unfinished.add(server.connect().send(half));
    }

    WireAnswer first = unfinished.getFirst().receive();

    assertThat(first.status()).isEqualTo(408);
    assertThat(server.connect().get("/a").text()).isEqualTo("/a ");
    WireClient last = unfinished.getLast().send("\r\n\r\n");
    assertThat(last.receive().text()).isEqualTo("/late ");
  }

  @Test
  void a_request_that_is_sent_ahead_of_an_answer_takes_one_buffer() {
    WireClient client = server.connect().sendHead("GET", "/park");
    eventually(() -> begun.size() == 1);
    ConnectionWatch.watch(begun.element(), () -> {});

    client.send("GET /next HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(60_000) + "\r\n\r\n");
    Answers.onIoThread(begun.element(), () -> answer(begun.element(), "parked"));

    assertThat(client.receive().text()).isEqualTo("parked");
    assertThat(client.receive().text()).isEqualTo("/next ");
  }
}
