package dev.rapid.http.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.TestServer;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import io.undertow.server.HttpServerExchange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests that come under a name that is not allowed. */
final class HostCheckTest {

  private final TestServer server = TestServer.bound();
  private final WireClient client =
      server
          .serving(
              new HostCheck(
                  new AllowedHosts(List.of("good.example")),
                  (exchange, host) -> answer(exchange, 403, host),
                  exchange -> answer(exchange, 200, "passed")))
          .connect();

  private static void answer(HttpServerExchange exchange, int status, String text) {
    Answers.send(exchange, status, Answers.TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  private WireAnswer get(String headerLines) {
    return client.send("GET / HTTP/1.1\r\n" + headerLines + "\r\n").receive();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void a_foreign_name_is_refused_and_the_connection_goes_on() {
    assertThat(get("Host: evil.example:8080\r\n").text()).isEqualTo("evil.example:8080");
    assertThat(get("Host: good.example:8080\r\n").text()).isEqualTo("passed");
  }

  @Test
  void a_foreign_name_behind_an_allowed_one_is_refused() {
    assertThat(get("Host: 127.0.0.1\r\n").text()).isEqualTo("passed");
    assertThat(get("Host: evil.example\r\n").status()).isEqualTo(403);
    assertThat(get("Host: 127.0.0.1\r\nHost: evil.example\r\n").status()).isIn(400, 403);
  }

  @Test
  void a_client_without_a_name_is_no_browser() {
    WireAnswer answer = client.send("GET / HTTP/1.0\r\n\r\n").receive();

    assertThat(answer.text()).isEqualTo("passed");
  }
}
