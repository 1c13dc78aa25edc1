package dev.rapid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class InvokeIT {

  @TempDir Path directory;

  @Test
  void the_response_alone_is_on_stdout_and_the_log_on_stderr() throws IOException {
    Runtimes.echo(directory);
    Shells shell = Shells.in(directory);

    int status =
        shell.run("invoke", "--event", "{\"n\":1}", "--env", "GREETING=hi", "--", "./echo");

    assertThat(status).isEqualTo(0);
    assertThat(shell.out()).isEqualTo("{\"event\":{\"n\":1},\"greeting\":\"hi\"}");
    assertThat(shell.err().lines().map(line -> line.split(" ", 2)[0]))
        .containsExactly("init", "START", "handling", "END", "REPORT");
  }

  @Test
  void the_event_may_come_from_stdin_and_the_log_may_be_json() throws IOException {
    Runtimes.echo(directory);
    Shells shell = new Shells(directory, Map.of("RAPID_LOG_FORMAT", "json"), "[1]");

    int status = shell.run("invoke", "--event=-", "--", "./echo");

    assertThat(status).isEqualTo(0);
    assertThat(shell.out()).isEqualTo("{\"event\":[1],\"greeting\":\"\"}");
    assertThat(
            shell.err().lines().map(line -> line.replaceAll(".*\"type\":\"([a-zA-Z.]*)\".*", "$1")))
        .containsExactly(
            "platform.initStart",
            "function",
            "platform.initRuntimeDone",
            "platform.initReport",
            "platform.start",
            "function",
            "platform.runtimeDone",
            "platform.report");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void events_that_cannot_be_written_are_told_once_and_counted_and_no_success() throws IOException {
    Runtimes.echo(directory);
    Shells shell = Shells.in(directory);

    int status = shell.run("invoke", "--events", "/dev/full", "--event", "1", "--", "./echo");

    assertThat(status).isEqualTo(70);
    assertThat(shell.out()).isEqualTo("{\"event\":1,\"greeting\":\"\"}");
    assertThat(shell.err().lines().filter(line -> line.contains("/dev/full")))
        .satisfiesExactly(
            failure ->
                assertThat(failure)
                    .isEqualTo(
                        "rapid: error: Cannot write --events /dev/full: No space left on device;"
                            + " the events from here on are lost"),
            loss ->
                assertThat(loss)
                    .matches("rapid: error: \\d+ events were not written to /dev/full"));
  }

  @Test
  void an_error_of_the_function_is_passed_on_with_status_1() throws IOException {
    Runtimes.failing(directory);
    Shells shell = Shells.in(directory);

    assertThat(shell.run("invoke", "--", "./failing")).isEqualTo(1);

    assertThat(shell.out()).isEqualTo("{\"errorType\":\"Broken\",\"errorMessage\":\"no\"}");
    assertThat(shell.err())
        .endsWith("rapid: error: the function reported an error: Function.Broken\n");
  }

  @Test
  void a_runtime_that_ends_while_it_handles_the_event_is_status_1() throws IOException {
    Runtimes.dying(directory);
    Shells shell = Shells.in(directory);

    assertThat(shell.run("invoke", "--", "./dying")).isEqualTo(1);

    assertThat(shell.out())
        .startsWith("{\"errorType\":\"Runtime.ExitError\"")
        .endsWith("Error: Runtime exited with error: exit status 42\"}");
  }

  @Test
  void a_timeout_is_status_4() throws IOException {
    Runtimes.sleeping(directory);
    Shells shell = Shells.in(directory);

    assertThat(shell.run("invoke", "--timeout", "0.3", "--", "./sleeping")).isEqualTo(4);

    assertThat(shell.out())
        .startsWith("{\"errorType\":\"Sandbox.Timedout\"")
        .endsWith("Error: Task timed out after 0.30 seconds\"}");
    assertThat(shell.err()).contains("Task timed out after 0.30 seconds", "\tStatus: timeout\n");
  }

  @Test
  void an_init_error_that_the_runtime_reports_is_status_3() throws IOException {
    Runtimes.unable(directory);
    Shells shell = Shells.in(directory);

    assertThat(shell.run("invoke", "--", "./unable")).isEqualTo(3);

    assertThat(shell.out()).isEqualTo("{\"errorType\":\"NoModule\"}");
    assertThat(shell.err()).endsWith("rapid: error: init failed: Runtime.NoSuchModule\n");
  }

  @Test
  void a_runtime_that_ends_in_init_is_status_3() {
    Shells shell = Shells.in(directory);

    assertThat(shell.run("invoke", "--", "/bin/false")).isEqualTo(3);

    assertThat(shell.err())
        .endsWith(
            "rapid: error: init failed: Runtime exited with error: exit status 1"
                + " (Runtime.ExitError)\n");
  }

  @Test
  void a_command_that_does_not_exist_is_status_3() {
    Shells shell = Shells.in(directory);

    assertThat(shell.run("invoke", "--", "./nothing")).isEqualTo(3);

    assertThat(shell.err())
        .endsWith(
            "rapid: error: init failed: fork/exec "
                + directory.resolve("nothing")
                + ": no such file or directory (Runtime.InvalidEntrypoint)\n");
  }

  @Test
  void a_command_that_is_not_executable_is_status_3() throws IOException {
    Files.writeString(directory.resolve("plain"), "#!/bin/sh\n");
    Shells shell = Shells.in(directory);

    assertThat(shell.run("invoke", "--", "./plain")).isEqualTo(3);

    assertThat(shell.err()).contains("permission denied (Runtime.InvalidEntrypoint)");
  }
}
