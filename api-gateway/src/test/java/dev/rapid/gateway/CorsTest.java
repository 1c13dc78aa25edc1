package dev.rapid.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.api.ApiType;
import dev.rapid.gateway.api.Authorizer;
import dev.rapid.gateway.api.Cors;
import dev.rapid.gateway.api.FunctionTarget;
import dev.rapid.gateway.api.PayloadFormat;
import dev.rapid.gateway.api.RequestValue;
import dev.rapid.gateway.api.Route;
import dev.rapid.http.testing.WireAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pages of other origins (contract http-front-door, section 7). */
final class CorsTest {

  private static final FunctionTarget HELLO = new FunctionTarget("hello", null);

  private static final Cors CORS =
      new Cors(
          List.of("http://a.test"),
          List.of("GET", "POST"),
          List.of("authorization"),
          List.of("x-exposed"),
          60,
          true);

  private static final String ORIGIN = "Origin: http://a.test";
  private static final String FOREIGN = "Origin: http://b.test";
  private static final String ASKS = "Access-Control-Request-Method: GET";

  private static TestFunction hello() {
    return TestFunction.returning(
        "hello",
        "{\"statusCode\":200,\"headers\":{\"access-control-allow-origin\":\"*\",\"x-own\":\"1\"}}");
  }

  private static Api.Builder http() {
    return Api.builder("api", ApiType.HTTP)
        .cors(CORS)
        .authorizer(
            "Auth",
            new Authorizer.Request(
                HELLO,
                PayloadFormat.V2,
                true,
                List.of(RequestValue.header("Authorization")),
                Duration.ZERO))
        .route(Route.builder("GET /x", HELLO).build())
        .route(Route.builder("ANY /guarded", HELLO).authorizer("Auth").build());
  }

  private static WireAnswer options(FrontDoor door, String path, String... headers) {
    return door.send("OPTIONS " + path, null, List.of(headers));
  }

