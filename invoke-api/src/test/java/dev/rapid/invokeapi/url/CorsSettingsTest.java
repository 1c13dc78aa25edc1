package dev.rapid.invokeapi.url;

import static dev.rapid.invokeapi.url.UrlRequests.get;
import static dev.rapid.invokeapi.url.UrlRequests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rapid.http.request.HeaderLine;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Preflights and the headers of other answers (contract invoke-api, section 5.5). */
final class CorsSettingsTest {

  private static final String ORIGIN = "https://www.example.com";
  private static final String OTHER = "http://localhost:3000";
  private static final List<String> ANY = List.of("*");
  private static final List<String> NONE = List.of();

  private static final CorsSettings SOME =
      new CorsSettings(
          List.of(OTHER, ORIGIN),
          List.of("GET", "POST"),
          List.of("X-One", "content-type"),
          List.of("X-Two", "X-Three"),
          600,
          true);
  private static final CorsSettings EVERYTHING = new CorsSettings(ANY, ANY, ANY, ANY, null, false);

  private static CorsRequest preflight(String origin, String method, @Nullable String headers) {
    UrlRequests request =
        request("OPTIONS", "/x")
            .header("Origin", origin)
            .header("Access-Control-Request-Method", method);
    return (headers == null ? request : request.header("access-control-request-headers", headers))
        .cors();
  }

  /** Returns the headers of the answer to a preflight. */
  private static Map<String, String> answer(CorsSettings settings, CorsRequest preflight) {
    UrlResponse answer = Objects.requireNonNull(settings.preflight(preflight));
    assertThat(answer.head().status()).isEqualTo(200);
    assertThat(answer.body().size()).isZero();
    return answer.head().headers().stream()
        .collect(Collectors.toMap(HeaderLine::name, HeaderLine::value));
  }

  // ------------------------------------------------------------------ preflights

  @Test
  void an_allowed_preflight_learns_what_is_allowed() {
    assertThat(answer(SOME, preflight(ORIGIN, "POST", "x-one, Content-Type")))
        .isEqualTo(
            Map.of(
                "access-control-allow-origin", ORIGIN,
                "access-control-allow-methods", "GET,POST",
                "access-control-allow-headers", "X-One,content-type",
                "access-control-max-age", "600",
                "access-control-allow-credentials", "true",
                "vary", "Origin"));
  }

  @Test
  void a_wildcard_allows_everything() {
    assertThat(answer(EVERYTHING, preflight(ORIGIN, "DELETE", "x-any")))
        .isEqualTo(
            Map.of(
                "access-control-allow-origin", "*",
                "access-control-allow-methods", "*",
                "access-control-allow-headers", "*",
                "vary", "Origin"));
  }

