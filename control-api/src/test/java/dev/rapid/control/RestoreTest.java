package dev.rapid.control;

import static dev.rapid.http.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.testing.FakeRestoreFailureCall;
import dev.rapid.core.testing.FakeRestoreSlot;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code POST /test/restore} (contract lifecycle-and-control, section 4.8). */
final class RestoreTest {

  private static final String RESTORE =
      "{\"awskey\":\"k\",\"awssecret\":\"s\",\"awssession\":\"t\","
          + "\"credentialsExpiry\":\"2026-01-01T00:00:00Z\",\"restoreHookTimeoutMs\":1000}";

  private final Control control = new Control();

  @BeforeEach
  void fetchCredentials() {
    control.function.fetchesCredentials = true;
  }

  @AfterEach
  void close() {
    control.close();
  }

  /** Initialises, with a runtime that waits for its restore. */
  private void waitingForRestore() {
    control.post("/test/init", Control.INIT);
    control.post(new SandboxEvent.SnapshotReady(new FakeRestoreSlot()));
    assertThat(control.post("/test/waitUntilInitialized", "").status()).isEqualTo(200);
  }

  private WireClient restoring() {
    WireClient client = control.begin("/test/restore", RESTORE);
    control.awaitPhase(Phase.Restoring.class);
    return client;
  }

  private JsonNode lastEvent() {
    JsonNode events = control.events();
    JsonNode last = events.get(events.size() - 1);
    assertThat(last.path("type").textValue()).isEqualTo("platform.restoreRuntimeDone");
    return last.path("platformEvent");
  }

  @Test
  void a_restore_replaces_the_credentials() {
    control.initialised();

    control.post("/test/restore", RESTORE);

    assertThat(control.function.credentials)
        .containsExactly(
            new CredentialOverrides("k", "s", "t", Instant.parse("2026-01-01T00:00:00Z")));
  }

  @Test
  void a_hook_that_ends_is_a_success() {
    waitingForRestore();
    WireClient client = restoring();
    control.time.advanceBy(Duration.ofMillis(30));

    control.poll();

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("{\"restoreMs\":\"30\"}");
    assertThat(lastEvent()).hasToString("{\"status\":\"success\"}");
  }

  @Test
  void a_hook_that_reports_an_error_has_failed() {
    waitingForRestore();
    WireClient client = restoring();

    control.post(new SandboxEvent.RestoreFailed(new FakeRestoreFailureCall(), "Runtime.Bad"));

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.text())
        .isEqualTo("{\"restoreError\":\"errRestoreHookUserError\",\"restoreMs\":\"0\"}");
    assertThat(lastEvent()).hasToString("{\"errorType\":\"Runtime.Unknown\",\"status\":\"error\"}");
  }

  @Test
  void a_process_that_exits_makes_the_restore_fail() {
    waitingForRestore();
    WireClient client = restoring();

    control.processes.exit(new ProcessExit.Exited(1));
    control.time.advanceBy(SandboxConfig.DEFAULT_SETTLE_TIME);

    assertThat(client.receive().text())
        .isEqualTo("{\"restoreError\":\"Runtime.ExitError\",\"restoreMs\":\"50\"}");
    assertThat(lastEvent())
        .hasToString("{\"errorType\":\"Runtime.ExitError\",\"status\":\"error\"}");
  }

  @Test
  void a_hook_that_takes_too_long_makes_the_restore_fail() {
    waitingForRestore();
    WireClient client = restoring();

    control.time.advanceBy(Duration.ofSeconds(1));

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.text())
        .isEqualTo("{\"restoreError\":\"Runtime.RestoreHookUserTimeout\",\"restoreMs\":\"1000\"}");
    assertThat(lastEvent()).hasToString("{\"errorType\":\"Runtime.Unknown\",\"status\":\"error\"}");
  }

  @Test
  void without_credentials_to_replace_the_restore_fails() {
    control.function.fetchesCredentials = false;

    WireAnswer answer = control.post("/test/restore", "{}");

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.text())
        .isEqualTo("{\"restoreError\":\"errRestoreUpdateCredentials\",\"restoreMs\":\"0\"}");
    assertThat(lastEvent()).hasToString("{\"errorType\":\"Runtime.Unknown\",\"status\":\"error\"}");
  }

  @Test
  void a_runtime_that_does_not_wait_for_it_is_restored_at_once() {
    control.initialised();

    WireAnswer answer = control.post("/test/restore", RESTORE);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("{\"restoreMs\":\"0\"}");
    assertThat(lastEvent()).hasToString("{\"status\":\"success\"}");
  }

  @Test
  void a_failed_hook_inside_of_an_invocation_is_answered_with_the_state() {
    waitingForRestore();
    control.reserve();
    WireClient invoking = control.begin("/test/invoke", "{}");
    control.awaitPhase(Phase.Restoring.class);

    control.post(new SandboxEvent.RestoreFailed(new FakeRestoreFailureCall(), "Runtime.Bad"));

    WireAnswer answer = invoking.receive();
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.text()).startsWith("{\"runtime\":{\"state\":{\"name\":\"RuntimeRestoreErr");
    assertThat(control.post("/test/waitUntilRelease", "").status()).isEqualTo(502);
  }

  @Test
  void a_restore_goes_on_when_its_client_has_gone() {
    waitingForRestore();
    restoring().endOutput().expectClosed();

    control.poll();

    eventually(() -> control.eventTypes().contains("platform.restoreRuntimeDone"));
    assertThat(control.sandbox().state().phase()).isEqualTo(Phase.Serving.IDLE);
  }
}
