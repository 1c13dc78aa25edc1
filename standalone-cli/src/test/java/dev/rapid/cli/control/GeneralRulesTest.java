package dev.rapid.cli.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.testing.WireAnswer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for all endpoints (contract lifecycle-and-control, section 3.2). */
final class GeneralRulesTest {

  private final Control control = new Control();

  @AfterEach
  void close() {
    control.close();
  }

  private static void assertInvalid(WireAnswer answer, String message) {
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.text())
        .isEqualTo(
            "Client.InvalidRequest\n{\"errorMessage\":\""
                + message
                + "\",\"errorType\":\"Client.InvalidRequest\"}");
  }

  @Test
  void a_ping_is_answered_with_pong() {
    WireAnswer answer = control.get("/test/ping");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("pong");
  }

  @Test
  void an_unknown_path_is_not_found() {
    WireAnswer answer = control.get("/test/nothing");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text()).isEqualTo("404 page not found\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/test/init",
        "/test/waitUntilInitialized",
        "/test/reserve",
        "/test/invoke",
        "/test/directInvoke/token",
        "/test/waitUntilRelease",
        "/test/reset",
        "/test/shutdown",
        "/test/restore",
        "/2015-03-31/functions/any/invocations"
      })
  void another_method_than_post_is_not_allowed(String path) {
    WireAnswer answer = control.get(path);

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.text()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/test/ping", "/test/internalState", "/test/eventLog"})
  void another_method_than_get_is_not_allowed(String path) {
    assertThat(control.post(path, "").status()).isEqualTo(405);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/test/init", "/test/reset", "/test/shutdown", "/test/restore"})
  void an_empty_body_is_no_json(String path) {
    assertInvalid(control.post(path, ""), "Invalid json : unexpected end of JSON input");
  }

  @Test
  void a_body_that_is_no_json_is_quoted() {
    WireAnswer answer = control.post("/test/reset", "{\"reason\"");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text())
        .startsWith("Client.InvalidRequest\n{\"errorMessage\":\"Invalid json {\\\"reason\\\": ")
        .endsWith("\",\"errorType\":\"Client.InvalidRequest\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "\"text\"",
        "{} {}",
        "{\"reason\":1}",
        "{\"timeoutMs\":\"1000\"}",
        "{\"timeoutMs\":1.5}",
        "{\"timeoutMs\":9223372036854775808}"
      })
  void a_value_of_the_wrong_type_is_no_json(String body) {
    WireAnswer answer = control.post("/test/reset", body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("Invalid json ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "null",
        "{\"REASON\":\"timeout\",\"TimeoutMS\":10}",
        "{\"reason\":null,\"unknown\":[1]}",
        "{\"timeoutMs\":-5}",
        "{\"timeoutMs\":9223372036854775807}"
      })
  void names_match_in_any_case_and_what_is_unknown_or_null_is_ignored(String body) {
    assertThat(control.post("/test/reset", body).status()).isEqualTo(200);
  }

  @Test
  void a_control_body_over_one_mebibyte_is_refused() {
    String body = "{\"reason\":\"" + "x".repeat(1024 * 1024) + "\"}";

    WireAnswer answer = control.post("/test/reset", body);

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.text())
        .isEqualTo(
            "{\"errorMessage\":\"Exceeded maximum allowed payload size (1048576 bytes).\","
                + "\"errorType\":\"RequestEntityTooLarge\"}");
  }

  @Test
  void a_connection_serves_one_call_after_the_other() {
    var client = control.connect();

    assertThat(client.post("/test/reset", "nonsense").status()).isEqualTo(400);
    assertThat(client.post("/test/reset", "{}").status()).isEqualTo(200);
    assertThat(client.get("/test/ping").text()).isEqualTo("pong");
  }

  @Test
  void html_characters_in_texts_are_escaped() {
    assertThat(control.post("/test/reset", "<&>").text()).contains("\\u003c\\u0026\\u003e");
  }
}
