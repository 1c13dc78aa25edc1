package dev.rapid.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.core.worker.Reply;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code POST /test/invoke} (contract lifecycle-and-control, section 3.3). */
final class InvokeTest {

  private static final int MAX_PAYLOAD = 6_291_556;

  private final Control control = new Control();

  @AfterEach
  void close() {
    control.close();
  }

  // ------------------------------------------------------------------ what the runtime gets

  @Test
  void the_runtime_gets_the_event_under_the_id_of_the_reservation() {
    FakeSlot next = control.initialised();
    String id = control.reserve().header("Invoke-Id");

    control.begin("/test/invoke", "{\"a\":1}", "X-Amzn-Trace-Id: Root=1-2-3");

    Invocation invocation = control.delivered(next);
    assertThat(invocation.requestId()).isEqualTo(id);
    assertThat(new String(invocation.payload().toByteArray(), StandardCharsets.UTF_8))
        .isEqualTo("{\"a\":1}");
    assertThat(invocation.traceId()).isEqualTo("Root=1-2-3");
    assertThat(invocation.executedVersion()).isEqualTo("7");
    assertThat(invocation.invokedFunctionArn())
        .isEqualTo("arn:aws:lambda:us-east-1:012345678912:function:greeter");
  }

  @Test
  void the_deadline_is_the_function_timeout_of_the_init() {
    FakeSlot next = control.initialised();
    control.reserve();

    control.invokeUntilDelivered(next, "{}");

    assertThat(next.deadlineEpochMillis()).isEqualTo(VirtualTime.EPOCH_MILLIS_AT_START + 3000);
  }

  @Test
  void the_deadline_is_not_enforced() {
    FakeSlot next = control.initialised();
    control.reserve();
    WireClient invoking = control.invokeUntilDelivered(next, "{}");

    control.time.advanceBy(Duration.ofHours(1));
    control.respond(next, "late", "text/plain");

    assertThat(invoking.receive().text()).isEqualTo("late");
  }

  @Test
  void a_payload_of_the_largest_size_reaches_the_runtime() {
    FakeSlot next = control.initialised();
    control.reserve();

    control.begin("/test/invoke", "x".repeat(MAX_PAYLOAD));

    assertThat(control.delivered(next).payload().size()).isEqualTo(MAX_PAYLOAD);
  }

