package dev.rapid.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InitTest {

  private final Control control = new Control();

  @AfterEach
  void close() {
    control.close();
  }

  /** The runtime dies, and its last words are not waited for any longer. */
  private void initFails() {
    control.awaitPhase(Phase.Initializing.class);
    control.processes.exit(new ProcessExit.Exited(1));
    control.time.advanceBy(Duration.ofMillis(50));
  }

  // ------------------------------------------------------------------ init

  @Test
  void init_starts_the_runtime_and_is_answered_at_once() {
    WireAnswer answer = control.post("/test/init", Control.INIT);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEmpty();
    assertThat(control.processes.starts()).containsExactly(1);
  }

  @Test
  void init_configures_the_function() {
    control.post(
        "/test/init",
        """
        {"Handler":"h","functionName":"f","functionVersion":"3","invokeTimeoutMs":1500,
         "runtimeInfo":{"runtimeImageJSON":"{}","runtimeArn":"arn:r","runtimeVersion":"java.v1"},
         "customer":{"environment":{"A":"1","B":null}},
         "awskey":"key","awssecret":"","credentialsExpiry":"2026-01-02T03:04:05+01:00",
         "throttled":true}
        """);

    assertThat(control.function.settings)
        .containsExactly(
            new InitSettings(
                "h",
                "f",
                "3",
                Duration.ofMillis(1500),
                "arn:r",
                "java.v1",
                Map.of("A", "1", "B", ""),
                new CredentialOverrides("key", "", null, Instant.parse("2026-01-02T02:04:05Z")),
                true));
  }

  @Test
  void settings_that_the_function_cannot_run_with_are_refused_and_another_init_is_possible() {
    WireAnswer refused =
        control.post(
            "/test/init",
            """
            {"functionName":"f","functionVersion":"1","invokeTimeoutMs":1500,
             "customer":{"environment":{"":"1"}}}
            """);

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("a variable has no name");
    assertThat(control.function.settings).isEmpty();
    assertThat(control.post("/test/init", Control.INIT).status()).isEqualTo(200);
  }

  @Test
  void init_without_credentials_says_none() {
    control.post("/test/init", Control.INIT);

    assertThat(control.function.settings.getFirst().credentials()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|functionName missing",
        "{\"functionName\":\"\"}|functionName missing",
        "{\"functionName\":\"f\"}|FunctionVersion missing",
        "{\"functionName\":\"f\",\"functionVersion\":\"1\"}|invokeTimeoutMs missing",
        "{\"functionName\":\"f\",\"functionVersion\":\"1\",\"invokeTimeoutMs\":0}|invokeTimeoutMs"
            + " missing",
      })
  void a_field_that_is_required_must_be_there(String body, String message) {
    WireAnswer answer = control.post("/test/init", body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("{\"errorMessage\":\"" + message + "\"");
    assertThat(control.processes.starts()).isEmpty();
  }

  @Test
  void a_time_that_is_none_is_refused() {
    String body = Control.INIT.replace("{\"handler\"", "{\"credentialsExpiry\":\"x\",\"handler\"");

    assertThat(control.post("/test/init", body).status()).isEqualTo(400);
  }

  @Test
  void a_second_init_is_refused() {
    control.initialised();

    WireAnswer answer = control.post("/test/init", Control.INIT);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).startsWith("Client.InvalidRequest\n");
    assertThat(control.processes.starts()).containsExactly(1);
  }

  @Test
  void a_second_init_is_possible_after_a_reset() {
    control.initialised();
    control.post("/test/reset", "{}");

    control.initialised();

    assertThat(control.processes.starts()).containsExactly(1, 2);
  }

  @Test
  void a_function_timeout_longer_than_a_clock_can_tell_is_cut() {
    String body = Control.INIT.replace("3000", Long.toString(Long.MAX_VALUE));

    assertThat(control.post("/test/init", body).status()).isEqualTo(200);

    assertThat(control.function.settings.getFirst().invokeTimeout())
        .isEqualTo(Duration.ofDays(365));
  }

  // ------------------------------------------------------------------ waitUntilInitialized

  @Test
  void an_init_that_is_asked_for_may_take_any_time() {
    control.post("/test/init", Control.INIT);
    control.awaitPhase(Phase.Initializing.class);

    control.time.advanceBy(Duration.ofHours(1));
    control.poll();

    assertThat(control.post("/test/waitUntilInitialized", "").status()).isEqualTo(200);
  }

  @Test
  void who_waits_for_the_init_is_answered_when_it_has_ended() {
    control.post("/test/init", Control.INIT);
    WireClient waiting = control.begin("/test/waitUntilInitialized", "");
    control.settle();
    waiting.expectNothing();

    control.poll();

    WireAnswer answer = waiting.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEmpty();
  }

  @Test
  void who_waits_before_any_init_waits_for_the_first_one() {
    WireClient waiting = control.begin("/test/waitUntilInitialized", "");
    control.settle();
    waiting.expectNothing();

    control.post("/test/init", Control.INIT);
    control.poll();

    assertThat(waiting.receive().status()).isEqualTo(200);
  }

  @Test
  void a_failed_init_is_told_once() {
    control.post("/test/init", Control.INIT);
    initFails();

    WireAnswer first = control.post("/test/waitUntilInitialized", "");

    assertThat(first.status()).isEqualTo(502);
    assertThat(first.text()).isEmpty();
    assertThat(control.post("/test/waitUntilInitialized", "").status()).isEqualTo(200);
  }

  @Test
  void a_failed_init_ends_the_reservation() {
    control.post("/test/init", Control.INIT);
    control.reserve();
    initFails();

    assertThat(control.post("/test/waitUntilInitialized", "").status()).isEqualTo(502);

    control.reserve();
  }

  @Test
  void an_init_that_a_reset_interrupts_has_failed() {
    control.post("/test/init", Control.INIT);

    assertThat(control.post("/test/reset", "{}").status()).isEqualTo(200);

    assertThat(control.post("/test/waitUntilInitialized", "").status()).isEqualTo(502);
    assertThat(control.post("/test/waitUntilInitialized", "").status()).isEqualTo(200);
  }

  @Test
  void who_goes_away_does_not_get_the_failure() {
    control.post("/test/init", Control.INIT);
    WireClient gone = control.begin("/test/waitUntilInitialized", "");
    control.settle();
    gone.endOutput().expectClosed();

    initFails();

    assertThat(control.post("/test/waitUntilInitialized", "").status()).isEqualTo(502);
  }
}
