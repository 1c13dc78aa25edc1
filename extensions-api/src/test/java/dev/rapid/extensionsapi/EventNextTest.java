package dev.rapid.extensionsapi;

import static dev.rapid.extensionsapi.ExtensionsFixture.EVENT_NEXT;
import static dev.rapid.extensionsapi.ExtensionsFixture.IDENTIFIER;
import static dev.rapid.extensionsapi.ExtensionsFixture.identified;
import static dev.rapid.extensionsapi.ExtensionsFixture.transition;
import static dev.rapid.http.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.extension.ExtensionEventType;
import dev.rapid.core.extension.ExtensionState;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.extensionsapi.ExtensionsFixture.Caller;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** {@code GET .../extension/event/next} (contract runtime-extensions-telemetry, section 3.5). */
final class EventNextTest extends ExtensionsApiTest {

  private static final String EVENT_IDENTIFIER = "Lambda-Extension-Event-Identifier";
  private static final String ARN = "arn:aws:lambda:us-east-1:012345678912:function:test_function";
  private static final String UUID_V4 =
      "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

  private final ExtensionsFixture api = start("logger.sh");

  /** An external extension that waits, in an environment whose init is done. */
  private Caller ready(String... events) {
    Caller extension = api.register("logger.sh", events);
    extension.poll();
    api.runtimePolls();
    assertThat(api.isReady()).isTrue();
    return extension;
  }

  // ------------------------------------------------------------------ INVOKE

  @Test
  void the_invocation_has_its_keys_in_order() {
    Caller extension = ready("INVOKE");
    api.time().advanceBy(Duration.ofMillis(123));

    api.invoke(
        Invocations.invocation()
            .requestId("5f0f6a52-6d3b-4c0e-9a55-2f1c7b1d9c11")
            .traceId("Root=1-6955d0c0-0123456789abcdef01234567;Parent=89abcdef01234567;Sampled=1"));

    WireAnswer event = extension.receive();
    assertJson(
        event,
        200,
        "{\"eventType\":\"INVOKE\",\"deadlineMs\":"
            + (VirtualTime.EPOCH_MILLIS_AT_START + 123 + 3000)
            + ",\"requestId\":\"5f0f6a52-6d3b-4c0e-9a55-2f1c7b1d9c11\",\"invokedFunctionArn\":\""
            + ARN
            + "\",\"tracing\":{\"type\":\"X-Amzn-Trace-Id\",\"value\":\"Root=1-6955d0c0-"
            + "0123456789abcdef01234567;Parent=89abcdef01234567;Sampled=1\"}}");
    assertThat(event.header(IDENTIFIER)).isEqualTo(extension.id());
    assertThat(event.header(EVENT_IDENTIFIER)).matches(UUID_V4).isNotEqualTo(extension.id());
    assertThat(api.state("logger.sh")).isEqualTo(ExtensionState.RUNNING);
  }

  @Test
  void an_invocation_without_a_trace_has_no_tracing() {
    Caller extension = ready("INVOKE");

    api.invoke();

    assertThat(extension.receive().text()).endsWith("\"invokedFunctionArn\":\"" + ARN + "\"}");
  }

  @Test
  void an_empty_trace_is_none() {
    Caller extension = ready("INVOKE");

    api.invoke(Invocations.invocation().traceId(""));

    assertThat(extension.receive().text()).endsWith("\"invokedFunctionArn\":\"" + ARN + "\"}");
  }

  @Test
  void a_trace_is_escaped() {
    Caller extension = ready("INVOKE");

    api.invoke(Invocations.invocation().traceId("Root=\"<&>\\"));

    assertThat(extension.receive().text())
        .endsWith("\"value\":\"Root=\\\"\\u003c\\u0026\\u003e\\\\\"}}");
  }

  @Test
  void the_deadline_is_the_one_that_the_runtime_sees() {
    Caller extension = api.register("logger.sh", "INVOKE");
    extension.poll();
    var runtime = api.runtimePolls();

    api.invoke();

    assertThat(extension.receive().text())
        .contains("\"deadlineMs\":" + runtime.deadlineEpochMillis() + ",");
  }

  @Test
  void each_delivery_has_an_identifier_of_its_own() {
    Caller extension = ready("INVOKE");
    Invocation first = api.invoke();
    WireAnswer firstEvent = extension.receive();
    api.runtimeFinishes(first);
    extension.poll();
    assertThat(api.isReady()).isTrue();

    api.invoke(Invocations.invocation().requestId("second"));

    WireAnswer secondEvent = extension.receive();
    assertThat(secondEvent.text()).contains("\"requestId\":\"second\"");
    assertThat(secondEvent.header(EVENT_IDENTIFIER))
        .matches(UUID_V4)
        .isNotEqualTo(firstEvent.header(EVENT_IDENTIFIER));
  }

