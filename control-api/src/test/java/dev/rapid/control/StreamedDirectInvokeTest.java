package dev.rapid.control;

import static dev.rapid.http.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.testing.FakeReply;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.worker.Reply;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
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

/**
 * Direct invocations whose response comes in pieces (contract lifecycle-and-control, section 5).
 */
final class StreamedDirectInvokeTest {

  private final Control control = new Control();
  private final FakeSlot next = control.initialised();
  private final AtomicInteger cancelled = new AtomicInteger();
  private String token = "";

  @AfterEach
  void close() {
    control.close();
  }

  private WireClient begin(String... headers) {
    WireAnswer reservation = control.reserve();
    token = Objects.requireNonNull(reservation.header("Reservation-Token"));
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("Invoke-Id: " + reservation.header("Invoke-Id"));
    all.add("Invoked-Function-Version: 1");
    return control.begin("/test/directInvoke/" + token, "{}", all.toArray(String[]::new));
  }

  private FakeReply respond(boolean streaming, String... pieces) {
    FakeReply call = control.stream(next);
    StreamingSink sink = Objects.requireNonNull(call.stream());
    sink.begin(new ResponseHead("text/plain", streaming), cancelled::incrementAndGet);
    for (String piece : pieces) {
      sink.write(Payload.of(piece));
    }
    return call;
  }

  private void end(FakeReply call, ResponseEnd end) {
    end(call, end, null, null);
  }

  private void end(
      FakeReply call, ResponseEnd end, @Nullable String errorType, @Nullable String errorBody) {
    control.post(
        new SandboxEvent.ReplyEnded(call, new Reply.Streamed(end, 1, errorType, errorBody)));
  }

  private static void assertEnd(WireAnswer answer, String end, String type, String body) {
    assertThat(answer.trailerLines())
        .containsExactlyInAnyOrder(
            "End-Of-Response: " + end,
            "Lambda-Runtime-Function-Error-Type: " + type,
            "Lambda-Runtime-Function-Error-Body: " + body);
  }

  @ParameterizedTest
  @CsvSource({
    "InvokeResponseMode: Streaming",
    "InvokeResponseMode: streaming",
    "MaxPayloadSize: -1"
  })
  void a_streamed_response_has_its_head_its_bytes_and_three_trailers(String header) {
    WireClient client = begin(header);

    FakeReply call = respond(true, "a", "b");
    end(call, ResponseEnd.COMPLETE);

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain");
    assertThat(answer.header("Lambda-Runtime-Function-Response-Mode")).isEqualTo("streaming");
    assertThat(answer.headers("Trailer"))
        .containsExactly(
            "End-Of-Response",
            "Lambda-Runtime-Function-Error-Type",
            "Lambda-Runtime-Function-Error-Body");
    assertThat(answer.text()).isEqualTo("ab");
    assertEnd(answer, "Complete", "", "");
    assertThat(call.accepted()).isTrue();
  }

  @Test
  void a_piece_reaches_the_client_before_the_response_ends() {
    WireClient client = begin("InvokeResponseMode: Streaming");

    respond(true, "first");

    assertThat(client.receiveHead().status()).isEqualTo(200);
    assertThat(client.receiveChunk()).asString(UTF_8).isEqualTo("first");
  }

  @Test
  void a_streaming_invocation_streams_the_response_of_a_buffered_function() {
    WireClient client = begin("InvokeResponseMode: Streaming");

    end(respond(false, "a"), ResponseEnd.COMPLETE);

    WireAnswer answer = client.receive();
    assertThat(answer.header("Lambda-Runtime-Function-Response-Mode")).isNull();
    assertEnd(answer, "Complete", "", "");
  }

