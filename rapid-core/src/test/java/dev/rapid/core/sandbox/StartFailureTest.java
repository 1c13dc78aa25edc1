package dev.rapid.core.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.process.StartFailure;
import org.junit.jupiter.api.Test;

/** A runtime that cannot be started. */
final class StartFailureTest extends SandboxFixture {

  @Test
  void a_runtime_that_cannot_be_started_fails_the_invocation_with_the_reason() {
    Scenario initializing = suppressedInit();

    initializing.startFailed(NO_BOOTSTRAP);

    assertThat(initializing.effects())
        .contains(failed(a, ErrorType.RUNTIME_INVALID_ENTRYPOINT, NO_BOOTSTRAP.message()));
    assertThat(initializing.effects()).endsWith(available(a), new Effect.StopProcesses(2));
  }

  @Test
  void an_unusable_working_directory_is_an_error_of_its_own() {
    Scenario initializing = suppressedInit();

    initializing.startFailed(
        new StartFailure(StartFailure.Kind.INVALID_WORKING_DIR, "chdir /nowhere"));

    assertThat(initializing.effects())
        .contains(failed(a, ErrorType.RUNTIME_INVALID_WORKING_DIR, "chdir /nowhere"));
  }

  @Test
  void a_runtime_that_cannot_be_started_before_the_first_invocation_gets_a_second_try() {
    Scenario initializing = Scenario.started().invoked(a);

    initializing.startFailed(NO_BOOTSTRAP);

    assertThat(initializing.effects()).endsWith(new Effect.StopProcesses(1));
    assertThat(initializing.effects()).doesNotContain(available(a));
    assertThat(initializing.gone().effects()).contains(new Effect.StartRuntime(2));
  }

  @Test
  void a_program_that_cannot_be_started_is_told_before_the_end_of_the_init() {
    Scenario initializing = Scenario.started().initRequested();

    initializing.startFailed(NO_BOOTSTRAP);

    assertThat(initializing.emitted())
        .startsWith(
            new LifecycleEvent.ImageErrorLog(NO_BOOTSTRAP.message()),
            initRuntimeDone(InitPhase.INIT, Status.ERROR, "Runtime.InvalidEntrypoint"));
  }
}
