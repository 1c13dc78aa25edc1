package dev.rapid.core.sandbox;

import static dev.rapid.core.sandbox.Scenario.FUNCTION_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.error.FailureMessages;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.testing.FakeReply;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.WorkerState;
import org.junit.jupiter.api.Test;

/** The responses and errors that a runtime sends for an invocation. */
final class ReplyTest extends SandboxFixture {

  private static Effect truncated(Invocation invocation) {
    return failed(
        invocation,
        ErrorType.RUNTIME_TRUNCATED_RESPONSE,
        "The runtime's response ended before its announced end");
  }

  @Test
  void the_head_of_a_response_makes_its_body_read() {
    Scenario running = running();

    running.responseBegan(reply, "a");

    assertThat(running.effects()).containsExactly(new Effect.ReceiveBody(reply));
    assertThat(running.worker()).isEqualTo(WorkerState.RESPONDING);
  }

  @Test
  void a_response_reaches_the_caller_as_soon_as_it_is_complete() {
    Scenario responding = responding();

    responding.replyEnded(reply, RESPONSE);

    assertThat(responding.effects())
        .containsExactly(complete(a, RETURNED), new Effect.AcceptReply(reply));
    assertThat(responding.worker()).isEqualTo(WorkerState.REPLIED);
  }

  @Test
  void an_error_reaches_the_caller_unchanged_and_the_runtime_goes_on() {
    Scenario failing = running().errorBegan(reply, "a");
    assertThat(failing.worker()).isEqualTo(WorkerState.REPORTING_ERROR);

    failing.replyEnded(reply, ERROR);

    assertThat(failing.effects())
        .containsExactly(complete(a, REPORTED), new Effect.AcceptReply(reply));
    assertThat(failing.polled(laterNext).phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void an_error_of_the_function_is_still_a_success_of_the_platform() {
    Scenario failed = running().errorBegan(reply, "a").replyEnded(reply, ERROR);

    failed.polled(laterNext);

    assertThat(reportOf(failed).status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void a_response_that_is_too_large_fails_the_invocation_and_the_runtime_goes_on() {
    Scenario responding = responding();

    responding.replyEnded(reply, new Reply.TooLarge(7_000_000));

    assertThat(responding.effects())
        .containsExactly(
            failed(a, ErrorType.FUNCTION_RESPONSE_SIZE_TOO_LARGE, "The response is too large"),
            new Effect.Refuse(reply, new Refusal.PayloadTooLarge()));
    assertThat(responding.polled(laterNext).phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void a_truncated_response_waits_for_the_end_that_may_be_its_reason() {
    Scenario responding = responding();

    responding.replyEnded(reply, new Reply.Truncated(true));

    assertThat(responding.effects())
        .containsExactly(
            armGrace(SandboxConfig.EXIT_TIME),
            new Effect.Refuse(reply, new Refusal.TruncatedBody()));
  }

  @Test
  void an_exit_that_is_seen_after_the_truncated_response_is_why_it_broke_off() {
    Scenario responding = responding().replyEnded(reply, new Reply.Truncated(true));

    responding.exited(EXIT_3);

    assertThat(responding.effects())
        .startsWith(failed(a, ErrorType.RUNTIME_EXIT_ERROR, "The runtime ended: exit status 3"))
        .endsWith(available(a), new Effect.StopProcesses(1));
  }

  @Test
  void a_truncated_response_of_a_runtime_that_goes_on_fails_the_invocation() {
    Scenario responding = responding().replyEnded(reply, new Reply.Truncated(true));

    responding.polled(laterNext);

    assertThat(responding.effects()).startsWith(cancelGrace(), truncated(a));
    assertThat(responding.phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void a_truncated_response_fails_the_invocation_when_no_end_is_seen() {
    Scenario responding = responding().replyEnded(reply, new Reply.Truncated(true));

    responding.grace();

    assertThat(responding.effects()).containsExactly(cancelGrace(), truncated(a));
    assertThat(responding.polled(laterNext).phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void a_truncated_response_fails_the_invocation_once_when_another_worker_waits() {
    Scenario responding =
        responding().polled(laterNext).replyEnded(reply, new Reply.Truncated(true));
    assertThat(responding.phase().activity()).isEqualTo("Invoking");

    responding.grace();

    assertThat(responding.effects()).contains(truncated(a)).endsWith(available(a));
    assertThat(responding.phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void a_malformed_response_over_a_connection_that_goes_on_fails_the_invocation_at_once() {
    Scenario responding = responding();

    responding.replyEnded(reply, new Reply.Truncated(false));

    assertThat(responding.effects())
        .containsExactly(truncated(a), new Effect.Refuse(reply, new Refusal.TruncatedBody()));
  }

  @Test
  void a_truncated_response_of_a_runtime_of_the_user_fails_the_invocation_at_once() {
    Scenario responding =
        Scenario.attached().initRequested().polled(next).invoked(a).responseBegan(reply, "a");

    responding.replyEnded(reply, new Reply.Truncated(true));

    assertThat(responding.effects())
        .containsExactly(truncated(a), new Effect.Refuse(reply, new Refusal.TruncatedBody()));
  }

  @Test
  void a_truncated_response_is_told_before_the_timeout_of_a_runtime_that_does_not_go_on() {
    Scenario responding = responding().replyEnded(reply, new Reply.Truncated(true));

    responding.at(FUNCTION_TIMEOUT).deadline();

    assertThat(responding.effects()).contains(truncated(a)).endsWith(new Effect.StopProcesses(1));
  }

  @Test
  void an_unknown_response_mode_is_an_error_without_a_body_and_the_runtime_goes_on() {
    Scenario responding = responding();

    responding.replyEnded(
        reply, new Reply.Malformed("Runtime.InvalidResponseModeHeader", "text/plain"));

    String type = "Runtime.InvalidResponseModeHeader";
    assertThat(responding.effects())
        .containsExactly(
            complete(a, new Outcome.Reported(type, type, Payload.EMPTY, "text/plain")),
            new Effect.Refuse(reply, new Refusal.MalformedReply()));
    assertThat(responding.polled(laterNext).phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void a_reply_with_a_foreign_id_is_refused_in_every_phase_and_changes_nothing() {
    for (Scenario anywhere : SandboxStates.all()) {
      SandboxState before = anywhere.state();
      FakeReply response = new FakeReply();
      FakeReply error = new FakeReply();

      anywhere.responseBegan(response, "nobody's");
      assertThat(anywhere.effects()).containsExactly(wrongId(response));
      anywhere.errorBegan(error, "nobody's");
      assertThat(anywhere.effects()).containsExactly(wrongId(error));

      assertThat(anywhere.state()).isEqualTo(before);
    }
  }

  @Test
  void the_end_of_a_reply_that_nobody_waits_for_is_refused_in_every_phase_and_changes_nothing() {
    for (Scenario anywhere : SandboxStates.all()) {
      SandboxState before = anywhere.state();

      anywhere.replyEnded(laterReply, RESPONSE);

      assertThat(anywhere.effects())
          .containsExactly(new Effect.Discard(RESPONSE), wrongId(laterReply));
      assertThat(anywhere.state()).isEqualTo(before);
    }
  }

  @Test
  void an_init_error_is_refused_in_every_phase_in_which_the_runtime_is_not_starting() {
    for (Scenario anywhere : SandboxStates.all()) {
      boolean starting =
          anywhere.phase() instanceof Phase.Initializing p
              && p.runtimeStarted()
              && anywhere.worker() == WorkerState.STARTED;
      // During a restore it is an error of the restore; a shared runtime has other workers.
      if (starting
          || anywhere.worker() == WorkerState.RESTORING
          || (anywhere.config().isShared()
              && anywhere.phase() instanceof Phase.Serving
              && anywhere.state().side().alive())) {
        continue;
      }
      SandboxState before = anywhere.state();

      anywhere.initError(initError, ERROR);

      assertThat(anywhere.effects())
          .containsExactly(
              new Effect.Discard(ERROR),
              wrongState(initError, before.worker(), WorkerState.INIT_FAILED));
      assertThat(anywhere.state()).isEqualTo(before);
    }
  }

  @Test
  void the_id_of_an_invocation_that_the_runtime_does_not_have_yet_is_valid_but_too_early() {
    Scenario initializing = Scenario.started().invoked(a);

    initializing.responseBegan(reply, "a");

    assertThat(initializing.effects())
        .containsExactly(wrongState(reply, WorkerState.STARTED, WorkerState.RESPONDING));
  }

  @Test
  void a_reply_before_the_event_was_delivered_is_too_early() {
    Scenario undelivered = ready().abandoned(next).invoked(a);

    undelivered.errorBegan(reply, "a");

    assertThat(undelivered.effects())
        .containsExactly(wrongState(reply, WorkerState.READY, WorkerState.REPORTING_ERROR));
  }

  @Test
  void the_id_of_the_invocation_before_is_not_valid() {
    Scenario running = responded().polled(laterNext).invoked(b);

    running.responseBegan(laterReply, "a");

    assertThat(running.effects()).containsExactly(wrongId(laterReply));
  }

  @Test
  void a_second_response_is_refused_and_goes_nowhere() {
    Scenario responded = responded();

    responded.responseBegan(laterReply, "a");

    assertThat(responded.effects())
        .containsExactly(wrongState(laterReply, WorkerState.REPLIED, WorkerState.RESPONDING));
  }

  @Test
  void an_error_after_a_response_is_refused_and_goes_nowhere() {
    Scenario responded = responded();

    responded.errorBegan(laterReply, "a");

    assertThat(responded.effects())
        .containsExactly(wrongState(laterReply, WorkerState.REPLIED, WorkerState.REPORTING_ERROR));
  }

  @Test
  void a_second_response_while_the_first_is_read_is_refused() {
    Scenario responding = responding();

    responding.responseBegan(laterReply, "a");

    assertThat(responding.effects())
        .containsExactly(wrongState(laterReply, WorkerState.RESPONDING, WorkerState.RESPONDING));
  }

  @Test
  void a_response_that_there_is_no_memory_for_fails_the_invocation_and_is_an_internal_error() {
    Scenario responding = responding();

    responding.replyEnded(reply, new Reply.NoMemory());

    assertThat(responding.effects())
        .containsExactly(
            complete(
                a,
                new Outcome.Failed(
                    ErrorType.SANDBOX_FAILURE, "Rapid has no memory for the runtime's response")),
            new Effect.Refuse(reply, new Refusal.PlatformError()));
    assertThat(responding.worker()).isEqualTo(WorkerState.REPLIED);
  }

  @Test
  void an_invocation_that_the_worker_timed_out_fails_and_the_worker_goes_on() {
    Scenario responding = responding();

    responding.replyEnded(reply, new Reply.TimedOut());

    assertThat(responding.effects())
        .containsExactly(
            complete(
                a,
                new Outcome.Failed(
                    ErrorType.SANDBOX_TIMEDOUT,
                    FailureMessages.PLAIN.timedOut(a.function().timeout()))),
            new Effect.AcceptReply(reply));
    assertThat(responding.worker()).isEqualTo(WorkerState.REPLIED);
  }

  @Test
  void a_late_response_is_refused_and_changes_nothing() {
    Scenario timedOut = running().at(FUNCTION_TIMEOUT).deadline();
    SandboxState before = timedOut.state();

    timedOut.responseBegan(reply, "a");

    assertThat(timedOut.effects()).containsExactly(wrongId(reply));
    assertThat(timedOut.state()).isEqualTo(before);
  }

  @Test
  void a_response_that_is_complete_only_after_the_timeout_is_refused_and_dropped() {
    Scenario timedOut = responding().at(FUNCTION_TIMEOUT).deadline();

    timedOut.replyEnded(reply, RESPONSE);

    assertThat(timedOut.effects()).containsExactly(new Effect.Discard(RESPONSE), wrongId(reply));
  }

  @Test
  void a_response_that_is_longer_than_its_caller_wants_reaches_him_and_the_runtime_is_told() {
    Invocation brief = Invocations.invocation().requestId("a").maxResponseBytes(3).build();
    Reply fits = new Reply.Response(Payload.of("123"), null);
    Reply longer = new Reply.Response(Payload.of("1234"), null);

    assertThat(ready().invoked(brief).responseBegan(reply, "a").replyEnded(reply, fits).effects())
        .contains(new Effect.AcceptReply(reply));
    assertThat(ready().invoked(brief).responseBegan(reply, "a").replyEnded(reply, longer).effects())
        .anyMatch(Effect.Complete.class::isInstance)
        .contains(new Effect.Refuse(reply, new Refusal.PayloadTooLarge()));
  }
}
