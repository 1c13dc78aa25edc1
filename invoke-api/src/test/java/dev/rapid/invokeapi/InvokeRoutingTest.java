package dev.rapid.invokeapi;

import static dev.rapid.invokeapi.Emulator.INVOKE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths and methods that are not an invocation (contract invoke-api, section 0.1). */
final class InvokeRoutingTest extends InvokeApiTest {

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "OPTIONS"})
  void another_method_is_told_the_right_one(String method) {
    WireAnswer answer = emulator().connect().sendHead(method, INVOKE).receive();

    assertRefused(answer, 405, "MethodNotAllowedException");
    assertThat(answer.header("Allow")).isEqualTo("POST");
    assertThat(messageOf(answer)).isEqualTo(method + " is not allowed here; use POST");
    emulator().expectNotInvoked();
  }

  @Test
  void head_invokes_nothing() {
    WireAnswer answer = emulator().connect().sendHead("HEAD", INVOKE).receiveHead();

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("POST");
    emulator().expectNotInvoked();
  }

  @ParameterizedTest
  @CsvSource({
    "post, 'Host: a', 400",
    "POST, 'Host: a:b', 400",
    "POST, 'Host: a\r\nTransfer-Encoding: gzip', 501",
    "POST, 'Host: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked', 400",
  })
  void a_wrong_head_is_answered_as_the_service_answers(String method, String lines, int status) {
    WireClient client = emulator().connect();

    WireAnswer answer =
        client.send(method + " " + INVOKE + " HTTP/1.1\r\n" + lines + "\r\n\r\n").receive();

    assertRefused(answer, status, "InvalidRequestContentException");
    assertThat(messageOf(answer)).isNotEmpty();
    client.expectClosed();
    emulator().expectNotInvoked();
  }

  @Test
  void a_head_above_64_kib_is_431() {
    WireAnswer answer = emulator().connect().get(INVOKE, "X: " + "x".repeat(65_536));

    assertRefused(answer, 431, "InvalidRequestContentException");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/2015-03-31/functions/echo/invocations/",
        "/2015-03-31//functions/echo/invocations",
        "/2015-03-31/functions/a/b/invocations",
        "/2015-03-31/Functions/echo/invocations",
        "/2099-01-01/functions/echo/invocations",
        "/2015-03-31/functions/echo/invocation"
      })
  void an_unknown_path_is_an_unknown_operation(String path) {
    WireAnswer answer = emulator().connect().post(path, "{}");

    assertRefused(answer, 404, "UnknownOperationException");
    assertThat(messageOf(answer)).isNotEmpty();
    assertThat(json(answer.text()).size()).isEqualTo(1);
  }
}
