package dev.rapid.conformance.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.rapid.azure.protocol.InvocationRequest;
import dev.rapid.azure.protocol.InvocationResponse;
import dev.rapid.azure.protocol.NullableDouble;
import dev.rapid.azure.protocol.NullableString;
import dev.rapid.azure.protocol.ParameterBinding;
import dev.rapid.azure.protocol.RpcHttp;
import dev.rapid.azure.protocol.RpcHttpCookie;
import dev.rapid.azure.protocol.StatusResult;
import dev.rapid.azure.protocol.StreamingMessage;
import dev.rapid.azure.protocol.TypedData;
import dev.rapid.conformance.azure.fake.FakeWorker;
import dev.rapid.conformance.azure.fake.Messages;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From events to triggers and from results to answers (checks 6 and 10 to 13). */
@EnabledOnOs(OS.LINUX)
final class TriggersTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final String V2 =
      """
      {"version": "2.0", "rawPath": "/api/things/7", "rawQueryString": "a=1&b=2&b=3",
       "cookies": ["x=1", "y=2"], "headers": {"X-Custom": "yes", "content-type": "text/plain"},
       "requestContext": {"http": {"method": "PUT", "path": "/api/things/7"}},
       "body": "aMOk", "isBase64Encoded": true}\
      """;
  private static final int TWELVE_MEBIBYTES = 12 * 1024 * 1024;

  private static FakeFunctions functions;

  @BeforeAll
  static void start(@TempDir Path shared) {
    functions =
        FakeFunctions.at(shared)
            .function("plain", FakeFunctions.HTTP, FakeWorker.class)
            .function("modern", FakeFunctions.HTTP, Modern.class)
            .function("answers", FakeFunctions.HTTP, Answers.class)
            .function("bodies", FakeFunctions.HTTP, Answers.class, "azure.httpResponse: body")
            .function("queue", FakeWorker.class)
            .function(
                "timer",
                "{\"name\": \"t\", \"type\": \"timerTrigger\", \"schedule\": \"0 * * * * *\"}",
                FakeWorker.class)
            .function(
                "generic", "{\"name\": \"g\", \"type\": \"strangeTrigger\"}", FakeWorker.class)
            .function(
                "blob",
                "{\"name\": \"b\", \"type\": \"blobTrigger\", \"path\": \"x\"}",
                FakeWorker.class)
            .function("grid", "{\"name\": \"e\", \"type\": \"eventGridTrigger\"}", FakeWorker.class)
            .function(
                "outputs",
                FakeFunctions.QUEUE
                    + ", {\"name\": \"$return\", \"type\": \"queue\", \"direction\": \"out\"}"
                    + ", {\"name\": \"file\", \"type\": \"blob\", \"direction\": \"out\"}"
                    + ", {\"name\": \"row\", \"type\": \"table\", \"direction\": \"in\"}",
                HasOutputs.class)
            .function("failing", Fails.class)
            .serve("--lazy-init");
  }

  @AfterAll
  static void end() {
    functions.close();
  }

  private static InvocationRequest last(String function) {
    return functions.only(function).messages().stream()
        .filter(StreamingMessage::hasInvocationRequest)
        .map(StreamingMessage::getInvocationRequest)
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  private static TypedData sent(String function, String event) {
    functions.result(function, event);
    return last(function).getInputData(0).getData();
  }

  // -------------------------------------------------------------------- HTTP

  /** Has the capabilities of the Go worker. */
  static class Modern extends FakeWorker {
    @Override
    protected Map<String, String> capabilities() {
      return Map.of(
          "RpcHttpBodyOnly", "true",
          "RawHttpBodyBytes", "true",
          "RpcHttpTriggerMetadataRemoved", "true",
          "UseNullableValueDictionaryForHttp", "true",
          "TypedDataCollection", "true");
    }
  }

  @Test
  void check_10_a_request_of_format_2_reaches_a_worker_with_plain_maps() {
    RpcHttp http = sent("plain", V2).getHttp();

    assertThat(http.getMethod()).isEqualTo("PUT");
    assertThat(http.getUrl()).endsWith("/api/things/7?a=1&b=2&b=3").startsWith("http");
    assertThat(http.getHeadersMap())
        .containsEntry("x-custom", "yes")
        .containsEntry("cookie", "x=1; y=2");
    assertThat(http.getQueryMap()).containsEntry("a", "1").containsEntry("b", "2,3");
    assertThat(http.getParamsMap()).containsEntry("id", "7");
    assertThat(http.getBody().getString()).isEqualTo("hä");
    assertThat(http.getRawBody().getString()).isEqualTo("hä");
    assertThat(http.getNullableHeadersMap()).isEmpty();
    assertThat(http.getNullableQueryMap()).isEmpty();
    assertThat(http.getNullableParamsMap()).isEmpty();
  }

  @Test
  void check_10_a_request_of_format_2_reaches_a_worker_with_nullable_maps() {
    RpcHttp http = sent("modern", V2).getHttp();

    assertThat(http.getNullableHeadersMap())
        .containsEntry("x-custom", nullable("yes"))
        .containsEntry("cookie", nullable("x=1; y=2"));
    assertThat(http.getNullableQueryMap()).containsEntry("b", nullable("2,3"));
    assertThat(http.getNullableParamsMap()).containsEntry("id", nullable("7"));
    assertThat(http.getBody().getBytes().toStringUtf8()).isEqualTo("hä");
    assertThat(http.hasRawBody()).isFalse();
    assertThat(http.getHeadersMap()).isEmpty();
    assertThat(http.getQueryMap()).isEmpty();
    assertThat(http.getParamsMap()).isEmpty();
    assertThat(last("modern").getTriggerMetadataMap()).doesNotContainKey("req");
  }

  private static NullableString nullable(String text) {
    return NullableString.newBuilder().setValue(text).build();
  }

  @Test
  void check_10_a_request_of_format_1_reaches_the_worker() {
    RpcHttp http =
        sent(
                "plain",
                """
                {"httpMethod": "DELETE", "path": "/api/things/9",
                 "multiValueQueryStringParameters": {"q": ["1", "2"]},
                 "multiValueHeaders": {"X-Many": ["a", "b"]}, "pathParameters": {"id": "nine"},
                 "body": null}\
                """)
            .getHttp();

    assertThat(http.getMethod()).isEqualTo("DELETE");
    assertThat(http.getHeadersMap()).containsEntry("x-many", "a,b");
    assertThat(http.getQueryMap()).containsEntry("q", "1,2");
    assertThat(http.getParamsMap()).containsEntry("id", "nine");
    assertThat(http.hasBody() && !http.getBody().getString().isEmpty()).isFalse();
  }

  @Test
  void check_10_a_raw_request_reaches_the_worker() {
    RpcHttp http =
        sent("plain", "{\"method\": \"POST\", \"url\": \"/api/things/1?z=3\", \"body\": {\"k\":1}}")
            .getHttp();

    assertThat(http.getMethod()).isEqualTo("POST");
    assertThat(http.getQueryMap()).containsEntry("z", "3");
    assertThat(http.getParamsMap()).containsEntry("id", "1");
    assertThat(http.getBody().toString()).contains("k");
  }

  @Test
  void check_10_any_other_event_is_the_body_of_a_post() {
    RpcHttp http = sent("plain", "{\"some\": \"event\"}").getHttp();

    assertThat(http.getMethod()).isEqualTo("POST");
    assertThat(http.getHeadersMap()).containsEntry("content-type", "application/json");
    assertThat(json(http.getRawBody().getString()).path("some").asText()).isEqualTo("event");
    assertThat(json(http.getBody().getJson()).path("some").asText()).isEqualTo("event");
    assertThat(http.getUrl()).contains("/api/things");
  }

  /** Answers requests as the body says. */
  static class Answers extends FakeWorker {
    @Override
    protected Map<String, String> capabilities() {
      return Map.of("RpcHttpBodyOnly", "true");
    }

    @Override
    protected void invocation(InvocationRequest request) {
      RpcHttp.Builder http = RpcHttp.newBuilder();
      String how = request.getInputData(0).getData().getHttp().getBody().getString();
      switch (how.replace("\"", "")) {
        case "full" ->
            http.setStatusCode("201")
                .putHeaders("Content-Type", "text/plain")
                .putHeaders("X-Answer", "42")
                .setBody(Messages.string("made"))
                .addCookies(
                    RpcHttpCookie.newBuilder()
                        .setName("c")
                        .setValue("d")
                        .setMaxAge(NullableDouble.newBuilder().setValue(5))
                        .setSameSite(RpcHttpCookie.SameSite.Lax));
        case "bytes" ->
            http.setStatusCode("200")
                .setBody(
                    TypedData.newBuilder()
                        .setBytes(ByteString.copyFrom(new byte[] {(byte) 0xff, 0, 1})));
        case "json" -> http.setBody(Messages.json("{\"a\":1}"));
        case "empty" -> http.setStatusCode("204");
        case "broken" -> http.setStatusCode("503").setBody(Messages.string("later"));
        default -> {}
      }
      send(
          Messages.response(
              request.getInvocationId(),
              how.contains("text")
                  ? Messages.string("only text")
                  : TypedData.newBuilder().setHttp(http).build()));
    }
  }

  private static JsonNode answer(String function, String how) {
    return json(functions.result(function, "\"" + how + "\""));
  }

  @Test
  void check_10_status_headers_and_cookies_of_a_response_are_in_the_envelope() {
    JsonNode answer = answer("answers", "full");

    assertThat(answer.path("statusCode").asInt()).isEqualTo(201);
    assertThat(answer.path("body").asText()).isEqualTo("made");
    assertThat(answer.path("isBase64Encoded").asBoolean()).isFalse();
    assertThat(answer.path("headers").toString())
        .containsIgnoringCase("\"x-answer\":\"42\"")
        .containsIgnoringCase("\"content-type\":\"text/plain\"");
    assertThat(answer.path("cookies").path(0).asText())
        .startsWith("c=d; ")
        .containsIgnoringCase("Max-Age=5")
        .containsIgnoringCase("SameSite=Lax");
  }

  @Test
  void check_10_bytes_of_a_response_are_base64_in_the_envelope() {
    JsonNode answer = answer("answers", "bytes");

    assertThat(answer.path("isBase64Encoded").asBoolean()).isTrue();
    assertThat(answer.path("body").asText()).isEqualTo("/wAB");
  }

  @Test
  void check_10_json_of_a_response_says_so() {
    JsonNode answer = answer("answers", "json");

    assertThat(answer.path("statusCode").asInt()).isEqualTo(200);
    assertThat(answer.path("headers").path("content-type").asText()).startsWith("application/json");
    assertThat(json(answer.path("body").asText()).path("a").asInt()).isEqualTo(1);
  }

  @Test
  void check_10_a_status_without_a_body_counts() {
    assertThat(answer("answers", "empty").path("statusCode").asInt()).isEqualTo(204);
  }

  @Test
  void check_10_a_status_of_the_server_is_no_error_of_the_function() {
    JsonNode answer = answer("answers", "broken");

    assertThat(answer.path("statusCode").asInt()).isEqualTo(503);
    assertThat(answer.path("body").asText()).isEqualTo("later");
  }

  @Test
  void a_value_that_is_no_response_is_the_body_of_one() {
    JsonNode answer = answer("answers", "text");

    assertThat(answer.path("statusCode").asInt()).isEqualTo(200);
    assertThat(answer.path("body").asText()).isEqualTo("only text");
  }

  @Test
  void a_user_can_ask_for_bodies_alone() {
    assertThat(functions.result("bodies", "\"full\"")).isEqualTo("\"made\"");
    assertThat(functions.result("bodies", "\"bytes\"")).isEqualTo("\"/wAB\"");
    assertThat(json(functions.result("bodies", "\"json\"")).path("a").asInt()).isEqualTo(1);
  }

  // ------------------------------------------------------------- other triggers

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "plain text"        | plain text
          "{\\"id\\": 1}"     | {"id": 1}
          {"id": 1}           | {"id":1}
          [1, 2]              | [1,2]
          5                   | 5
          """)
  void check_11_a_queue_item_is_always_a_string(String event, String item) {
    TypedData data = sent("queue", event);

    assertThat(data.getDataCase()).isEqualTo(TypedData.DataCase.STRING);
    assertThat(data.getString().replace(" ", "")).isEqualTo(item.replace(" ", ""));
  }

  @Test
  void check_11_a_queue_item_has_the_metadata_of_a_queue() {
    sent("queue", "{\"order\": \"abc\"}");

    InvocationRequest request = last("queue");
    assertThat(request.getTriggerMetadataMap())
        .containsKeys("Id", "DequeueCount", "InsertionTime")
        .containsEntry("order", Messages.string("abc"));
    assertThat(request.getTriggerMetadataOrThrow("Id").getString())
        .isEqualTo(request.getInvocationId());
  }

  @Test
  void check_12_an_empty_event_is_a_made_up_timer() {
    TypedData data = sent("timer", "{}");

    assertThat(data.getDataCase()).isEqualTo(TypedData.DataCase.JSON);
    JsonNode timer = json(data.getJson());
    assertThat(timer.path("IsPastDue").asBoolean(true)).isFalse();
    assertThat(timer.path("Schedule").has("AdjustForDST")).isTrue();
    assertThat(timer.path("ScheduleStatus").has("Last")).isTrue();
    assertThat(timer.path("ScheduleStatus").has("LastUpdated")).isTrue();
    assertThat(timer.path("ScheduleStatus").has("Next")).isTrue();
  }

  @Test
  void check_12_a_trigger_that_nobody_knows_gets_strings_and_json() {
    assertThat(sent("generic", "\"text\"").getString()).isEqualTo("text");
    assertThat(json(sent("generic", "{\"a\": 1}").getJson()).path("a").asInt()).isEqualTo(1);
  }

  @Test
  void check_12_a_blob_is_bytes_and_an_event_of_the_grid_is_json() {
    assertThat(sent("blob", "\"text\"").getBytes().toStringUtf8()).isEqualTo("text");
    assertThat(sent("grid", "{\"id\": \"1\"}").getDataCase()).isEqualTo(TypedData.DataCase.JSON);
  }

  @Test
  void the_parts_of_an_invocation_can_be_given_one_by_one() {
    functions.result(
        "queue",
        """
        {"$azure": {"data": "body", "dataType": "string", "triggerMetadata": {"k": "v"},
          "traceContext": {"traceParent": "00-1-2-01", "attributes": {"x": "y"}},
          "retryContext": {"retryCount": 2, "maxRetryCount": 5}}}\
        """);

    InvocationRequest request = last("queue");
    assertThat(request.getInputData(0).getData().getString()).isEqualTo("body");
    assertThat(request.getTriggerMetadataMap()).containsEntry("k", Messages.string("v"));
    assertThat(request.getTraceContext().getTraceParent()).isEqualTo("00-1-2-01");
    assertThat(request.getTraceContext().getAttributesMap()).containsEntry("x", "y");
    assertThat(request.getRetryContext().getRetryCount()).isEqualTo(2);
    assertThat(request.getRetryContext().getMaxRetryCount()).isEqualTo(5);
  }

  /** Returns a value and writes an output. */
  static class HasOutputs extends FakeWorker {
    @Override
    protected void invocation(InvocationRequest request) {
      InvocationResponse.Builder response =
          InvocationResponse.newBuilder()
              .setInvocationId(request.getInvocationId())
              .setResult(Messages.SUCCESS)
              .setReturnValue(TypedData.newBuilder().setInt(-7));
      if (request.getInputData(0).getData().getString().equals("both")) {
        response.addOutputData(
            ParameterBinding.newBuilder().setName("file").setData(Messages.json("{\"x\":1}")));
        response.addOutputData(
            ParameterBinding.newBuilder().setName("unknown").setData(Messages.string("no")));
      }
      send(Messages.response(response));
    }
  }

  @Test
  void check_12_the_shape_of_a_result_with_outputs_depends_on_the_declaration() {
    assertThat(json(functions.result("outputs", "\"both\"")))
        .isEqualTo(json("{\"returnValue\": -7, \"outputs\": {\"file\": {\"x\": 1}}}"));
    assertThat(json(functions.result("outputs", "\"none\"")))
        .isEqualTo(json("{\"returnValue\": -7, \"outputs\": {\"file\": null}}"));
  }

  @Test
  void an_input_that_nobody_gave_is_sent_empty() {
    functions.result("outputs", "\"none\"");

    assertThat(last("outputs").getInputDataList())
        .extracting(ParameterBinding::getName)
        .containsExactly("item", "row");
    assertThat(last("outputs").getInputData(1).getData()).isEqualTo(TypedData.getDefaultInstance());
  }

  // ------------------------------------------------------------------ errors

  /** Fails in the ways of the real workers. */
  static class Fails extends FakeWorker {
    @Override
    protected void invocation(InvocationRequest request) {
      StatusResult result =
          switch (request.getInputData(0).getData().getString()) {
            case "python" -> Messages.failure("", "ValueError: bad thing", "File a\nFile b");
            case "node" -> Messages.failure("", "is not a function", "TypeError: is not\n  at x");
            case "dotnet" -> Messages.failure("System.Exception", "oops", "at M()");
            case "rust" ->
                Messages.failure("", "", "").toBuilder()
                    .setResult("Azure Function panicked")
                    .build();
            case "cancelled" -> Messages.cancelled("was cancelled");
            default -> StatusResult.getDefaultInstance();
          };
      send(Messages.response(request.getInvocationId(), result));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          python    | ValueError         | bad thing
          node      | TypeError          | is not a function
          dotnet    | System.Exception   | oops
          rust      | Function.Unknown   | Azure Function panicked
          cancelled | Function.Cancelled | was cancelled
          """)
  void check_13_an_exception_has_its_type_and_message(String how, String type, String message) {
    JsonNode error = json(functions.error("failing", "\"" + how + "\""));

    assertThat(error.path("errorType").asText()).isEqualTo(type);
    assertThat(error.path("errorMessage").asText()).contains(message);
  }

  @Test
  void check_13_an_exception_has_its_stack() {
    JsonNode error = json(functions.error("failing", "\"python\""));

    assertThat(error.path("stackTrace")).extracting(JsonNode::asText).contains("File a", "File b");
  }

  // -------------------------------------------------------------------- size

  @ParameterizedTest
  @ValueSource(strings = {"plain", "modern"})
  void check_06_a_request_of_12_mebibytes_reaches_the_worker_and_comes_back(String function)
      throws Exception {
    byte[] body = "x".repeat(TWELVE_MEBIBYTES).getBytes(StandardCharsets.UTF_8);
    body[7] = 'y';
    HttpRequest request =
        HttpRequest.newBuilder(functions.url(function).resolve("api/things/1"))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/octet-stream")
            .POST(BodyPublishers.ofByteArray(body))
            .build();

    HttpResponse<byte[]> response = CLIENT.send(request, BodyHandlers.ofByteArray());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(Arrays.equals(response.body(), body)).isTrue();
  }

  @Test
  void check_06_a_result_of_12_mebibytes_is_too_large_for_the_caller_but_not_for_the_stream() {
    functions.result("queue", "\"hello\"");
    int before = functions.traces("queue").size();

    assertThat(functions.error("queue", "\"respond " + TWELVE_MEBIBYTES + "\""))
        .contains("\"Function.ResponseSizeTooLarge\"");
    assertThat(functions.result("queue", "\"hello\"")).isEqualTo("\"hello\"");
    assertThat(functions.traces("queue")).hasSize(before);
  }
}
