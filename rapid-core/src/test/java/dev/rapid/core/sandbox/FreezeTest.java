package dev.rapid.core.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rapid.core.testing.FakeRestoreSlot;
import dev.rapid.core.testing.FakeSlot;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Processes that are stopped while no invocation runs (contract lifecycle-and-control, section
 * 4.5).
 */
final class FreezeTest extends SandboxFixture {

  private static final Duration DELAY = Duration.ofMillis(50);
  private static final Effect FREEZE = new Effect.Freeze(1);
  private static final Effect THAW = new Effect.Thaw(1);
  private static final Effect SETTLE = new Effect.SettleTelemetry(1);

  private static SandboxConfig config() {
    return SandboxConfig.started(Scenario.INIT_TIMEOUT).withFreeze();
  }

  private Scenario idle() {
    return Scenario.with(config()).initRequested().polled(next);
  }

  private Scenario frozen() {
    return idle().telemetrySettled();
  }

  private Scenario withExtension() {
    return Scenario.with(config().withExtensions())
        .initRequested()
        .found("logger")
        .registered("logger", "INVOKE", "SHUTDOWN")
        .eventPolled("logger")
        .polled(next);
  }

  private static List<Effect> freezing(Scenario scenario) {
    return scenario.effects().stream()
        .filter(effect ->
            effect instanceof Effect.Freeze
                || effect instanceof Effect.Thaw
                || effect instanceof Effect.SettleTelemetry)
        .toList();
  }

  @Test
  void a_runtime_that_waits_after_its_init_is_frozen_once_telemetry_is_delivered() {
    Scenario idle = idle();

    assertThat(idle.effects()).endsWith(SETTLE).doesNotContain(FREEZE);
    assertThat(idle.telemetrySettled().effects()).containsExactly(FREEZE);
    assertThat(idle.state().freeze().frozen()).isTrue();
  }

  private Scenario idleWithDelay() {
    return Scenario.with(SandboxConfig.started(Scenario.INIT_TIMEOUT).withFreezeAfter(DELAY))
        .initRequested()
        .polled(next);
  }

  @Test
  void a_freeze_with_a_delay_begins_when_no_invocation_has_run_for_that_time() {
    Scenario idle = idleWithDelay();
    assertThat(freezing(idle)).isEmpty();
    assertThat(idle.effects())
        .endsWith(new Effect.ArmTimer(SandboxTimer.FREEZE, Scenario.nanosAt(DELAY)));

    idle.at(DELAY).freezeDelayOver();

    assertThat(idle.effects()).containsExactly(SETTLE);
    assertThat(idle.telemetrySettled().effects()).containsExactly(FREEZE);
  }

  @Test
  void an_invocation_that_comes_before_the_delay_is_over_prevents_the_freeze() {
    Scenario running = idleWithDelay().invoked(a);
    assertThat(running.effects()).contains(new Effect.CancelTimer(SandboxTimer.FREEZE));

    assertThat(running.at(DELAY).freezeDelayOver().effects()).isEmpty();
  }

  @Test
  void the_delay_begins_again_with_each_invocation() {
    Scenario idleAgain =
        idleWithDelay()
            .at(DELAY)
            .freezeDelayOver()
            .invoked(a)
            .responseBegan(reply, "a")
            .replyEnded(reply, RESPONSE)
            .polled(laterNext);

    assertThat(idleAgain.telemetrySettled().effects()).isEmpty();
    assertThat(idleAgain.freezeDelayOver().effects()).isEmpty();
    assertThat(idleAgain.at(DELAY.plus(DELAY)).freezeDelayOver().effects()).containsExactly(SETTLE);
  }

  @Test
  void nothing_is_frozen_unless_it_is_asked_for() {
    assertThat(freezing(ready())).isEmpty();
    assertThat(ready().telemetrySettled().effects()).isEmpty();
  }

  @Test
  void a_runtime_goes_on_before_it_gets_the_next_invocation() {
    Scenario running = frozen().invoked(a);

    assertThat(running.effects().getFirst()).isEqualTo(THAW);
    assertThat(running.effects()).anyMatch(Effect.Deliver.class::isInstance);
    assertThat(running.state().freeze().frozen()).isFalse();
  }

  @Test
  void a_runtime_is_frozen_again_when_it_asks_for_more() {
    Scenario replied = frozen().invoked(a).responseBegan(reply, "a").replyEnded(reply, RESPONSE);
    assertThat(freezing(replied)).isEmpty();

    Scenario done = replied.polled(laterNext);

    assertThat(freezing(done)).containsExactly(SETTLE);
    assertThat(done.telemetrySettled().effects()).containsExactly(FREEZE);
  }