  @Test
  void a_buffered_invocation_of_a_streaming_function_has_the_error_trailers_too() {
    WireClient client = begin();

    end(respond(true, "a"), ResponseEnd.COMPLETE, "Boom", "e30=");

    WireAnswer answer = client.receive();
    assertThat(answer.text()).isEqualTo("a");
    assertThat(answer.headers("Trailer")).hasSize(3);
    assertEnd(answer, "Complete", "Boom", "e30=");
  }

  @Test
  void a_buffered_invocation_of_a_buffered_function_has_one_trailer() {
    WireClient client = begin();

    end(respond(false, "a"), ResponseEnd.TRUNCATED);

    assertThat(client.receive().trailerLines()).containsExactly("End-Of-Response: Truncated");
  }

  @ParameterizedTest
  @CsvSource({
    "OVERSIZED, Oversized, Function.ResponseSizeTooLarge",
    "TRUNCATED, Truncated, Runtime.TruncatedResponse"
  })
  void what_went_wrong_is_in_the_trailers(ResponseEnd end, String told, String type) {
    WireClient client = begin("InvokeResponseMode: Streaming");

    end(respond(true, "a"), end);

    assertEnd(client.receive(), told, type, "");
  }

  @Test
  void the_trailers_of_the_runtime_come_first() {
    WireClient client = begin("InvokeResponseMode: Streaming");

    end(respond(true, "a"), ResponseEnd.OVERSIZED, "my type", "!");

    assertEnd(client.receive(), "Oversized", "my type", "!");
  }

  @ParameterizedTest
  @CsvSource({"MaxPayloadSize: 5, 5", "InvokeResponseMode: Streaming, 6291556"})
  void the_limit_is_that_of_the_request(String header, long limit) {
    begin(header, "InvokeResponseMode: Streaming");

    assertThat(control.stream(next).streamLimit()).isEqualTo(limit);
  }

