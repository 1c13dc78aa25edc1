package dev.rapid.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.cli.config.LogLevel;
import dev.rapid.core.events.EventsApi;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.testing.Invocations;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NoticesTest {

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Notices notices = new Notices(Duration.ofSeconds(10), true, true);
  private final EventsApi sandbox = notices.ofSandbox("");

  @BeforeEach
  void logToMemory() {
    Log.configure(LogLevel.INFO, Log.writer(err));
  }

  @Test
  void a_failed_init_is_one_line() {
    sandbox.emit(report(Status.ERROR, "Runtime.ExitError", "Runtime exited with error: x"));

    Log.close();
    assertThat(err.toString(UTF_8))
        .isEqualTo(
            "rapid: error: init failed: Runtime exited with error: x (Runtime.ExitError);"
                + " the next invocation tries again\n");
  }

  @Test
  void one_of_several_sandboxes_is_named() {
    notices.ofSandbox("orders/2").emit(report(Status.ERROR, "Runtime.ExitError", "x"));

    Log.close();
    assertThat(err.toString(UTF_8)).startsWith("rapid: error: orders/2: init failed: x ");
  }

  @Test
  void an_exit_during_init_with_status_0_is_told_with_its_likely_cause() {
    sandbox.emit(
        report(Status.ERROR, "Runtime.ExitError", "Runtime exited without providing a reason"));

    assertThat(notices.initFailure())
        .isEqualTo(
            "Runtime exited without providing a reason (Runtime.ExitError): its process ended with"
                + " status 0 before it asked for an event; a bootstrap must not start the runtime"
                + " in the background, but end with exec");
  }

  @Test
  void an_extension_that_fails_is_told_with_a_hint_at_the_name_of_the_machine() {
    Notices hinting = new Notices(Duration.ofSeconds(10), false, true, () -> "; a hint");

    hinting.ofSandbox("").emit(report(Status.ERROR, "Runtime.ExitError", "x"));
    hinting.ofSandbox("").emit(report(Status.ERROR, "Extension.Crash", "exit status 1"));

    Log.close();
    assertThat(err.toString(UTF_8))
        .isEqualTo(
            "rapid: error: init failed: x (Runtime.ExitError); the next invocation tries again\n"
                + "rapid: error: init failed: exit status 1 (Extension.Crash); the next invocation"
                + " tries again; a hint\n");
  }

  @Test
  void an_init_that_takes_too_long_is_told_with_its_budget() {
    sandbox.emit(report(Status.TIMEOUT, null, null));

    assertThat(notices.initFailure()).isEqualTo("the runtime did not ask for an event within 10 s");
  }

  @Test
  void a_success_ends_the_failure() {
    sandbox.emit(report(Status.ERROR, "Runtime.ExitError", "x"));
    sandbox.emit(report(Status.SUCCESS, null, null));

    assertThat(notices.initFailure()).isNull();
  }

  @Test
  void a_runtime_that_ends_between_invocations_is_one_line() {
    sandbox.emit(new LifecycleEvent.IdleExit("Runtime exited with error: signal: killed"));

    Log.close();
    assertThat(err.toString(UTF_8))
        .isEqualTo(
            "rapid: warn: between invocations: Runtime exited with error: signal: killed; the next"
                + " one starts the function again\n");
  }

  @Test
  void a_timeout_of_a_runtime_that_the_user_starts_comes_with_advice() {
    sandbox.emit(
        new LifecycleEvent.RuntimeDone(
            Invocations.anInvocation("a"), Status.TIMEOUT, "Sandbox.Timedout", 1, 0, List.of()));

    Log.close();
    assertThat(err.toString(UTF_8))
        .isEqualTo(
            "rapid: warn: the invocation timed out (use --timeout 0 while you debug: most runtimes"
                + " exit when a late response is refused)\n");
  }

  @Test
  void what_is_asked_for_is_no_news() {
    notices.silence();

    sandbox.emit(report(Status.ERROR, "Runtime.Unknown", null));

    Log.close();
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  private static LifecycleEvent report(
      Status status, @Nullable String errorType, @Nullable String message) {
    return new LifecycleEvent.InitReport(InitPhase.INIT, status, errorType, message, 1);
  }
}
