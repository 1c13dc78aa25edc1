package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code rapid invoke}, as scripts use it. */
final class InvokeCommandTest {

  private static Command.Result invokeScripted(String event, String... options) {
    List<String> args = new ArrayList<>(List.of("invoke", "--event", event));
    args.addAll(List.of(options));
    args.add("--");
    args.addAll(ScriptedRuntime.command());
    return Command.rapid(args.toArray(String[]::new)).run();
  }

  @Test
  void stdout_has_the_response_alone_and_the_status_is_0() {
    Command.Result result = invokeScripted("{\"a\":1}");

    assertThat(result.exit()).isZero();
    assertThat(result.out()).isEqualTo("{\"a\":1}");
    assertThat(result.err()).contains("START RequestId: ").contains("REPORT RequestId: ");
  }

  @Test
  void what_the_function_prints_is_on_stderr() {
    Command.Result result = invokeScripted("\"print hello\"");

    assertThat(result.out()).isEqualTo("\"print hello\"");
    assertThat(result.err()).contains("hello\n");
  }

  @Test
  void an_event_from_stdin_works() {
    List<String> args = new ArrayList<>(List.of("invoke", "--event", "-", "--"));
    args.addAll(ScriptedRuntime.command());

    Command.Result result = Command.rapid(args.toArray(String[]::new)).input("[1,2]").run();

    assertThat(result.out()).isEqualTo("[1,2]");
  }

  @Test
  void a_function_error_is_status_1() {
    Command.Result result = invokeScripted("\"error\"");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out()).contains("\"errorType\":\"Sample\"");
  }

  private static Command.Result stream(String event) {
    assumeTrue(Command.exists("python3"), "python3 exists");
    List<String> args = new ArrayList<>(List.of("invoke", "--stream", "--event", event));
    args.add("--cwd=examples/streaming");
    args.addAll(StreamingRuntime.command());
    return Command.rapid(args.toArray(String[]::new)).run();
  }

  @Test
  void a_stream_is_printed_as_it_comes_and_its_error_is_status_1() {
    Command.Result result = stream("{\"text\":[\"a\",\"b\"],\"fail\":\"no luck\"}");

    assertThat(result.out()).isEqualTo("ab");
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).contains("Function.ValueError");
  }

  @Test
  void a_stream_may_be_longer_than_a_buffered_response() {
    Command.Result result = stream("{\"pattern\":8000000}");

    assertThat(result.exit()).isZero();
    assertThat(result.out().length()).isGreaterThan(6 * 1024 * 1024);
  }

  @Test
  void a_url_that_collects_the_response_is_used_as_it_is() {
    try (Rapid rapid = Rapid.serveScripted()) {
      Command.Result result =
          Command.rapid("invoke", "--stream", "--url=" + rapid.invokeUrl(), "--event=[1]").run();

      assertThat(result.out()).isEqualTo("[1]");
      assertThat(result.exit()).isZero();
    }
  }

  @Test
  void the_stream_of_a_function_that_runs_already_is_printed() {
    assumeTrue(Command.exists("python3"), "python3 exists");
    try (Rapid rapid = StreamingRuntime.serve()) {
      Command.Result result =
          Command.rapid(
                  "invoke",
                  "--stream",
                  "--url=" + rapid.url(),
                  "--event={\"text\":[\"a\",\"b\"],\"exit\":3}")
              .run();

      assertThat(result.out()).isEqualTo("ab");
      assertThat(result.exit()).isEqualTo(1);
      assertThat(result.err()).contains("Runtime.TruncatedResponse");
    }
  }

  @Test
  void a_runtime_that_exits_is_status_1() {
    Command.Result result = invokeScripted("\"exit 42\"");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out()).contains("Runtime.ExitError");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_response_that_cannot_be_written_is_no_success() {
    String rapid = Rapid.launcher("rapid");
    List<String> script =
        List.of("sh", "-c", "exec \"$0\" \"$@\" >/dev/full", rapid, "invoke", "--event", "1", "--");
    List<String> command = new ArrayList<>(script);
    command.addAll(ScriptedRuntime.command());

    Command.Result result = Command.of(command.toArray(String[]::new)).run();

    assertThat(result.exit()).isEqualTo(70);
    assertThat(result.err()).contains("Cannot write the response to stdout");
  }

  @Test
  void an_unknown_option_is_status_2() {
    Command.Result result = Command.rapid("invoke", "--no-such-option").run();

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("--no-such-option");
  }

  @Test
  void an_event_that_is_not_json_is_status_2() {
    assertThat(invokeScripted("{ not JSON").exit()).isEqualTo(2);
  }

  @Test
  void a_bootstrap_that_does_not_exist_is_status_3() {
    Command.Result result = Command.rapid("invoke", "--", "./does-not-exist").run();

    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.err()).contains("does-not-exist");
  }

  @Test
  void a_bootstrap_that_is_not_executable_is_status_3(@TempDir Path directory) throws Exception {
    Path bootstrap = Files.writeString(directory.resolve("bootstrap"), "#!/bin/sh\n");

    Command.Result result = Command.rapid("invoke", "--", bootstrap.toString()).run();

    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.err()).contains(bootstrap.toString());
  }

  @Test
  void a_bootstrap_that_exits_at_once_is_status_3() {
    Command.Result result = Command.rapid("invoke", "--", "sh", "-c", "exit 7").run();

    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.err()).contains("exit status 7");
  }

  @Test
  void a_timeout_is_status_4() {
    Command.Result result = invokeScripted("\"sleep 30\"", "--timeout=1");

    assertThat(result.exit()).isEqualTo(4);
    assertThat(result.out()).contains("Sandbox.Timedout");
  }

  @Test
  void a_running_rapid_is_invoked_with_its_url() {
    try (Rapid rapid = Rapid.serveScripted()) {
      Command.Result result =
          Command.rapid("invoke", "--url", rapid.url().toString(), "--event", "{\"a\":1}").run();

      assertThat(result.exit()).isZero();
      assertThat(result.out()).isEqualTo("{\"a\":1}");
    }
  }

  @Test
  void a_url_where_nobody_answers_is_status_69() {
    Command.Result result =
        Command.rapid("invoke", "--url", "http://127.0.0.1:" + Rapid.freePort()).run();

    assertThat(result.exit()).isEqualTo(69);
  }

  @Test
  void serving_at_an_address_that_is_in_use_is_status_69() {
    try (Rapid rapid = Rapid.serveScripted()) {
      Command.Result result =
          Command.rapid("serve", "--listen", rapid.url().getAuthority(), "--", "sleep", "60").run();

      assertThat(result.exit()).isEqualTo(69);
      assertThat(result.err()).contains(rapid.url().getAuthority());
    }
  }
}
