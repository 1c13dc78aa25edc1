package dev.rapid.invokeapi;

import static dev.rapid.invokeapi.Emulator.INVOKE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Invocations that succeed, and the headers that go with them (contract invoke-api, sections 1.3,
 * 1.6, 1.8).
 */
final class InvokeTest extends InvokeApiTest {

  // ------------------------------------------------------------------ the answer

  @Test
  void an_invocation_returns_what_the_function_returned() {
    assertReturned(emulator().invoke("{\"a\":1}"), "{\"a\":1}");
  }

  @Test
  void the_request_id_is_a_version_4_uuid_and_the_one_that_the_runtime_got() {
    WireAnswer answer = emulator().invoke("{}");

    String id = String.valueOf(answer.header("x-amzn-RequestId"));
    assertThat(UUID.fromString(id).version()).isEqualTo(4);
    assertThat(UUID.fromString(id).variant()).isEqualTo(2);
    assertThat(emulator().onlyEvent().requestId()).isEqualTo(id);
  }

  @Test
  void each_invocation_has_a_request_id_of_its_own() {
    WireAnswer first = emulator().invoke("{}");
    WireAnswer second = emulator().invoke("{}");

    assertThat(first.header("x-amzn-RequestId")).isNotEqualTo(second.header("x-amzn-RequestId"));
  }

  @Test
  void the_content_type_is_json_whatever_the_runtime_said() {
    start(runtime -> {
      RuntimeClient.Event event = runtime.next();
      runtime.respond(event, "<p>", "Content-Type: text/html");
      runtime.next();
    });

    assertReturned(emulator().invoke("{}"), "<p>");
  }

