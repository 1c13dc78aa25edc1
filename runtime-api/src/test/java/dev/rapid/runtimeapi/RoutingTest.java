package dev.rapid.runtimeapi;

import static dev.rapid.runtimeapi.RuntimeApi.errorBody;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.worker.WorkerState;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which paths there are, and what the others answer (contract runtime-extensions-telemetry,
 * sections 0.2, 0.3 and 1.1).
 */
final class RoutingTest extends RuntimeApiTest {

  private static final String PING = "/2018-06-01/ping";

  @Test
  void ping_answers_pong_and_changes_nothing() {
    WireAnswer answer = api.connect().get(PING);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("pong");
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(answer.header("Content-Length")).isEqualTo("4");
    assertThat(answer.header("Date")).isNotNull();
    assertThat(api.worker()).isEqualTo(WorkerState.STARTED);
  }

  @Test
  void a_wrong_head_is_answered_with_an_error_of_this_api() {
    WireClient client = api.connect().send("GET /2018-06-01/ping HTTP/1.1\r\n\r\n");

    assertJson(client.receive(), 400, errorBody("InvalidRequest", "The header Host is missing"));
    client.expectClosed();
  }

  @Test
  void a_head_above_1_mib_is_431() {
    WireAnswer answer = api.connect().get(PING, "X: " + "x".repeat(1_060_000));

    assertThat(answer.status()).isEqualTo(431);
    assertThat(answer.header("Connection")).isEqualTo("close");
  }

  @Test
  void a_query_is_ignored() {
    assertThat(api.connect().get(PING + "?a=b&c").text()).isEqualTo("pong");
  }

  @ParameterizedTest
  @CsvSource({
    "HEAD, /2018-06-01/ping, GET",
    "POST, /2018-06-01/ping, GET",
    "OPTIONS, /2018-06-01/ping, GET",
    "HEAD, /2018-06-01/runtime/invocation/next, GET",
    "POST, /2018-06-01/runtime/invocation/next, GET",
    "GET, /2018-06-01/runtime/invocation/a/response, POST",
    "PUT, /2018-06-01/runtime/invocation/a/response, POST",
    "GET, /2018-06-01/runtime/invocation/a/error, POST",
    "DELETE, /2018-06-01/runtime/init/error, POST",
    "GET, /2018-06-01/runtime/init/error, POST"
  })
  void a_wrong_method_is_told_the_right_one(String method, String path, String allowed) {
    WireClient client = api.connect().sendHead(method, path);

    WireAnswer answer = client.receiveHead();

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo(allowed);
    assertThat(answer.header("Content-Length")).isEqualTo("0");
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(client.get(PING).text()).isEqualTo("pong");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/2018-06-01/ping/",
        "/2018-06-01//ping",
        "//2018-06-01/ping",
        "/2018-06-01/Ping",
        "/2018-06-01/pin%67",
        "/2018-06-01/ping;a",
        "/2018-06-01/runtime/invocation/next/",
        "/2018-06-01/runtime/invocation/a/b/response",
        "/2018-06-01/runtime/invocation/response",
        "/2018-06-01/runtime/restore/next",
        "/2021-04-23/credentials"
      })
  void an_unknown_path_is_answered_as_text(String path) {
    WireAnswer answer = api.connect().get(path);

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text()).isEqualTo("404 page not found\n");
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @Test
  void restore_error_is_unknown_without_init_caching() {
    assertThat(api.connect().post("/2018-06-01/runtime/restore/error", "{}").status())
        .isEqualTo(404);
  }

  @Test
  void the_body_of_a_refused_request_does_not_spoil_the_connection() {
    WireClient client = api.connect();

    assertThat(client.post("/unknown", "GET /2018-06-01/ping HTTP/1.1\r\n\r\n").status())
        .isEqualTo(404);

    assertThat(client.get(PING).text()).isEqualTo("pong");
  }

  @Test
  void a_header_of_1000000_bytes_passes() {
    assertThat(api.connect().get(PING, "X-Long: " + "x".repeat(1_000_000)).text())
        .isEqualTo("pong");
  }

  @Test
  void a_request_of_http_1_0_is_answered_as_such_and_ends_the_connection() {
    WireClient client = api.connect().send("GET " + PING + " HTTP/1.0\r\n\r\n");

    WireAnswer answer = client.receive();

    assertThat(answer.protocol()).isEqualTo("HTTP/1.0");
    assertThat(answer.text()).isEqualTo("pong");
    client.expectClosed();
  }

  @Test
  void a_request_without_host_is_refused_and_ends_the_connection() {
    WireClient client = api.connect().send("GET " + PING + " HTTP/1.1\r\n\r\n");

    WireAnswer answer = client.receive();

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("Connection")).isEqualTo("close");
    client.expectClosed();
  }
}
