package dev.rapid.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.testing.CountedPayload;
import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.api.ApiType;
import dev.rapid.gateway.api.FunctionTarget;
import dev.rapid.gateway.api.GatewayResponse;
import dev.rapid.gateway.api.GatewayResponseType;
import dev.rapid.gateway.api.PayloadFormat;
import dev.rapid.gateway.api.RequestValue;
import dev.rapid.gateway.api.Route;
import dev.rapid.http.testing.Eventually;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the gateway answers itself (contract http-front-door, section 6), and its limits. */
final class GatewayAnswersTest {

  private static final FunctionTarget FUNCTION = new FunctionTarget("f", null);

  private static Api.Builder api(ApiType type) {
    return Api.builder("api", type).route(Route.builder("ANY /x", FUNCTION).build());
  }

  private static Api format1() {
    return Api.builder("api", ApiType.HTTP)
        .route(Route.builder("ANY /x", FUNCTION).payload(PayloadFormat.V1).build())
        .build();
  }

  private static void assertRest(WireAnswer answer, int status, String message) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.text()).isEqualTo("{\"message\": \"" + message + "\"}");
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("InternalServerErrorException");
    assertThat(answer.header("x-amzn-RequestId")).isNotNull();
    assertThat(answer.header("x-amz-apigw-id")).isNotNull();
    assertThat(answer.header("X-Amzn-Trace-Id")).matches("Root=1-[0-9a-f]{8}-[0-9a-f]{24}");
  }

  private static void assertHttp(WireAnswer answer, int status, String message) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.text()).isEqualTo("{\"message\":\"" + message + "\"}");
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("Apigw-Requestid")).isNotNull();
    assertThat(answer.header("x-amzn-ErrorType")).isNull();
  }

  private static WireAnswer get(Api api, TestFunction... functions) {
    try (FrontDoor door = FrontDoor.of(api, functions)) {
      return door.get("/x");
    }
  }

  // ------------------------------------------------------------------ the function

  /** Test cases 103 and 104 of the contract. */
  @Test
  void a_function_throws() {
    TestFunction function = TestFunction.throwing("f", "no");

    assertRest(get(api(ApiType.REST).build(), function), 502, "Internal server error");
    assertHttp(get(api(ApiType.HTTP).build(), function), 500, "Internal Server Error");
    assertHttp(get(format1(), function), 500, "Internal Server Error");
  }

  @Test
  void a_fault_in_rapid_itself_is_answered() {
    Payload broken =
        new Payload() {
          @Override
          public long size() {
            throw new IllegalStateException("a fault for the test");
          }

          @Override
          public List<ByteBuffer> buffers() {
            throw new IllegalStateException("a fault for the test");
          }

          @Override
          public void acquire() {}

          @Override
          public void release() {}
        };
    TestFunction function =
        TestFunction.of(
            "f",
            (invocation, event) ->
                TestFunction.complete(invocation, new Outcome.Returned(broken, null)));

    assertRest(get(api(ApiType.REST).build(), function), 502, "Internal server error");
    assertHttp(get(api(ApiType.HTTP).build(), function), 500, "Internal Server Error");
  }

  /** Test case 105 of the contract. */
  @Test
  void a_function_times_out_before_its_integration() {
    TestFunction function = TestFunction.failing("f");

    assertRest(get(api(ApiType.REST).build(), function), 502, "Internal server error");
    assertHttp(get(api(ApiType.HTTP).build(), function), 500, "Internal Server Error");
  }

  /** Test cases 108 and 109 of the contract. */
  @ParameterizedTest
  @EnumSource(names = {"FUNCTION_BUSY", "PROGRAM_BUSY"})
  void a_function_is_throttled(Outcome.Rejection rejection) {
    TestFunction function = TestFunction.refusing("f", rejection);

    assertRest(get(api(ApiType.REST).build(), function), 500, "Internal server error");
    assertHttp(get(api(ApiType.HTTP).build(), function), 503, "Service Unavailable");
    assertThat(function.throttles()).isEqualTo(2);
  }

  /** Test case 162 of the contract. */
  @Test
  void there_is_no_function() {
    assertRest(get(api(ApiType.REST).build()), 500, "Internal server error");
    assertHttp(get(api(ApiType.HTTP).build()), 500, "Internal Server Error");
  }

  // ------------------------------------------------------------------ time limits

  /** Test case 106 of the contract. */
  @Test
  void the_integration_of_a_rest_api_times_out_and_the_function_goes_on() {
    TestFunction function = TestFunction.neverEnding("f");
    Api api = api(ApiType.REST).timeout(Duration.ofSeconds(1)).build();
    try (FrontDoor door = FrontDoor.of(api, function)) {
      WireClient client = door.connect().send(FrontDoor.head("GET /x", null, List.of()));
      var running = function.awaitRunning();
      door.time().advanceBy(Duration.ofSeconds(1));
      assertRest(client.receive(), 504, "Endpoint request timed out");

      CountedPayload late = new CountedPayload("{\"statusCode\":200}");
      TestFunction.complete(running, new Outcome.Returned(late, null));
      Eventually.eventually(() -> late.readers() == 0);
      assertThat(client.get("/nope").status()).isEqualTo(403);
    }
  }

  /** Test case 107 of the contract. */
  @Test
  void the_integration_of_an_http_api_times_out() {
    TestFunction function = TestFunction.neverEnding("f");
    Api api = api(ApiType.HTTP).timeout(Duration.ofSeconds(1)).build();
    try (FrontDoor door = FrontDoor.of(api, function)) {
      WireClient client = door.connect().send(FrontDoor.head("GET /x", null, List.of()));
      function.awaitRunning();
      door.time().advanceBy(Duration.ofSeconds(1));

      assertHttp(client.receive(), 503, "Service Unavailable");
    }
  }

  @Test
  void a_route_has_a_limit_of_its_own() {
    TestFunction function = TestFunction.neverEnding("f");
    Api api =
        Api.builder("api", ApiType.HTTP)
            .route(Route.builder("GET /x", FUNCTION).timeout(Duration.ofMillis(50)).build())
            .build();
    try (FrontDoor door = FrontDoor.of(api, function)) {
      WireClient client = door.connect().send(FrontDoor.head("GET /x", null, List.of()));
      function.awaitRunning();
      door.time().advanceBy(Duration.ofMillis(50));

      assertThat(client.receive().status()).isEqualTo(503);
    }
  }

  @Test
  void an_answer_in_time_is_the_only_one() {
    TestFunction function = TestFunction.neverEnding("f");
    try (FrontDoor door = FrontDoor.of(api(ApiType.HTTP).build(), function)) {
      WireClient client = door.connect().send(FrontDoor.head("GET /x", null, List.of()));
      var running = function.awaitRunning();
      TestFunction.complete(running, new Outcome.Returned(Payload.of("\"in time\""), null));
      assertThat(client.receive().text()).isEqualTo("in time");

      door.time().advanceBy(Duration.ofMinutes(1));
      assertThat(client.get("/nope").status()).isEqualTo(404);
    }
  }

  // ------------------------------------------------------------------ limits

  /** Test case 110 of the contract. */
  @Test
  void an_event_over_lambdas_limit_is_refused() {
    String body = "X".repeat(6 * 1024 * 1024 + 1024);
    TestFunction function = TestFunction.echo();
    try (FrontDoor rest =
            FrontDoor.of(api(ApiType.REST).build(), TestFunction.returning("f", "1"));
        FrontDoor http =
            FrontDoor.of(api(ApiType.HTTP).build(), TestFunction.returning("f", "1"))) {
      WireAnswer answer = rest.post("/x", body, "Content-Type: text/plain");
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.text()).isEqualTo("{\"message\":\"Request Too Long\"}");

      assertHttp(
          http.post("/x", body, "Content-Type: text/plain"), 413, "Request Entity Too Large");
      assertThat(function.events()).isEmpty();
      assertThat(rest.usedBytes()).isZero();
    }
  }

  /** Test case 158 of the contract. */
  @Test
  void a_body_over_the_limit_of_a_rest_api_is_refused_with_text() {
    TestFunction function = TestFunction.returning("f", "{}");
    try (FrontDoor door = FrontDoor.of(api(ApiType.REST).build(), function)) {
      WireAnswer answer = door.post("/x", "X".repeat(10_485_761));

      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.text()).isEqualTo("HTTP content length exceeded 10485760 bytes.");
      assertThat(answer.header("Content-Type")).isEqualTo("text/plain");
      assertThat(function.events()).isEmpty();
      assertThat(door.usedBytes()).isZero();
    }
  }

  @Test
  void headers_over_the_limit_are_refused() {
    try (FrontDoor door =
        FrontDoor.of(api(ApiType.HTTP).build(), TestFunction.returning("f", "1"))) {
      assertHttp(
          door.get("/x", "X-Large: " + "x".repeat(10_240)), 431, "Request Header Fields Too Large");
      assertThat(door.get("/x", "X-Large: " + "x".repeat(70_000)).status()).isEqualTo(431);
    }
  }

  // ------------------------------------------------------------------ keys and parameters

  private static Api validated() {
    return Api.builder("api", ApiType.REST)
        .route(
            Route.builder("GET /v/{issuer}", FUNCTION)
                .requiredParameters(
                    List.of(
                        RequestValue.parse("method.request.querystring.qs1"),
                        RequestValue.parse("method.request.header.x-header-param")))
                .build())
        .route(
            Route.builder("GET /empty", FUNCTION)
                .requiredParameters(
                    List.of(
                        RequestValue.parse("method.request.querystring.qs1"),
                        RequestValue.parse("method.request.path.issuer"),
                        RequestValue.parse("method.request.header.x-header-param")))
                .build())
        .build();
  }

  /** Test case 111 of the contract. */
  @Test
  void missing_parameters_are_named() {
    try (FrontDoor door = FrontDoor.of(validated(), TestFunction.returning("f", "{}"))) {
      WireAnswer answer = door.get("/empty");

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text())
          .isEqualTo(
              "{\"message\": \"Missing required request parameters: [x-header-param, issuer,"
                  + " qs1]\"}");
      assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("BadRequestException");
    }
  }

  /** Test case 112 of the contract. */
  @Test
  void a_missing_parameter_of_the_query_is_named() {
    try (FrontDoor door = FrontDoor.of(validated(), TestFunction.returning("f", "{}"))) {
      assertThat(door.get("/v/me", "x-header-param: 1").text())
          .isEqualTo("{\"message\": \"Missing required request parameters: [qs1]\"}");
      assertThat(door.get("/v/me?qs1=1", "x-header-param: 1").status()).isEqualTo(200);
    }
  }

  private static Api keyed(List<String> keys) {
    return Api.builder("api", ApiType.REST)
        .apiKeys(keys)
        .route(
            Route.builder("GET /x", new FunctionTarget("echo", null)).apiKeyRequired(true).build())
        .build();
  }

  /** Test case 114 of the contract. */
  @Test
  void a_request_without_a_key_is_forbidden() {
    try (FrontDoor door = FrontDoor.of(keyed(List.of()), TestFunction.echo())) {
      WireAnswer answer = door.get("/x");

      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.text()).isEqualTo("{\"message\":\"Forbidden\"}");
      assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("ForbiddenException");
      assertThat(
              FrontDoor.event(door.get("/x", "x-api-key: any"))
                  .at("/requestContext/identity/apiKey")
                  .asText())
          .isEqualTo("any");
    }
  }

  @Test
  void where_keys_are_configured_no_other_counts() {
    try (FrontDoor door = FrontDoor.of(keyed(List.of("k1")), TestFunction.echo())) {
      assertThat(door.get("/x", "x-api-key: k2").status()).isEqualTo(403);
      assertThat(door.get("/x", "x-api-key: k1").status()).isEqualTo(200);
    }
  }

  // ------------------------------------------------------------------ changed answers

  @Test
  void an_answer_can_be_changed() {
    Api api =
        api(ApiType.REST)
            .stageVariables(Map.of("v", "1"))
            .gatewayResponses(
                Map.of(
                    GatewayResponseType.MISSING_AUTHENTICATION_TOKEN,
                    new GatewayResponse(
                        404,
                        Map.of(
                            "gatewayresponse.header.Access-Control-Allow-Origin",
                            "'*'",
                            "gatewayresponse.header.X-Asked",
                            "method.request.header.X-Ask"),
                        Map.of(
                            "application/json",
                            "{\"m\":$context.error.messageString,\"t\":\"$context.error.responseType\""
                                + ",\"s\":\"$context.stage\",\"v\":\"${stageVariables.v}\"}"))))
            .build();
    try (FrontDoor door = FrontDoor.of(api)) {
      WireAnswer answer = door.get("/nope", "X-Ask: this");

      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("*");
      assertThat(answer.header("X-Asked")).isEqualTo("this");
      assertThat(answer.text())
          .isEqualTo(
              "{\"m\":\"Missing Authentication Token\",\"t\":\"MISSING_AUTHENTICATION_TOKEN\""
                  + ",\"s\":\"Prod\",\"v\":\"1\"}");
    }
  }

  @Test
  void a_group_of_answers_can_be_changed() {
    Api api =
        api(ApiType.REST)
            .gatewayResponses(
                Map.of(
                    GatewayResponseType.DEFAULT_5XX,
                    new GatewayResponse(
                        null, Map.of("gatewayresponse.header.X-Y", "'z'"), Map.of())))
            .build();
    WireAnswer answer = get(api, TestFunction.throwing("f", "no"));

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.header("X-Y")).isEqualTo("z");
    assertThat(answer.text()).isEqualTo("{\"message\":\"Internal server error\"}");
  }

  // ------------------------------------------------------------------ traces

  /** Test case 43 of the contract. */
  @Test
  void the_trace_of_the_client_comes_back() {
    String trace = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1";
    try (FrontDoor door =
        FrontDoor.of(api(ApiType.REST).build(), TestFunction.returning("f", "{}"))) {
      assertThat(door.get("/x", "X-Amzn-Trace-Id: " + trace).header("X-Amzn-Trace-Id"))
          .contains(trace);
      assertThat(
              door.get("/x", "X-Amzn-Trace-Id: Root=1-3152b799-8954dae64eda91bc9a23a7e8")
                  .header("X-Amzn-Trace-Id"))
          .matches("Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=[0-9a-f]{16};Sampled=0.*");
    }
  }

  @Test
  void a_request_for_an_unknown_api_is_forbidden() {
    try (FrontDoor door = FrontDoor.of(api(ApiType.HTTP).build())) {
      assertThat(door.get("/x", "Host: other.execute-api.us-east-1.amazonaws.com").status())
          .isEqualTo(403);
    }
  }
}
