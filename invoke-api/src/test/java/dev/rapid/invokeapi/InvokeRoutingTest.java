package dev.rapid.invokeapi;

import static dev.rapid.invokeapi.Emulator.INVOKE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.testing.WireAnswer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
    assertThat(emulator().starts()).isEmpty();
  }

  @Test
  void head_invokes_nothing() {
    WireAnswer answer = emulator().connect().sendHead("HEAD", INVOKE).receiveHead();

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("POST");
    assertThat(emulator().starts()).isEmpty();
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
