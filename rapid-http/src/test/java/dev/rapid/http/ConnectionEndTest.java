package dev.rapid.http;

import static dev.rapid.http.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.http.answer.Answers;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An address ends, and no request is lost. */
final class ConnectionEndTest {

  private final List<HttpServerExchange> parked = new CopyOnWriteArrayList<>();
  private final TestServer server = TestServer.bound();

  @AfterEach
  void stop() {
    server.close();
  }

  private TestServer serving() {
    return server.serving(exchange -> {
      if (exchange.getRequestPath().equals("/park")) {
        Answers.park(exchange, () -> parked.add(exchange));
      } else {
        answer(exchange);
      }
    });
  }

  private static void answer(HttpServerExchange exchange) {
    Answers.send(exchange, 200, Answers.TEXT, "done".getBytes(StandardCharsets.UTF_8));
  }

  private WireClient withParkedRequest() {
    int before = parked.size();
    WireClient client = server.connect().sendHead("GET", "/park");
    eventually(() -> parked.size() > before);
    return client;
  }

  private void answerParked() {
    HttpServerExchange exchange = parked.getFirst();
    Answers.onIoThread(exchange, () -> answer(exchange));
  }

  /** Waits until the I/O thread has done what it was asked for. */
  private void awaitIoThread() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    parked.getFirst().getIoThread().execute(() -> done.complete(null));
    done.join();
  }

  private static void assertLast(WireClient client, WireAnswer answer) {
    assertThat(answer.text()).isEqualTo("done");
    assertThat(answer.header("Connection")).isEqualTo("close");
    client.expectClosed();
  }

  @Test
  void a_kept_connection_ends_with_the_answer_to_its_next_request() {
    WireClient client = serving().connect();
    assertThat(client.get("/").header("Connection")).isNotEqualTo("close");

    server.listener().endConnectionsWithAnswers();

    assertLast(client, client.get("/"));
  }

  @Test
  void a_new_connection_ends_with_its_first_answer() {
    serving().listener().endConnectionsWithAnswers();

    WireClient client = server.connect();

    assertLast(client, client.get("/"));
  }

  @Test
  void the_answer_to_a_request_that_is_under_way_says_that_it_is_the_last() {
    serving();
    WireClient client = withParkedRequest();

    server.listener().endConnectionsWithAnswers();
    awaitIoThread();
    answerParked();

    assertLast(client, client.receive());
  }

  @Test
  void a_connection_ends_with_an_answer_that_had_begun_before() {
    serving();
    WireClient client = withParkedRequest();
    HttpServerExchange exchange = parked.getFirst();
    Answers.onIoThread(exchange, () -> sendPart(exchange));
    client.awaitInput();

    server.listener().endConnectionsWithAnswers();
    awaitIoThread();
    Answers.onIoThread(exchange, exchange::endExchange);

    assertThat(client.receiveUntilClosed()).endsWith("\r\npart\r\n0\r\n\r\n");
  }

  private static void sendPart(HttpServerExchange exchange) {
    exchange
        .getResponseSender()
        .send(
            "part",
            new IoCallback() {
              @Override
              public void onComplete(HttpServerExchange sent, Sender sender) {
                // The rest comes when the test asks for it.
              }

              @Override
              public void onException(HttpServerExchange failed, Sender sender, IOException e) {
                throw new AssertionError(e);
              }
            });
  }

  @Test
  void requests_in_the_backlog_are_answered_and_later_ones_are_refused() {
    List<WireClient> waiting = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      waiting.add(server.connect().sendHead("GET", "/"));
    }
    CompletableFuture<Void> stopped = server.listener().stopAccepting();
    assertThat(stopped).isNotDone();

    serving();

    for (WireClient client : waiting) {
      assertThat(client.receive().text()).isEqualTo("done");
    }
    stopped.join();
    assertThatThrownBy(server::connect).hasMessageContaining("refused");
  }

  @Test
  void a_connection_goes_on_after_its_address_has_ended() {
    WireClient client = serving().connect();
    client.get("/");

    server.listener().stopAccepting().join();

    assertThat(client.get("/").text()).isEqualTo("done");
  }

  @Test
  void only_connections_without_a_request_under_way_are_closed_as_idle() {
    WireClient fresh = serving().connect();
    WireClient used = server.connect();
    used.get("/");
    WireClient busy = withParkedRequest();

    eventually(() -> server.listener().openConnections() == 3);
    server.listener().closeIdleConnections();

    fresh.expectClosed();
    used.expectClosed();
    answerParked();
    assertThat(busy.receive().text()).isEqualTo("done");
    eventually(() -> server.listener().openConnections() == 1);
  }
}
