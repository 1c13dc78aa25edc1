package dev.rapid.invokeapi;

import static dev.rapid.invokeapi.Emulator.INVOKE;
import static dev.rapid.invokeapi.Emulator.STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.rapid.http.testing.WireAnswer;
import dev.rapid.invokeapi.url.CorsSettings;
import dev.rapid.invokeapi.url.WebPages;
import io.restassured.http.Header;
import io.restassured.response.ValidatableResponse;
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

  private ValidatableResponse preflight(String path, String origin) {
    return emulator()
        .request()
        .header("Origin", origin)
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "authorization,x-amz-date")
        .options(path)
        .then();
  }

  private ValidatableResponse invoke(String event, String origin) {
    return emulator().request().header("Origin", origin).body(event).post(INVOKE).then();
  }

  private static void assertNoCors(ValidatableResponse answer) {
    assertThat(answer.extract().headers())
        .extracting(Header::getName)
        .noneMatch(name -> name.startsWith("access-control-"));
  }

  @ParameterizedTest
  @ValueSource(strings = {INVOKE, STREAM})
  void a_preflight_of_an_allowed_page_succeeds(String path) {
    startWithCors();

    preflight(path, ORIGIN)
        .statusCode(200)
        .header("access-control-allow-origin", ORIGIN)
        .header("access-control-allow-methods", "POST")
        .header("access-control-allow-headers", "*");

    emulator().expectNotInvoked();
  }

  @Test
  void an_allowed_page_reads_results_and_errors() {
    startWithCors();

    invoke("1", ORIGIN)
        .statusCode(200)
        .header("access-control-allow-origin", ORIGIN)
        .header("access-control-expose-headers", containsString("x-amz-function-error"))
        .body(equalTo("1"));
    invoke("no JSON", ORIGIN).statusCode(400).header("access-control-allow-origin", ORIGIN);
  }

  @Test
  void a_page_of_the_same_site_that_is_allowed_reads_results() {
    startWithCors();

    WireAnswer result = emulator().invoke("1", "Origin: " + ORIGIN, "Sec-Fetch-Site: same-site");

    assertReturned(result, "1");
    assertThat(result.header("access-control-allow-origin")).isEqualTo(ORIGIN);
  }

  @Test
  void other_pages_are_refused() {
    startWithCors();

    ValidatableResponse preflight = preflight(INVOKE, "https://evil.example");
    ValidatableResponse answer = invoke("1", "https://evil.example");

    assertNoCors(preflight.statusCode(200));
    assertNoCors(
        answer
            .statusCode(403)
            .header("x-amzn-ErrorType", "AccessDeniedException")
            .body("Message", containsString("https://evil.example")));
    emulator().expectNotInvoked();
  }

  @Test
  void without_settings_no_page_invokes_not_even_one_of_this_machine() {
    preflight(INVOKE, ORIGIN).statusCode(403);
    invoke("1", ORIGIN).statusCode(403).header("x-amzn-ErrorType", "AccessDeniedException");
    emulator().expectNotInvoked();
  }

  @Test
  void an_allowed_origin_invokes_without_reading_the_answer() {
    start(Emulator.emulator().pages(new WebPages(null, List.of(ORIGIN))));

    assertNoCors(invoke("1", ORIGIN).statusCode(200).body(equalTo("1")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "OPTIONS", "HEAD"})
  void other_methods_than_post_are_not_allowed_with_settings_either(String method) {
    startWithCors();

    emulator().request().request(method, INVOKE).then().statusCode(405).header("Allow", "POST");

    emulator().expectNotInvoked();
  }
}
