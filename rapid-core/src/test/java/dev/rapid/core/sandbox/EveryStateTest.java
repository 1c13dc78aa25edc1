package dev.rapid.core.sandbox;

import static dev.rapid.core.sandbox.Scenario.INIT_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.worker.WorkerSlot;
import dev.rapid.core.worker.WorkerState;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules that hold in every state of the sandbox. */
final class EveryStateTest extends SandboxFixture {

  private static int taken(SandboxState state) {
    return state.running().size() + state.waiting().size();
  }

  @Test
  void a_shutdown_ends_every_sandbox_and_gives_up_each_invocation_in_it_once() {
    for (Scenario anywhere : SandboxStates.all()) {
      int invocations = taken(anywhere.state());

      anywhere.shutdownRequested();

      assertThat(anywhere.effects())
          .filteredOn(Effect.BecomeAvailable.class::isInstance)
          .hasSize(invocations);
      anywhere.at(Duration.ofHours(1)).grace().grace().gone();
      assertThat(anywhere.phase()).isEqualTo(new Phase.Terminated());
    }
  }

  @Test
  void an_invocation_is_throttled_by_every_sandbox_that_is_full() {
    for (Scenario anywhere : SandboxStates.all()) {
      SandboxState before = anywhere.state();
      if (taken(before) == anywhere.config().capacity()) {
        anywhere.invoked(b);

        assertThat(anywhere.effects()).containsExactly(complete(b, THROTTLED), available(b));
        assertThat(anywhere.state()).isEqualTo(before);
      }
    }
  }

  @Test
  void a_start_failure_ends_every_init() {
    for (Scenario anywhere : SandboxStates.all()) {
      if (anywhere.phase() instanceof Phase.Initializing) {
        assertThat(anywhere.startFailed(NO_BOOTSTRAP).phase()).isInstanceOf(Phase.Resetting.class);
      }
    }
  }

  @Test
  void an_exit_ends_every_init() {
    for (Scenario anywhere : SandboxStates.all()) {
      if (anywhere.phase() instanceof Phase.Initializing) {
        assertThat(anywhere.died(EXIT_3).phase()).isInstanceOf(Phase.Resetting.class);
      }
    }
  }

  @Test
  void an_exit_ends_every_invocation() {
    for (Scenario anywhere : SandboxStates.all()) {
      if (anywhere.phase().activity().equals("Invoking")) {
        anywhere.exited(EXIT_3).at(Duration.ofHours(1)).grace().deadline();

        assertThat(anywhere.phase()).isInstanceOfAny(Phase.Resetting.class, Phase.Failed.class);
      }
    }
  }

  @Test
  void the_deadline_ends_everything_that_has_one() {
    for (Scenario anywhere : SandboxStates.all()) {
      boolean hasDeadline =
          switch (anywhere.phase()) {
            case Phase.Initializing p -> !p.deadline().isNever();
            case Phase.Restoring p -> !p.failed();
            case Phase.Serving p ->
                p.running().stream().anyMatch(each -> !each.invocation().reserved());
            default -> false;
          };
      SandboxState before = anywhere.state();

      anywhere.at(Duration.ofHours(1)).deadline();

      if (hasDeadline && anywhere.config().capacity() > 1) {
        assertThat(anywhere.state().running()).isEmpty();
      } else if (hasDeadline) {
        assertThat(anywhere.phase()).isInstanceOfAny(Phase.Resetting.class, Phase.Failed.class);
      } else {
        assertThat(anywhere.state()).isEqualTo(before);
      }
    }
  }

  @Test
  void a_poll_is_refused_wherever_the_runtime_has_no_business_to_poll() {
    for (Scenario anywhere : SandboxStates.all()) {
      boolean expected =
          switch (anywhere.phase()) {
            case Phase.Initializing p ->
                anywhere.worker() == WorkerState.READY
                    || (anywhere.worker() == WorkerState.STARTED
                        && p.runtimeStarted()
                        && p.failure() == null);
            case Phase.Serving p -> !p.isIdle() || anywhere.worker() == WorkerState.READY;
            case Phase.Resetting p -> true;
            case Phase.Restoring p -> anywhere.worker() == WorkerState.RESTORING;
            case Phase.Failed() -> true;
            case Phase.Cold() -> false;
            case Phase.ShuttingDown p -> true;
            case Phase.Terminated() -> false;
          };
      SandboxState before = anywhere.state();

      anywhere.polled(laterNext);

      if (expected) {
        assertThat(anywhere.effects()).noneMatch(Effect.Refuse.class::isInstance);
      } else {
        assertThat(anywhere.effects())
            .containsExactly(wrongState(laterNext, before.worker(), WorkerState.READY));
        assertThat(anywhere.state()).isEqualTo(before);
      }
    }
  }

