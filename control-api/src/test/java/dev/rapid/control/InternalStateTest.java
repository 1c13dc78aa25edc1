package dev.rapid.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import dev.rapid.core.extension.Extension;
import dev.rapid.core.extension.Registration;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.sandbox.SandboxState;
import dev.rapid.core.testing.FakeExtensionCall;
import dev.rapid.core.testing.FakeSlot;
import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code GET /test/internalState} (contract lifecycle-and-control, section 3.4). */
final class InternalStateTest {

  private final Control control =
      new Control(SandboxConfig.started(Duration.ZERO).withExtensions());

  @AfterEach
  void close() {
    control.close();
  }

  private void register(String name, String id) {
    control.post(
        new SandboxEvent.ExtensionRegistered(
            new FakeExtensionCall.Register(), new Registration(name, List.of(), id)));
  }

  private ValidatableResponse internalState() {
    return control.request().get("/test/internalState").then();
  }

  @Test
  void there_is_no_runtime_before_the_first_init() {
    internalState()
        .statusCode(200)
        .contentType("text/plain; charset=utf-8")
        .body(equalTo("{\"runtime\":null,\"extensions\":[],\"firstFatalError\":\"\"}"));
  }

  @Test
  void there_is_no_runtime_while_extensions_have_not_registered() {
    control.processes.installExtensions("logger");
    control.post("/test/init", Control.INIT);
    control.awaitPhase(Phase.Initializing.class);

    internalState()
        .body(startsWith("{\"runtime\":null,\"extensions\":[{\"name\":\"logger\",\"ID\":\"\","));
  }

  @Test
  void the_cause_of_a_failed_init_is_told_until_a_reset() {
    control.post("/test/init", Control.INIT);
    control.awaitPhase(Phase.Initializing.class);
    control.processes.exit(new ProcessExit.Exited(1));
    control.time.advanceBy(Duration.ofMillis(50));
    assertThat(control.post("/test/waitUntilInitialized", "").status()).isEqualTo(502);
    control.awaitPhase(Phase.Cold.class);

    internalState().body(endsWith("\"firstFatalError\":\"Runtime.ExitError\"}"));
    assertThat(control.post("/test/reset", "{}").status()).isEqualTo(200);
    internalState().body(endsWith("\"firstFatalError\":\"\"}"));
  }

  @Test
  void internal_extensions_come_first() {
    control.processes.installExtensions("logger");
    control.post("/test/init", Control.INIT);
    control.awaitPhase(Phase.Initializing.class);
    register("logger", "external-id");
    control.time.advanceBy(Duration.ofMillis(3));
    register("inside", "internal-id");
    control.post(
        new SandboxEvent.ExtensionInitErrorReported(
            new FakeExtensionCall.Report(), "external-id", "Ext.Bad"));

    internalState()
        .body(
            equalTo(
                "{\"runtime\":{\"state\":{\"name\":\"Started\",\"lastModified\":1767225600000,"
                    + "\"responseTimeNs\":0}},\"extensions\":["
                    + "{\"name\":\"inside\",\"ID\":\"internal-id\",\"state\":{\"name\":\"Registered\","
                    + "\"lastModified\":1767225600003,\"responseTimeNs\":0},\"errorType\":\"\"},"
                    + "{\"name\":\"logger\",\"ID\":\"external-id\",\"state\":{\"name\":\"InitError\","
                    + "\"lastModified\":1767225600003,\"responseTimeNs\":0},"
                    + "\"errorType\":\"Ext.Bad\"}],\"firstFatalError\":\"Extension.InitError\"}"));
  }

  @Test
  void moments_are_times_of_day() {
    FakeSlot next = control.initialised();
    control.reserve();
    control.invokeUntilDelivered(next, "{}");
    control.time.advanceBy(Duration.ofMillis(2));
    control.respond(next, "1", "application/json");
    control.time.advanceBy(Duration.ofMillis(5));
    control.poll();
    control.time.advanceBy(Duration.ofHours(1));

    internalState()
        .body(
            startsWith(
                "{\"runtime\":{\"state\":{\"name\":\"Ready\",\"lastModified\":1767225600007,"
                    + "\"responseTimeNs\":1767225600002000000}}"));
  }

  @Test
  void the_moment_of_a_change_does_not_move_while_nothing_changes() {
    // The time of day has steps of milliseconds, the other clock has none.
    AtomicLong nanos = new AtomicLong(1_999_999);
    InternalState shown = new InternalState(nanos::get, () -> 1_000 + nanos.get() / 1_000_000);
    SandboxState idle = launchedAt(1_500_000);
    long first = lastModified(shown, idle);

    nanos.set(2_000_001);

    assertThat(lastModified(shown, idle)).isEqualTo(first);
  }

  private static SandboxState launchedAt(long nanos) {
    SandboxState initial = SandboxState.INITIAL;
    return new SandboxState(
        initial.phase(),
        initial.generation(),
        initial.side(),
        List.of(Extension.started("logger", nanos)),
        null,
        null,
        initial.unreported(),
        initial.freeze());
  }

  private static long lastModified(InternalState shown, SandboxState state) {
    return shown.of(state).at("/extensions/0/state/lastModified").asLong();
  }
}