  @Test
  void a_larger_payload_is_refused_and_the_reservation_stays() {
    FakeSlot next = control.initialised();
    control.reserve();

    WireAnswer answer = control.post("/test/invoke", "x".repeat(MAX_PAYLOAD + 1));

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.text())
        .isEqualTo(
            "{\"errorMessage\":\"Exceeded maximum allowed payload size (6291556 bytes).\","
                + "\"errorType\":\"RequestEntityTooLargeException\"}");
    control.invokeUntilDelivered(next, "{}");
  }

  // ------------------------------------------------------------------ what the client gets

  @Test
  void the_answer_comes_when_the_runtime_responds() {
    FakeSlot next = control.initialised();
    control.reserve();
    WireClient invoking = control.invokeUntilDelivered(next, "{}");

    control.respond(next, "{\"b\":2}", "application/x-thing");

    WireAnswer answer = invoking.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/x-thing");
    assertThat(answer.header("Error-Type")).isNull();
    assertThat(answer.text()).isEqualTo("{\"b\":2}");
  }

  @Test
  void the_content_type_is_empty_if_the_runtime_declares_none() {
    FakeSlot next = control.initialised();
    control.reserve();
    WireClient invoking = control.invokeUntilDelivered(next, "{}");

    control.reply(next, new Reply.Response(Payload.of("1"), null));

    assertThat(invoking.receive().header("Content-Type")).isEmpty();
  }

  @Test
  void an_error_that_the_runtime_reports_is_answered_as_it_is() {
    FakeSlot next = control.initialised();
    control.reserve();
    WireClient invoking = control.invokeUntilDelivered(next, "{}");

    control.reply(
        next, new Reply.ReportedError("Function.Bad", Payload.of("{\"e\":1}"), "a/b", null));

    WireAnswer answer = invoking.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("a/b");
    assertThat(answer.header("Error-Type")).isNull();
    assertThat(answer.text()).isEqualTo("{\"e\":1}");
  }

  @Test
  void the_event_log_has_the_metrics_of_the_reply() {
    FakeSlot next = control.initialised();
    control.reserve();
    WireClient invoking = control.invokeUntilDelivered(next, "{}");
    control.respond(next, "four", "text/plain");
    invoking.receive();
    control.poll();

    JsonNode metrics = control.internalMetrics();
    assertThat(metrics.path("FunctionResponseMode").textValue()).isEqualTo("Buffered");
    assertThat(metrics.path("ProducedBytes").longValue()).isEqualTo(4);
    assertThat(metrics.path("TimeShapedNs").longValue()).isEqualTo(-1);
    assertThat(metrics.path("OutboundThroughputBps").longValue()).isEqualTo(-1);
    assertThat(metrics.path("RuntimeCalledResponse").booleanValue()).isTrue();
    assertThat(metrics.path("FinishReadingResponseMonoTimeMs").longValue())
        .isEqualTo(metrics.path("StartReadingResponseMonoTimeMs").longValue());
  }

  @Test
  void the_event_log_tells_that_the_runtime_did_not_respond() {
    FakeSlot next = control.initialised();
    control.reserve();
    WireClient invoking = control.invokeUntilDelivered(next, "{}");
    control.processes.exit(new ProcessExit.Exited(1));
    control.time.advanceBy(Duration.ofMillis(50));
    invoking.receive();

    assertThat(control.internalMetrics().path("RuntimeCalledResponse").isBoolean()).isTrue();
    assertThat(control.internalMetrics().path("RuntimeCalledResponse").booleanValue()).isFalse();
  }

  @Test
  void a_crash_is_answered_with_an_error() {
    FakeSlot next = control.initialised();
    String id = control.reserve().header("Invoke-Id");
    WireClient invoking = control.invokeUntilDelivered(next, "{}");

    control.processes.exit(new ProcessExit.Exited(3));
    control.time.advanceBy(Duration.ofMillis(50));

    WireAnswer answer = invoking.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEmpty();
    assertThat(answer.text())
        .isEqualTo(
            "{\"errorType\":\"Runtime.ExitError\",\"errorMessage\":\"RequestId: "
                + id
                + " Error: Runtime exited with error: exit status 3\"}");
    assertThat(control.sandbox().state().phase()).isInstanceOf(Phase.Failed.class);
  }

  @Test
  void a_response_over_the_limit_is_answered_with_an_error() {
    FakeSlot next = control.initialised();
    control.reserve();
    WireClient invoking = control.invokeUntilDelivered(next, "{}");

    control.reply(next, new Reply.TooLarge(7_000_000));

    WireAnswer answer = invoking.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.text())
        .isEqualTo(
            "{\"errorType\":\"Function.ResponseSizeTooLarge\",\"errorMessage\":\"Response payload"
                + " size exceeded maximum allowed payload size (6291556 bytes).\"}");
  }

  @Test
  void a_response_with_an_unknown_mode_is_answered_empty() {
    FakeSlot next = control.initialised();
    control.reserve();
    WireClient invoking = control.invokeUntilDelivered(next, "{}");

    control.reply(next, new Reply.Malformed("Runtime.InvalidResponseModeHeader", null));

    WireAnswer answer = invoking.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEmpty();
  }

  // ------------------------------------------------------------------ reservations

  @Test
  void an_invocation_without_a_reservation_is_refused() {
    control.initialised();

    WireAnswer answer = control.post("/test/invoke", "{}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).isEmpty();
  }

  @Test
  void a_second_invocation_is_refused_while_the_first_one_is_open() {
    FakeSlot next = control.initialised();
    control.reserve();
    control.invokeUntilDelivered(next, "{}");

    assertThat(control.post("/test/invoke", "{}").status()).isEqualTo(400);
  }

  @Test
  void a_second_invocation_after_the_reply_is_answered_empty() {
    FakeSlot next = control.initialised();
    control.reserve();
    WireClient invoking = control.invokeUntilDelivered(next, "{}");
    control.respond(next, "1", "application/json");
    invoking.receive();

    WireAnswer answer = control.post("/test/invoke", "{}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEmpty();
  }

  @Test
  void the_reply_reaches_nobody_if_the_client_has_gone() {
    FakeSlot next = control.initialised();
    control.reserve();
    WireClient gone = control.invokeUntilDelivered(next, "{}");
    gone.endOutput().expectClosed();

    assertThat(control.respond(next, "1", "application/json").accepted()).isTrue();
    control.poll();

    assertThat(control.post("/test/waitUntilRelease", "").status()).isEqualTo(200);
  }

  // ------------------------------------------------------------------ init

  @Test
  void an_invocation_waits_for_the_init() {
    control.post("/test/init", Control.INIT);
    control.reserve();
    WireClient invoking = control.begin("/test/invoke", "{}");
    control.settle();

    FakeSlot next = control.poll();

    control.respond(next, "1", "application/json");
    assertThat(invoking.receive().text()).isEqualTo("1");
  }

  @Test
  void an_invocation_whose_client_goes_during_the_init_is_forgotten() {
    control.post("/test/init", Control.INIT);
    control.reserve();
    WireClient gone = control.begin("/test/invoke", "\"first\"");
    control.settle();
    gone.endOutput().expectClosed();

    FakeSlot next = control.poll();
    control.begin("/test/invoke", "\"second\"");

    assertThat(control.delivered(next).payload().toByteArray())
        .isEqualTo("\"second\"".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_failed_init_is_answered_with_the_state_and_ends_the_reservation() {
    control.post("/test/init", Control.INIT);
    control.reserve();
    WireClient invoking = control.begin("/test/invoke", "{}");
    control.settle();

    control.processes.exit(new ProcessExit.Exited(1));
    control.time.advanceBy(Duration.ofMillis(50));

    WireAnswer answer = invoking.receive();
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.text()).contains("\"firstFatalError\":");
    control.reserve();
  }

  @Test
  void an_invocation_after_a_failed_init_that_was_told_initialises_inside() {
    control.post("/test/init", Control.INIT);
    control.processes.exit(new ProcessExit.Exited(1));
    control.time.advanceBy(Duration.ofMillis(50));
    control.post("/test/waitUntilInitialized", "");
    control.reserve();

    WireClient invoking = control.begin("/test/invoke", "{}");
    control.awaitPhase(Phase.Initializing.class);
    control.respond(control.poll(), "1", "application/json");

    assertThat(invoking.receive().text()).isEqualTo("1");
    assertThat(control.processes.starts()).containsExactly(1, 2);
  }
}
