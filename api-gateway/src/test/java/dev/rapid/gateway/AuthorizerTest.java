package dev.rapid.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.api.ApiType;
import dev.rapid.gateway.api.Authorizer;
import dev.rapid.gateway.api.FunctionTarget;
import dev.rapid.gateway.api.PayloadFormat;
import dev.rapid.gateway.api.RequestValue;
import dev.rapid.gateway.api.Route;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Authorizers that are functions (contract http-front-door, section 8). */
final class AuthorizerTest {

  private static final FunctionTarget ECHO = new FunctionTarget("echo", null);
  private static final FunctionTarget AUTH = new FunctionTarget("auth", null);
  private static final String ID = Api.idOf("api");
  private static final String ARN = "arn:aws:execute-api:us-east-1:123456789012:" + ID + "/";
  private static final String TOKEN = "Authorization: allow";

  private static String policy(String effect, String resource, String context) {
    return "{\"principalId\":\"me\",\"policyDocument\":{\"Version\":\"2012-10-17\",\"Statement\":"
        + "[{\"Action\":\"execute-api:Invoke\",\"Effect\":\""
        + effect
        + "\",\"Resource\":\""
        + resource
        + "\"}]}"
        + (context.isEmpty() ? "" : ",\"context\":" + context)
        + "}";
  }

  private static String allow(String context) {
    return policy("Allow", "*", context);
  }

  private static Api rest(Authorizer authorizer, String... routes) {
    Api.Builder api =
        Api.builder("api", ApiType.REST)
            .stage("test")
            .authorizer("Auth", authorizer)
            .defaultAuthorizer("Auth");
    for (String route : routes) {
      api.route(Route.builder(route, ECHO).build());
    }
    return api.build();
  }

  private static Api byToken(long ttlSeconds) {
    return rest(
        new Authorizer.Token(AUTH, "Authorization", null, Duration.ofSeconds(ttlSeconds)),
        "ANY /{proxy+}");
  }

  private static Api byRequest(long ttlSeconds, String... sources) {
    return rest(
        new Authorizer.Request(
            AUTH, PayloadFormat.V1, false, sources(sources), Duration.ofSeconds(ttlSeconds)),
        "ANY /{proxy+}");
  }

  private static List<RequestValue> sources(String... texts) {
    return List.of(texts).stream().map(RequestValue::parse).toList();
  }

  private static Api http(PayloadFormat format, boolean simple, long ttl, String... sources) {
    return Api.builder("api", ApiType.HTTP)
        .authorizer(
            "Auth",
            new Authorizer.Request(AUTH, format, simple, sources(sources), Duration.ofSeconds(ttl)))
        .defaultAuthorizer("Auth")
        .route(Route.builder("GET /a", ECHO).build())
        .route(Route.builder("GET /b", ECHO).build())
        .route(Route.builder("GET /one", ECHO).payload(PayloadFormat.V1).build())
        .route(Route.builder("GET /open", ECHO).authorizer(Route.NO_AUTHORIZER).build())
        .build();
  }

  private static Api simple(long ttl, String... sources) {
    return http(PayloadFormat.V2, true, ttl, sources);
  }

