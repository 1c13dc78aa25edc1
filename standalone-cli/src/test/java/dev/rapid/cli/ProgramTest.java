package dev.rapid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ProgramTest {

  @TempDir Path directory;

  @Test
  void the_help_goes_to_stdout() {
    Shells shell = Shells.in(directory);

    assertThat(shell.run("--help")).isEqualTo(0);

    assertThat(shell.out()).contains("rapid serve", "rapid invoke", "Exit codes:");
    assertThat(shell.err()).isEmpty();
  }

  @Test
  void the_version_is_one_line() {
    Shells shell = Shells.in(directory);

    assertThat(shell.run("--version")).isEqualTo(0);

    assertThat(shell.out()).startsWith("rapid ").hasLineCount(1);
  }

  @Test
  void help_with_the_word_of_a_command_is_the_help_of_that_command() {
    Shells word = Shells.in(directory);
    Shells flag = Shells.in(directory);

    assertThat(word.run("help", "serve")).isEqualTo(0);
    assertThat(flag.run("serve", "--help")).isEqualTo(0);

    assertThat(word.out()).isEqualTo(flag.out());
  }

  @Test
  void the_help_of_a_command_goes_to_stdout() {
    Shells shell = Shells.in(directory);

    assertThat(shell.run("invoke", "--help")).isEqualTo(0);

    assertThat(shell.out()).startsWith("Usage: rapid invoke [OPTIONS] [--] [COMMAND [ARG...]]");
  }

  @Test
  void a_wrong_option_is_explained_with_a_suggestion_the_synopsis_and_the_way_to_the_help() {
    Shells shell = Shells.in(directory);

    assertThat(shell.run("serve", "--memroy", "128", "x")).isEqualTo(2);

    assertThat(shell.out()).isEmpty();
    assertThat(shell.err())
        .isEqualTo(
            """
            rapid: There is no option '--memroy'
            Did you mean --memory?
            Usage: rapid serve [OPTIONS] [--] [COMMAND [ARG...]]
            'rapid serve --help' lists all options.
            """);
  }

  @Test
  void an_unknown_command_is_explained() {
    Shells mistyped = Shells.in(directory);
    Shells forgotten = Shells.in(directory);
    Shells nothing = Shells.in(directory);

    assertThat(mistyped.run("invok", "x")).isEqualTo(2);
    assertThat(forgotten.run("python3", "app.py")).isEqualTo(2);
    assertThat(nothing.run()).isEqualTo(2);

    assertThat(mistyped.err())
        .contains("There is no command 'invok'\nDid you mean 'rapid invoke'?");
    assertThat(forgotten.err()).contains("To run a function: rapid serve -- COMMAND");
    assertThat(nothing.err()).contains("There is no command\n");
  }

  @Test
  void invoke_without_a_command_says_what_to_write() {
    Shells shell = Shells.in(directory);

    assertThat(shell.run("invoke")).isEqualTo(2);

    assertThat(shell.err()).contains("There is no COMMAND to start", "rapid invoke -- ./bootstrap");
  }

  @Test
  void an_event_that_is_not_json_is_refused_before_anything_starts() {
    Shells shell = Shells.in(directory);

    assertThat(shell.run("invoke", "--event", "{name: 1}", "--", "x")).isEqualTo(2);

    assertThat(shell.err())
        .contains("Invalid value for --event: it is not JSON: ", "(line 1, column 2)");
  }

  @Test
  void an_event_that_is_refused_is_not_repeated() {
    for (String event : List.of("{hunter2: 1}", "hunter2", "{\"a\":\"hunter2}", "[hunter2]")) {
      Shells shell = Shells.in(directory);

      assertThat(shell.run("invoke", "--event", event, "--", "x")).isEqualTo(2);

      assertThat(shell.err()).contains("--event: it is not JSON").doesNotContain("hunter2");
    }
  }

  @Test
  void a_file_of_events_that_cannot_be_made_is_told_with_the_reason() {
    Shells missing = Shells.in(directory);
    Shells folder = Shells.in(directory);

    assertThat(missing.run("invoke", "--events", "/nonexistent/x", "--", "x")).isEqualTo(2);
    assertThat(folder.run("invoke", "--events", ".", "--", "x")).isEqualTo(2);

    assertThat(missing.err())
        .contains("Cannot write --events /nonexistent/x: there is no such file or directory\n");
    assertThat(folder.err()).contains("Cannot write --events .: Is a directory\n");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_file_without_an_end_is_refused_for_its_size() {
    Shells event = Shells.in(directory);
    Shells variables = Shells.in(directory);

    assertThat(event.run("invoke", "--event", "@/dev/zero", "--", "x")).isEqualTo(2);
    assertThat(variables.run("invoke", "--env-file", "/dev/zero", "--", "x")).isEqualTo(2);

    assertThat(event.err()).contains("is more than the 6291456 bytes that an event may have");
    assertThat(variables.err()).contains("Cannot read /dev/zero: it has more than 1048576 bytes");
  }

  @Test
  void a_file_of_variables_that_is_no_text_is_refused() throws IOException {
    Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    Shells shell = Shells.in(directory);

    assertThat(shell.run("invoke", "--env-file", "binary", "--", "x")).isEqualTo(2);

    assertThat(shell.err()).contains("Cannot read binary: it is not UTF-8 text");
  }

  @Test
  void the_file_of_a_template_elsewhere_says_where_it_belongs() throws IOException {
    Path project = directory.resolve("project");
    Files.createDirectories(project.resolve("code"));
    Files.writeString(
        project.resolve("template.yaml"),
        """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Hello:
            Type: AWS::Serverless::Function
            Properties: {Runtime: python3.13, Handler: app.handler, CodeUri: code}
        """);
    Shells here = Shells.in(project);
    Shells above = Shells.in(directory);

    assertThat(here.run("config", "--template", ".")).isEqualTo(0);
    assertThat(above.run("config", "--template", "project")).isEqualTo(0);

    assertThat(above.out()).isEqualTo(here.out()).contains("code: code");
    assertThat(here.err()).isEmpty();
    assertThat(above.err()).contains("keep this in a file in project");
  }

  @Test
  void a_running_rapid_that_is_not_there_is_told_as_unavailable() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Shells shell = Shells.in(directory);

    assertThat(shell.run("invoke", "--url", "http://127.0.0.1:" + port)).isEqualTo(69);

    assertThat(shell.err()).contains("Cannot invoke http://127.0.0.1:" + port);
  }

  @Test
  void an_address_in_use_is_told_with_the_option_that_changes_it() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      Shells callers = Shells.in(directory);
      Shells runtimes = Shells.in(directory);

      assertThat(callers.run("serve", "--listen", address, "--", "/bin/true")).isEqualTo(69);
      assertThat(runtimes.run("serve", "--runtime-api-address", address)).isEqualTo(69);

      assertThat(callers.err())
          .isEqualTo(
              "rapid: Cannot listen on "
                  + address
                  + " (--listen): the port is in use; stop the other program or choose another"
                  + " port with --listen\n");
      assertThat(runtimes.err()).contains("(--runtime-api-address): the port is in use");
    }
  }

  @Test
  void a_fault_of_rie_has_the_status_of_rie() {
    Shells shell = new Shells(directory, Map.of("AWS_LAMBDA_FUNCTION_TIMEOUT", "1.5"), "");

    assertThat(shell.run("aws-lambda-rie", "./bootstrap")).isEqualTo(1);
  }
}
