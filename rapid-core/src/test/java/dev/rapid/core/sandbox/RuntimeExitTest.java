package dev.rapid.core.sandbox;

import static dev.rapid.core.sandbox.Scenario.FUNCTION_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Span;
import dev.rapid.core.events.Status;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The exit of a runtime, in every moment of its life. */
final class RuntimeExitTest extends SandboxFixture {

  @Test
  void an_exit_between_invocations_is_told_and_leaves_a_cold_sandbox() {
    Scenario ready = ready();

    ready.exited(KILLED);

    assertThat(ready.effects())
        .containsExactly(
            emit(new LifecycleEvent.IdleExit("The runtime ended: signal: killed")),
            new Effect.StopProcesses(1));
    assertThat(ready.gone().phase()).isEqualTo(new Phase.Cold());
  }

  @Test
  void an_exit_that_the_platform_finds_in_order_is_not_told() {
    Scenario ready =
        Scenario.with(
                SandboxConfig.started(Scenario.INIT_TIMEOUT)
                    .withMessages(new TimeoutTest.OwnMessages()))
            .initRequested()
            .polled(next);

    ready.exited(EXIT_0);

    assertThat(ready.effects()).containsExactly(new Effect.StopProcesses(1));
    assertThat(ready.gone().phase()).isEqualTo(new Phase.Cold());
  }

  @Test
  void the_init_of_a_runtime_that_never_served_is_not_reported_by_its_successor() {
    Scenario successor = ready().exited(KILLED).gone().invoked(a).polled(laterNext);

    successor.responseBegan(reply, "a").replyEnded(reply, RESPONSE).polled(next);

    assertThat(reportOf(successor).initDurationNanos()).isNull();
  }

  @Test
  void an_invocation_during_the_reset_after_an_idle_exit_is_not_harmed() {
    Scenario resetting = ready().exited(KILLED);

    resetting.invoked(a);
    assertThat(resetting.effects()).isEmpty();

    assertThat(resetting.gone().effects())
        .contains(emit(new LifecycleEvent.InitStart(InitPhase.INVOKE)), new Effect.StartRuntime(2));
  }

  @Test
  void an_exit_while_an_event_is_handled_gives_the_reply_on_the_wire_time_to_arrive() {
    Scenario running = running();

    running.exited(EXIT_3);

    assertThat(running.effects()).containsExactly(armGrace(SETTLE_TIME));
    assertThat(running.phase().activity()).isEqualTo("Invoking");
  }

  @Test
  void an_exit_while_an_event_is_handled_fails_the_invocation_after_the_settle_time() {
    Scenario running = running().exited(EXIT_3);

    running.at(SETTLE_TIME).grace();

    String type = "Runtime.ExitError";
    String message = "The runtime ended: exit status 3";
    assertThat(running.effects())
        .containsExactly(
            failed(a, ErrorType.RUNTIME_EXIT_ERROR, message),
            emit(new LifecycleEvent.Fault(a, Status.ERROR, type, message)),
            emit(
                new LifecycleEvent.RuntimeDone(
                    a, Status.ERROR, type, SETTLE_TIME.toNanos(), 0, List.of())),
            emit(new LifecycleEvent.End(a)),
            emit(
                new LifecycleEvent.Report(
                    a, Status.ERROR, type, SETTLE_TIME.toNanos(), 0L, null, null, List.of())),
            cancelDeadline(),
            cancelGrace(),
            available(a),
            new Effect.StopProcesses(1));
  }

  @Test
  void an_exit_with_status_0_has_no_reason() {
    Scenario running = running().exited(EXIT_0);

    running.at(SETTLE_TIME).grace();

    assertThat(running.effects())
        .contains(failed(a, ErrorType.RUNTIME_EXIT_ERROR, "The runtime ended: exit status 0"));
  }

  @Test
  void a_response_that_arrives_after_the_exit_is_not_lost() {
    Scenario exited = running().exited(EXIT_0).responseBegan(reply, "a");
    assertThat(exited.effects())
        .containsExactly(armGrace(SandboxConfig.BODY_TIME), new Effect.ReceiveBody(reply));

    exited.replyEnded(reply, RESPONSE);

    assertThat(exited.effects())
        .startsWith(complete(a, RETURNED), new Effect.AcceptReply(reply))
        .endsWith(available(a), new Effect.StopProcesses(1));
  }

