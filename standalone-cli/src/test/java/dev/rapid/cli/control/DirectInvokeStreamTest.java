package dev.rapid.cli.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Limits;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.Reply;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.testing.CountedPayload;
import dev.rapid.core.testing.FakeNextCall;
import dev.rapid.core.testing.FakeReplyCall;
import dev.rapid.http.testing.Eventually;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Direct invocations whose response is streamed (lifecycle contract, section 5). */
final class DirectInvokeStreamTest {

  private static final String STREAMING = "InvokeResponseMode: Streaming";

  private final Control control = new Control();
  private final AtomicInteger cancels = new AtomicInteger();
  private String token = "";

  @AfterEach
  void close() {
    control.close();
  }

  private WireClient begin(String... headers) {
    WireAnswer reservation = control.reserve();
    token = Objects.requireNonNull(reservation.header("Reservation-Token"));
    List<String> all = new ArrayList<>();
    all.add("Invoke-Id: " + reservation.header("Invoke-Id"));
    all.add("Invoked-Function-Version: 1");
    all.addAll(List.of(headers));
    return control.begin("/test/directInvoke/" + token, "{}", all.toArray(String[]::new));
  }

  /** Begins a response of the runtime, of which Rapid has the head only. */
  private FakeReplyCall responding(FakeNextCall next) {
    FakeReplyCall call = new FakeReplyCall();
    String id = control.delivered(next).requestId();
    control.sandbox().post(new SandboxEvent.ResponseBegan(call, id));
    assertThat(call.receiving()).isTrue();
    return call;
  }

  private static StreamingSink sinkOf(FakeReplyCall call) {
    return Objects.requireNonNull(call.sink());
  }

  /** Begins a response and passes its first bytes on. */
  private FakeReplyCall streaming(FakeNextCall next, String bytes) {
    FakeReplyCall call = responding(next);
    sinkOf(call).begin(new ResponseHead("text/plain", true), cancels::incrementAndGet);
    sinkOf(call).write(Payload.of(bytes));
    return call;
  }

  private void end(FakeReplyCall call, ResponseEnd how, @Nullable String type) {
    end(call, how, type, null);
  }

  private void end(
      FakeReplyCall call, ResponseEnd how, @Nullable String type, @Nullable String body) {
    control
        .sandbox()
        .post(new SandboxEvent.ReplyEnded(call, new Reply.Streamed(how, 3, type, body)));
  }

  private static void assertTrailers(
      WireAnswer answer, String end, String errorType, String errorBody) {
    assertThat(answer.trailerLines().stream().map(String::stripTrailing))
        .containsExactlyInAnyOrder(
            "End-Of-Response: " + end,
            ("Lambda-Runtime-Function-Error-Type: " + errorType).stripTrailing(),
            ("Lambda-Runtime-Function-Error-Body: " + errorBody).stripTrailing());
  }

  // ------------------------------------------------------------------ complete responses

  @Test
  void a_streamed_response_is_complete_and_has_empty_error_trailers() {
    FakeNextCall next = control.initialised();
    WireClient client = begin(STREAMING);
    FakeReplyCall call = streaming(next, "abc");

    end(call, ResponseEnd.COMPLETE, null);

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("abc");
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain");
    assertThat(answer.header("Reservation-Token")).isEqualTo(token);
    assertThat(answer.header("Lambda-Runtime-Function-Response-Mode")).isEqualTo("streaming");
    assertThat(answer.header("Transfer-Encoding")).isEqualTo("chunked");
    assertThat(answer.headers("Trailer"))
        .containsExactly(
            "End-Of-Response",
            "Lambda-Runtime-Function-Error-Type",
            "Lambda-Runtime-Function-Error-Body");
    assertTrailers(answer, "Complete", "", "");
    assertThat(call.accepted()).isTrue();
  }

  @Test
  void the_first_bytes_arrive_before_the_function_ends() {
    FakeNextCall next = control.initialised();
    WireClient client = begin(STREAMING);

    FakeReplyCall call = streaming(next, "abc");

    assertThat(client.receiveHead().status()).isEqualTo(200);
    assertThat(new String(client.receiveChunk(), StandardCharsets.UTF_8)).isEqualTo("abc");
    end(call, ResponseEnd.COMPLETE, null);
  }

  @Test
  void a_buffered_function_is_streamed_too_and_names_no_mode() {
    FakeNextCall next = control.initialised();
    WireClient client = begin(STREAMING);
    FakeReplyCall call = responding(next);
    sinkOf(call).begin(new ResponseHead(null, false), cancels::incrementAndGet);
    sinkOf(call).write(Payload.of("abc"));

    end(call, ResponseEnd.COMPLETE, null);

    WireAnswer answer = client.receive();
    assertThat(answer.text()).isEqualTo("abc");
    assertThat(answer.header("Content-Type")).isEmpty();
    assertThat(answer.header("Lambda-Runtime-Function-Response-Mode")).isNull();
    assertTrailers(answer, "Complete", "", "");
  }