  @Test
  void two_extensions_get_one_invocation_with_different_identifiers() {
    Caller external = api.register("logger.sh", "INVOKE");
    Caller internal = api.register("internal", "INVOKE");
    external.poll();
    internal.poll();
    api.runtimePolls();

    api.invoke();

    WireAnswer one = external.receive();
    WireAnswer other = internal.receive();
    assertThat(one.text()).isEqualTo(other.text());
    assertThat(one.header(EVENT_IDENTIFIER)).isNotEqualTo(other.header(EVENT_IDENTIFIER));
    assertThat(other.header(IDENTIFIER)).isEqualTo(internal.id());
  }

  @Test
  void an_extension_that_did_not_ask_for_invocations_stays_parked() {
    Caller extension = ready("SHUTDOWN");

    Invocation invocation = api.invoke();

    assertThat(api.state("logger.sh")).isEqualTo(ExtensionState.READY);
    api.runtimeFinishes(invocation);
    assertThat(api.isReady()).isTrue();
    extension.client().expectNothing();
  }

  @Test
  void an_invocation_ends_when_its_extensions_poll_again() {
    Caller extension = ready("INVOKE");
    Invocation invocation = api.invoke();
    extension.receive();
    api.runtimeFinishes(invocation);
    assertThat(api.phase().activity()).isEqualTo("Finishing");

    extension.poll();

    assertThat(api.isReady()).isTrue();
  }

  // ------------------------------------------------------------------ SHUTDOWN

  @Test
  void the_shutdown_has_its_keys_in_order() {
    Caller extension = ready("SHUTDOWN");

    api.shutDown();

    WireAnswer event = extension.receive();
    assertJson(
        event,
        200,
        "{\"eventType\":\"SHUTDOWN\",\"deadlineMs\":"
            + (VirtualTime.EPOCH_MILLIS_AT_START + 2000)
            + ",\"shutdownReason\":\"spindown\"}");
    assertThat(event.header(IDENTIFIER)).isEqualTo(extension.id());
    assertThat(event.header(EVENT_IDENTIFIER)).isNull();
    assertThat(api.state("logger.sh")).isEqualTo(ExtensionState.RUNNING);
  }

  @Test
  void the_deadline_of_a_shutdown_is_the_end_of_the_whole_budget() {
    Caller extension = ready("SHUTDOWN");
    api.post(new SandboxEvent.ShutdownRequested());

    api.time().advanceBy(Duration.ofMillis(600));

    assertThat(api.processes().signals()).contains("TERM runtime-1", "KILL runtime-1");
    assertThat(extension.receive().text())
        .contains("\"deadlineMs\":" + (VirtualTime.EPOCH_MILLIS_AT_START + 2000));
  }

  @Test
  void a_shutdown_waits_for_an_extension_that_is_still_at_work() {
    Caller extension = ready("INVOKE", "SHUTDOWN");
    api.invoke();
    extension.receive();
    api.shutDown();

    assertThat(extension.sendPoll().receive().text())
        .startsWith("{\"eventType\":\"SHUTDOWN\",")
        .endsWith(",\"shutdownReason\":\"spindown\"}");
  }

  @Test
  void a_failure_is_the_reason_of_the_shutdown_after_a_crash() {
    Caller extension = ready("SHUTDOWN");

    api.processes().exit(new ProcessExit.Exited(1));

    assertThat(extension.receive().text()).endsWith(",\"shutdownReason\":\"failure\"}");
  }

  @Test
  void an_internal_extension_is_not_told_of_a_shutdown() {
    api.register("logger.sh").poll();
    Caller internal = api.register("internal", "INVOKE");
    internal.poll();
    api.runtimePolls();

    api.shutDown();

    assertThat(api.processes().stops()).containsExactly(1);
    internal.client().expectNothing();
    assertThat(api.state("internal")).isEqualTo(ExtensionState.READY);
  }

  // ------------------------------------------------------------------ parking

  @Test
  void nothing_is_sent_while_a_poll_is_parked() {
    Caller extension = ready("INVOKE", "SHUTDOWN");

    api.time().advanceBy(Duration.ofHours(5));

    extension.client().expectNothing();
    assertThat(api.isReady()).isTrue();
  }

  @Test
  void a_second_poll_is_refused_while_the_first_is_parked() {
    Caller extension = ready("INVOKE");

    assertJson(extension.tryPoll(), 403, transition("Ready", "Ready", extension.id()));

    api.invoke();
    assertThat(extension.receive().status()).isEqualTo(200);
  }

