package dev.rapid.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.core.extension.Registration;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.testing.FakeExtensionCall;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code POST /test/reset} (contract lifecycle-and-control, sections 3.3, 4.6 and 4.11 E). */
final class ResetTest {

  private static final String RESET = "{\"reason\":\"timeout\",\"timeoutMs\":1000}";

  private final Control control =
      new Control(SandboxConfig.started(Duration.ZERO).withExtensions());

  @AfterEach
  void close() {
    control.close();
  }

  /** Initialises with one external extension that wants to be told of shutdowns. */
  private FakeExtensionCall.Next initialisedWithExtension() {
    control.processes.installExtensions("logger");
    control.post("/test/init", Control.INIT);
    control.awaitPhase(Phase.Initializing.class);
    control.post(
        new SandboxEvent.ExtensionRegistered(
            new FakeExtensionCall.Register(),
            new Registration("logger", List.of("SHUTDOWN"), "id")));
    control.poll();
    FakeExtensionCall.Next poll = new FakeExtensionCall.Next();
    control.post(new SandboxEvent.ExtensionPolledNext(poll, "id"));
    assertThat(control.post("/test/waitUntilInitialized", "").status()).isEqualTo(200);
    return poll;
  }

  @Test
  void a_reset_is_answered_with_its_metrics() {
    control.initialised();

    WireAnswer answer = control.post("/test/reset", RESET);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(answer.text())
        .isEqualTo(
            "{\"extensionsResetMs\":0,\"responseMetrics\":{\"runtimeResponseLatencyMs\":0,"
                + "\"dimensions\":{\"invokeResponseMode\":\"\"}}}");
    assertThat(control.processes.alive()).isEmpty();
  }

  @Test
  void a_reset_before_any_init_does_nothing() {
    assertThat(control.post("/test/reset", "{}").status()).isEqualTo(200);
  }

  @Test
  void a_reset_ends_a_reservation_that_was_not_used() {
    control.initialised();
    control.reserve();

    control.post("/test/reset", "{}");

    assertThat(control.post("/test/invoke", "{}").status()).isEqualTo(400);
    assertThat(control.post("/test/waitUntilRelease", "").status()).isEqualTo(504);
    control.reserve();
  }

  @Test
  void the_extension_is_told_the_reason_and_has_the_budget() {
    FakeExtensionCall.Next poll = initialisedWithExtension();
    WireClient resetting = control.begin("/test/reset", RESET);
    control.awaitPhase(Phase.Resetting.class);

    control.processes.exit(new ProcessExit.Exited(0));
    assertThat(poll.answer()).startsWith("shutdown timeout until");
    control.time.advanceBy(Duration.ofMillis(12));
    control.processes.exitExtension("logger", new ProcessExit.Exited(0));

    assertThat(resetting.receive().text()).startsWith("{\"extensionsResetMs\":12,");
  }

