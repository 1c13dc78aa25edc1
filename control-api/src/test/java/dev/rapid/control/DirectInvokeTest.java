package dev.rapid.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.CognitoIdentity;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.worker.Reply;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Direct invocations with a buffered response (contract lifecycle-and-control, section 5). */
final class DirectInvokeTest {

  private final Control control = new Control();
  private String token = "";
  private String invokeId = "";

  @AfterEach
  void close() {
    control.close();
  }

  private FakeSlot reserved(String... headers) {
    FakeSlot next = control.initialised();
    reserve(headers);
    return next;
  }

  private void reserve(String... headers) {
    WireAnswer reservation = control.reserve(headers);
    token = Objects.requireNonNull(reservation.header("Reservation-Token"));
    invokeId = Objects.requireNonNull(reservation.header("Invoke-Id"));
  }

  private String[] with(String... headers) {
    List<String> all =
        new ArrayList<>(List.of("Invoke-Id: " + invokeId, "Invoked-Function-Version: 1"));
    all.addAll(List.of(headers));
    return all.toArray(String[]::new);
  }

  private WireClient begin(String... headers) {
    return control.begin("/test/directInvoke/" + token, "{\"a\":1}", with(headers));
  }

  private WireAnswer post(String... headers) {
    return control.post("/test/directInvoke/" + token, "{}", with(headers));
  }

  private static void assertRefused(WireAnswer answer, String error) {
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("Error-Type")).isEqualTo(error);
    assertThat(answer.headers("Trailer")).contains("End-Of-Response");
    assertThat(answer.header("Transfer-Encoding")).isEqualTo("chunked");
    assertThat(answer.text()).isEmpty();
    assertThat(answer.trailerLines()).containsExactly("End-Of-Response: Complete");
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  // ------------------------------------------------------------------ validation

  @Test
  void without_a_reservation_it_is_refused_without_trailers() {
    control.initialised();

    WireAnswer answer = control.post("/test/directInvoke/token", "{}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("Trailer")).isNull();
    assertThat(answer.header("Content-Length")).isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Customer-Headers: %%%|ErrMalformedCustomerHeaders",
        "Customer-Headers: e30|ErrMalformedCustomerHeaders",
        "Customer-Headers: W10=|ErrMalformedCustomerHeaders",
        "MaxPayloadSize: x|ErrInvalidMaxPayloadSize",
        "MaxPayloadSize: -2|ErrInvalidMaxPayloadSize",
        "MaxPayloadSize: 1.5|ErrInvalidMaxPayloadSize",
        "MaxPayloadSize: 9223372036854775808|ErrInvalidMaxPayloadSize",
        "InvokeResponseMode: Chunky|ErrInvalidInvokeResponseMode",
      })
  void a_header_that_is_wrong_is_refused(String header, String error) {
    reserved();

    assertRefused(post(header), error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ResponseBandwidthRate: 32767|ErrInvalidResponseBandwidthRate",
        "ResponseBandwidthRate: 67108865|ErrInvalidResponseBandwidthRate",
        "ResponseBandwidthRate: x|ErrInvalidResponseBandwidthRate",
        "ResponseBandwidthBurstSize: 32767|ErrInvalidResponseBandwidthBurstSize",
        "ResponseBandwidthBurstSize: 67108865|ErrInvalidResponseBandwidthBurstSize",
      })
  void a_bandwidth_that_is_wrong_is_refused_if_the_response_is_streamed(
      String header, String error) {
    reserved();

    WireAnswer answer = post("InvokeResponseMode: Streaming", header);

    assertRefused(answer, error);
    assertThat(answer.headers("Trailer"))
        .containsExactly(
            "End-Of-Response",
            "Lambda-Runtime-Function-Error-Type",
            "Lambda-Runtime-Function-Error-Body");
  }

  @Test
  void a_bandwidth_that_is_wrong_does_not_matter_if_the_response_is_buffered() {
    FakeSlot next = reserved();

    begin("ResponseBandwidthRate: x", "InvokeResponseMode: buffered");

    control.delivered(next);
  }

  @Test
  void another_invoke_id_is_refused() {
    reserved();
    invokeId = "another";

    assertRefused(post(), "ErrInvalidInvokeID");
  }

  @Test
  void another_token_is_refused() {
    reserved();
    token = "another";

    assertRefused(post(), "ErrInvalidReservationToken");
  }

  @Test
  void another_version_is_refused() {
    reserved();

    assertRefused(
        control.post(
            "/test/directInvoke/" + token,
            "{}",
            "Invoke-Id: " + invokeId,
            "Invoked-Function-Version: 2"),
        "ErrInvalidFunctionVersion");
  }

