package dev.rapid.extensionsapi;

import static dev.rapid.extensionsapi.ExtensionsFixture.EXIT_ERROR;
import static dev.rapid.extensionsapi.ExtensionsFixture.INIT_ERROR;
import static dev.rapid.extensionsapi.ExtensionsFixture.errorBody;
import static dev.rapid.extensionsapi.ExtensionsFixture.transition;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.extension.ExtensionState;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.extensionsapi.ExtensionsFixture.Caller;
import dev.rapid.http.testing.WireAnswer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * What extensions do to an environment, and it to them (contract runtime-extensions-telemetry,
 * sections 2.5, 2.6 and 2.9).
 */
final class LifecycleTest extends ExtensionsApiTest {

  // ------------------------------------------------------------------ init

  @Test
  void the_runtime_is_started_when_all_external_extensions_have_registered() {
    ExtensionsFixture api = start("a.sh", "b.sh");
    api.register("b.sh");
    assertThat(api.processes().allStarts()).containsExactly("extension-a.sh-1", "extension-b.sh-1");

    api.register("a.sh");

    assertThat(api.processes().allStarts())
        .containsExactly("extension-a.sh-1", "extension-b.sh-1", "runtime-1");
  }

  @Test
  void an_internal_extension_does_not_delay_the_start_of_the_runtime() {
    ExtensionsFixture api = start();

    assertThat(api.processes().allStarts()).containsExactly("runtime-1");
    assertThat(api.tryRegister("internal").status()).isEqualTo(200);
  }

  @Test
  void init_is_not_done_while_an_extension_without_events_does_not_poll() {
    ExtensionsFixture api = start("logger.sh");
    Caller extension = api.register("logger.sh");
    api.runtimePolls();
    assertThat(api.phase()).isInstanceOf(Phase.Initializing.class);

    extension.poll();

    assertThat(api.isReady()).isTrue();
  }

  @Test
  void init_is_not_done_while_an_internal_extension_does_not_poll() {
    ExtensionsFixture api = start();
    Caller extension = api.register("internal");
    api.runtimePolls();
    assertThat(api.phase()).isInstanceOf(Phase.Initializing.class);

    extension.poll();

    assertThat(api.isReady()).isTrue();
  }

  @Test
  void an_extension_may_poll_before_the_others_have_registered() {
    ExtensionsFixture api = start("a.sh", "b.sh");
    api.register("a.sh", "INVOKE").poll();
    api.register("b.sh").poll();

    api.runtimePolls();

    assertThat(api.isReady()).isTrue();
  }

  @Test
  void an_exit_error_after_the_first_poll_does_not_stop_the_init() {
    ExtensionsFixture api = start("logger.sh");
    Caller extension = api.register("logger.sh");
    extension.poll();
    assertAccepted(extension.report(EXIT_ERROR, "E"));

    api.runtimePolls();

    assertThat(api.isReady()).isTrue();
  }

  @Test
  void the_caller_learns_of_an_init_error_when_the_process_has_ended() {
    ExtensionsFixture api = start("logger.sh");
    api.processes().exitExtension("logger.sh", new ProcessExit.Exited(1));
    api.processes().gone();
    Invocation invocation = api.invoke();
    assertAccepted(api.register("logger.sh").report(INIT_ERROR, "Extension.Reason"));
    assertThat(Invocations.outcomeOf(invocation)).isNull();

    api.processes().exitExtension("logger.sh", new ProcessExit.Exited(3));

    assertThat(Invocations.outcomeOf(invocation))
        .isEqualTo(new Outcome.Failed(ErrorType.EXTENSION_INIT_ERROR, "exit status 3"));
  }

  // ------------------------------------------------------------------ invocations

  @Test
  void a_parked_poll_is_refused_at_the_next_invocation_after_an_exit_error() {
    ExtensionsFixture api = start("logger.sh");
    Caller extension = api.register("logger.sh", "INVOKE");
    extension.poll();
    api.runtimePolls();

    assertAccepted(extension.report(EXIT_ERROR, "E"));
    extension.client().expectNothing();
    api.invoke();

    assertJson(
        extension.receive(),
        403,
        transition("ExitError", "Ready", extension.id(), "Concurrent state modification"));
  }

  @Test
  void a_parked_poll_is_refused_at_the_shutdown_after_an_exit_error() {
    ExtensionsFixture api = start("logger.sh");
    Caller extension = api.register("logger.sh", "SHUTDOWN");
    extension.poll();
    api.runtimePolls();
    assertAccepted(extension.report(EXIT_ERROR, "E"));

    api.shutDown();

    assertJson(
        extension.receive(),
        403,
        transition("ExitError", "Ready", extension.id(), "Concurrent state modification"));
  }

