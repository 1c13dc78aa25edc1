package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program starts from wherever it is and whatever its name on the way. */
final class LauncherTest {

  private static final Path HOME = Rapid.home();

  private static void assertStarts(Command command) {
    Command.Result result = command.run();

    assertThat(result.out()).startsWith("rapid ");
    assertThat(result.err()).isEmpty();
    assertThat(result.exit()).isZero();
  }

  @Test
  void it_starts_through_a_chain_of_links(@TempDir Path directory) throws Exception {
    Path first = Files.createSymbolicLink(directory.resolve("one"), HOME.resolve("bin/rapid"));
    Path second = Files.createSymbolicLink(directory.resolve("two"), first.getFileName());

    assertStarts(Command.of(second.toString(), "--version"));
  }

  @Test
  void it_starts_by_a_relative_path() {
    assertStarts(Command.of("sh", "-c", "../bin/rapid --version").in(HOME.resolve("lib")));
    assertStarts(Command.of("sh", "-c", "./rapid --version").in(HOME.resolve("bin")));
    assertStarts(Command.of("sh", "rapid", "--version").in(HOME.resolve("bin")));
  }

  @Test
  void it_starts_from_a_copy_whose_path_has_spaces(@TempDir Path directory) throws Exception {
    Path copy = directory.resolve("a copy of it");
    Command.of("cp", "-r", HOME.toString(), copy.toString()).run();

    assertStarts(Command.of(copy.resolve("bin/rapid").toString(), "--version"));
  }

  @Test
  void the_function_gets_the_locale_and_the_options_of_java_that_rapid_does_not_take() {
    Command.Result result =
        Command.rapid("invoke", "--", "sh", "-c", "echo \"$LC_ALL $JAVA_TOOL_OPTIONS\" >&2; exit 1")
            .with("LC_ALL", "C")
            .with("JAVA_TOOL_OPTIONS", "-Dmeant.for=the-function")
            .run();

    assertThat(result.err()).contains("C -Dmeant.for=the-function\n");
    assertThat(result.err()).doesNotContain("Picked up");
  }

  /** Runs the launcher as process 1, as a container does. */
  private static Command asFirstProcess(String... arguments) {
    List<String> unshare = List.of("unshare", "--pid", "--fork", "--mount-proc");
    assumeTrue(
        Command.exists("unshare") && Command.of(with(unshare, "true")).run().exit() == 0,
        "no permission to make a PID namespace");
    return Command.of(with(with(unshare, Rapid.launcher("rapid")), arguments));
  }

  private static String[] with(List<String> first, String... others) {
    return Stream.concat(first.stream(), Stream.of(others)).toArray(String[]::new);
  }

  private static String[] with(String[] first, String... others) {
    return with(List.of(first), others);
  }

  @Test
  void as_the_first_process_of_a_container_it_leaves_no_zombies(@TempDir Path directory) {
    String orphans =
        "rm -f orphans; for i in 1 2 3 4 5 6 7 8 9; do (sh -c 'echo x >>orphans' &); done; "
            + "until [ \"$(grep -c x orphans)\" = 9 ]; do :; done; "
            + "while grep -q ') Z ' /proc/[0-9]*/stat; do :; done; echo 'no zombies' >&2; exit 5";

    Command.Result result = asFirstProcess("invoke", "--", "sh", "-c", orphans).in(directory).run();

    assertThat(result.err()).contains("no zombies\n").contains("exit status 5");
  }

  @Test
  void as_the_first_process_of_a_container_it_ends_when_it_is_asked_to() {
    Command.Result result =
        asFirstProcess(
                "serve", "--listen", "127.0.0.1:0", "--", "sh", "-c", "kill -s TERM 1; sleep 1000")
            .run();

    assertThat(result.exit()).isZero();
  }

  @Test
  void as_the_first_process_of_a_container_it_gets_its_input_and_tells_its_status() {
    Command.Result result = asFirstProcess("invoke", "--event", "-", "--", "cat").input("{").run();

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("JSON");
  }

  @Test
  void the_stacks_of_all_threads_after_sigquit_are_on_stderr() {
    try (Rapid rapid = Rapid.serveScripted()) {
      rapid.signal("QUIT");

      rapid.awaitMessage("Full thread dump");
      assertThat(rapid.invoke("1").status()).isEqualTo(200);
      rapid.awaitOutput("REPORT RequestId: ");
      assertThat(rapid.output()).doesNotContain("Full thread dump");
    }
  }

  @Test
  void a_directory_that_does_not_exist_any_more_is_told(@TempDir Path directory) {
    Command.Result result =
        Command.of(
                "sh",
                "-c",
                "mkdir \"$1/gone\" && cd \"$1/gone\" && rmdir \"$1/gone\" && exec \"$0\" --version",
                Rapid.launcher("rapid"),
                directory.toString())
            .run();

    assertThat(result.exit()).isEqualTo(70);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("the current directory does not exist any more");
  }

  @Test
  void it_says_what_is_wrong_with_the_jdk_that_it_is_told_to_use(@TempDir Path directory) {
    Command.Result result =
        Command.rapid("--version").with("RAPID_JAVA_HOME", directory.toString()).run();

    assertThat(result.exit()).isEqualTo(70);
    assertThat(result.err()).contains(directory.toString()).contains("JDK 21");
  }

  @Test
  void it_ignores_a_java_home_that_is_too_old(@TempDir Path directory) throws Exception {
    Files.createDirectories(directory.resolve("bin"));
    Path java = Files.writeString(directory.resolve("bin/java"), "#!/bin/sh\nexit 9\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Files.writeString(directory.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");

    assertStarts(Command.rapid("--version").with("JAVA_HOME", directory.toString()));
  }

  @Test
  void the_classes_come_from_the_archive(@TempDir Path directory) throws Exception {
    assumeTrue(archives().size() == 1, "there is an archive");
    Path log = directory.resolve("classes");

    Command.rapid("--version").with("RAPID_JAVA_OPTIONS", "-Xlog:class+load:file=" + log).run();

    assertThat(Files.readAllLines(log))
        .anyMatch(line -> line.contains("dev.rapid.cli.Main source: shared objects file"));
  }

  private static List<Path> archives() throws IOException {
    try (Stream<Path> files = Files.list(HOME.resolve("lib"))) {
      return files.filter(file -> file.toString().matches(".*[.](aot|jsa)")).toList();
    }
  }
}