  @Test
  void the_first_fault_in_the_order_of_the_contract_counts() {
    reserved();
    token = "another";
    invokeId = "another";

    assertRefused(
        post("Customer-Headers: %", "MaxPayloadSize: x", "InvokeResponseMode: x"),
        "ErrMalformedCustomerHeaders");
    assertRefused(post("MaxPayloadSize: x", "InvokeResponseMode: x"), "ErrInvalidMaxPayloadSize");
    assertRefused(post("InvokeResponseMode: x"), "ErrInvalidInvokeResponseMode");
    assertRefused(
        post("MaxPayloadSize: -1", "ResponseBandwidthRate: 1", "ResponseBandwidthBurstSize: 1"),
        "ErrInvalidResponseBandwidthRate");
    assertRefused(
        post("MaxPayloadSize: -1", "ResponseBandwidthBurstSize: 1"),
        "ErrInvalidResponseBandwidthBurstSize");
    assertRefused(post(), "ErrInvalidInvokeID");
  }

  @Test
  void the_reservation_is_usable_after_a_fault() {
    FakeSlot next = reserved();
    post("MaxPayloadSize: x");

    begin();

    control.delivered(next);
  }

  // ------------------------------------------------------------------ the invocation

  @Test
  void the_runtime_gets_what_the_headers_say() {
    FakeSlot next = reserved("X-Amzn-Trace-Id: Root=1-2-3");

    begin(
        "Invoked-Function-Arn: arn:x",
        "X-Amzn-Trace-Id: ignored",
        "Content-Type: text/csv",
        "Customer-Headers: "
            + base64("{\"Client-Context\":\"{1}\",\"Cognito-Identity-Id\":\"c\"} more"));

    Invocation invocation = control.delivered(next);
    assertThat(invocation.requestId()).isEqualTo(invokeId);
    assertThat(invocation.invokedFunctionArn()).isEqualTo("arn:x");
    assertThat(invocation.traceId()).isEqualTo("Root=1-2-3");
    assertThat(invocation.clientContext()).isEqualTo("{1}");
    assertThat(invocation.cognitoIdentity()).isEqualTo(new CognitoIdentity("c", ""));
    assertThat(invocation.contentType()).isEqualTo("text/csv");
    assertThat(invocation.payload().toByteArray())
        .isEqualTo("{\"a\":1}".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_response_is_chunked_and_complete() {
    FakeSlot next = reserved();
    WireClient client = begin();

    control.respond(next, "{\"b\":2}", "application/x-thing");

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/x-thing");
    assertThat(answer.header("Invoke-Id")).isEqualTo(invokeId);
    assertThat(answer.header("Reservation-Token")).isEqualTo(token);
    assertThat(answer.header("Invoked-Function-Version")).isEqualTo("1");
    assertThat(answer.header("Trailer")).isEqualTo("End-Of-Response");
    assertThat(answer.header("Transfer-Encoding")).isEqualTo("chunked");
    assertThat(answer.header("Content-Length")).isNull();
    assertThat(answer.header("Error-Type")).isNull();
    assertThat(answer.text()).isEqualTo("{\"b\":2}");
    assertThat(answer.trailerLines()).containsExactly("End-Of-Response: Complete");
  }

  @Test
  void an_empty_response_is_complete_too() {
    FakeSlot next = reserved();
    WireClient client = begin();

    control.reply(next, new Reply.Response(Payload.EMPTY, null));

    WireAnswer answer = client.receive();
    assertThat(answer.header("Content-Type")).isEmpty();
    assertThat(answer.text()).isEmpty();
    assertThat(answer.trailerLines()).containsExactly("End-Of-Response: Complete");
  }

  @Test
  void the_release_tells_the_response_mode() {
    FakeSlot next = reserved();
    WireClient client = begin();
    control.respond(next, "1", "application/json");
    client.receive();
    control.poll();

    assertThat(control.post("/test/waitUntilRelease", "").text())
        .endsWith(
            "\"responseMetrics\":{\"runtimeResponseLatencyMs\":0,"
                + "\"dimensions\":{\"invokeResponseMode\":\"Buffered\"}}}");
  }

  @ParameterizedTest
  @CsvSource({"12345, 12345, Complete", "123456, 123456, Oversized", "1234567, 123456, Oversized"})
  void a_response_over_the_limit_is_cut_after_one_more_byte(
      String response, String received, String end) {
    FakeSlot next = reserved();
    WireClient client = begin("MaxPayloadSize: 5");

    control.respond(next, response, "text/plain");

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(received);
    assertThat(answer.trailerLines()).containsExactly("End-Of-Response: " + end);
  }

  @Test
  void a_limit_of_zero_lets_one_byte_through() {
    FakeSlot next = reserved();
    WireClient client = begin("MaxPayloadSize: 0");

    control.respond(next, "1234", "text/plain");

    WireAnswer answer = client.receive();
    assertThat(answer.text()).isEqualTo("1");
    assertThat(answer.trailerLines()).containsExactly("End-Of-Response: Oversized");
  }

  @Test
  void a_response_over_the_largest_size_is_an_error() {
    FakeSlot next = reserved();
    WireClient client = begin();

    control.reply(next, new Reply.TooLarge(7_000_000));

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Error-Type")).isEqualTo("Function.ResponseSizeTooLarge");
    assertThat(answer.text()).startsWith("{\"errorType\":\"Function.ResponseSizeTooLarge\",");
    assertThat(answer.trailerLines()).containsExactly("End-Of-Response: Oversized");
  }

  @Test
  void a_response_that_was_cut_is_truncated() {
    FakeSlot next = reserved();
    WireClient client = begin();

    control.reply(next, new Reply.Truncated(true));
    control.time.advanceBy(SandboxConfig.EXIT_TIME);

    assertThat(client.receive().trailerLines()).containsExactly("End-Of-Response: Truncated");
  }

  @Test
  void an_error_that_the_runtime_reports_has_its_type() {
    FakeSlot next = reserved();
    WireClient client = begin();

    control.reply(
        next, new Reply.ReportedError("Function.Bad", Payload.of("{\"e\":1}"), null, null));

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Error-Type")).isEqualTo("Function.Bad");
    assertThat(answer.text()).isEqualTo("{\"e\":1}");
    assertThat(answer.trailerLines()).containsExactly("End-Of-Response: Complete");
  }

  @Test
  void a_reported_error_over_the_limit_is_cut_too() {
    FakeSlot next = reserved();
    WireClient client = begin("MaxPayloadSize: 1");

    control.reply(
        next, new Reply.ReportedError("Function.Bad", Payload.of("{\"e\":1}"), null, null));

    WireAnswer answer = client.receive();
    assertThat(answer.text()).isEqualTo("{\"");
    assertThat(answer.trailerLines()).containsExactly("End-Of-Response: Oversized");
  }

  @Test
  void a_crash_is_an_error_that_no_limit_cuts() {
    FakeSlot next = reserved();
    WireClient client = begin("MaxPayloadSize: 1");
    control.delivered(next);

    control.processes.exit(new ProcessExit.Exited(1));
    control.time.advanceBy(Duration.ofMillis(50));

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEmpty();
    assertThat(answer.header("Error-Type")).isEqualTo("Runtime.ExitError");
    assertThat(answer.text())
        .isEqualTo(
            "{\"errorType\":\"Runtime.ExitError\",\"errorMessage\":\"RequestId: "
                + invokeId
                + " Error: Runtime exited with error: exit status 1\"}");
    assertThat(answer.trailerLines()).containsExactly("End-Of-Response: Complete");
  }

  @Test
  void an_unknown_response_mode_of_the_function_is_an_empty_error() {
    FakeSlot next = reserved();
    WireClient client = begin();

    control.reply(next, new Reply.Malformed("Runtime.InvalidResponseModeHeader", null));

    WireAnswer answer = client.receive();
    assertThat(answer.header("Error-Type")).isEqualTo("Runtime.InvalidResponseModeHeader");
    assertThat(answer.text()).isEmpty();
    assertThat(answer.trailerLines()).containsExactly("End-Of-Response: Complete");
  }

  // ------------------------------------------------------------------ reservations

  @Test
  void a_second_invocation_is_refused_while_the_first_one_is_open() {
    FakeSlot next = reserved();
    begin();
    control.delivered(next);

    WireAnswer answer = post();

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("Error-Type")).isNull();
    assertThat(answer.trailerLines()).isEmpty();
  }

  @Test
  void a_second_invocation_after_the_reply_is_answered_empty() {
    FakeSlot next = reserved();
    WireClient client = begin();
    control.respond(next, "1", "application/json");
    client.receive();

    WireAnswer answer = post();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEmpty();
  }

  @Test
  void a_reset_is_a_bad_gateway_without_an_end() {
    FakeSlot next = reserved();
    WireClient client = begin();
    control.delivered(next);

    control.post("/test/reset", "{}");

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.header("Invoke-Id")).isEqualTo(invokeId);
    assertThat(answer.text()).isEmpty();
    assertThat(answer.trailerLines()).isEmpty();
  }

  @Test
  void a_failed_init_is_answered_with_the_state_and_ends_the_reservation() {
    control.post("/test/init", Control.INIT);
    reserve();
    WireClient client = begin();

    control.processes.exit(new ProcessExit.Exited(1));
    control.time.advanceBy(Duration.ofMillis(50));

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.text()).contains("\"firstFatalError\":");
    control.reserve();
  }

  @Test
  void the_connection_serves_the_next_call() {
    FakeSlot next = reserved();
    WireClient client = begin();
    control.respond(next, "1", "application/json");
    client.receive();

    assertThat(client.get("/test/ping").text()).isEqualTo("pong");
  }
}
