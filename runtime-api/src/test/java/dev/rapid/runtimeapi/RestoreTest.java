package dev.rapid.runtimeapi;

import static dev.rapid.http.testing.Eventually.eventually;
import static dev.rapid.runtimeapi.RuntimeApi.INIT_ERROR;
import static dev.rapid.runtimeapi.RuntimeApi.NEXT;
import static dev.rapid.runtimeapi.RuntimeApi.RESTORE_ERROR;
import static dev.rapid.runtimeapi.RuntimeApi.RESTORE_NEXT;
import static dev.rapid.runtimeapi.RuntimeApi.error;
import static dev.rapid.runtimeapi.RuntimeApi.response;
import static dev.rapid.runtimeapi.RuntimeApi.transition;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.worker.WorkerState;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import dev.rapid.lambda.RuntimeStates;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code GET .../restore/next} and {@code POST .../restore/error} (contract
 * runtime-extensions-telemetry, sections 1.6, 1.7, 2.7).
 */
final class RestoreTest extends RuntimeApiTest {

  private static final String TYPE = "Lambda-Runtime-Function-Error-Type: ";
  private static final ProcessExit EXIT_1 = new ProcessExit.Exited(1);

  private final WireClient client = api.connect();

  RestoreTest() {
    super(RuntimeApi.startingWithSnapStart());
  }

  private void assertHookFailed(Invocation invocation, String errorType) {
    assertThat(api.outcomeOf(invocation))
        .isInstanceOfSatisfying(
            Outcome.RestoreFailed.class, failed -> assertThat(failed.timedOut()).isFalse());
    assertThat(api.events().all(LifecycleEvent.RestoreRuntimeDone.class))
        .containsExactly(new LifecycleEvent.RestoreRuntimeDone(Status.ERROR, "Runtime.Unknown"));
    assertThat(api.events().all(LifecycleEvent.RestoreReport.class))
        .extracting(LifecycleEvent.RestoreReport::errorType)
        .containsExactly(errorType);
  }

  // ------------------------------------------------------------------ restore/next