  @Test
  void an_empty_response_is_complete() {
    FakeNextCall next = control.initialised();
    WireClient client = begin(STREAMING);
    FakeReplyCall call = responding(next);
    sinkOf(call).begin(new ResponseHead("text/plain", true), cancels::incrementAndGet);

    end(call, ResponseEnd.COMPLETE, null);

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertTrailers(answer, "Complete", "", "");
  }

  @Test
  void trailers_of_the_runtime_are_passed_on_as_they_are() {
    FakeNextCall next = control.initialised();
    WireClient client = begin(STREAMING);
    FakeReplyCall call = streaming(next, "abc");

    end(call, ResponseEnd.COMPLETE, "Boom", "eyJhIjoxfQ==");

    WireAnswer answer = client.receive();
    assertThat(answer.text()).isEqualTo("abc");
    assertTrailers(answer, "Complete", "Boom", "eyJhIjoxfQ==");
  }

  @ParameterizedTest
  @CsvSource({
    "TRUNCATED, Truncated, Runtime.TruncatedResponse",
    "OVERSIZED, Oversized, Function.ResponseSizeTooLarge"
  })
  void a_response_that_ends_badly_says_so(ResponseEnd how, String end, String type) {
    FakeNextCall next = control.initialised();
    WireClient client = begin(STREAMING);
    FakeReplyCall call = streaming(next, "abc");

    end(call, how, null);

    WireAnswer answer = client.receive();
    assertThat(answer.text()).isEqualTo("abc");
    assertTrailers(answer, end, type, "");
    assertThat(call.accepted()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"TRUNCATED, Truncated", "OVERSIZED, Oversized"})
  void the_type_that_the_runtime_names_comes_first(ResponseEnd how, String end) {
    FakeNextCall next = control.initialised();
    WireClient client = begin(STREAMING);
    FakeReplyCall call = streaming(next, "abc");

    end(call, how, "Runtime.Own", "Yg==");

    assertTrailers(client.receive(), end, "Runtime.Own", "Yg==");
  }

  @Test
  void an_error_that_the_runtime_reports_is_complete_without_error_trailers() {
    FakeNextCall next = control.initialised();
    WireClient client = begin(STREAMING);

    FakeReplyCall call =
        control.reply(
            next, new Reply.ReportedError("Function.Bad", Payload.of("{\"e\":1}"), "text/x", null));

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Error-Type")).isEqualTo("Function.Bad");
    assertThat(answer.header("Content-Type")).isEqualTo("text/x");
    assertThat(answer.text()).isEqualTo("{\"e\":1}");
    assertThat(answer.trailerLines()).containsExactly("End-Of-Response: Complete");
    assertThat(call.accepted()).isTrue();
  }

  @Test
  void a_crash_before_the_response_is_an_error_that_is_complete() {
    FakeNextCall next = control.initialised();
    WireClient client = begin(STREAMING);
    control.delivered(next);

    control.processes.exit(new ProcessExit.Exited(1));
    control.time.advanceBy(Duration.ofMillis(50));

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Error-Type")).isEqualTo("Runtime.ExitError");
    assertThat(answer.trailerLines()).contains("End-Of-Response: Complete");
  }

  @Test
  void the_release_tells_the_response_mode() {
    FakeNextCall next = control.initialised();
    WireClient client = begin(STREAMING);
    end(streaming(next, "abc"), ResponseEnd.COMPLETE, null);
    client.receive();
    control.poll();

    assertThat(control.post("/test/waitUntilRelease", "").text())
        .contains("\"invokeResponseMode\":\"Streaming\"");
  }

  // ------------------------------------------------------------------ modes and limits

  @ParameterizedTest
  @CsvSource({
    "InvokeResponseMode: Streaming, 6291556",
    "InvokeResponseMode: sTREAMING, 6291556",
  })
  void a_streaming_invocation_has_the_default_limit(String header, long limit) {
    FakeNextCall next = control.initialised();
    begin(header);

    assertThat(responding(next).maxBytes()).isEqualTo(limit);
  }