  @Test
  void a_runtime_is_frozen_only_when_its_extension_is_done_too() {
    Scenario done =
        withExtension()
            .telemetrySettled()
            .invoked(a)
            .responseBegan(reply, "a")
            .replyEnded(reply, RESPONSE)
            .polled(laterNext);
    assertThat(freezing(done)).isEmpty();

    assertThat(freezing(done.eventPolled("logger"))).containsExactly(SETTLE);
  }

  @Test
  void an_invocation_that_comes_while_telemetry_is_delivered_prevents_the_freeze() {
    Scenario running = idle().invoked(a);

    assertThat(freezing(running)).isEmpty();
    assertThat(running.telemetrySettled().effects()).isEmpty();
    assertThat(running.state().freeze()).isEqualTo(FreezeState.RUNNING);
  }

  @Test
  void old_telemetry_does_not_freeze_a_runtime_whose_last_invocation_has_more() {
    Scenario idleAgain =
        idle().invoked(a).responseBegan(reply, "a").replyEnded(reply, RESPONSE).polled(laterNext);

    assertThat(idleAgain.telemetrySettled().effects()).isEmpty();
    assertThat(idleAgain.telemetrySettled().effects()).containsExactly(FREEZE);
  }

  @Test
  void a_runtime_goes_on_before_it_is_asked_to_end() {
    Scenario ending =
        Scenario.with(config().withShutdownGrace(Duration.ofSeconds(1)))
            .initRequested()
            .polled(next)
            .telemetrySettled()
            .shutdownRequested();

    assertThat(ending.effects())
        .startsWith(THAW, new Effect.TerminateRuntime(1))
        .doesNotContain(FREEZE);
  }

  @Test
  void an_extension_goes_on_before_it_learns_of_the_end_of_a_frozen_runtime() {
    Scenario killed = withExtension().telemetrySettled().exited(KILLED);

    assertThat(killed.effects().getFirst()).isEqualTo(THAW);
    assertThat(killed.effects()).anyMatch(Effect.DeliverShutdown.class::isInstance);
  }

  @Test
  void a_runtime_goes_on_before_it_is_asked_to_end_because_a_frozen_extension_was_killed() {
    Scenario killed = withExtension().telemetrySettled().extensionExited("logger", KILLED);

    assertThat(killed.effects().getFirst()).isEqualTo(THAW);
    assertThat(killed.effects()).contains(new Effect.TerminateRuntime(1));
  }

  @Test
  void a_runtime_whose_poll_is_lost_goes_on_so_that_it_can_ask_again() {
    Scenario lost = frozen().abandoned(next);
    assertThat(lost.effects()).containsExactly(THAW);

    Scenario back = lost.polled(laterNext);

    assertThat(back.effects()).containsExactly(SETTLE);
    assertThat(back.telemetrySettled().effects()).containsExactly(FREEZE);
  }

  @Test
  void a_runtime_that_waits_for_its_restore_is_not_frozen() {
    Scenario ready = Scenario.with(config()).initRequested().restorePolled(new FakeRestoreSlot());

    assertThat(freezing(ready)).isEmpty();
  }

  @Test
  void a_shared_runtime_is_frozen_when_the_last_invocation_is_over() {
    Scenario both =
        Scenario.with(config().withCapacity(2))
            .initRequested()
            .polled(next)
            .polled(laterNext)
            .polled(new FakeSlot("spare"))
            .telemetrySettled()
            .invoked(a)
            .invoked(b)
            .responseBegan(reply, "a")
            .replyEnded(reply, RESPONSE);
    assertThat(freezing(both)).isEmpty();

    both.responseBegan(laterReply, "b").replyEnded(laterReply, RESPONSE);

    assertThat(freezing(both)).containsExactly(SETTLE);
  }

  @Test
  void a_failed_rule_lets_a_frozen_runtime_go_on_before_it_is_reset() {
    Scenario frozen = frozen();

    Transition recovered =
        new SandboxMachine(frozen.config())
            .recover(
                frozen.state(),
                new SandboxEvent.InvokeRequested(a),
                Scenario.nanosAt(Duration.ZERO));

    assertThat(recovered.effects().getFirst()).isEqualTo(THAW);
    assertThat(recovered.next().freeze().frozen()).isFalse();
  }

  @Test
  void a_runtime_that_the_user_starts_cannot_be_frozen() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SandboxConfig.ofUsersRuntime().withFreeze());
  }
}