  @Test
  void a_poll_for_the_restore_ends_the_init_and_waits() {
    api.pollRestore(client);

    api.time().advanceBy(Duration.ofHours(5));

    client.expectNothing();
    assertThat(api.worker()).isEqualTo(WorkerState.SNAPSHOT_READY);
    assertThat(api.phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void the_first_invocation_restores_the_runtime_and_the_answer_has_no_body() {
    api.pollRestore(client);

    api.invoke();

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Length")).isEqualTo("0");
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(answer.header("Date")).isNotNull();
    assertThat(answer.header("Lambda-Runtime-Aws-Request-Id")).isNull();
    assertThat(answer.body()).isEmpty();
    assertThat(api.worker()).isEqualTo(WorkerState.RESTORING);
  }

  @Test
  void the_poll_after_the_hook_gets_the_event() {
    Invocation invocation = api.restoring(client);

    WireAnswer event = client.get(NEXT);

    assertThat(event.header("Lambda-Runtime-Aws-Request-Id")).isEqualTo(invocation.requestId());
    assertAccepted(client.post(response(invocation.requestId()), "1"));
    assertThat(api.resultOf(invocation)).asString().isEqualTo("1");
    assertThat(api.events().names())
        .containsSubsequence("RestoreStart", "RestoreRuntimeDone", "RestoreReport", "Start");
  }

  @Test
  void a_runtime_that_asks_for_an_event_at_once_is_not_restored() {
    api.poll(client);

    Invocation invocation = api.invoke();

    assertThat(client.receive().header("Lambda-Runtime-Aws-Request-Id"))
        .isEqualTo(invocation.requestId());
    assertThat(api.events().all(LifecycleEvent.RestoreStart.class)).isEmpty();
  }

  @Test
  void a_poll_whose_connection_was_closed_is_repeated() {
    api.pollRestore(client);
    client.close();
    eventually(() -> !api.restorePolled());
    WireClient again = api.pollRestore(api.connect());

    api.invoke();

    assertThat(again.receive().status()).isEqualTo(200);
  }

  @Test
  void a_restore_waits_for_the_poll_after_the_one_that_was_closed() {
    api.pollRestore(client);
    client.reset();
    eventually(() -> !api.restorePolled());
    api.invoke();

    assertThat(api.connect().get(RESTORE_NEXT).status()).isEqualTo(200);

    assertThat(api.worker()).isEqualTo(WorkerState.RESTORING);
  }

  @Test
  void a_restore_that_cannot_be_told_is_told_to_the_next_poll() {
    api.pollRestore(client);
    api.holdIoThread();
    api.invoke();
    client.reset();
    api.releaseIoThread();

    assertThat(api.connect().get(RESTORE_NEXT).status()).isEqualTo(200);
  }

  @Test
  void a_poll_that_is_parked_ends_without_an_answer_when_its_process_is_gone() {
    api.pollRestore(client);

    api.exit(EXIT_1);

    client.expectClosed();
    eventually(() -> api.phase() instanceof Phase.Cold);
  }

  @Test
  void a_hook_that_takes_too_long_fails_the_invocation_as_a_timeout() {
    Invocation invocation = api.restoring(client);

    api.time().advanceBy(SandboxConfig.DEFAULT_RESTORE_TIMEOUT);

    assertThat(api.outcomeOf(invocation))
        .isInstanceOfSatisfying(
            Outcome.RestoreFailed.class, failed -> assertThat(failed.timedOut()).isTrue());
    client.expectClosed();
  }

  // ------------------------------------------------------------------ restore/next, other states

  @Test
  void a_poll_after_an_init_error_is_refused() {
    assertAccepted(client.post(INIT_ERROR, "{}"));

    assertJson(client.get(RESTORE_NEXT), 403, transition("InitError", "Ready"));
  }

  @Test
  void a_second_poll_beside_the_first_is_refused() {
    api.pollRestore(client);

    assertJson(api.connect().get(RESTORE_NEXT), 403, transition("RestoreReady", "Ready"));
  }

  @Test
  void a_poll_during_the_hook_is_refused() {
    api.restoring(client);

    assertJson(client.get(RESTORE_NEXT), 403, transition("Restoring", "Ready"));
  }

  @Test
  void a_poll_after_a_restore_error_is_refused() {
    api.restoring(client);
    assertAccepted(client.post(RESTORE_ERROR, "{}"));

    assertJson(client.get(RESTORE_NEXT), 403, transition("RuntimeRestoreErrorState", "Ready"));
  }

  @Test
  void a_poll_beside_a_poll_for_events_is_refused() {
    api.poll();

    assertJson(client.get(RESTORE_NEXT), 403, transition("Ready", "Ready"));
  }

  @Test
  void a_poll_during_an_invocation_is_refused() {
    api.delivered(client);

    assertJson(client.get(RESTORE_NEXT), 403, transition("Running", "Ready"));
  }

  @ParameterizedTest
  @CsvSource({"response, InvocationResponse", "error, InvocationErrorResponse"})
  void calls_of_the_restore_while_a_reply_is_being_sent_are_refused(String reply, String state) {
    String id = api.delivered(client).requestId();
    String path = reply.equals("error") ? error(id) : response(id);
    client.sendHead("POST", path, "Content-Length: 4").send("nu");
    eventually(() -> RuntimeStates.nameOf(api.worker()).equals(state));

    assertJson(api.connect().get(RESTORE_NEXT), 403, transition(state, "Ready"));
    assertJson(
        api.connect().post(RESTORE_ERROR, "{}"),
        403,
        transition(state, "RuntimeRestoreErrorState"));
    assertAccepted(client.send("ll").receive());
  }

  @Test
  void calls_of_the_restore_after_a_reply_are_refused() {
    Invocation invocation = api.delivered(client);
    assertAccepted(client.post(response(invocation.requestId()), "1"));

    assertJson(client.get(RESTORE_NEXT), 403, transition("RuntimeResponseSentState", "Ready"));
    assertJson(
        client.post(RESTORE_ERROR, "{}"),
        403,
        transition("RuntimeResponseSentState", "RuntimeRestoreErrorState"));
  }

  // ------------------------------------------------------------------ restore/error

  @ParameterizedTest
  @CsvSource({
    "Runtime.AfterRestoreError, Runtime.AfterRestoreError",
    "Function.boom, Function.Unknown",
    "TypeError, Runtime.Unknown",
    "'', Runtime.Unknown"
  })
  void an_error_of_the_hook_fails_the_invocation_with_the_scrubbed_type(
      String sent, String expected) {
    Invocation invocation = api.restoring(client);

    assertAccepted(client.post(RESTORE_ERROR, "{}", TYPE + sent));

    assertThat(api.worker()).isEqualTo(WorkerState.RESTORE_FAILED);
    assertHookFailed(invocation, expected);
  }

  @Test
  void an_error_of_the_hook_needs_neither_header_nor_body() {
    Invocation invocation = api.restoring(client);

    assertAccepted(client.sendHead("POST", RESTORE_ERROR).receive());

    assertHookFailed(invocation, "Runtime.Unknown");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1_000_000, 8_000_000})
  void the_body_of_a_restore_error_is_ignored_and_not_taken_for_a_request(int length) {
    api.restoring(client);

    assertAccepted(client.post(RESTORE_ERROR, new byte[length]));

    assertThat(client.get("/2018-06-01/ping").text()).isEqualTo("pong");
  }

  @Test
  void a_chunked_restore_error_is_taken() {
    api.restoring(client);
    client
        .sendHead("POST", RESTORE_ERROR, "Transfer-Encoding: chunked")
        .sendChunk(new byte[] {'{', '}'})
        .sendLastChunk();

    assertAccepted(client.receive());

    assertThat(client.get("/2018-06-01/ping").text()).isEqualTo("pong");
  }

  @Test
  void an_init_error_during_the_hook_is_a_restore_error() {
    Invocation invocation = api.restoring(client);

    assertAccepted(client.post(INIT_ERROR, "{}", TYPE + "Runtime.AfterRestoreError"));

    assertThat(api.worker()).isEqualTo(WorkerState.RESTORE_FAILED);
    assertHookFailed(invocation, "Runtime.AfterRestoreError");
  }

  @Test
  void the_exit_after_a_restore_error_makes_room_for_a_new_runtime() {
    Invocation failed = api.restoring(client);
    assertAccepted(client.post(RESTORE_ERROR, "{}"));

    api.exit(EXIT_1);
    api.time().advanceBy(SandboxConfig.DEFAULT_SETTLE_TIME);

    client.expectClosed();
    eventually(() -> api.phase() instanceof Phase.Cold);
    assertThat(api.outcomeOf(failed)).isInstanceOf(Outcome.RestoreFailed.class);
    Invocation next = api.invoke();
    assertThat(api.connect().get(RESTORE_NEXT).status()).isEqualTo(200);
    assertThat(api.connect().get(NEXT).header("Lambda-Runtime-Aws-Request-Id"))
        .isEqualTo(next.requestId());
  }

  // ------------------------------------------------------------------ restore/error, other states

  private void assertRefused(String state) {
    assertJson(
        api.connect().post(RESTORE_ERROR, "{}"),
        403,
        transition(state, "RuntimeRestoreErrorState"));
    assertThat(RuntimeStates.nameOf(api.worker())).isEqualTo(state);
  }

  @Test
  void a_restore_error_before_anything_else_is_refused() {
    assertRefused("Started");
  }

  @Test
  void a_restore_error_after_an_init_error_is_refused() {
    assertAccepted(client.post(INIT_ERROR, "{}"));

    assertRefused("InitError");
  }

  @Test
  void a_restore_error_before_the_restore_is_refused() {
    api.pollRestore(client);

    assertRefused("RestoreReady");
  }

  @Test
  void a_second_restore_error_is_refused() {
    api.restoring(client);
    assertAccepted(client.post(RESTORE_ERROR, "{}"));

    assertRefused("RuntimeRestoreErrorState");
  }

  @Test
  void a_restore_error_beside_a_poll_for_events_is_refused() {
    api.poll(client);

    assertRefused("Ready");
  }

  @Test
  void a_restore_error_during_an_invocation_is_refused() {
    api.delivered(client);

    assertRefused("Running");
  }

  // ------------------------------------------------------------------ other calls

  @Test
  void a_poll_for_events_before_the_restore_is_refused() {
    api.pollRestore(client);

    assertJson(api.connect().get(NEXT), 403, transition("RestoreReady", "Ready"));
  }

  @Test
  void a_poll_for_events_after_a_restore_error_is_refused() {
    api.restoring(client);
    assertAccepted(client.post(RESTORE_ERROR, "{}"));

    assertJson(client.get(NEXT), 403, transition("RuntimeRestoreErrorState", "Ready"));
  }

  @Test
  void an_init_error_before_the_restore_is_refused() {
    api.pollRestore(client);

    assertJson(api.connect().post(INIT_ERROR, "{}"), 403, transition("RestoreReady", "InitError"));
  }

  @Test
  void an_init_error_after_a_restore_error_is_refused() {
    api.restoring(client);
    assertAccepted(client.post(RESTORE_ERROR, "{}"));

    assertJson(
        client.post(INIT_ERROR, "{}"), 403, transition("RuntimeRestoreErrorState", "InitError"));
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /2018-06-01/runtime/restore/next, GET",
    "GET, /2018-06-01/runtime/restore/error, POST",
    "POST, /2021-04-23/credentials, GET"
  })
  void another_method_is_not_allowed(String method, String path, String allowed) {
    WireAnswer answer = client.sendHead(method, path, "Content-Length: 0").receive();

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo(allowed);
    assertThat(answer.body()).isEmpty();
  }
}
