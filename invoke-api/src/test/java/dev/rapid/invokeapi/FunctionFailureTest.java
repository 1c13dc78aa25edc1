package dev.rapid.invokeapi;

import static dev.rapid.http.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.process.StartFailure;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.http.testing.WireAnswer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Failures of the function: always 200, with the payloads of the cloud (contract invoke-api,
 * section 1.9).
 */
final class FunctionFailureTest extends InvokeApiTest {

  private static final Duration SHORT = Duration.ofMillis(60);

  private static String payload(String type, WireAnswer answer, String message) {
    return "{\"errorType\":\""
        + type
        + "\",\"errorMessage\":\"RequestId: "
        + answer.header("x-amzn-RequestId")
        + " Error: "
        + message
        + "\"}";
  }

  private static void assertFailed(WireAnswer answer, String type, String message) {
    assertFailed(answer, payload(type, answer, message));
  }

  /** Fails once in the given way while it has an event, and echoes in all later lives. */
  private static RuntimeScript onceThenEcho(RuntimeScript script) {
    AtomicInteger lives = new AtomicInteger();
    return runtime -> {
      if (lives.getAndIncrement() == 0) {
        script.run(runtime);
      } else {
        RuntimeScript.ECHO.run(runtime);
      }
    };
  }

  // ------------------------------------------------------------------ reported by the runtime

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"errorMessage\":\"m\",\"errorType\":\"T\",\"stackTrace\":[\"s\"]}",
        "{ \"requestId\" : \"\", \"trace\": [] }",
        "not json",
        ""
      })
  void a_handler_error_is_passed_on_byte_for_byte(String body) {
    start(runtime -> {
      runtime.fail(runtime.next(), body, "Lambda-Runtime-Function-Error-Type: Function.Boom");
      RuntimeScript.ECHO.run(runtime);
    });

    assertFailed(emulator().invoke("{}"), body);
    assertReturned(emulator().invoke("1"), "1");
    assertThat(emulator().starts()).hasSize(1);
  }

  @Test
  void an_init_error_is_passed_on_byte_for_byte() {
    String body = "{\"errorMessage\":\"No module\", \"errorType\":\"X\",\"requestId\":\"\"}";
    start(runtime -> {
      runtime.failInit(body, "Lambda-Runtime-Function-Error-Type: Runtime.ImportModuleError");
      throw RuntimeScript.Exit.status(1);
    });

    assertFailed(emulator().invoke("{}"), body);
  }

  @Test
  void an_init_that_fails_once_is_repeated_and_the_invocation_succeeds() {
    start(
        onceThenEcho(runtime -> {
          runtime.failInit("{}");
          throw RuntimeScript.Exit.status(1);
        }));

    assertReturned(emulator().invoke("1"), "1");
    assertThat(emulator().starts()).hasSize(2);
  }

  // ------------------------------------------------------------------ exits

  @Test
  void an_exit_with_status_0_in_init_has_no_reason() {
    start(runtime -> {});

    assertFailed(
        emulator().invoke("{}"), "Runtime.ExitError", "Runtime exited without providing a reason");
  }

  @Test
  void an_exit_with_status_0_in_the_handler_has_no_reason() {
    start(RuntimeClient::next);

    assertFailed(
        emulator().invoke("{}"), "Runtime.ExitError", "Runtime exited without providing a reason");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 42, 127})
  void an_exit_with_another_status_says_so_and_the_next_call_has_a_new_process(int status) {
    start(
        onceThenEcho(runtime -> {
          runtime.next();
          throw RuntimeScript.Exit.status(status);
        }));

    assertFailed(
        emulator().invoke("{}"),
        "Runtime.ExitError",
        "Runtime exited with error: exit status " + status);
    assertReturned(emulator().invoke("1"), "1");
    assertThat(emulator().starts()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"killed", "segmentation fault", "aborted"})
  void a_signal_is_named(String signal) {
    start(runtime -> {
      runtime.next();
      throw RuntimeScript.Exit.signal(signal);
    });

    assertFailed(
        emulator().invoke("{}"),
        "Runtime.ExitError",
        "Runtime exited with error: signal: " + signal);
  }

  @Test
  void a_response_before_an_exit_stands() {
    start(
        onceThenEcho(runtime -> {
          runtime.respond(runtime.next(), "\"done\"");
          throw RuntimeScript.Exit.status(1);
        }));

    assertReturned(emulator().invoke("{}"), "\"done\"");
    assertReturned(emulator().invoke("1"), "1");
  }

  @Test
  void a_missing_entry_point_is_an_invalid_one() {
    String text = "fork/exec /var/task/bootstrap: no such file or directory";
    start(
        Emulator.emulator()
            .startFailure(new StartFailure(StartFailure.Kind.INVALID_ENTRYPOINT, text)));

    assertFailed(emulator().invoke("{}"), "Runtime.InvalidEntrypoint", text);
  }

  @Test
  void a_working_directory_that_cannot_be_used_is_an_invalid_one() {
    String text = "chdir \"/x\": no such file or directory";
    start(
        Emulator.emulator()
            .startFailure(new StartFailure(StartFailure.Kind.INVALID_WORKING_DIR, text)));

    assertFailed(emulator().invoke("{}"), "Runtime.InvalidWorkingDir", text.replace("\"", "\\\""));
  }

  // ------------------------------------------------------------------ time

  @Test
  void a_function_that_takes_too_long_times_out_and_the_next_call_has_a_new_process() {
    start(
        Emulator.emulator()
            // Long enough for the next call, which starts a process, on a busy machine.
            .functionTimeout(Duration.ofSeconds(2))
            .runtime(
                onceThenEcho(runtime -> {
                  runtime.next();
                  new CountDownLatch(1).await();
                })));

    assertFailed(emulator().invoke("{}"), "Sandbox.Timedout", "Task timed out after 2.00 seconds");
    assertReturned(emulator().invoke("1"), "1");
    assertThat(emulator().starts()).hasSize(2);
  }

  @Test
  void an_init_that_never_ends_times_out_like_the_function() {
    start(
        Emulator.emulator()
            .functionTimeout(SHORT)
            .initTimeout(SHORT)
            .runtime(runtime -> new CountDownLatch(1).await()));

    assertFailed(emulator().invoke("{}"), "Sandbox.Timedout", "Task timed out after 0.06 seconds");
    assertThat(emulator().starts()).hasSize(2);
  }

  // ------------------------------------------------------------------ responses

  @Test
  void a_response_of_6_mib_in_quotes_is_intact() {
    byte[] response = new byte[6 * 1024 * 1024 + 2];
    Arrays.fill(response, (byte) 'a');
    response[0] = '"';
    response[response.length - 1] = '"';
    start(runtime -> {
      runtime.respond(runtime.next(), response);
      runtime.next();
    });

    WireAnswer answer = emulator().invoke("{}");

    assertThat(answer.header("X-Amz-Function-Error")).isNull();
    assertThat(Arrays.equals(answer.body(), response)).isTrue();
  }

  @Test
  void a_response_of_7_mib_is_too_large_and_the_next_call_works() {
    start(runtime -> {
      WireAnswer answer = runtime.respond(runtime.next(), new byte[7 * 1024 * 1024]);
      assertThat(answer.status()).isEqualTo(413);
      RuntimeScript.ECHO.run(runtime);
    });

    WireAnswer answer = emulator().invoke("{}");

    assertFailed(
        answer,
        """
        {
          "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
          "errorType": "Function.ResponseSizeTooLarge"
        }\
        """);
    assertThat(answer.body()).hasSize(148);
    assertReturned(emulator().invoke("1"), "1");
    assertThat(emulator().starts()).hasSize(1);
  }

  @Test
  void a_response_that_is_cut_off_is_a_failure_of_the_runtime() {
    start(runtime -> {
      runtime.respondTruncated(runtime.next());
      new CountDownLatch(1).await();
    });

    WireAnswer answer = emulator().invoke("{}");

    assertThat(json(answer.text()).path("errorType").asText())
        .isEqualTo("Runtime.TruncatedResponse");
    assertThat(answer.header("X-Amz-Function-Error")).isEqualTo("Unhandled");
  }

  @Test
  void a_response_in_an_unknown_mode_is_an_empty_error() {
    start(runtime -> {
      runtime.respond(runtime.next(), "1", "Lambda-Runtime-Function-Response-Mode: x");
      RuntimeScript.ECHO.run(runtime);
    });

    WireAnswer answer = emulator().invoke("{}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEmpty();
    assertThat(answer.header("X-Amz-Function-Error")).isEqualTo("Unhandled");
    assertReturned(emulator().invoke("1"), "1");
  }

  @Test
  void a_runtime_that_dies_between_two_calls_is_replaced() {
    CountDownLatch die = new CountDownLatch(1);
    start(
        onceThenEcho(runtime -> {
          runtime.respond(runtime.next(), "1");
          die.await();
          throw RuntimeScript.Exit.signal("killed");
        }));
    assertReturned(emulator().invoke("{}"), "1");

    die.countDown();
    eventually(() -> emulator().phase() instanceof Phase.Cold);

    assertReturned(emulator().invoke("2"), "2");
  }
}