  @Test
  void the_end_of_the_settle_time_does_not_cut_a_body_that_is_being_read() {
    Scenario exited = responding().exited(EXIT_0);

    exited.at(SETTLE_TIME).staleGrace();

    assertThat(exited.effects()).isEmpty();
    assertThat(exited.replyEnded(reply, RESPONSE).effects()).contains(complete(a, RETURNED));
  }

  @Test
  void an_exit_in_the_middle_of_a_response_is_why_it_broke_off() {
    Scenario exited = responding().exited(KILLED);

    exited.replyEnded(reply, new Reply.Truncated(true));

    String type = "Runtime.ExitError";
    String message = "The runtime ended: signal: killed";
    assertThat(exited.effects())
        .containsExactly(
            failed(a, ErrorType.RUNTIME_EXIT_ERROR, message),
            new Effect.Refuse(reply, new Refusal.TruncatedBody()),
            emit(new LifecycleEvent.Fault(a, Status.ERROR, type, message)),
            emit(
                new LifecycleEvent.RuntimeDone(
                    a,
                    Status.ERROR,
                    type,
                    0,
                    0,
                    List.of(new Span(Span.Name.RESPONSE_LATENCY, 0, 0)))),
            emit(new LifecycleEvent.End(a)),
            emit(new LifecycleEvent.Report(a, Status.ERROR, type, 0, 0L, null, null, List.of())),
            cancelDeadline(),
            cancelGrace(),
            available(a),
            new Effect.StopProcesses(1));
  }

  @Test
  void a_timeout_after_the_exit_tells_of_the_exit() {
    Scenario exited = responding().exited(EXIT_3);

    exited.at(FUNCTION_TIMEOUT).deadline();

    assertThat(exited.effects())
        .startsWith(failed(a, ErrorType.RUNTIME_EXIT_ERROR, "The runtime ended: exit status 3"))
        .endsWith(available(a), new Effect.StopProcesses(1));
  }

  @Test
  void an_exit_after_the_response_ends_the_invocation_but_the_response_stands() {
    Scenario responded = responded();

    responded.exited(EXIT_3);

    assertThat(responded.effects()).noneMatch(Effect.Complete.class::isInstance);
    assertThat(responded.effects()).endsWith(available(a), new Effect.StopProcesses(1));
    assertThat(reportOf(responded).status()).isEqualTo(Status.ERROR);
  }

  @Test
  void a_process_exits_once() {
    Scenario exited = running().exited(EXIT_3);
    SandboxState before = exited.state();

    exited.exited(KILLED);

    assertThat(exited.effects()).isEmpty();
    assertThat(exited.state()).isEqualTo(before);
  }

  @Test
  void the_exit_of_a_runtime_that_is_being_ended_is_expected() {
    Scenario resetting = running().at(FUNCTION_TIMEOUT).deadline();
    Phase before = resetting.phase();

    resetting.exited(KILLED);

    assertThat(resetting.effects()).isEmpty();
    assertThat(resetting.phase()).isEqualTo(before);
  }

  @Test
  void an_exit_during_init_is_believed_when_a_report_on_the_wire_had_its_time() {
    Scenario initializing = Scenario.started().initRequested().exited(EXIT_3);

    assertThat(initializing.effects()).containsExactly(armGrace(SETTLE_TIME));
    assertThat(initializing.phase()).isInstanceOf(Phase.Initializing.class);
  }

  @Test
  void a_body_that_does_not_end_after_the_exit_is_given_up() {
    for (Scenario replying :
        List.of(running().errorBegan(reply, "a"), running().responseBegan(reply, "a"))) {
      replying.exited(EXIT_3).grace();

      assertThat(replying.effects())
          .contains(failed(a, ErrorType.RUNTIME_EXIT_ERROR, "The runtime ended: exit status 3"));
      assertThat(replying.phase()).isInstanceOf(Phase.Resetting.class);
    }
  }
}