  private static void assertNoCors(WireAnswer answer) {
    assertThat(answer.headerLines())
        .noneMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("access-control-"));
  }

  // ------------------------------------------------------------------ HTTP APIs

  /** Test case 115 of the contract. */
  @Test
  void the_api_answers_a_preflight() {
    TestFunction hello = hello();
    try (FrontDoor door = FrontDoor.of(http().build(), hello)) {
      WireAnswer answer = options(door, "/x", ORIGIN, ASKS);

      assertThat(answer.status()).isEqualTo(204);
      assertThat(answer.text()).isEmpty();
      assertThat(answer.header("access-control-allow-origin")).isEqualTo("http://a.test");
      assertThat(answer.header("access-control-allow-methods")).isEqualTo("GET,POST");
      assertThat(answer.header("access-control-allow-headers")).isEqualTo("authorization");
      assertThat(answer.header("access-control-max-age")).isEqualTo("60");
      assertThat(answer.header("access-control-allow-credentials")).isEqualTo("true");
      assertThat(answer.header("vary")).isEqualTo("origin");
      assertThat(answer.header("Apigw-Requestid")).isNotNull();
      assertThat(hello.events()).isEmpty();
    }
  }

  /** Test case 116 of the contract. */
  @Test
  void a_preflight_of_another_origin_grants_nothing() {
    try (FrontDoor door = FrontDoor.of(http().build(), hello())) {
      WireAnswer answer = options(door, "/x", FOREIGN, ASKS);

      assertThat(answer.status()).isEqualTo(204);
      assertNoCors(answer);
    }
  }

  /** Test case 117 of the contract. */
  @Test
  void the_headers_of_the_function_are_replaced() {
    try (FrontDoor door = FrontDoor.of(http().build(), hello())) {
      WireAnswer answer = door.get("/x", ORIGIN);

      assertThat(answer.header("access-control-allow-origin")).isEqualTo("http://a.test");
      assertThat(answer.header("access-control-expose-headers")).isEqualTo("x-exposed");
      assertThat(answer.header("x-own")).isEqualTo("1");
      assertThat(answer.header("vary")).isEqualTo("origin");
    }
  }

  @Test
  void without_an_origin_there_are_no_headers_of_cors() {
    try (FrontDoor door = FrontDoor.of(http().build(), hello())) {
      assertNoCors(door.get("/x"));
    }
  }

  @Test
  void without_settings_the_headers_of_the_function_stay() {
    Api api =
        Api.builder("api", ApiType.HTTP).route(Route.builder("GET /x", HELLO).build()).build();
    try (FrontDoor door = FrontDoor.of(api, hello())) {
      assertThat(door.get("/x", "Origin: http://localhost:5173"))
          .satisfies(
              answer -> assertThat(answer.header("access-control-allow-origin")).isEqualTo("*"));
    }
  }

  /** Test case 118 of the contract. */
  @Test
  void an_authorizer_gets_the_preflights_of_its_route() {
    try (FrontDoor door = FrontDoor.of(http().build(), hello())) {
      WireAnswer answer = options(door, "/guarded", ORIGIN, ASKS);

      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.text()).isEqualTo("{\"message\":\"Unauthorized\"}");
    }
  }

  /** Test case 160 of the contract. */
  @Test
  void errors_have_the_headers_too() {
    try (FrontDoor door = FrontDoor.of(http().build(), hello())) {
      WireAnswer answer = door.get("/guarded", ORIGIN);

      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.text()).isEqualTo("{\"message\":\"Unauthorized\"}");
      assertThat(answer.header("access-control-allow-origin")).isEqualTo("http://a.test");
      assertThat(answer.header("access-control-allow-credentials")).isEqualTo("true");
      assertThat(answer.header("vary")).isEqualTo("origin");
    }
  }

  @Test
  void a_page_that_no_setting_allows_runs_nothing() {
    TestFunction hello = hello();
    try (FrontDoor door = FrontDoor.of(http().build(), hello)) {
      assertThat(door.get("/x", FOREIGN).status()).isEqualTo(403);
      assertThat(hello.events()).isEmpty();
    }
  }

  @Test
  void every_origin_gets_an_asterisk() {
    Api api =
        Api.builder("api", ApiType.HTTP)
            .cors(new Cors(List.of("*"), List.of(), List.of(), List.of(), null, false))
            .route(Route.builder("GET /x", HELLO).build())
            .build();
    try (FrontDoor door = FrontDoor.of(api, hello())) {
      WireAnswer answer = door.get("/x", FOREIGN);

      assertThat(answer.header("access-control-allow-origin")).isEqualTo("*");
      assertThat(answer.header("vary")).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://*, https://b.test, true",
    "https://*, http://b.test, false",
    "http://A.test, http://a.test, true",
    "http://a.test, http://a.test.evil, false"
  })
  void origins_are_compared_without_case_and_may_end_behind_the_scheme(
      String allowed, String origin, boolean granted) {
    Api api =
        http()
            .cors(new Cors(List.of(allowed), List.of(), List.of(), List.of(), null, false))
            .build();
    try (FrontDoor door = FrontDoor.of(api, hello())) {
      assertThat(
              options(door, "/x", "Origin: " + origin, ASKS).header("access-control-allow-origin"))
          .isEqualTo(granted ? origin : null);
    }
  }

  // ------------------------------------------------------------------ REST APIs

  private static Api.Builder rest() {
    return Api.builder("api", ApiType.REST)
        .cors(new Cors(List.of("*"), List.of(), List.of(), List.of(), null, false))
        .route(Route.builder("GET /x", HELLO).build())
        .route(Route.builder("POST /x", HELLO).build())
        .route(Route.builder("ANY /any", HELLO).build())
        .route(Route.builder("OPTIONS /own", HELLO).build());
  }

  /** Test cases 120 and 147 of the contract. */
  @Test
  void a_rest_api_answers_options_with_the_methods_of_the_path() {
    TestFunction hello = hello();
    try (FrontDoor door = FrontDoor.of(rest().build(), hello)) {
      WireAnswer answer = options(door, "/x");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text()).isEqualTo("{}\n");
      assertThat(answer.header("Content-Type")).isEqualTo("application/json");
      assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("*");
      assertThat(answer.header("Access-Control-Allow-Methods")).isEqualTo("GET,OPTIONS,POST");
      assertThat(hello.events()).isEmpty();
    }
  }

  /** Test case 147 of the contract. */
  @Test
  void a_path_of_every_method_names_them_all() {
    try (FrontDoor door = FrontDoor.of(rest().build(), hello())) {
      assertThat(options(door, "/any").header("Access-Control-Allow-Methods"))
          .isEqualTo("DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT");
    }
  }

  @Test
  void a_route_of_its_own_gets_options() {
    TestFunction hello = hello();
    try (FrontDoor door = FrontDoor.of(rest().build(), hello)) {
      options(door, "/own");

      assertThat(hello.events()).hasSize(1);
    }
  }

  @Test
  void the_default_authorizer_guards_preflights_unless_it_must_not() {
    Api.Builder api = rest().authorizer("Iam", new Authorizer.Iam()).defaultAuthorizer("Iam");
    try (FrontDoor guarded = FrontDoor.of(api.build(), hello());
        FrontDoor open = FrontDoor.of(api.preflightsAuthorized(false).build(), hello())) {
      assertThat(options(guarded, "/x").status()).isEqualTo(403);
      assertThat(options(open, "/x").status()).isEqualTo(200);
    }
  }
}