  private static void assertUnauthorized(WireAnswer answer) {
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.text()).isEqualTo("{\"message\":\"Unauthorized\"}");
    assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("UnauthorizedException");
  }

  private static void assertDenied(WireAnswer answer, String message) {
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).isEqualTo("{\"Message\":\"" + message + "\"}");
    assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("AccessDeniedException");
  }

  private static final String EXPLICIT =
      "User is not authorized to access this resource with an explicit deny in an identity-based"
          + " policy";
  private static final String IMPLICIT =
      "User is not authorized to access this resource because no identity-based policy allows the"
          + " execute-api:Invoke action";

  // ------------------------------------------------------------------ REST, TOKEN

  /** Test case 121 of the contract. */
  @Test
  void a_token_authorizer_gets_the_token_and_the_arn() {
    TestFunction auth = TestFunction.returning("auth", allow(""));
    try (FrontDoor door = FrontDoor.of(byToken(0), TestFunction.echo(), auth)) {
      assertThat(door.get("/a/b", TOKEN).status()).isEqualTo(200);

      assertThat(auth.onlyEvent())
          .hasToString(
              "{\"type\":\"TOKEN\",\"authorizationToken\":\"allow\",\"methodArn\":\""
                  + ARN
                  + "test/GET/a/b\"}");
    }
  }

  /** Test case 122 of the contract. */
  @Test
  void without_the_token_the_authorizer_does_not_run() {
    TestFunction auth = TestFunction.returning("auth", allow(""));
    try (FrontDoor door = FrontDoor.of(byToken(0), TestFunction.echo(), auth)) {
      assertUnauthorized(door.get("/a"));
      assertUnauthorized(door.get("/a", "Authorization: "));

      assertThat(auth.events()).isEmpty();
    }
  }

  @Test
  void a_token_that_does_not_match_is_unauthorized() {
    TestFunction auth = TestFunction.returning("auth", allow(""));
    Api api = rest(new Authorizer.Token(AUTH, "X-T", "[a-z]+", Duration.ZERO), "ANY /{proxy+}");
    try (FrontDoor door = FrontDoor.of(api, TestFunction.echo(), auth)) {
      assertUnauthorized(door.get("/a", "X-T: abc1"));
      assertThat(auth.events()).isEmpty();
      assertThat(door.get("/a", "X-T: abc").status()).isEqualTo(200);
    }
  }

  /** Test case 123 of the contract. */
  @Test
  void a_deny_is_explicit() {
    TestFunction auth = TestFunction.returning("auth", policy("Deny", "*", ""));
    TestFunction echo = TestFunction.echo();
    try (FrontDoor door = FrontDoor.of(byToken(0), echo, auth)) {
      assertDenied(door.get("/a", TOKEN), EXPLICIT);
      assertThat(echo.events()).isEmpty();
    }
  }

  /** Test case 124 of the contract. */
  @Test
  void an_allow_for_something_else_is_an_implicit_deny() {
    TestFunction auth = TestFunction.returning("auth", policy("Allow", ARN + "test/GET/other", ""));
    try (FrontDoor door = FrontDoor.of(byToken(0), TestFunction.echo(), auth)) {
      assertDenied(door.get("/a", TOKEN), IMPLICIT);
    }
  }

  /** Test case 125 of the contract. */
  @Test
  void a_function_that_fails_with_unauthorized_refuses() {
    TestFunction auth = TestFunction.throwing("auth", "Unauthorized");
    try (FrontDoor door = FrontDoor.of(byToken(0), TestFunction.echo(), auth)) {
      assertUnauthorized(door.get("/a", TOKEN));
    }
  }

  private static void assertMisconfigured(TestFunction auth) {
    try (FrontDoor door = FrontDoor.of(byToken(300), TestFunction.echo(), auth)) {
      WireAnswer answer = door.get("/a", TOKEN);

      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.text()).isEqualTo("{\"message\":null}");
      assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("AuthorizerConfigurationException");
    }
  }

  /** Test cases 126 and 128 of the contract. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "\"text\"",
        "not json",
        "{\"policyDocument\":{\"Statement\":[]}}",
        "{\"principalId\":\"\",\"policyDocument\":{\"Statement\":[]}}",
        "{\"principalId\":\"me\"}",
        "{\"principalId\":\"me\",\"policyDocument\":{\"Statement\":[]},\"context\":{\"o\":{}}}"
      })
  void a_malformed_answer_is_a_fault_of_the_authorizer(String answer) {
    assertMisconfigured(TestFunction.returning("auth", answer));
  }

  /** Test case 126 of the contract. */
  @Test
  void another_failure_is_a_fault_of_the_authorizer() {
    assertMisconfigured(TestFunction.throwing("auth", "something else"));
    assertMisconfigured(TestFunction.failing("auth"));
    assertMisconfigured(TestFunction.refusing("auth", Outcome.Rejection.FUNCTION_BUSY));
  }

  @Test
  void an_authorizer_that_takes_too_long_is_at_fault() {
    TestFunction auth = TestFunction.neverEnding("auth");
    try (FrontDoor door = FrontDoor.of(byToken(300), TestFunction.echo(), auth)) {
      var client = door.connect().send(FrontDoor.head("GET /a", null, List.of(TOKEN)));
      auth.awaitRunning();
      door.time().advanceBy(Duration.ofSeconds(10));

      assertThat(client.receive().text()).isEqualTo("{\"message\":null}");
    }
  }

  /** Test case 127 of the contract. */
  @Test
  void the_context_reaches_the_function_of_a_rest_api_as_text() {
    TestFunction auth = TestFunction.returning("auth", allow("{\"s\":\"v\",\"n\":123,\"b\":true}"));
    try (FrontDoor door = FrontDoor.of(byToken(0), TestFunction.echo(), auth)) {
      JsonNode event = FrontDoor.event(door.get("/a", TOKEN));

      assertThat(event.at("/requestContext/authorizer"))
          .hasToString("{\"principalId\":\"me\",\"s\":\"v\",\"n\":\"123\",\"b\":\"true\"}");
    }
  }

  /** Test case 129 of the contract. */
  @Test
  void the_policy_is_remembered_and_evaluated_for_each_request() {
    TestFunction auth = TestFunction.returning("auth", policy("Allow", ARN + "test/GET/a", ""));
    try (FrontDoor door = FrontDoor.of(byToken(300), TestFunction.echo(), auth)) {
      assertThat(door.get("/a", TOKEN).status()).isEqualTo(200);
      assertThat(door.get("/a", TOKEN).status()).isEqualTo(200);
      assertThat(door.get("/b", TOKEN).status()).isEqualTo(403);
      assertThat(auth.events()).hasSize(1);

      door.time().advanceBy(Duration.ofMinutes(5));
      assertThat(door.get("/a", TOKEN).status()).isEqualTo(200);
      assertThat(auth.events()).hasSize(2);
    }
  }

  @Test
  void another_token_is_asked_for_anew() {
    TestFunction auth = TestFunction.returning("auth", allow(""));
    try (FrontDoor door = FrontDoor.of(byToken(300), TestFunction.echo(), auth)) {
      door.get("/a", TOKEN);
      door.get("/a", "Authorization: other");

      assertThat(auth.events()).hasSize(2);
    }
  }

  @Test
  void failures_are_not_remembered() {
    TestFunction auth = TestFunction.throwing("auth", "Unauthorized");
    try (FrontDoor door = FrontDoor.of(byToken(300), TestFunction.echo(), auth)) {
      door.get("/a", TOKEN);
      door.get("/a", TOKEN);

      assertThat(auth.events()).hasSize(2);
    }
  }

  /** Test case 130 of the contract. */
  @Test
  void without_a_time_to_live_the_authorizer_always_runs() {
    TestFunction auth = TestFunction.returning("auth", allow(""));
    try (FrontDoor door = FrontDoor.of(byToken(0), TestFunction.echo(), auth)) {
      door.get("/a", TOKEN);
      door.get("/a", TOKEN);

      assertThat(auth.events()).hasSize(2);
    }
  }

  /** Test case 131 of the contract. */
  @Test
  void resources_have_wildcards() {
    TestFunction auth = TestFunction.returning("auth", policy("Allow", ARN + "*/GET/*", ""));
    try (FrontDoor door = FrontDoor.of(byToken(300), TestFunction.echo(), auth)) {
      assertThat(door.get("/x/y", TOKEN).status()).isEqualTo(200);
      assertDenied(door.post("/x/y", "", TOKEN), IMPLICIT);
    }
  }

  /** Test case 51 of the contract, with a function. */
  @Test
  void a_route_without_an_authorizer_is_open() {
    Api api =
        Api.builder("api", ApiType.REST)
            .authorizer("Auth", new Authorizer.Token(AUTH, "Authorization", null, Duration.ZERO))
            .defaultAuthorizer("Auth")
            .route(Route.builder("GET /open", ECHO).authorizer(Route.NO_AUTHORIZER).build())
            .build();
    try (FrontDoor door = FrontDoor.of(api, TestFunction.echo())) {
      assertThat(door.get("/open").status()).isEqualTo(200);
    }
  }

  // ------------------------------------------------------------------ REST, REQUEST

  @Test
  void a_request_authorizer_gets_the_request_without_its_body() {
    TestFunction auth = TestFunction.returning("auth", allow(""));
    try (FrontDoor door = FrontDoor.of(byRequest(0), TestFunction.echo(), auth)) {
      door.post("/a", "body", "X-Y: z");

      JsonNode event = auth.onlyEvent();
      assertThat(event.path("type").asText()).isEqualTo("REQUEST");
      assertThat(event.path("methodArn").asText()).isEqualTo(ARN + "test/POST/a");
      assertThat(event.at("/headers/X-Y").asText()).isEqualTo("z");
      assertThat(event.at("/headers/Content-Length").asText()).isEqualTo("4");
      assertThat(event.has("body")).isFalse();
      assertThat(event.has("isBase64Encoded")).isFalse();
      assertThat(event.at("/requestContext/stage").asText()).isEqualTo("test");
    }
  }

  @Test
  void a_request_without_an_identity_source_is_unauthorized() {
    TestFunction auth = TestFunction.returning("auth", allow(""));
    Api api = byRequest(300, "method.request.header.X-A", "method.request.querystring.b");
    try (FrontDoor door = FrontDoor.of(api, TestFunction.echo(), auth)) {
      assertUnauthorized(door.get("/a", "X-A: 1"));
      assertUnauthorized(door.get("/a?b=2"));
      assertThat(auth.events()).isEmpty();
      assertThat(door.get("/a?b=2", "x-a: 1").status()).isEqualTo(200);
    }
  }

  @Test
  void an_arn_that_is_too_long_is_refused() {
    try (FrontDoor door = FrontDoor.of(byToken(0), TestFunction.echo())) {
      assertThat(door.get("/" + "a".repeat(1600), TOKEN).status()).isEqualTo(414);
    }
  }

  // ------------------------------------------------------------------ HTTP APIs

  /** Test case 132 of the contract. */
  @Test
  void a_simple_answer_allows_and_hands_its_context_on() {
    TestFunction auth =
        TestFunction.returning(
            "auth", "{\"isAuthorized\":true,\"context\":{\"k\":[\"a\"],\"n\":1}}");
    try (FrontDoor door = FrontDoor.of(simple(0), TestFunction.echo(), auth)) {
      JsonNode event = FrontDoor.event(door.get("/a"));

      assertThat(event.at("/requestContext/authorizer"))
          .hasToString("{\"lambda\":{\"k\":[\"a\"],\"n\":1}}");
    }
  }

  @Test
  void a_function_of_format_1_gets_the_context_directly() {
    TestFunction auth = TestFunction.returning("auth", allow("{\"k\":\"v\"}"));
    Api api = http(PayloadFormat.V1, false, 0);
    try (FrontDoor door = FrontDoor.of(api, TestFunction.echo(), auth)) {
      JsonNode event = FrontDoor.event(door.get("/one"));

      assertThat(event.at("/requestContext/authorizer"))
          .hasToString("{\"principalId\":\"me\",\"k\":\"v\"}");
    }
  }

  /** Test case 133 of the contract. */
  @Test
  void a_simple_refusal_is_forbidden() {
    TestFunction auth = TestFunction.returning("auth", "{\"isAuthorized\":false}");
    try (FrontDoor door = FrontDoor.of(simple(0), TestFunction.echo(), auth)) {
      WireAnswer answer = door.get("/a");

      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.text()).isEqualTo("{\"message\":\"Forbidden\"}");
      assertThat(answer.header("x-amzn-ErrorType")).isNull();
    }
  }

  @Test
  void a_policy_that_denies_is_forbidden() {
    TestFunction auth = TestFunction.returning("auth", policy("Deny", "*", ""));
    Api api = http(PayloadFormat.V2, false, 0);
    try (FrontDoor door = FrontDoor.of(api, TestFunction.echo(), auth)) {
      assertThat(door.get("/a").text()).isEqualTo("{\"message\":\"Forbidden\"}");
    }
  }

  /** Test case 134 of the contract. */
  @Test
  void a_wrong_answer_or_a_failure_is_an_internal_error() {
    for (TestFunction auth :
        List.of(
            TestFunction.returning("auth", "{\"isAuthorized\":\"true\"}"),
            TestFunction.throwing("auth", "Unauthorized"))) {
      try (FrontDoor door = FrontDoor.of(simple(0), TestFunction.echo(), auth)) {
        WireAnswer answer = door.get("/a");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text()).isEqualTo("{\"message\":\"Internal Server Error\"}");
      }
    }
  }

  /** Test case 135 of the contract. */
  @Test
  void all_identity_sources_must_be_there() {
    TestFunction auth = TestFunction.returning("auth", "{\"isAuthorized\":true}");
    Api api = simple(0, "$request.header.A", "$request.querystring.b");
    try (FrontDoor door = FrontDoor.of(api, TestFunction.echo(), auth)) {
      WireAnswer answer = door.get("/a", "A: 1");

      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.text()).isEqualTo("{\"message\":\"Unauthorized\"}");
      assertThat(auth.events()).isEmpty();
    }
  }

  /** Test case 136 of the contract. */
  @Test
  void the_event_of_format_2_has_the_identity() {
    TestFunction auth = TestFunction.returning("auth", "{\"isAuthorized\":true}");
    Api api = simple(0, "$request.header.A", "$request.querystring.b");
    try (FrontDoor door = FrontDoor.of(api, TestFunction.echo(), auth)) {
      door.get("/a?b=2", "A: 1");

      JsonNode event = auth.onlyEvent();
      assertThat(event.path("version").asText()).isEqualTo("2.0");
      assertThat(event.path("type").asText()).isEqualTo("REQUEST");
      assertThat(event.path("routeArn").asText()).isEqualTo(ARN + "$default/GET/a");
      assertThat(event.path("identitySource")).hasToString("[\"1\",\"2\"]");
      assertThat(event.path("routeKey").asText()).isEqualTo("GET /a");
      assertThat(event.has("body")).isFalse();
      assertThat(event.has("isBase64Encoded")).isFalse();
    }
  }

  /** Test case 136 of the contract. */
  @Test
  void the_event_of_format_1_has_the_identity() {
    TestFunction auth = TestFunction.returning("auth", allow(""));
    Api api = http(PayloadFormat.V1, false, 0, "$request.header.A", "$request.querystring.b");
    try (FrontDoor door = FrontDoor.of(api, TestFunction.echo(), auth)) {
      door.get("/a?b=2", "A: 1");

      JsonNode event = auth.onlyEvent();
      assertThat(event.path("version").asText()).isEqualTo("1.0");
      assertThat(event.path("identitySource").asText()).isEqualTo("1,2");
      assertThat(event.path("authorizationToken").asText()).isEqualTo("1,2");
      assertThat(event.path("methodArn").asText()).isEqualTo(ARN + "$default/GET/a");
    }
  }

  /** Test case 137 of the contract. */
  @Test
  void an_answer_holds_for_all_routes() {
    TestFunction auth = TestFunction.returning("auth", "{\"isAuthorized\":true}");
    try (FrontDoor door =
        FrontDoor.of(simple(60, "$request.header.Authorization"), TestFunction.echo(), auth)) {
      assertThat(door.get("/a", TOKEN).status()).isEqualTo(200);
      assertThat(door.get("/b", TOKEN).status()).isEqualTo(200);

      assertThat(auth.events()).hasSize(1);
    }
  }

  /** Test case 137 of the contract. */
  @Test
  void with_the_route_key_as_a_source_each_route_is_asked_for() {
    TestFunction auth = TestFunction.returning("auth", "{\"isAuthorized\":true}");
    Api api = simple(60, "$request.header.Authorization", "$context.routeKey");
    try (FrontDoor door = FrontDoor.of(api, TestFunction.echo(), auth)) {
      door.get("/a", TOKEN);
      door.get("/b", TOKEN);

      assertThat(auth.events()).hasSize(2);
    }
  }

  /** Test case 138 of the contract. */
  @Test
  void none_opens_a_route_under_a_default_authorizer() {
    try (FrontDoor door = FrontDoor.of(simple(0), TestFunction.echo())) {
      assertThat(door.get("/open").status()).isEqualTo(200);
    }
  }

  @Test
  void an_api_that_stays_keeps_what_its_authorizers_remember() {
    TestFunction auth = TestFunction.returning("auth", "{\"isAuthorized\":true}");
    Api api = simple(60, "$request.header.Authorization");
    try (FrontDoor door = FrontDoor.of(api, TestFunction.echo(), auth)) {
      door.get("/a", TOKEN);
      door.gateway().serve(List.of(simple(60, "$request.header.Authorization")));
      door.get("/a", TOKEN);

      assertThat(auth.events()).hasSize(1);
    }
  }

  @Test
  void what_the_old_code_of_an_authorizer_answers_late_is_not_remembered() {
    TestFunction auth = TestFunction.neverEnding("auth");
    Api api = simple(60, "$request.header.Authorization");
    try (FrontDoor door = FrontDoor.of(api, TestFunction.echo(), auth)) {
      WireClient early = door.connect();
      early.send(FrontDoor.head("GET /a", null, List.of(TOKEN)));
      Invocation old = auth.awaitRunning();
      door.gateway().forgetAnswers();
      TestFunction.complete(old, new Outcome.Returned(Payload.of("{\"isAuthorized\":true}"), null));
      assertThat(early.receive().status()).isEqualTo(200);

      WireClient late = door.connect();
      late.send(FrontDoor.head("GET /a", null, List.of(TOKEN)));
      TestFunction.complete(
          auth.awaitRunning(), new Outcome.Returned(Payload.of("{\"isAuthorized\":false}"), null));
      assertThat(late.receive().status()).isEqualTo(403);
    }
  }

  // ------------------------------------------------------------------ signatures

  @Test
  void a_signature_is_accepted_whatever_it_is() {
    Api api = rest(new Authorizer.Iam(), "GET /a");
    try (FrontDoor door = FrontDoor.of(api, TestFunction.echo())) {
      JsonNode event =
          FrontDoor.event(
              door.get(
                  "/a",
                  "Authorization: AWS4-HMAC-SHA256"
                      + " Credential=AKID/20260101/us-east-1/execute-api/aws4_request,"
                      + " SignedHeaders=host, Signature=0"));
      assertThat(event.at("/requestContext/identity/accessKey").asText()).isEqualTo("AKID");

      WireAnswer unsigned = door.get("/a");
      assertThat(unsigned.status()).isEqualTo(403);
      assertThat(unsigned.text()).isEqualTo("{\"message\":\"Missing Authentication Token\"}");
    }
  }
}
