package dev.rapid.http.request;

import static dev.rapid.http.testing.Eventually.eventually;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Payload;
import dev.rapid.http.TestServer;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.testing.WireClient;
import io.undertow.server.HttpServerExchange;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Parked exchanges whose client goes, or sends more than it should. */
final class ConnectionWatchTest {

  private final BlockingQueue<HttpServerExchange> parked = new LinkedBlockingQueue<>();
  private final Queue<String> gone = new ConcurrentLinkedQueue<>();
  private final TestServer server =
      TestServer.bound()
          .serving(exchange ->
              Answers.park(
                  exchange,
                  () -> {
                    String path = exchange.getRequestPath();
                    ConnectionWatch.watch(exchange, () -> gone.add(path));
                    parked.add(exchange);
                  }));

  @AfterEach
  void stop() {
    server.close();
  }

  private void answerOldest() throws InterruptedException {
    @Nullable HttpServerExchange exchange = parked.poll(10, SECONDS);
    assertThat(exchange).isNotNull();
    byte[] path = exchange.getRequestPath().getBytes(StandardCharsets.UTF_8);
    Answers.onIoThread(exchange, () -> Answers.send(exchange, 200, Answers.TEXT, path));
  }

  private WireClient parkedClient(String path) {
    WireClient client = server.connect().sendHead("GET", path);
    eventually(() -> parked.size() == 1);
    return client;
  }

  @Test
  void a_closed_connection_is_noticed() {
    WireClient client = parkedClient("/a");

    client.close();

    eventually(() -> gone.contains("/a"));
  }

  @Test
  void a_reset_connection_is_noticed() {
    WireClient client = parkedClient("/a");

    client.reset();

    eventually(() -> gone.contains("/a"));
  }

  @Test
  void the_end_of_one_connection_is_no_end_of_another() throws Exception {
    WireClient one = parkedClient("/one");
    WireClient other = server.connect().sendHead("GET", "/other");
    eventually(() -> parked.size() == 2);

    other.close();
    eventually(() -> gone.contains("/other"));
    answerOldest();

    assertThat(one.receive().text()).isEqualTo("/one");
    assertThat(gone).containsExactly("/other");
  }

  @Test
  void an_answered_exchange_is_not_reported_when_its_connection_ends_later() throws Exception {
    WireClient client = parkedClient("/a");
    answerOldest();
    client.receive();
    client.sendHead("GET", "/b");
    eventually(() -> parked.size() == 1);

    client.close();

    eventually(() -> gone.contains("/b"));
    assertThat(gone).containsExactly("/b");
  }

  @Test
  void a_connection_serves_further_requests_after_a_watched_one() throws Exception {
    WireClient client = server.connect();

    for (String path : new String[] {"/a", "/b", "/c"}) {
      client.sendHead("GET", path);
      answerOldest();

      assertThat(client.receive().text()).isEqualTo(path);
    }
  }

  @Test
  void a_request_that_comes_before_the_answer_is_kept_and_answered() throws Exception {
    WireClient client = parkedClient("/first");
    client.sendHead("GET", "/second");

    answerOldest();
    assertThat(client.receive().text()).isEqualTo("/first");
    answerOldest();

    assertThat(client.receive().text()).isEqualTo("/second");
  }

  @Test
  void a_connection_that_ends_behind_a_request_that_came_before_the_answer_is_noticed() {
    WireClient client = server.connect();
    client.send("GET /a HTTP/1.1\r\nHost: test\r\n\r\nGET /b HTTP/1.1\r\nHost: test\r\n\r\n");
    eventually(() -> parked.size() == 1);

    client.close();

    eventually(() -> gone.contains("/a"));
  }

  @Test
  void requests_that_come_together_are_answered_in_order() throws Exception {
    WireClient client = server.connect();
    String head = " HTTP/1.1\r\nHost: test\r\n\r\n";
    client.send("GET /1" + head + "GET /2" + head + "GET /3" + head);

    for (String path : new String[] {"/1", "/2", "/3"}) {
      answerOldest();

      assertThat(client.receive().text()).isEqualTo(path);
    }
  }

  @Test
  void a_request_that_comes_in_pieces_before_the_answer_is_kept() throws Exception {
    WireClient client = parkedClient("/first");
    client.send("GET /sec");

    answerOldest();
    assertThat(client.receive().text()).isEqualTo("/first");
    client.send("ond HTTP/1.1\r\nHost: test\r\n\r\n");
    answerOldest();

    assertThat(client.receive().text()).isEqualTo("/second");
  }

  @Test
  void a_client_that_goes_in_the_middle_of_a_watched_answer_is_reported_to_the_writer()
      throws Exception {
    AtomicInteger failed = new AtomicInteger();
    WireClient client = server.connectWithSmallBuffer().sendHead("GET", "/large");
    HttpServerExchange exchange = parked.poll(10, SECONDS);
    assertThat(exchange).isNotNull();
    Answers.onIoThread(
        exchange,
        () ->
            Answers.send(
                exchange,
                Payload.of(new byte[8 * 1024 * 1024]),
                new Answers.Listener() {
                  @Override
                  public void written() {}

                  @Override
                  public void failed() {
                    failed.incrementAndGet();
                  }
                }));
    client.awaitInput();

    client.reset();

    eventually(() -> failed.get() == 1);
  }

  @Test
  void an_answer_to_a_connection_that_has_gone_does_no_harm() throws Exception {
    WireClient client = parkedClient("/a");
    client.close();
    eventually(() -> gone.contains("/a"));

    answerOldest();

    WireClient other = server.connect().sendHead("GET", "/b");
    answerOldest();
    assertThat(other.receive().text()).isEqualTo("/b");
  }
}
