package dev.rapid.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import dev.rapid.core.sandbox.Phase;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for all endpoints (contract lifecycle-and-control, section 3.2). */
final class GeneralRulesTest {

  private static final String INIT = "/test/init";
  private static final String INVOKE = "/test/invoke";
  private static final String EXECUTE = "/2015-03-31/functions/any/invocations";

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

  private ValidatableResponse reset(String body) {
    return control.request().body(body).post("/test/reset").then();
  }

  @Test
  void a_ping_is_answered_with_pong() {
    control.request().get("/test/ping").then().statusCode(200).body(equalTo("pong"));
  }

  @Test
  void an_unknown_path_is_not_found() {
    control
        .request()
        .get("/test/nothing")
        .then()
        .statusCode(404)
        .body(equalTo("404 page not found\n"));
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
    control.request().get(path).then().statusCode(405).body(emptyString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/test/ping", "/test/internalState", "/test/eventLog"})
  void another_method_than_get_is_not_allowed(String path) {
    control.request().post(path).then().statusCode(405);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/test/init", "/test/reset", "/test/shutdown", "/test/restore"})
  void an_empty_body_is_no_json(String path) {
    assertInvalid(control.post(path, ""), "Invalid json : unexpected end of JSON input");
  }

  @Test
  void a_body_that_is_no_json_is_quoted() {
    reset("{\"reason\"")
        .statusCode(400)
        .body(
            startsWith("Client.InvalidRequest\n{\"errorMessage\":\"Invalid json {\\\"reason\\\": "))
        .body(endsWith("\",\"errorType\":\"Client.InvalidRequest\"}"));
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
    reset(body).statusCode(400).body(containsString("Invalid json "));
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
    reset(body).statusCode(200);
  }

  @Test
  void a_control_body_over_one_mebibyte_is_refused() {
    reset("{\"reason\":\"" + "x".repeat(1024 * 1024) + "\"}")
        .statusCode(413)
        .body(
            equalTo(
                "{\"errorMessage\":\"Exceeded maximum allowed payload size (1048576 bytes).\","
                    + "\"errorType\":\"RequestEntityTooLargeException\"}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {INIT, INVOKE, EXECUTE})
  void a_body_of_9_5_mb_is_refused_however_much_of_it_the_client_sends(String path) {
    WireClient client = control.connect();

    WireAnswer answer = client.sendRequest("POST", path, new byte[9_500_000]).receive();

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.text()).contains("\"errorType\":\"RequestEntityTooLargeException\"");
    client.expectClosed();
  }

  @ParameterizedTest
  @ValueSource(strings = {INIT, INVOKE, EXECUTE})
  void a_body_of_9_5_mb_is_not_asked_for_with_100(String path) {
    WireClient client = control.connect();

    client.sendHead("POST", path, "Content-Length: 9500000", "Expect: 100-continue");

    assertThat(client.receive().status()).isEqualTo(413);
    client.expectClosed();
  }

  @ParameterizedTest
  @ValueSource(strings = {INIT, INVOKE, EXECUTE})
  void a_malformed_body_is_refused(String path) {
    WireClient client = control.connect();

    client.sendHead("POST", path, "Transfer-Encoding: chunked").send("2\r\n{}\r\nzz\r\n\r\n");

    assertInvalid(
        client.receive(), "Failed to read full body: it ended early or its framing is malformed");
    client.expectClosed();
    assertThat(control.sandbox().state().phase()).isInstanceOf(Phase.Cold.class);
  }

  @Test
  void a_wrong_head_is_refused() {
    WireClient client = control.connect().send("post /test/init HTTP/1.1\r\nHost: a\r\n\r\n");

    assertInvalid(client.receive(), "Methods are written in upper case");
    client.expectClosed();
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
    reset("<&>").body(containsString("\\u003c\\u0026\\u003e"));
  }
}
