package dev.rapid.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.http.answer.Answers;
import dev.rapid.http.testing.WireClient;
import io.undertow.server.HttpServerExchange;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What tests rely on when they say that a server has sent nothing. */
final class WireClientTest {

  private final TestServer server =
      TestServer.bound().serving(exchange -> Answers.park(exchange, () -> answer(exchange)));

  private static void answer(HttpServerExchange exchange) {
    if (!exchange.getRequestURI().equals("/parked")) {
      Answers.send(exchange, 200, "text/plain", "answer".getBytes(StandardCharsets.US_ASCII));
    }
  }

  @AfterEach
  void close() {
    server.close();
  }

  @RepeatedTest(50)
  void an_answer_to_an_earlier_request_is_not_missed() {
    WireClient client = server.connect().sendHead("GET", "/answered");

    assertThatThrownBy(client::expectNothing)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("HTTP/1.1 200 OK");
  }

  @Test
  void a_parked_request_has_no_answer() {
    WireClient client = server.connect().sendHead("GET", "/parked");

    assertThatCode(client::expectNothing).doesNotThrowAnyException();
  }

  @Test
  void input_that_was_waited_for_is_still_there() {
    WireClient client = server.connect().sendHead("GET", "/answered");

    client.awaitInput();

    assertThatThrownBy(client::expectNothing).hasMessageContaining("answer");
  }
}