  @Test
  void a_poll_may_follow_on_a_connection_of_its_own() {
    Caller extension = ready("INVOKE");
    Invocation first = api.invoke();
    extension.receive();
    api.runtimeFinishes(first);
    WireClient other = api.connect().sendHead("GET", EVENT_NEXT, identified(extension.id()));
    extension.awaitParked();
    assertThat(api.isReady()).isTrue();

    api.invoke(Invocations.invocation().requestId("second"));

    assertThat(other.receive().text()).contains("\"requestId\":\"second\"");
  }

  @Test
  void an_extension_whose_poll_was_closed_may_poll_again() {
    Caller extension = ready("INVOKE");
    extension.client().close();
    eventually(() -> api.extension("logger.sh").poll() == null);
    WireClient other = api.connect().sendHead("GET", EVENT_NEXT, identified(extension.id()));
    extension.awaitParked();

    api.invoke();

    assertThat(other.receive().text()).contains("\"eventType\":\"INVOKE\"");
  }

  @Test
  void an_invocation_waits_for_the_poll_after_the_one_that_was_reset() {
    Caller extension = ready("INVOKE");
    extension.client().reset();
    eventually(() -> api.extension("logger.sh").poll() == null);
    Invocation invocation = api.invoke();
    api.runtimeFinishes(invocation);
    assertThat(api.phase().activity()).isEqualTo("Finishing");

    WireAnswer event = extension.tryPoll();

    assertThat(event.text()).contains("\"requestId\":\"" + invocation.requestId() + "\"");
  }

  @Test
  void a_shutdown_waits_for_the_poll_after_the_one_that_was_closed() {
    Caller extension = ready("SHUTDOWN");
    extension.client().close();
    eventually(() -> api.extension("logger.sh").poll() == null);
    api.shutDown();

    WireAnswer event = extension.tryPoll();

    assertThat(event.text()).startsWith("{\"eventType\":\"SHUTDOWN\"");
  }

  @Test
  void an_invocation_that_cannot_be_written_goes_to_the_next_poll() {
    Caller extension = ready("INVOKE");
    Runnable goOn = api.stall();
    extension.client().reset();
    Invocation invocation = api.invoke();
    assertThat(api.state("logger.sh")).isEqualTo(ExtensionState.RUNNING);
    goOn.run();
    eventually(() -> api.state("logger.sh") == ExtensionState.READY);

    WireAnswer event = extension.tryPoll();

    assertThat(event.text()).contains("\"requestId\":\"" + invocation.requestId() + "\"");
  }

  @Test
  void a_shutdown_that_cannot_be_written_goes_to_the_next_poll() {
    Caller extension = ready("SHUTDOWN");
    Runnable goOn = api.stall();
    extension.client().reset();
    api.shutDown();
    assertThat(api.state("logger.sh")).isEqualTo(ExtensionState.RUNNING);
    goOn.run();
    eventually(() -> api.state("logger.sh") == ExtensionState.READY);

    WireAnswer event = extension.tryPoll();

    assertThat(event.text()).startsWith("{\"eventType\":\"SHUTDOWN\"");
  }

  @Test
  void a_lost_invocation_does_not_become_a_shutdown_for_an_extension_that_did_not_ask_for_it() {
    Caller extension = ready("INVOKE");
    Runnable goOn = api.stall();
    extension.client().reset();
    api.invoke();
    api.time().advanceBy(ExtensionsFixture.FUNCTION_TIMEOUT);
    goOn.run();
    eventually(() -> api.state("logger.sh") == ExtensionState.READY);

    assertThat(api.extension("logger.sh").due()).isNotEqualTo(ExtensionEventType.SHUTDOWN);
  }

  @Test
  void an_extension_that_is_done_before_the_runtime_waits_for_the_next_invocation() {
    Caller extension = ready("INVOKE");
    Invocation first = api.invoke();
    extension.receive();
    extension.poll();
    api.runtimeFinishes(first);
    assertThat(api.isReady()).isTrue();
    extension.client().expectNothing();

    api.invoke(Invocations.invocation().requestId("second"));

    assertThat(extension.receive().text()).contains("\"requestId\":\"second\"");
  }

  @Test
  void a_poll_that_comes_with_another_request_behind_it_is_answered_before_it() {
    Caller extension = api.register("logger.sh", "INVOKE");
    extension.sendPoll().sendHead("GET", "/2020-01-01/unknown");
    extension.awaitParked();
    api.runtimePolls();

    api.invoke();

    assertThat(extension.receive().text()).contains("INVOKE");
    assertThat(extension.receive().status()).isEqualTo(404);
  }

  @Test
  void a_parked_poll_ends_without_an_answer_when_all_processes_are_gone() {
    Caller extension = ready();
    api.shutDown();

    api.processes().gone();

    extension.client().expectClosed();
  }
}