  @Test
  void a_limit_holds_for_streamed_responses_too() {
    FakeNextCall next = control.initialised();
    begin(STREAMING, "MaxPayloadSize: 5");

    assertThat(responding(next).maxBytes()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({"MaxPayloadSize: -1, X: y", "MaxPayloadSize: -1, InvokeResponseMode: Buffered"})
  void no_limit_implies_streaming(String limit, String mode) {
    FakeNextCall next = control.initialised();
    begin(limit, mode);

    FakeReplyCall call = responding(next);

    assertThat(call.sink()).isNotNull();
    assertThat(call.maxBytes()).isEqualTo(Limits.UNLIMITED);
  }

  @ParameterizedTest
  @CsvSource({"InvokeResponseMode: Buffered", "InvokeResponseMode: bUFFERED", "X: y"})
  void a_buffered_invocation_never_streams(String header) {
    FakeNextCall next = control.initialised();
    begin(header);

    assertThat(responding(next).sink()).isNull();
  }

  @Test
  void a_streaming_invocation_does_not_change_the_mode_of_the_next_one() {
    FakeNextCall next = control.initialised();
    WireClient client = begin(STREAMING);
    end(streaming(next, "abc"), ResponseEnd.COMPLETE, null);
    client.receive();
    FakeNextCall again = control.poll();
    control.post("/test/waitUntilRelease", "");

    begin();

    assertThat(responding(again).sink()).isNull();
  }

  @Test
  void bytes_beyond_the_burst_wait_for_the_rate() {
    FakeNextCall next = control.initialised();
    WireClient client =
        begin(STREAMING, "ResponseBandwidthRate: 32768", "ResponseBandwidthBurstSize: 32768");
    FakeReplyCall call = responding(next);
    CountedPayload bytes = new CountedPayload("x".repeat(32768 + 8192));
    sinkOf(call).begin(new ResponseHead("text/plain", true), cancels::incrementAndGet);

    sinkOf(call).write(bytes);

    client.receiveHead();
    assertThat(client.receiveChunk()).hasSize(32768);
    control.settle();
    control.time.advanceBy(Duration.ofMillis(249));
    control.settle();
    assertThat(client.hasInput()).isFalse();
    control.time.advanceBy(Duration.ofMillis(1));
    assertThat(client.receiveChunk()).hasSize(8192);
    end(call, ResponseEnd.COMPLETE, null);
  }

  // ------------------------------------------------------------------ cut short

  @ParameterizedTest
  @CsvSource({
    "timeout, Sandbox.Timeout",
    "failure, Sandbox.Failure",
    "whatever, Sandbox.Failure",
  })
  void a_reset_cuts_the_response_and_the_connection_of_the_runtime(String reason, String type) {
    FakeNextCall next = control.initialised();
    WireClient client = begin(STREAMING);
    FakeReplyCall call = streaming(next, "abc");
    control.settle();

    WireClient resetting =
        control.begin("/test/reset", "{\"reason\":\"" + reason + "\",\"timeoutMs\":1000}");

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("abc");
    assertTrailers(answer, "Truncated", type, "");
    Eventually.eventually(call::aborted);
    end(call, ResponseEnd.TRUNCATED, null);
    assertThat(resetting.receive().status()).isEqualTo(200);
  }

  @Test
  void a_reset_before_the_first_byte_is_a_bad_gateway_without_an_end() {
    FakeNextCall next = control.initialised();
    WireClient client = begin(STREAMING);
    control.delivered(next);

    control.post("/test/reset", "{}");

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.text()).isEmpty();
    assertThat(answer.trailerLines()).isEmpty();
  }

  @Test
  void what_comes_behind_a_cut_is_dropped() {
    FakeNextCall next = control.initialised();
    WireClient client = begin(STREAMING);
    FakeReplyCall call = streaming(next, "abc");
    control.settle();
    control.begin("/test/reset", "{}");
    client.receive();
    CountedPayload late = new CountedPayload("late");

    sinkOf(call).write(late);

    Eventually.eventually(() -> late.readers() == 0);
    assertThat(client.get("/test/ping").text()).isEqualTo("pong");
  }

  @Test
  void a_client_that_goes_cancels_the_response() {
    FakeNextCall next = control.initialised();
    WireClient client = begin(STREAMING);
    FakeReplyCall call = streaming(next, "abc");
    client.receiveHead();

    client.reset();

    Eventually.eventually(() -> {
      sinkOf(call).write(Payload.of("more"));
      return cancels.get() > 0;
    });
    end(call, ResponseEnd.TRUNCATED, null);
  }

  @Test
  void the_connection_serves_the_next_call() {
    FakeNextCall next = control.initialised();
    WireClient client = begin(STREAMING);
    end(streaming(next, "abc"), ResponseEnd.COMPLETE, null);
    client.receive();

    assertThat(client.get("/test/ping").text()).isEqualTo("pong");
  }
}
