package dev.rapid.invokeapi;

import static dev.rapid.invokeapi.Emulator.INVOKE;
import static dev.rapid.invokeapi.Emulator.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.testing.WireAnswer;
import dev.rapid.invokeapi.url.CorsSettings;
import dev.rapid.invokeapi.url.WebPages;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Web pages that invoke (contract invoke-api, section 7.1). */
final class InvokeCorsTest extends InvokeApiTest {

  private static final String ORIGIN = "http://localhost:3000";
  private static final CorsSettings CORS =
      new CorsSettings(List.of(ORIGIN), List.of(), List.of(), List.of(), null, false)
          .forInvokeApi();

  private void startWithCors() {
    start(Emulator.emulator().pages(new WebPages(CORS, List.of())));
  }

  private WireAnswer preflight(String path, String origin) {
    return emulator()
        .connect()
        .sendHead(
            "OPTIONS",
            path,
            "Origin: " + origin,
            "Access-Control-Request-Method: POST",
            "Access-Control-Request-Headers: authorization,x-amz-date")
        .receive();
  }

  private static void assertNoCors(WireAnswer answer) {
    assertThat(answer.headerLines()).noneMatch(line -> line.startsWith("access-control-"));
  }

  @ParameterizedTest
  @ValueSource(strings = {INVOKE, STREAM})
  void a_preflight_of_an_allowed_page_succeeds(String path) {
    startWithCors();

    WireAnswer answer = preflight(path, ORIGIN);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("access-control-allow-origin")).isEqualTo(ORIGIN);
    assertThat(answer.header("access-control-allow-methods")).isEqualTo("POST");
    assertThat(answer.header("access-control-allow-headers")).isEqualTo("*");
    emulator().expectNotInvoked();
  }

  @Test
  void an_allowed_page_reads_results_and_errors() {
    startWithCors();

    WireAnswer result = emulator().invoke("1", "Origin: " + ORIGIN, "Sec-Fetch-Site: same-site");
    WireAnswer error = emulator().invoke("no JSON", "Origin: " + ORIGIN);

    assertReturned(result, "1");
    assertThat(result.header("access-control-allow-origin")).isEqualTo(ORIGIN);
    assertThat(result.header("access-control-expose-headers")).contains("x-amz-function-error");
    assertThat(error.status()).isEqualTo(400);
    assertThat(error.header("access-control-allow-origin")).isEqualTo(ORIGIN);
  }

  @Test
  void other_pages_are_refused() {
    startWithCors();

    WireAnswer preflight = preflight(INVOKE, "https://evil.example");
    WireAnswer answer = emulator().invoke("1", "Origin: https://evil.example");

    assertThat(preflight.status()).isEqualTo(200);
    assertNoCors(preflight);
    assertRefused(answer, 403, "AccessDeniedException");
    assertThat(messageOf(answer)).contains("https://evil.example");
    assertNoCors(answer);
    emulator().expectNotInvoked();
  }

  @Test
  void without_settings_no_page_invokes_not_even_one_of_this_machine() {
    assertThat(preflight(INVOKE, ORIGIN).status()).isEqualTo(403);
    assertRefused(emulator().invoke("1", "Origin: " + ORIGIN), 403, "AccessDeniedException");
    emulator().expectNotInvoked();
  }

  @Test
  void an_allowed_origin_invokes_without_reading_the_answer() {
    start(Emulator.emulator().pages(new WebPages(null, List.of(ORIGIN))));

    WireAnswer answer = emulator().invoke("1", "Origin: " + ORIGIN);

    assertReturned(answer, "1");
    assertNoCors(answer);
  }

  @Test
  void other_methods_than_post_are_not_allowed_with_settings_either() {
    startWithCors();

    for (String method : List.of("GET", "OPTIONS", "HEAD")) {
      WireAnswer answer = emulator().connect().sendHead(method, INVOKE).receiveHead();

      assertThat(answer.status()).as(method).isEqualTo(405);
      assertThat(answer.header("Allow")).isEqualTo("POST");
    }
    emulator().expectNotInvoked();
  }
}
