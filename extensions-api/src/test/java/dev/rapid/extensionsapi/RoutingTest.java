package dev.rapid.extensionsapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which paths there are, and what the others answer (contract runtime-extensions-telemetry,
 * sections 0.2, 0.3 and 3.1).
 */
final class RoutingTest extends ExtensionsApiTest {

  private final ExtensionsFixture api = start();

  @Test
  void all_paths_begin_with_the_prefix() {
    assertThat(
            new String[] {
              ExtensionsFixture.REGISTER,
              ExtensionsFixture.EVENT_NEXT,
              ExtensionsFixture.INIT_ERROR,
              ExtensionsFixture.EXIT_ERROR
            })
        .allMatch(path -> path.startsWith(ExtensionsApi.PREFIX));
  }

  @Test
  void a_query_is_ignored() {
    WireAnswer answer =
        api.connect()
            .post(ExtensionsFixture.REGISTER + "?a=b&c", "{}", ExtensionsFixture.named("internal"));

    assertThat(answer.status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "HEAD, /2020-01-01/extension/register, POST",
    "GET, /2020-01-01/extension/register, POST",
    "PUT, /2020-01-01/extension/register, POST",
    "HEAD, /2020-01-01/extension/event/next, GET",
    "POST, /2020-01-01/extension/event/next, GET",
    "OPTIONS, /2020-01-01/extension/event/next, GET",
    "GET, /2020-01-01/extension/init/error, POST",
    "DELETE, /2020-01-01/extension/exit/error, POST"
  })
  void a_wrong_method_is_told_the_right_one(String method, String path, String allowed) {
    WireClient client = api.connect().sendHead(method, path);

    WireAnswer answer = client.receiveHead();

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo(allowed);
    assertThat(answer.header("Content-Length")).isEqualTo("0");
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(client.get(ExtensionsFixture.EVENT_NEXT).status()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/2020-01-01/",
        "/2020-01-01/extension",
        "/2020-01-01/extension/register/",
        "/2020-01-01//extension/register",
        "/2020-01-01/extension/Register",
        "/2020-01-01/extension/event/next/",
        "/2020-01-01/extension/event",
        "/2020-01-01/extension/init/errors"
      })
  void an_unknown_path_is_answered_as_text(String path) {
    WireAnswer answer = api.connect().get(path);

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text()).isEqualTo("404 page not found\n");
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /2020-01-01/extension/register",
    "GET, /2020-01-01/extension/event/next",
    "POST, /2020-01-01/extension/init/error",
    "POST, /2020-01-01/extension/exit/error",
    "DELETE, /2020-01-01/extension/register",
    "GET, /2020-01-01/unknown"
  })
  void every_path_is_empty_while_extensions_are_switched_off(String method, String path) {
    api.serve(ExtensionsApi.switchedOff());
    WireClient client = api.connect();

    WireAnswer answer =
        client
            .sendRequest(method, path, new byte[] {'{', '}'}, "Lambda-Extension-Name: a")
            .receive();

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.header("Content-Length")).isEqualTo("0");
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(client.get(path).status()).isEqualTo(404);
  }
}