  @Test
  void an_invocation_waits_for_an_extension_that_reported_an_exit_error_and_goes_on() {
    ExtensionsFixture api = start("logger.sh");
    Caller extension = api.register("logger.sh", "INVOKE");
    extension.poll();
    api.runtimePolls();
    assertAccepted(extension.report(EXIT_ERROR, "E"));
    Invocation invocation = api.invoke();

    api.runtimeFinishes(invocation);

    assertThat(api.phase().activity()).isEqualTo("Finishing");
  }

  @Test
  void the_error_of_an_exit_is_that_of_the_report_before_it() {
    ExtensionsFixture api = start("logger.sh");
    Caller extension = api.register("logger.sh", "INVOKE");
    extension.poll();
    api.runtimePolls();
    Invocation invocation = api.invoke();
    extension.receive();
    assertAccepted(extension.report(EXIT_ERROR, "Extension.Reason"));

    api.processes().exitExtension("logger.sh", new ProcessExit.Exited(2));
    api.time().advanceBy(Duration.ofSeconds(1));

    assertThat(Invocations.outcomeOf(invocation))
        .isEqualTo(new Outcome.Failed(ErrorType.EXTENSION_EXIT_ERROR, "exit status 2"));
  }

  // ------------------------------------------------------------------ the end

  @Test
  void after_a_timeout_subscribers_are_told_and_the_others_killed() {
    ExtensionsFixture api = start("deaf.sh", "logger.sh");
    api.register("deaf.sh", "INVOKE").poll();
    Caller logger = api.register("logger.sh", "SHUTDOWN");
    logger.poll();
    api.runtimePolls();
    api.invoke();

    api.time().advanceBy(ExtensionsFixture.FUNCTION_TIMEOUT);
    assertThat(api.processes().signals()).containsExactly("TERM runtime-1");
    api.exitRuntime();

    assertThat(logger.receive().text())
        .isEqualTo(
            "{\"eventType\":\"SHUTDOWN\",\"deadlineMs\":"
                + (VirtualTime.EPOCH_MILLIS_AT_START + 3000 + 2000)
                + ",\"shutdownReason\":\"timeout\"}");
    assertThat(api.processes().signals())
        .containsExactly("TERM runtime-1", "KILL extension-deaf.sh-1");
    assertThat(api.processes().stops()).isEmpty();
  }

  @Test
  void an_extension_that_does_not_end_in_time_is_killed_with_all_the_rest() {
    ExtensionsFixture api = start("logger.sh");
    Caller logger = api.register("logger.sh", "SHUTDOWN");
    logger.poll();
    api.runtimePolls();
    api.shutDown();
    logger.receive();

    api.time().advanceBy(Duration.ofMillis(1999));
    assertThat(api.processes().stops()).isEmpty();
    api.time().advanceBy(Duration.ofMillis(1));

    assertThat(api.processes().stops()).containsExactly(1);
  }

  @Test
  void only_an_extension_that_was_told_of_the_shutdown_fails_to_obey_it() {
    ExtensionsFixture api = start("deaf.sh", "logger.sh");
    Caller deaf = api.register("deaf.sh", "INVOKE");
    deaf.poll();
    api.register("logger.sh", "SHUTDOWN").poll();
    api.runtimePolls();
    api.invoke();
    deaf.receive();
    api.time().advanceBy(ExtensionsFixture.FUNCTION_TIMEOUT);
    api.exitRuntime();

    api.processes().exitExtension("deaf.sh", new ProcessExit.Signaled("killed"));

    assertJson(deaf.report(INIT_ERROR, "E"), 403, transition("Running", "InitError", deaf.id()));
  }

  @Test
  void identifiers_are_unknown_after_a_reset() {
    ExtensionsFixture api = start("logger.sh");
    Caller before = api.register("logger.sh", "SHUTDOWN");
    before.poll();
    api.runtimePolls();
    api.invoke();
    api.time().advanceBy(ExtensionsFixture.FUNCTION_TIMEOUT);
    api.exitRuntime();
    before.receive();
    api.processes().exitExtension("logger.sh", new ProcessExit.Exited(0));
    api.processes().gone();
    assertThat(api.phase()).isInstanceOf(Phase.Cold.class);

    WireAnswer poll = before.tryPoll();
    WireAnswer report = before.report(EXIT_ERROR, "E");

    String type = "Extension.UnknownExtensionIdentifier";
    assertJson(poll, 403, errorBody(type, "Unknown extension " + before.id()));
    assertJson(report, 403, errorBody(type, "Unknown Lambda-Extension-Identifier"));
  }

  @Test
  void registration_is_open_again_after_a_reset() {
    ExtensionsFixture api = start();
    Caller before = api.register("internal");
    before.poll();
    api.runtimePolls();
    api.exitRuntime();
    api.processes().gone();
    api.invoke();

    Caller after = api.register("internal", "INVOKE");

    assertThat(after.id()).isNotEqualTo(before.id());
    assertThat(api.state("internal")).isEqualTo(ExtensionState.REGISTERED);
  }
}
