package dev.rapid.runtimeapi;

import static dev.rapid.runtimeapi.RuntimeApi.error;
import static dev.rapid.runtimeapi.RuntimeApi.errorBody;
import static dev.rapid.runtimeapi.RuntimeApi.response;
import static dev.rapid.runtimeapi.RuntimeApi.transition;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.worker.WorkerState;
import dev.rapid.http.testing.WireClient;
import dev.rapid.runtimeapi.RuntimeApi.ReportedText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code POST .../invocation/{id}/error} (contract runtime-extensions-telemetry, sections 1.4 and
 * 6.1).
 */
final class ErrorTest extends RuntimeApiTest {

  private static final int LIMIT = 6_291_556;
  private static final String TYPE = "Lambda-Runtime-Function-Error-Type: ";
  private static final String CAUSE = "Content-Type: application/vnd.aws.lambda.error.cause+json";

  private final WireClient client = api.connect();

  private ReportedText reported(String body, String... headers) {
    Invocation invocation = api.delivered(client);
    assertAccepted(client.post(error(invocation.requestId()), body, headers));
    assertThat(api.worker()).isEqualTo(WorkerState.REPLIED);
    return api.errorOf(invocation);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"errorMessage\":\"m\",\"errorType\":\"T\",\"x\": 1}", "not json", ""})
  void the_body_is_passed_on_whatever_it_is(String body) {
    ReportedText reported = reported(body);

    assertThat(reported).isEqualTo(new ReportedText("Runtime.Unknown", body, null));
  }

  @Test
  void an_error_without_any_body_is_taken() {
    Invocation invocation = api.delivered(client);

    assertAccepted(client.sendHead("POST", error(invocation.requestId())).receive());

    assertThat(api.errorOf(invocation)).isEqualTo(new ReportedText("Runtime.Unknown", "", null));
  }

  @Test
  void the_content_type_is_passed_on() {
    ReportedText reported = reported("x", "Content-Type: text/x");

    assertThat(reported.contentType()).isEqualTo("text/x");
  }

  @ParameterizedTest
  @CsvSource({
    "Runtime.ImportModuleError, Runtime.ImportModuleError",
    "Function.Boom, Function.Boom",
    "Function.boom, Function.Unknown",
    "Function.A, Function.Unknown",
    "Runtime.x, Runtime.Unknown",
    "my.Runtime.Foo <b>, my.Runtime.Foo <b>",
    "Runtime.Foo123, Runtime.Foo123",
    "TypeError, Runtime.Unknown",
    "unhandled, Runtime.Unknown",
    "'', Runtime.Unknown",
    "Sandbox.Failure, Runtime.Unknown"
  })
  void the_type_is_scrubbed(String sent, String expected) {
    assertThat(reported("{}", TYPE + sent).type()).isEqualTo(expected);
  }

  @Test
  void a_bad_response_mode_does_not_matter() {
    ReportedText reported = reported("{}", "Lambda-Runtime-Function-Response-Mode: bad");

    assertThat(reported.body()).isEqualTo("{}");
  }

  @Test
  void a_function_error_does_not_end_the_runtime() {
    reported("{}");

    Invocation next = api.delivered(client, Invocations.invocation().requestId("next-one"));

    assertAccepted(client.post(response(next.requestId()), "1"));
    assertThat(api.resultOf(next)).asString().isEqualTo("1");
    assertThat(api.starts()).hasSize(1);
  }

  // ------------------------------------------------------------------ error causes

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"errorMessage":"m","errorType":"T","stackTrace":["a","b"]} | {"errorMessage":"m","errorType":"T","stackTrace":["a","b"]}
          {"stackTrace":["a"],"errorType":"T","errorMessage":"m"} | {"errorMessage":"m","errorType":"T","stackTrace":["a"]}
          {"errorMessage":"m","errorType":"T","stackTrace":[]} | {"errorMessage":"m","errorType":"T"}
          {"errorMessage":"m","errorType":"T","stackTrace":null} | {"errorMessage":"m","errorType":"T"}
          {"errorMessage":"m","errorType":"T","errorCause":{"x":[1]},"other":2} | {"errorMessage":"m","errorType":"T"}
          {"errorMessage":"m"} | {"errorMessage":"m","errorType":""}
          {} | {"errorMessage":"","errorType":""}
          {"errorMessage":"<m>","errorType":"T","stackTrace":[null]} | {"errorMessage":"\\u003cm\\u003e","errorType":"T","stackTrace":[""]}
          {"ERRORMESSAGE":"m","errortype":"T"} | {"errorMessage":"m","errorType":"T"}
          """)
  void an_error_cause_is_reduced_to_the_error(String body, String expected) {
    ReportedText reported = reported(body, CAUSE, TYPE + "Function.Boom");

    assertThat(reported).isEqualTo(new ReportedText("Function.Boom", expected, "application/json"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "garbage",
        "",
        "null",
        "[]",
        "\"x\"",
        "{\"errorMessage\":1}",
        "{\"errorMessage\":true}",
        "{\"errorType\":{}}",
        "{\"stackTrace\":\"a\"}",
        "{\"stackTrace\":[1]}",
        "{\"errorMessage\":\"m\"} x"
      })
  void an_error_cause_that_is_none_is_an_invalid_error_body(String body) {
    ReportedText reported = reported(body, CAUSE);

    assertThat(reported)
        .isEqualTo(
            new ReportedText(
                "Runtime.Unknown", "\"Invalid error body\"", "application/octet-stream"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.aws.lambda.error.cause+json;charset=utf-8",
        "application/vnd.aws.lambda.error.cause+JSON"
      })
  void nearly_the_cause_type_is_an_ordinary_type(String contentType) {
    ReportedText reported = reported("{\"x\":1}", "Content-Type: " + contentType);

    assertThat(reported).isEqualTo(new ReportedText("Runtime.Unknown", "{\"x\":1}", contentType));
  }

  // ------------------------------------------------------------------ X-Ray

  private static final String HEADER = "Lambda-Runtime-Function-XRay-Error-Cause: ";

  private List<String> causes() {
    // The event follows the answer; the next request follows both.
    assertThat(client.get("/2018-06-01/ping").status()).isEqualTo(200);
    return api.events().all(LifecycleEvent.ErrorDetails.class).stream()
        .map(LifecycleEvent.ErrorDetails::details)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        HEADER,
        "Lambda-Runtime-Function-Xray-Error-Cause: ",
        "lambda-runtime-function-xray-error-cause: "
      })
  void the_cause_in_the_header_is_told_and_the_caller_gets_the_body_alone(String header) {
    ReportedText reported =
        reported("{\"a\":1}", TYPE + "Function.Boom", header + "{\"message\":\"<boom\",\"x\":1}");

    assertThat(reported).isEqualTo(new ReportedText("Function.Boom", "{\"a\":1}", null));
    assertThat(causes())
        .containsExactly(
            """
            {"exceptions":null,"working_directory":"","paths":null,"message":"\\u003cboom"}\
            """);
  }

  @Test
  void the_cause_in_the_header_is_utf_8() {
    byte[] utf8 = "\u00e9\ud83d\ude00".getBytes(StandardCharsets.UTF_8);

    reported(
        "{}", HEADER + "{\"message\":\"" + new String(utf8, StandardCharsets.ISO_8859_1) + "\"}");

    assertThat(causes())
        .containsExactly(
            """
            {"exceptions":null,"working_directory":"","paths":null,\
            "message":"\u00e9\ud83d\ude00"}\
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"not json", "", "{}", "null", "{\"paths\":\"\"}"})
  void an_invalid_cause_in_the_header_changes_nothing(String cause) {
    ReportedText reported = reported("{}", "Content-Type: application/json", HEADER + cause);

    assertThat(reported).isEqualTo(new ReportedText("Runtime.Unknown", "{}", "application/json"));
    assertThat(causes()).isEmpty();
  }

  @Test
  void the_cause_in_the_body_is_told_and_kept_from_the_caller() {
    ReportedText reported =
        reported(
            "{\"errorMessage\":\"m\",\"errorType\":\"T\",\"errorCause\":{\"paths\":[\"p\"]}}",
            CAUSE,
            HEADER + "{\"message\":\"of the header\"}");

    assertThat(reported.body()).isEqualTo("{\"errorMessage\":\"m\",\"errorType\":\"T\"}");
    assertThat(causes())
        .containsExactly("{\"exceptions\":null,\"working_directory\":\"\",\"paths\":[\"p\"]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ",\"errorCause\":null", ",\"errorCause\":1", ",\"errorCause\":{\"paths\":1}"})
  void an_invalid_cause_in_the_body_changes_nothing(String cause) {
    ReportedText reported = reported("{\"errorMessage\":\"m\"" + cause + "}", CAUSE);

    assertThat(reported)
        .isEqualTo(
            new ReportedText(
                "Runtime.Unknown",
                "{\"errorMessage\":\"m\",\"errorType\":\"\"}",
                "application/json"));
    assertThat(causes()).isEmpty();
  }

  @Test
  void a_body_that_is_none_has_no_cause() {
    reported("{\"errorMessage\":1,\"errorCause\":{\"message\":\"m\"}}", CAUSE);

    assertThat(causes()).isEmpty();
  }

  @Test
  void a_cause_with_a_response_is_ignored() {
    Invocation invocation = api.delivered(client);

    assertAccepted(
        client.post(response(invocation.requestId()), "1", HEADER + "{\"message\":\"m\"}"));

    assertThat(api.resultOf(invocation)).asString().isEqualTo("1");
    assertThat(causes()).isEmpty();
  }

  @Test
  void a_cause_of_nearly_a_mebibyte_is_made_smaller() {
    reported("{}", HEADER + "{\"message\":\"" + "x".repeat(1_000_000) + "\"}");

    assertThat(causes())
        .singleElement()
        .asString()
        .endsWith(",\"message\":\"" + "x".repeat(30_717) + "...\"}");
  }

  // ------------------------------------------------------------------ sizes

  @Test
  void an_error_of_6291556_bytes_is_passed_on() {
    Invocation invocation = api.delivered(client);

    assertAccepted(client.post(error(invocation.requestId()), new byte[LIMIT]));

    assertThat(api.errorOf(invocation).body()).hasSize(LIMIT);
  }

  @Test
  void an_error_of_one_byte_more_is_too_large_a_response() {
    Invocation invocation = api.delivered(client);

    assertJson(
        client.post(error(invocation.requestId()), new byte[LIMIT + 1]),
        413,
        errorBody(
            "RequestEntityTooLarge", "Exceeded maximum allowed payload size (6291556 bytes)."));

    assertThat(api.outcomeOf(invocation))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed ->
                assertThat(failed.error()).isEqualTo(ErrorType.FUNCTION_RESPONSE_SIZE_TOO_LARGE));
    assertThat(api.worker()).isEqualTo(WorkerState.REPLIED);
  }

  @Test
  void a_chunked_error_is_taken() {
    Invocation invocation = api.delivered(client);
    client
        .sendHead("POST", error(invocation.requestId()), "Transfer-Encoding: chunked")
        .sendChunk(new byte[] {'{', '}'})
        .sendLastChunk();

    assertAccepted(client.receive());

    assertThat(api.errorOf(invocation).body()).isEqualTo("{}");
  }

  @Test
  void an_error_that_is_cut_off_is_a_truncated_response() {
    Invocation invocation = api.delivered(client);
    client.sendHead("POST", error(invocation.requestId()), "Content-Length: 5").send("1234");

    client.close();

    api.waitForExit();
    assertThat(api.outcomeOf(invocation))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.error()).isEqualTo(ErrorType.RUNTIME_TRUNCATED_RESPONSE));
  }

  // ------------------------------------------------------------------ ids and states

  @ParameterizedTest
  @ValueSource(strings = {"other", "", "a%2Fb"})
  void another_id_is_refused_and_changes_nothing(String id) {
    api.delivered(client);

    assertJson(client.post(error(id), "{}"), 400, INVALID_REQUEST_ID);

    assertThat(api.worker()).isEqualTo(WorkerState.RUNNING);
  }

  @Test
  void a_second_error_is_a_wrong_state() {
    Invocation invocation = api.delivered(client);
    client.post(error(invocation.requestId()), "1");

    assertJson(
        client.post(error(invocation.requestId()), "2"),
        403,
        transition("RuntimeResponseSentState", "InvocationErrorResponse"));
    assertThat(api.errorOf(invocation).body()).isEqualTo("1");
  }

  @Test
  void a_response_after_an_error_is_a_wrong_state() {
    Invocation invocation = api.delivered(client);
    client.post(error(invocation.requestId()), "1");

    assertJson(
        client.post(response(invocation.requestId()), "2"),
        403,
        transition("RuntimeResponseSentState", "InvocationResponse"));
    assertThat(api.errorOf(invocation).body()).isEqualTo("1");
  }
}