  @Test
  void an_empty_response_is_an_empty_answer() {
    start(runtime -> {
      runtime.respond(runtime.next(), "");
      runtime.next();
    });

    assertReturned(emulator().invoke("{}"), "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"not json", "{\"errorType\":\"X\"}", "null"})
  void no_response_is_taken_for_an_error_because_of_its_bytes(String response) {
    start(runtime -> {
      runtime.respond(runtime.next(), response);
      runtime.next();
    });

    assertReturned(emulator().invoke("{}"), response);
  }

  @Test
  void a_connection_serves_many_invocations() {
    WireClient client = emulator().connect();

    for (int i = 0; i < 5; i++) {
      assertReturned(client.post(INVOKE, "{\"i\":" + i + "}"), "{\"i\":" + i + "}");
    }

    assertThat(emulator().starts()).hasSize(1);
  }

  @Test
  void a_caller_that_asks_to_close_is_closed_after_its_answer() {
    WireClient client = emulator().connect();

    WireAnswer answer = client.post(INVOKE, "{}", "Connection: close");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Connection")).isEqualTo("close");
    client.expectClosed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/x-www-form-urlencoded", "application/octet-stream", "text/plain", ""})
  void the_content_type_of_the_request_does_not_matter(String contentType) {
    assertReturned(emulator().invoke("{}", "Content-Type: " + contentType), "{}");
    assertThat(emulator().onlyEvent().header("Content-Type")).isEqualTo("application/json");
  }

  @Test
  void headers_of_a_signature_do_not_matter() {
    WireAnswer answer =
        emulator()
            .invoke(
                "{}",
                "Authorization: AWS4-HMAC-SHA256 Credential=nonsense",
                "X-Amz-Date: 20260101T000000Z",
                "X-Amz-Content-Sha256: 00",
                "X-Amz-User-Agent: any",
                "amz-sdk-request: attempt=2; max=3");

    assertReturned(answer, "{}");
  }

  @Test
  void a_target_in_absolute_form_is_accepted() {
    WireClient client =
        emulator()
            .connect()
            .send(
                "POST http://lambda.us-east-1.amazonaws.com"
                    + INVOKE
                    + " HTTP/1.1\r\nHost: lambda.us-east-1.amazonaws.com\r\n"
                    + "Content-Length: 2\r\n\r\n{}");

    assertReturned(client.receive(), "{}");
  }

  @Test
  void an_upgrade_to_http_2_is_ignored() {
    assertReturned(
        emulator().invoke("{}", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"), "{}");
  }

  // ------------------------------------------------------------------ invocation types

  @Test
  void request_response_may_be_said_in_words() {
    assertReturned(emulator().invoke("{}", "X-Amz-Invocation-Type: RequestResponse"), "{}");
  }

  @Test
  void a_dry_run_checks_and_runs_nothing() {
    WireAnswer answer = emulator().invoke("{}", "X-Amz-Invocation-Type: DryRun");

    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("X-Amz-Executed-Version")).isNull();
    assertThat(answer.header("Content-Type")).isNull();
    assertThat(answer.header("x-amzn-RequestId")).isNotNull();
    assertThat(answer.header("Connection")).isEqualTo("keep-alive");
    assertThat(emulator().events().all()).isEmpty();
    emulator().expectNotInvoked();
  }

  @Test
  void a_dry_run_keeps_the_connection() {
    WireClient client = emulator().connect();
    client.post(INVOKE, "{}", "X-Amz-Invocation-Type: DryRun");

    assertReturned(client.post(INVOKE, "{}"), "{}");
  }

  @Test
  void a_dry_run_of_an_unknown_function_is_not_found() {
    WireAnswer answer =
        emulator().connect().post(Emulator.path("nope"), "{}", "X-Amz-Invocation-Type: DryRun");

    assertRefused(answer, 404, "ResourceNotFoundException");
  }

  @Test
  void a_dry_run_with_a_body_that_is_not_json_is_refused() {
    WireAnswer answer = emulator().invoke("hello", "X-Amz-Invocation-Type: DryRun");

    assertRefused(answer, 400, "InvalidRequestContentException");
  }

  // ------------------------------------------------------------------ request ids

  @Test
  void a_request_id_of_the_caller_is_used() {
    String id = "8f5076a0-1111-4222-8333-0123456789ab";

    WireAnswer answer = emulator().invoke("{}", "x-amzn-RequestId: " + id);

    assertThat(answer.header("x-amzn-RequestId")).isEqualTo(id);
    assertThat(emulator().onlyEvent().requestId()).isEqualTo(id);
  }

  @Test
  void a_request_id_of_the_caller_is_used_in_lower_case() {
    WireAnswer answer =
        emulator().invoke("{}", "x-amzn-requestid: 8F5076A0-1111-4222-8333-0123456789AB");

    assertThat(answer.header("x-amzn-RequestId")).isEqualTo("8f5076a0-1111-4222-8333-0123456789ab");
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "8f5076a0111142228333-0123456789ab", ""})
  void a_request_id_that_is_no_uuid_is_refused(String id) {
    WireAnswer answer = emulator().invoke("{}", "x-amzn-RequestId: " + id);

    assertRefused(answer, 400, "InvalidRequestContentException");
    assertThat(answer.header("x-amzn-RequestId")).isNotEqualTo(id);
    emulator().expectNotInvoked();
  }

  // ------------------------------------------------------------------ trace ids

  private static final String NEW_TRACE =
      "Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=1:[0-9a-f]{8}:0";

  private String traceAfter(String... headers) {
    WireAnswer answer = emulator().invoke("{}", headers);
    String atCaller = String.valueOf(answer.header("X-Amzn-Trace-Id"));
    assertThat(emulator().onlyEvent().header("Lambda-Runtime-Trace-Id")).isEqualTo(atCaller);
    return atCaller;
  }

  @Test
  void a_trace_id_is_made_if_there_is_none() {
    long before = System.currentTimeMillis() / 1000;

    String trace = traceAfter();

    assertThat(trace).matches(NEW_TRACE);
    assertThat(Long.parseLong(trace.substring(7, 15), 16))
        .isBetween(before, System.currentTimeMillis() / 1000);
  }

  @Test
  void an_empty_trace_id_is_none() {
    assertThat(traceAfter("X-Amzn-Trace-Id: ")).matches(NEW_TRACE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
        "Sampled=1;Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8",
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0;Self=1;x=y"
      })
  void a_complete_trace_id_is_kept(String trace) {
    assertThat(traceAfter("X-Amzn-Trace-Id: " + trace)).isEqualTo(trace);
  }

  @Test
  void a_trace_id_with_a_root_only_is_completed() {
    String root = "Root=1-5759e988-bd862e3fe1be46a994272793";

    assertThat(traceAfter("X-Amzn-Trace-Id: " + root))
        .matches(root + ";Parent=[0-9a-f]{16};Sampled=0.*");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Root=1-a;Root=1-b;Parent=p;Sampled=1|Root=1-b;Parent=p;Sampled=1",
        "Root=1-b;Parent=p;Sampled=1;junk;a=b=c|Root=1-b;Parent=p;Sampled=1",
        "Root=1-b;Parent=p;Sampled=|Root=1-b;Parent=p;Sampled=0"
      })
  void what_is_no_field_of_a_trace_id_is_left_out_and_the_last_of_several_wins(
      String sent, String seen) {
    assertThat(traceAfter("X-Amzn-Trace-Id: " + sent)).isEqualTo(seen);
  }

  @Test
  void blanks_in_a_trace_id_are_not_trimmed() {
    assertThat(traceAfter("X-Amzn-Trace-Id: Root=1-b; Parent=p;Sampled=1"))
        .matches("Root=1-b; Parent=p;Sampled=1;Parent=[0-9a-f]{16}");
  }

  // ------------------------------------------------------------------ client context

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void the_client_context_reaches_the_runtime_decoded() {
    String context = "{\"custom\":{\"k\":\"v \u00fc\"}}";

    assertReturned(emulator().invoke("{}", "X-Amz-Client-Context: " + base64(context)), "{}");

    assertThat(emulator().onlyEvent().header("Lambda-Runtime-Client-Context")).isEqualTo(context);
  }

  @Test
  void the_trace_of_the_web_in_a_client_context_is_passed_on_unchanged() {
    String context =
        "{\"w3c\":{\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\","
            + "\"tracestate\":\"a=1,b=2\",\"baggage\":\"k=v;p=1, x=%20\"}}";

    emulator().invoke("{}", "X-Amz-Client-Context: " + base64(context));

    assertThat(emulator().onlyEvent().header("Lambda-Runtime-Client-Context")).isEqualTo(context);
  }

  @Test
  void a_client_context_of_several_lines_reaches_the_runtime_on_one() {
    emulator().invoke("{}", "X-Amz-Client-Context: " + base64("{\n  \"a\": 1\r\n}"));

    assertThat(emulator().onlyEvent().header("Lambda-Runtime-Client-Context"))
        .isEqualTo("{   \"a\": 1  }");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%%%", "aGVsbG8=", "e30=x", "/w=="})
  void a_client_context_that_is_no_json_is_refused(String header) {
    WireAnswer answer = emulator().invoke("{}", "X-Amz-Client-Context: " + header);

    assertRefused(answer, 400, "InvalidRequestContentException");
    assertThat(messageOf(answer))
        .isEqualTo("Client context must be a valid Base64-encoded JSON object.");
    emulator().expectNotInvoked();
  }

  @Test
  void a_client_context_of_3583_bytes_of_base64_is_accepted() {
    // 2,687 bytes make 3,584 characters of base64, of which the last one is padding.
    String header = base64("\"" + "x".repeat(2685) + "\"").substring(0, 3583);

    assertReturned(emulator().invoke("{}", "X-Amz-Client-Context: " + header), "{}");
  }

  @Test
  void a_client_context_of_one_byte_more_is_refused() {
    String header = base64("\"" + "x".repeat(2686) + "\"");
    assertThat(header).hasSize(3584);

    WireAnswer answer = emulator().invoke("{}", "X-Amz-Client-Context: " + header);

    assertRefused(answer, 400, "InvalidRequestContentException");
  }

  @Test
  void without_client_context_and_tenant_the_runtime_gets_neither() {
    emulator().invoke("{}");

    assertThat(emulator().onlyEvent().header("Lambda-Runtime-Client-Context")).isNull();
    assertThat(emulator().onlyEvent().header("Lambda-Runtime-Aws-Tenant-Id")).isNull();
  }

  @ParameterizedTest
  @CsvSource({"None", "Tail"})
  void log_types_are_accepted(String logType) {
    assertThat(emulator().invoke("{}", "X-Amz-Log-Type: " + logType).status()).isEqualTo(200);
  }
}
