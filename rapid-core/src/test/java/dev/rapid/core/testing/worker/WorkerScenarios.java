package dev.rapid.core.testing.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.error.FailureMessages;
import dev.rapid.core.invocation.Dispatch;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseSink;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.worker.ScriptedWorker.Answer;
import dev.rapid.core.testing.worker.ScriptedWorker.Given;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a worker protocol does between a sandbox and a worker, whatever its wire looks like. */
public abstract class WorkerScenarios {

  private static final ProcessExit EXIT_3 = new ProcessExit.Exited(3);
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private @Nullable WorkerBench bench;

  /** Returns a cold sandbox with these limits behind the protocol. */
  protected abstract WorkerBench open(SandboxConfig config);

  @AfterEach
  final void closeBench() {
    if (bench != null) {
      bench.close();
    }
  }

  // ------------------------------------------------------------------ words

  private WorkerBench cold(int capacity) {
    WorkerBench opened = open(limits(capacity));
    bench = opened;
    return opened;
  }

  private static SandboxConfig limits(int capacity) {
    return SandboxConfig.started(SandboxConfig.DEFAULT_INIT_TIMEOUT)
        .withCapacity(capacity)
        .withMessages(FailureMessages.PLAIN);
  }

  private static void eventually(Callable<Boolean> condition) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(20))
        .until(condition);
  }

  /** A worker that was started and has room for one invocation. */
  private static ScriptedWorker ready(WorkerBench bench) {
    bench.sandbox().post(new SandboxEvent.InitRequested());
    ScriptedWorker worker = bench.connect();
    parked(bench, worker);
    return worker;
  }

  private static void parked(WorkerBench bench, ScriptedWorker worker) {
    int before = bench.sandbox().state().slots().size();
    worker.ready();
    eventually(() -> bench.sandbox().state().slots().size() > before);
  }

  private static Invocation invoke(WorkerBench bench, String requestId) {
    Invocation invocation =
        Invocations.invocation()
            .requestId(requestId)
            .timeout(TIMEOUT)
            .payload(Payload.of("{\"for\":\"" + requestId + "\"}"))
            .build();
    bench.sandbox().post(new SandboxEvent.InvokeRequested(invocation));
    return invocation;
  }

  private static Outcome outcomeOf(Invocation invocation) {
    eventually(() -> Invocations.outcomeOf(invocation) != null);
    Outcome outcome = Invocations.outcomeOf(invocation);
    if (outcome == null) {
      throw new AssertionError();
    }
    return outcome;
  }

  private static String resultOf(Invocation invocation) {
    if (outcomeOf(invocation) instanceof Outcome.Returned(Payload payload, var contentType)) {
      String text = new String(payload.toByteArray(), StandardCharsets.UTF_8);
      payload.release();
      return text;
    }
    throw new AssertionError(outcomeOf(invocation).toString());
  }

  private static ErrorType failureOf(Invocation invocation) {
    if (outcomeOf(invocation) instanceof Outcome.Failed(ErrorType error, var type, var message)) {
      return error;
    }
    throw new AssertionError(outcomeOf(invocation).toString());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  // ------------------------------------------------------------------ one at a time

  @Test
  void an_init_is_done_when_the_worker_has_room() {
    WorkerBench sandbox = cold(1);

    ready(sandbox);

    assertThat(sandbox.sandbox().state().phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void a_worker_gets_the_payload_with_its_request_id_and_deadline() {
    WorkerBench sandbox = cold(1);
    ScriptedWorker worker = ready(sandbox);

    invoke(sandbox, "a");

    assertThat(worker.awaitInvocation())
        .isEqualTo(
            new Given("a", "{\"for\":\"a\"}", sandbox.time().epochMillis() + TIMEOUT.toMillis()));
  }

  @Test
  void the_caller_gets_the_result_and_the_worker_the_next_invocation() {
    WorkerBench sandbox = cold(1);
    ScriptedWorker worker = ready(sandbox);
    Invocation first = invoke(sandbox, "a");
    worker.awaitInvocation();

    assertThat(worker.respond("a", bytes("\"one\""))).isEqualTo(Answer.ACCEPTED);
    parked(sandbox, worker);
    Invocation second = invoke(sandbox, "b");
    assertThat(worker.awaitInvocation().requestId()).isEqualTo("b");
    worker.respond("b", bytes("\"two\""));

    assertThat(resultOf(first)).isEqualTo("\"one\"");
    assertThat(resultOf(second)).isEqualTo("\"two\"");
  }

  @Test
  void the_caller_gets_an_error_as_the_worker_reported_it() {
    WorkerBench sandbox = cold(1);
    ScriptedWorker worker = ready(sandbox);
    Invocation invocation = invoke(sandbox, "a");
    worker.awaitInvocation();

    Answer answer = worker.fail("a", "Function.Boom", "{\"errorMessage\":\"boom\"}");

    assertThat(answer).isEqualTo(Answer.ACCEPTED);
    assertThat(outcomeOf(invocation))
        .isInstanceOfSatisfying(
            Outcome.Reported.class,
            reported -> {
              assertThat(reported.reportedType()).isEqualTo("Function.Boom");
              assertThat(new String(reported.payload().toByteArray(), StandardCharsets.UTF_8))
                  .isEqualTo("{\"errorMessage\":\"boom\"}");
              reported.payload().release();
            });
  }

  @Test
  void a_reply_to_an_invocation_that_does_not_run_is_refused_and_changes_nothing() {
    WorkerBench sandbox = cold(1);
    ScriptedWorker worker = ready(sandbox);
    Invocation invocation = invoke(sandbox, "a");
    worker.awaitInvocation();

    assertThat(worker.respond("b", bytes("1"))).isEqualTo(Answer.UNKNOWN_INVOCATION);
    assertThat(worker.respond("a", bytes("2"))).isEqualTo(Answer.ACCEPTED);

    assertThat(resultOf(invocation)).isEqualTo("2");
  }

  @Test
  void a_second_reply_is_refused() {
    WorkerBench sandbox = cold(1);
    ScriptedWorker worker = ready(sandbox);
    Invocation invocation = invoke(sandbox, "a");
    worker.awaitInvocation();

    worker.respond("a", bytes("1"));

    assertThat(worker.respond("a", bytes("2"))).isEqualTo(Answer.NOT_ALLOWED);
    assertThat(resultOf(invocation)).isEqualTo("1");
  }

  @Test
  void a_result_over_the_limit_fails_and_the_worker_goes_on() {
    WorkerBench sandbox = cold(1);
    ScriptedWorker worker = ready(sandbox);
    Invocation invocation = invoke(sandbox, "a");
    worker.awaitInvocation();

    Answer answer = worker.respond("a", new byte[Invocations.MAX_RESPONSE_BYTES + 1]);
    parked(sandbox, worker);

    assertThat(answer).isEqualTo(Answer.TOO_LARGE);
    assertThat(failureOf(invocation)).isEqualTo(ErrorType.FUNCTION_RESPONSE_SIZE_TOO_LARGE);
    assertThat(sandbox.sandbox().state().phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void an_init_that_the_worker_reports_as_failed_ends_with_its_exit() {
    WorkerBench sandbox = cold(1);
    sandbox.sandbox().post(new SandboxEvent.InitRequested());
    ScriptedWorker worker = sandbox.connect();

    assertThat(worker.failInit("Function.Sad", "{}")).isEqualTo(Answer.ACCEPTED);
    sandbox.processes().exit(EXIT_3);

    eventually(() -> sandbox.sandbox().state().phase() instanceof Phase.Cold);
  }

  @Test
  void a_report_of_a_failed_init_is_refused_after_the_init() {
    WorkerBench sandbox = cold(1);
    ScriptedWorker worker = ready(sandbox);

    assertThat(worker.failInit("Function.Sad", "{}")).isEqualTo(Answer.NOT_ALLOWED);
  }

  @Test
  void an_exit_without_a_reply_fails_the_invocation() {
    WorkerBench sandbox = cold(1);
    ScriptedWorker worker = ready(sandbox);
    Invocation invocation = invoke(sandbox, "a");
    worker.awaitInvocation();

    worker.close();
    sandbox.processes().exit(EXIT_3);
    sandbox.time().advanceBy(SandboxConfig.DEFAULT_SETTLE_TIME);

    assertThat(failureOf(invocation)).isEqualTo(ErrorType.RUNTIME_EXIT_ERROR);
  }

  @Test
  void the_caller_learns_the_reason_of_an_exit() {
    WorkerBench sandbox = cold(1);
    ScriptedWorker worker = ready(sandbox);
    Invocation invocation = invoke(sandbox, "a");
    worker.awaitInvocation();

    worker.close();
    sandbox.processes().exit(new ProcessExit.Explained(EXIT_3, "no module named app"));
    sandbox.time().advanceBy(SandboxConfig.DEFAULT_SETTLE_TIME);

    assertThat(outcomeOf(invocation).toString()).contains("exit status 3: no module named app");
  }

  @Test
  void a_reply_that_breaks_off_while_the_worker_lives_is_truncated() {
    WorkerBench sandbox = cold(1);
    ScriptedWorker worker = ready(sandbox);
    Invocation invocation = invoke(sandbox, "a");
    worker.awaitInvocation();

    worker.breakOff("a", 100);
    eventually(() -> sandbox.sandbox().state().running().getFirst().truncation() != null);
    sandbox.time().advanceBy(SandboxConfig.EXIT_TIME);

    assertThat(failureOf(invocation)).isEqualTo(ErrorType.RUNTIME_TRUNCATED_RESPONSE);
  }

  @Test
  void a_timeout_resets_the_sandbox_and_the_next_invocation_starts_a_worker_again() {
    WorkerBench sandbox = cold(1);
    ScriptedWorker worker = ready(sandbox);
    Invocation late = invoke(sandbox, "a");
    worker.awaitInvocation();

    sandbox.time().advanceBy(TIMEOUT);
    assertThat(failureOf(late)).isEqualTo(ErrorType.SANDBOX_TIMEDOUT);
    eventually(() -> sandbox.sandbox().state().phase() instanceof Phase.Cold);
    Invocation next = invoke(sandbox, "b");
    ScriptedWorker successor = sandbox.connect();
    successor.ready();
    successor.awaitInvocation();
    successor.respond("b", bytes("\"again\""));

    assertThat(resultOf(next)).isEqualTo("\"again\"");
    assertThat(sandbox.processes().starts()).containsExactly(1, 2);
  }

  @Test
  void a_cancelled_invocation_ends_its_worker_and_the_next_one_starts_another() {
    WorkerBench sandbox = cold(1);
    ScriptedWorker worker = ready(sandbox);
    Invocation cancelled = invoke(sandbox, "a");
    worker.awaitInvocation();

    sandbox.sandbox().post(new SandboxEvent.InvocationCancelled(cancelled));
    assertThat(outcomeOf(cancelled)).isEqualTo(new Outcome.Rejected(Outcome.Rejection.CALLER_GONE));
    eventually(() -> sandbox.sandbox().state().phase() instanceof Phase.Cold);
    Invocation next = invoke(sandbox, "b");
    ScriptedWorker successor = sandbox.connect();
    successor.ready();
    successor.awaitInvocation();
    successor.respond("b", bytes("1"));

    assertThat(resultOf(next)).isEqualTo("1");
    assertThat(sandbox.processes().starts()).containsExactly(1, 2);
  }

  @Test
  void the_caller_knows_of_the_delivery_before_the_worker_has_the_invocation() {
    WorkerBench sandbox = cold(1);
    ScriptedWorker worker = ready(sandbox);
    AtomicReference<@Nullable Dispatch> dispatch = new AtomicReference<>();
    ResponseSink caller =
        new ResponseSink() {
          @Override
          public void dispatched(Dispatch how) {
            dispatch.set(how);
          }

          @Override
          public void complete(Outcome outcome) {}
        };
    Invocation invocation =
        Invocations.invocation().requestId("a").timeout(TIMEOUT).sink(caller).build();

    sandbox.sandbox().post(new SandboxEvent.InvokeRequested(invocation));
    worker.awaitInvocation();

    assertThat(dispatch.get()).isNotNull();
  }

  @Test
  void an_init_that_is_not_repeated_fails_the_invocation_that_waits_for_it() {
    WorkerBench sandbox = open(limits(1).withoutRepeatedInit());
    bench = sandbox;
    Invocation waiting = invoke(sandbox, "a");
    sandbox.connect();

    sandbox.processes().exit(EXIT_3);
    sandbox.time().advanceBy(SandboxConfig.DEFAULT_SETTLE_TIME);

    assertThat(failureOf(waiting)).isEqualTo(ErrorType.RUNTIME_EXIT_ERROR);
  }

  @Test
  void a_worker_whose_connection_closes_before_it_has_an_invocation_can_connect_again() {
    WorkerBench sandbox = cold(1);
    ScriptedWorker worker = ready(sandbox);

    worker.close();
    eventually(() -> sandbox.sandbox().state().slots().isEmpty());
    ScriptedWorker again = sandbox.connect();
    Invocation invocation = invoke(sandbox, "a");
    again.ready();
    again.awaitInvocation();
    again.respond("a", bytes("1"));

    assertThat(resultOf(invocation)).isEqualTo("1");
  }

  @Test
  void a_shutdown_ends_the_sandbox_for_good() {
    WorkerBench sandbox = cold(1);
    ready(sandbox);

    sandbox.sandbox().post(new SandboxEvent.ShutdownRequested());

    eventually(() -> sandbox.sandbox().terminated().isDone());
  }

  // ------------------------------------------------------------------ several at once

  @Test
  void two_workers_run_two_invocations_and_reply_in_any_order() {
    WorkerBench sandbox = cold(2);
    ScriptedWorker first = ready(sandbox);
    ScriptedWorker second = sandbox.connect();
    parked(sandbox, second);
    Invocation a = invoke(sandbox, "a");
    Invocation b = invoke(sandbox, "b");

    assertThat(first.awaitInvocation().requestId()).isEqualTo("a");
    assertThat(second.awaitInvocation().requestId()).isEqualTo("b");
    second.respond("b", bytes("2"));
    first.respond("a", bytes("1"));

    assertThat(resultOf(a)).isEqualTo("1");
    assertThat(resultOf(b)).isEqualTo("2");
  }

  @Test
  void the_exit_of_a_shared_worker_fails_all_that_it_had() {
    WorkerBench sandbox = cold(2);
    ScriptedWorker first = ready(sandbox);
    ScriptedWorker second = sandbox.connect();
    parked(sandbox, second);
    Invocation a = invoke(sandbox, "a");
    Invocation b = invoke(sandbox, "b");
    first.awaitInvocation();
    second.awaitInvocation();

    first.close();
    second.close();
    sandbox.processes().exit(EXIT_3);
    sandbox.time().advanceBy(SandboxConfig.DEFAULT_SETTLE_TIME);

    assertThat(failureOf(a)).isEqualTo(ErrorType.RUNTIME_EXIT_ERROR);
    assertThat(failureOf(b)).isEqualTo(ErrorType.RUNTIME_EXIT_ERROR);
  }

  @Test
  void a_cancelled_invocation_leaves_the_other_alone() {
    WorkerBench sandbox = cold(2);
    ScriptedWorker first = ready(sandbox);
    ScriptedWorker second = sandbox.connect();
    parked(sandbox, second);
    Invocation cancelled = invoke(sandbox, "a");
    first.awaitInvocation();
    Invocation other = invoke(sandbox, "b");
    second.awaitInvocation();

    sandbox.sandbox().post(new SandboxEvent.InvocationCancelled(cancelled));

    assertThat(outcomeOf(cancelled)).isEqualTo(new Outcome.Rejected(Outcome.Rejection.CALLER_GONE));
    assertThat(first.respond("a", bytes("late"))).isEqualTo(Answer.INVOCATION_TIMED_OUT);
    assertThat(second.respond("b", bytes("2"))).isEqualTo(Answer.ACCEPTED);
    assertThat(resultOf(other)).isEqualTo("2");
  }

  @Test
  void a_timeout_of_one_leaves_the_other_alone() {
    WorkerBench sandbox = cold(2);
    ScriptedWorker first = ready(sandbox);
    ScriptedWorker second = sandbox.connect();
    parked(sandbox, second);
    Invocation late = invoke(sandbox, "a");
    first.awaitInvocation();
    sandbox.time().advanceBy(Duration.ofSeconds(1));
    Invocation other = invoke(sandbox, "b");
    second.awaitInvocation();

    sandbox.time().advanceBy(TIMEOUT.minusSeconds(1));

    assertThat(failureOf(late)).isEqualTo(ErrorType.SANDBOX_TIMEDOUT);
    assertThat(first.respond("a", bytes("late"))).isEqualTo(Answer.INVOCATION_TIMED_OUT);
    assertThat(first.respond("a", bytes("late"))).isEqualTo(Answer.UNKNOWN_INVOCATION);
    assertThat(second.respond("b", bytes("2"))).isEqualTo(Answer.ACCEPTED);
    assertThat(resultOf(other)).isEqualTo("2");
  }
}