  @Test
  void an_extension_that_hangs_is_killed_when_the_budget_is_used_up() {
    initialisedWithExtension();
    WireClient resetting = control.begin("/test/reset", RESET);
    control.awaitPhase(Phase.Resetting.class);
    control.processes.exit(new ProcessExit.Exited(0));

    control.time.advanceBy(Duration.ofSeconds(2));

    WireAnswer answer = resetting.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).startsWith("{\"extensionsResetMs\":1000,");
  }

  @Test
  void a_fatal_error_during_the_reset_makes_it_fail() {
    initialisedWithExtension();
    WireClient resetting = control.begin("/test/reset", RESET);
    control.awaitPhase(Phase.Resetting.class);
    control.processes.exit(new ProcessExit.Exited(0));
    control.post(
        new SandboxEvent.ExtensionExitErrorReported(
            new FakeExtensionCall.Report(), "id", "Extension.Bad"));
    control.processes.exitExtension("logger", new ProcessExit.Exited(1));

    WireAnswer answer = resetting.receive();

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.text()).isEmpty();
  }

  @Test
  void a_reset_goes_on_when_its_client_has_gone() {
    initialisedWithExtension();
    control.reserve();
    WireClient gone = control.begin("/test/reset", RESET);
    control.awaitPhase(Phase.Resetting.class);
    gone.endOutput().expectClosed();

    control.processes.exit(new ProcessExit.Exited(0));
    control.processes.exitExtension("logger", new ProcessExit.Exited(0));

    control.reserve();
  }

  @Test
  void the_sandbox_stays_reserved_until_the_reset_is_done() {
    initialisedWithExtension();
    control.reserve();
    WireClient waiting = control.begin("/test/waitUntilRelease", "");
    control.settle();
    WireClient resetting = control.begin("/test/reset", RESET);
    control.awaitPhase(Phase.Resetting.class);

    assertThat(control.post("/test/reserve", "").status()).isEqualTo(400);
    assertThat(control.post("/test/invoke", "{}").status()).isEqualTo(504);
    control.processes.exit(new ProcessExit.Exited(0));
    control.processes.exitExtension("logger", new ProcessExit.Exited(0));

    assertThat(resetting.receive().status()).isEqualTo(200);
    assertThat(waiting.receive().status()).isEqualTo(504);
  }

  @Test
  void two_resets_at_once_are_both_answered() {
    initialisedWithExtension();
    WireClient first = control.begin("/test/reset", RESET);
    control.awaitPhase(Phase.Resetting.class);
    WireClient second = control.begin("/test/reset", "{}");
    control.settle();

    control.processes.exit(new ProcessExit.Exited(0));
    control.processes.exitExtension("logger", new ProcessExit.Exited(0));

    assertThat(first.receive().status()).isEqualTo(200);
    assertThat(second.receive().status()).isEqualTo(200);
  }

  // ------------------------------------------------------------------ walk-through E

  @Test
  void a_reset_in_the_middle_of_an_invocation_cancels_all_who_wait() {
    FakeSlot next = control.initialised();
    control.reserve();
    WireClient invoking = control.invokeUntilDelivered(next, "{}");
    WireClient waiting = control.begin("/test/waitUntilRelease", "");
    control.settle();

    WireAnswer reset = control.post("/test/reset", RESET);

    assertThat(reset.status()).isEqualTo(200);
    WireAnswer invoked = invoking.receive();
    assertThat(invoked.status()).isEqualTo(504);
    assertThat(invoked.text()).isEmpty();
    WireAnswer waited = waiting.receive();
    assertThat(waited.status()).isEqualTo(504);
    assertThat(waited.text()).isEmpty();
  }

  @Test
  void the_log_of_a_reset_in_the_middle_of_an_invocation_ends_with_a_timeout() {
    FakeSlot next = control.initialised();
    String id = control.reserve().header("Invoke-Id");
    control.invokeUntilDelivered(next, "{}");
    control.time.advanceBy(Duration.ofNanos(1_234_567));

    control.post("/test/reset", RESET);

    JsonNode events = control.events();
    JsonNode last = events.get(events.size() - 1);
    assertThat(last.path("type").textValue()).isEqualTo("platform.runtimeDone");
    assertThat(last.path("platformEvent"))
        .hasToString(
            "{\"internalMetrics\":null,\"metrics\":{\"producedBytes\":0,\"durationMs\":1.234},"
                + "\"requestId\":\""
                + id
                + "\",\"spans\":[],\"status\":\"timeout\",\"tenantId\":\"\"}");
  }

  @Test
  void an_invocation_after_a_reset_initialises_inside() {
    FakeSlot next = control.initialised();
    control.reserve();
    control.invokeUntilDelivered(next, "{}");
    control.post("/test/reset", RESET);

    control.reserve();
    WireClient invoking = control.begin("/test/invoke", "{}");
    control.awaitPhase(Phase.Initializing.class);
    control.respond(control.poll(), "\"again\"", "application/json");
    control.poll();

    assertThat(invoking.receive().text()).isEqualTo("\"again\"");
    assertThat(control.post("/test/waitUntilRelease", "").status()).isEqualTo(200);
    assertThat(control.eventTypes())
        .endsWith(
            "platform.initStart",
            "platform.initRuntimeDone",
            "platform.initReport",
            "platform.start",
            "platform.runtimeDone");
  }
}