  @Test
  void a_wildcard_with_credentials_names_what_was_asked_for() {
    CorsSettings settings = new CorsSettings(ANY, ANY, ANY, NONE, 0, true);

    assertThat(answer(settings, preflight(ORIGIN, "DELETE", "X-Any,x-more")))
        .isEqualTo(
            Map.of(
                "access-control-allow-origin", ORIGIN,
                "access-control-allow-methods", "DELETE",
                "access-control-allow-headers", "x-any,x-more",
                "access-control-max-age", "0",
                "access-control-allow-credentials", "true",
                "vary", "Origin"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://evil.example|GET|",
        "https://www.example.com.evil|GET|",
        "null|GET|",
        "https://www.example.com|PUT|",
        "https://www.example.com|get|",
        "https://www.example.com|GET|x-one,x-other"
      })
  void a_preflight_that_is_not_allowed_learns_nothing(
      String origin, String method, @Nullable String headers) {
    assertThat(answer(SOME, preflight(origin, method, headers))).isEmpty();
  }

  @Test
  void what_is_no_preflight_goes_to_the_function() {
    assertThat(SOME.preflight(request("OPTIONS", "/").cors())).isNull();
    assertThat(SOME.preflight(request("OPTIONS", "/").header("Origin", ORIGIN).cors())).isNull();
    assertThat(
            SOME.preflight(
                request("OPTIONS", "/").header("Access-Control-Request-Method", "GET").cors()))
        .isNull();
    assertThat(
            SOME.preflight(
                get("/")
                    .header("Origin", ORIGIN)
                    .header("Access-Control-Request-Method", "GET")
                    .cors()))
        .isNull();
  }

  // ------------------------------------------------------------------ other requests

  @Test
  void an_allowed_origin_gets_the_headers_of_the_settings() {
    assertThat(SOME.headersFor(get("/").header("origin", ORIGIN).cors()))
        .containsExactly(
            new HeaderLine("access-control-allow-origin", ORIGIN),
            new HeaderLine("access-control-expose-headers", "X-Two,X-Three"),
            new HeaderLine("access-control-allow-credentials", "true"));
    assertThat(EVERYTHING.headersFor(get("/").header("origin", ORIGIN).cors()))
        .containsExactly(
            new HeaderLine("access-control-allow-origin", "*"),
            new HeaderLine("access-control-expose-headers", "*"));
  }

  @Test
  void they_stand_next_to_those_of_the_function() {
    UrlHead function =
        UrlHead.json(200).with(List.of(new HeaderLine("access-control-allow-origin", "x")));

    assertThat(
            function
                .with(EVERYTHING.headersFor(get("/").header("origin", ORIGIN).cors()))
                .headers())
        .extracting(HeaderLine::value)
        .containsExactly("application/json", "x", "*", "*");
  }

  @Test
  void others_get_none() {
    assertThat(SOME.headersFor(get("/").cors())).isEmpty();
    assertThat(SOME.headersFor(get("/").header("Origin", "https://evil.example").cors())).isEmpty();
    assertThat(SOME.headersFor(request("OPTIONS", "/").header("Origin", ORIGIN).cors())).isEmpty();
  }

  // ------------------------------------------------------------------ limits

  @Test
  void the_limits_can_be_reached() {
    List<String> hundred = Collections.nCopies(100, "x".repeat(253));

    assertThat(
            new CorsSettings(
                    hundred,
                    Collections.nCopies(6, "DELETE"),
                    Collections.nCopies(100, "x".repeat(1024)),
                    hundred,
                    86_400,
                    false)
                .maxAgeSeconds())
        .isEqualTo(86_400);
  }

  @Test
  void too_many_entries_are_refused() {
    List<String> tooMany = Collections.nCopies(101, "x");

    assertRefused(() -> settings(tooMany, NONE, NONE, NONE), "AllowOrigins may have 100 entries");
    assertRefused(
        () -> settings(NONE, Collections.nCopies(7, "GET"), NONE, NONE),
        "AllowMethods may have 6 entries, not 7");
    assertRefused(() -> settings(NONE, NONE, tooMany, NONE), "AllowHeaders may have 100 entries");
    assertRefused(() -> settings(NONE, NONE, NONE, tooMany), "ExposeHeaders may have 100 entries");
  }

  @Test
  void entries_that_are_too_long_are_refused() {
    assertRefused(
        () -> settings(List.of("x".repeat(254)), NONE, NONE, NONE), "AllowOrigins", "253");
    assertRefused(
        () -> settings(NONE, List.of("OPTIONS"), NONE, NONE), "AllowMethods", "'OPTIONS'");
    assertRefused(
        () -> settings(NONE, NONE, List.of("x".repeat(1025)), NONE), "AllowHeaders", "1024");
    assertRefused(
        () -> settings(NONE, NONE, NONE, List.of("x".repeat(1025))), "ExposeHeaders", "1024");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a,b", "a\r\nb", "\u00fc"})
  void entries_that_no_header_can_carry_are_refused(String entry) {
    assertRefused(() -> settings(List.of(entry), NONE, NONE, NONE), "AllowOrigins");
    assertRefused(() -> settings(NONE, List.of(entry), NONE, NONE), "AllowMethods");
    assertRefused(() -> settings(NONE, NONE, List.of(entry), NONE), "AllowHeaders");
    assertRefused(() -> settings(NONE, NONE, NONE, List.of(entry)), "ExposeHeaders");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 86_401})
  void an_age_is_a_day_at_the_most(int seconds) {
    assertRefused(
        () -> new CorsSettings(NONE, NONE, NONE, NONE, seconds, false),
        "MaxAge must be from 0 to 86400 seconds, not " + seconds);
  }

  private static CorsSettings settings(
      List<String> origins, List<String> methods, List<String> headers, List<String> exposed) {
    return new CorsSettings(origins, methods, headers, exposed, null, false);
  }

  @Test
  void the_invoke_api_has_its_own_values_for_empty_lists() {
    CorsSettings settings = settings(List.of(ORIGIN), NONE, NONE, NONE).forInvokeApi();

    assertThat(answer(settings, preflight(ORIGIN, "POST", "authorization,x-amz-date")))
        .containsEntry("access-control-allow-methods", "POST")
        .containsEntry("access-control-allow-headers", "*");
    assertThat(settings.exposeHeaders()).contains("x-amz-function-error", "x-amzn-requestid");
    assertThat(SOME.forInvokeApi()).isEqualTo(SOME);
  }

  private interface Construction {
    CorsSettings construct();
  }

  private static void assertRefused(Construction construction, String... words) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(construction.construct()).isNull())
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }
}
