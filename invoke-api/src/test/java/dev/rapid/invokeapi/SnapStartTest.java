package dev.rapid.invokeapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.testing.WireAnswer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Functions that are restored before their first invocation (contract invoke-api, section 2.2). */
final class SnapStartTest extends InvokeApiTest {

  /** Does this after the first restore, and echoes in all later lives. */
  private static RuntimeScript onceAfterRestore(RuntimeScript hook) {
    AtomicInteger lives = new AtomicInteger();
    return runtime -> {
      runtime.awaitRestore();
      if (lives.getAndIncrement() == 0) {
        hook.run(runtime);
      } else {
        RuntimeScript.ECHO.run(runtime);
      }
    };
  }

  @Test
  void a_function_that_was_restored_answers() {
    start(onceAfterRestore(RuntimeScript.ECHO));

    assertReturned(emulator().invoke("1"), "1");
    assertReturned(emulator().invoke("2"), "2");
    assertThat(emulator().starts()).hasSize(1);
  }

  @Test
  void a_hook_that_fails_is_a_snap_start_exception_and_the_next_call_has_a_new_process() {
    start(
        onceAfterRestore(runtime -> {
          runtime.failRestore("Lambda-Runtime-Function-Error-Type: Runtime.AfterRestoreError");
          throw RuntimeScript.Exit.status(64);
        }));

    WireAnswer answer = emulator().invoke("1");

    assertRefused(
        answer,
        400,
        "SnapStartException",
        """
        {"Message":"The runtime's hook after the restore reported Runtime.AfterRestoreError",\
        "Type":"User"}\
        """);
    assertReturned(emulator().invoke("2"), "2");
    assertThat(emulator().starts()).hasSize(2);
  }

  @Test
  void a_runtime_that_dies_in_its_hook_is_a_snap_start_exception() {
    start(
        onceAfterRestore(runtime -> {
          throw RuntimeScript.Exit.status(3);
        }));

    WireAnswer answer = emulator().invoke("1");

    assertRefused(answer, 400, "SnapStartException");
    assertThat(messageOf(answer)).contains("exit status 3");
    assertReturned(emulator().invoke("2"), "2");
  }

  @Test
  void a_hook_that_takes_too_long_is_a_snap_start_timeout() {
    start(
        Emulator.emulator()
            .restoreTimeout(Duration.ofMillis(60))
            .runtime(onceAfterRestore(runtime -> new CountDownLatch(1).await())));

    assertRefused(
        emulator().invoke("1"),
        408,
        "SnapStartTimeoutException",
        """
        {"Message":"The runtime's hook after the restore did not end in time","Type":"User"}\
        """);
  }
}