  @Test
  void an_abandoned_poll_is_forgotten_in_every_state() {
    for (Scenario anywhere : SandboxStates.all()) {
      for (WorkerSlot parked : anywhere.state().slots()) {
        boolean frozen = anywhere.state().freeze().frozen();
        boolean toBeFrozen = !anywhere.state().freeze().due().isNever();

        anywhere.abandoned(parked);

        assertThat(anywhere.effects())
            .isEqualTo(
                frozen
                    ? List.of(new Effect.Thaw(anywhere.state().generation()))
                    : toBeFrozen
                        ? List.of(new Effect.CancelTimer(SandboxTimer.FREEZE))
                        : List.of());
        assertThat(anywhere.state().slots()).doesNotContain(parked);
      }
    }
  }

  @Test
  void every_waiting_invocation_that_has_not_begun_is_dropped_when_its_caller_goes() {
    for (Scenario anywhere : SandboxStates.all()) {
      Invocation invocation = SandboxStates.invocationIn(anywhere.state());
      boolean waits =
          anywhere.state().waiting().stream()
              .anyMatch(
                  each -> each.invocation().equals(invocation) && each.startedNanos() == null);
      if (invocation != null) {
        anywhere.callerGone(invocation);

        if (waits) {
          assertThat(anywhere.effects())
              .containsExactly(complete(invocation, CALLER_GONE), available(invocation));
        } else {
          assertThat(anywhere.effects()).isEmpty();
        }
      }
    }
  }

  @Test
  void a_cancelled_invocation_has_one_outcome_in_every_state() {
    for (Scenario anywhere : SandboxStates.all()) {
      Invocation invocation = SandboxStates.invocationIn(anywhere.state());
      boolean answered =
          Stream.concat(
                  anywhere.state().running().stream()
                      .filter(each -> each.invocation().equals(invocation))
                      .map(RunningInvocation::answered),
                  anywhere.state().waiting().stream()
                      .filter(each -> each.invocation().equals(invocation))
                      .map(WaitingInvocation::answered))
              .anyMatch(Boolean::booleanValue);
      if (invocation != null) {
        anywhere.cancelled(invocation);

        assertThat(anywhere.effects())
            .filteredOn(Effect.Complete.class::isInstance)
            .isEqualTo(answered ? List.of() : List.of(complete(invocation, CALLER_GONE)));
      }
    }
  }

  @Test
  void a_worker_that_has_broken_is_ended_in_every_state() {
    for (boolean streamEnded : List.of(false, true)) {
      for (Scenario anywhere : SandboxStates.all()) {
        SandboxState before = anywhere.state();
        boolean works =
            before.phase() instanceof Phase.Initializing
                || before.phase() instanceof Phase.Restoring
                || before.phase() instanceof Phase.Serving;

        Scenario broken = streamEnded ? anywhere.brokeOff("Gone") : anywhere.broken("Gone");

        assertThat(broken.effects()).noneMatch(Effect.Deliver.class::isInstance);
        if (works) {
          broken.at(Duration.ofHours(1)).grace().deadline();
          assertThat(broken.phase()).isInstanceOfAny(Phase.Resetting.class, Phase.Failed.class);
        } else {
          assertThat(broken.state()).isEqualTo(before);
        }
      }
    }
  }

  @Test
  void a_cold_sandbox_can_be_initialized_again_before_it_is_invoked() {
    Scenario cold = ready().exited(KILLED).gone();

    cold.initRequested();

    assertThat(cold.effects())
        .containsExactly(
            new Effect.OpenSubscriptions(2),
            emit(new LifecycleEvent.InitStart(InitPhase.INIT)),
            new Effect.StartRuntime(2),
            armDeadline(INIT_TIMEOUT));
  }
}
