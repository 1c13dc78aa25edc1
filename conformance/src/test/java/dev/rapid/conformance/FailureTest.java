package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FailureTest {

  @Test
  void a_runtime_that_exits_in_mid_invocation_is_a_function_error_and_the_next_invocation_works() {
    try (Rapid rapid = Rapid.serveScripted()) {
      Answer answer = rapid.invoke("\"exit 42\"");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.functionError()).isEqualTo("Unhandled");
      assertThat(answer.text()).contains("\"Runtime.ExitError\"").contains("exit status 42");
      assertThat(rapid.invoke("{}").text()).isEqualTo("{}");
    }
  }

  @Test
  void a_runtime_that_exits_in_the_middle_of_its_response_is_an_exit() {
    try (Rapid rapid = Rapid.serveScripted()) {
      Answer answer = rapid.invoke("\"break-off 42\"");

      assertThat(answer.functionError()).isEqualTo("Unhandled");
      assertThat(answer.text()).contains("\"Runtime.ExitError\"").contains("exit status 42");
      assertThat(rapid.invoke("{}").text()).isEqualTo("{}");
    }
  }

  @Test
  void a_runtime_with_several_workers_handles_each_event_once() {
    try (Rapid rapid = Rapid.serveScripted("--env=AWS_LAMBDA_MAX_CONCURRENCY=3")) {
      assertThat(rapid.invoke("\"sleep 1\"").text()).isEqualTo("\"sleep 1\"");
      assertThat(rapid.invoke("\"handled\"").text()).isEqualTo("2");
      assertThat(rapid.invoke("\"handled\"").text()).isEqualTo("3");
    }
  }

  @Test
  void the_next_invocation_works_after_the_runtime_was_killed_between_invocations() {
    try (Rapid rapid = Rapid.serveScripted()) {
      String pid = rapid.invoke("\"pid\"").text();
      // Before that the invocation goes on.
      rapid.awaitOutput("REPORT RequestId");

      Command.of("kill", "-KILL", pid).run();
      rapid.awaitMessage("between invocations: Runtime exited");

      Answer answer = rapid.invoke("\"pid\"");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.functionError()).isEmpty();
      assertThat(answer.text()).matches("[0-9]+").isNotEqualTo(pid);
    }
  }

  @Test
  void an_invocation_works_at_once_after_the_runtime_was_killed() {
    try (Rapid rapid = Rapid.serveScripted()) {
      String pid = rapid.invoke("\"pid\"").text();

      Command.of("kill", "-KILL", pid).run();
      Answer first = rapid.invoke("{}");
      Answer second = rapid.invoke("{}");

      // The first may reach the runtime in the moment of its death.
      assertThat(first.status()).isEqualTo(200);
      assertThat(second.text()).isEqualTo("{}");
    }
  }

  @Test
  void a_sleeping_function_is_answered_within_two_tenths_after_its_timeout() {
    try (Rapid rapid = Rapid.serveScripted("--timeout=1")) {
      assertThat(rapid.invoke("{}").text()).isEqualTo("{}");

      List<Duration> times = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Answer answer = rapid.invoke("\"sleep 30\"");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.functionError()).isEqualTo("Unhandled");
        assertThat(answer.text())
            .contains("\"Sandbox.Timedout\"")
            .contains("Task timed out after 1.00 seconds");
        times.add(answer.took());
        assertThat(rapid.invoke("{}").text()).isEqualTo("{}");
      }

      // The best of three, because the machine has other work too.
      assertThat(Collections.min(times))
          .isBetween(Duration.ofMillis(1000), Duration.ofMillis(1200));
    }
  }

  @Test
  void a_bootstrap_that_does_not_exist_is_told_at_start_and_in_the_answer() {
    try (Rapid rapid = Rapid.serve("--", "./does-not-exist")) {
      Answer answer = rapid.invoke("{}");

      assertThat(rapid.messages()).contains("init failed").contains("does-not-exist");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.functionError()).isEqualTo("Unhandled");
      assertThat(answer.text()).contains("\"Runtime.InvalidEntrypoint\"").contains("no such file");
    }
  }

  @Test
  void a_bootstrap_that_is_not_executable_is_told_at_start_and_in_the_answer(@TempDir Path dir)
      throws Exception {
    Path bootstrap = Files.writeString(dir.resolve("bootstrap"), "#!/bin/sh\n");
    try (Rapid rapid = Rapid.serve("--", bootstrap.toString())) {
      Answer answer = rapid.invoke("{}");

      assertThat(rapid.messages()).contains("init failed").contains(bootstrap.toString());
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.functionError()).isEqualTo("Unhandled");
      assertThat(answer.text())
          .contains("\"Runtime.InvalidEntrypoint\"")
          .containsIgnoringCase("permission denied");
    }
  }

  @Test
  void a_bootstrap_that_exits_at_once_is_told_at_start_and_in_the_answer() {
    try (Rapid rapid = Rapid.serve("--", "sh", "-c", "exit 7")) {
      Answer answer = rapid.invoke("{}");

      assertThat(rapid.messages()).contains("init failed").contains("exit status 7");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.functionError()).isEqualTo("Unhandled");
      assertThat(answer.text()).contains("\"Runtime.ExitError\"").contains("exit status 7");
    }
  }
}