  @Test
  void without_a_limit_everything_is_passed_on() {
    begin("MaxPayloadSize: -1");

    assertThat(control.stream(next).streamLimit()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void what_is_behind_the_burst_waits_for_the_next_refill() {
    WireClient client =
        begin(
            "InvokeResponseMode: Streaming",
            "ResponseBandwidthRate: 32768",
            "ResponseBandwidthBurstSize: 32768");
    String piece = "x".repeat(32 * 1024);
    FakeReply call = respond(true, piece, "y");
    assertThat(client.receiveHead().status()).isEqualTo(200);
    assertThat(client.receiveChunk()).hasSize(32 * 1024);
    end(call, ResponseEnd.COMPLETE);
    control.settle();
    client.expectNothing();

    control.time.advanceBy(Duration.ofMillis(125));

    assertThat(client.receiveChunk()).asString(UTF_8).isEqualTo("y");
  }

  @ParameterizedTest
  @CsvSource({"timeout, Sandbox.Timeout", "failure, Sandbox.Failure", "other, Sandbox.Failure"})
  void a_reset_ends_the_stream_and_closes_the_connection_of_the_runtime(
      String reason, String type) {
    WireClient client = begin("InvokeResponseMode: Streaming");
    FakeReply call = respond(true, "part");

    WireAnswer reset =
        control.post("/test/reset", "{\"reason\":\"" + reason + "\",\"timeoutMs\":1000}");

    WireAnswer answer = client.receive();
    assertThat(answer.text()).isEqualTo("part");
    assertEnd(answer, "Truncated", type, "");
    assertThat(call.aborted()).isTrue();
    assertThat(reset.text()).contains("\"invokeResponseMode\":\"Streaming\"");
  }

  @Test
  void a_client_that_goes_away_cancels_the_response() {
    WireClient client = begin("InvokeResponseMode: Streaming");
    FakeReply call = respond(true, "part");
    assertThat(client.receiveHead().status()).isEqualTo(200);

    client.reset();
    StreamingSink sink = Objects.requireNonNull(call.stream());
    eventually(() -> {
      sink.write(Payload.of("more"));
      return cancelled.get() > 0;
    });
  }

  @Test
  void an_error_of_the_function_is_no_stream() {
    WireClient client = begin("InvokeResponseMode: Streaming");

    control.reply(
        next, new Reply.ReportedError("Function.Boom", Payload.of("{}"), "text/plain", null));

    WireAnswer answer = client.receive();
    assertThat(answer.header("Error-Type")).isEqualTo("Function.Boom");
    assertThat(answer.text()).isEqualTo("{}");
    assertThat(answer.trailerLines()).containsExactly("End-Of-Response: Complete");
  }

  @Test
  void the_release_tells_the_mode_and_the_latency() {
    WireClient client = begin("InvokeResponseMode: Streaming");
    control.delivered(next);
    control.time.advanceBy(Duration.ofMillis(7));
    end(respond(true, "a"), ResponseEnd.COMPLETE);
    client.receive();
    control.poll();

    assertThat(control.post("/test/waitUntilRelease", "").text())
        .endsWith(
            "\"responseMetrics\":{\"runtimeResponseLatencyMs\":7.0,"
                + "\"dimensions\":{\"invokeResponseMode\":\"Streaming\"}}}");
  }

  @Test
  void the_event_log_has_the_metrics_of_the_response() {
    WireClient client =
        begin(
            "InvokeResponseMode: Streaming",
            "ResponseBandwidthRate: 32768",
            "ResponseBandwidthBurstSize: 32768");
    FakeReply call = respond(true, "x".repeat(32 * 1024), "y".repeat(1000));
    assertThat(client.receiveHead().status()).isEqualTo(200);
    assertThat(client.receiveChunk()).hasSize(32 * 1024);
    control.settle();
    control.time.advanceBy(Duration.ofMillis(125));
    assertThat(client.receiveChunk()).hasSize(1000);
    control.settle();
    end(call, ResponseEnd.COMPLETE);
    control.poll();

    JsonNode metrics = control.internalMetrics();
    assertThat(metrics.path("FunctionResponseMode").textValue()).isEqualTo("Streaming");
    assertThat(metrics.path("TimeShapedNs").longValue()).isEqualTo(125_000_000);
    assertThat(metrics.path("ProducedBytes").longValue()).isEqualTo(33_768);
    assertThat(metrics.path("OutboundThroughputBps").longValue()).isEqualTo(270_000);
    assertThat(
            metrics.path("FinishReadingResponseMonoTimeMs").longValue()
                - metrics.path("StartReadingResponseMonoTimeMs").longValue())
        .isEqualTo(125_000_000);
    assertThat(metrics.path("RuntimeCalledResponse").booleanValue()).isTrue();
  }

  @Test
  void a_buffered_response_is_not_measured_by_its_pace() {
    WireClient client = begin();
    FakeReply call = respond(false, "a");
    assertThat(client.receiveHead().status()).isEqualTo(200);
    assertThat(client.receiveChunk()).hasSize(1);
    control.settle();
    end(call, ResponseEnd.COMPLETE);
    control.poll();

    JsonNode metrics = control.internalMetrics();
    assertThat(metrics.path("FunctionResponseMode").textValue()).isEqualTo("Buffered");
    assertThat(metrics.path("TimeShapedNs").longValue()).isEqualTo(-1);
    assertThat(metrics.path("OutboundThroughputBps").longValue()).isEqualTo(-1);
    assertThat(metrics.path("ProducedBytes").longValue()).isEqualTo(1);
  }

  @Test
  void the_mode_of_one_request_is_not_that_of_the_next() {
    WireClient client = begin("InvokeResponseMode: Streaming");
    end(respond(true, "a"), ResponseEnd.COMPLETE);
    client.receive();
    FakeSlot later = control.poll();
    control.post("/test/waitUntilRelease", "");

    WireClient second = begin();
    control.respond(later, "b", "text/plain");

    assertThat(second.receive().trailerLines()).containsExactly("End-Of-Response: Complete");
  }
}
