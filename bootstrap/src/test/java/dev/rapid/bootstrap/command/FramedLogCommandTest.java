package dev.rapid.bootstrap.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramedLogCommandTest {

  private static final String PATH = System.getenv("PATH");

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash", "ksh"})
  @EnabledOnOs(OS.LINUX)
  void the_program_gets_exactly_its_environment_and_the_descriptor(String shell) throws Exception {
    Map<String, String> environment =
        new TreeMap<>(
            Map.of(
                "PATH", PATH,
                "PWD", "/nowhere",
                "SHLVL", "7",
                "LC_ALL", "xx_YY",
                "OPTIND", "not a number",
                "SHELLOPTS", "xtrace",
                "BASH_FUNC_exec%%", "() { echo hijacked\n}",
                "PS4", "$(echo hijacked)",
                "SECRET", "a b=c\n'\"$x",
                "EMPTY", ""));
    assertThat(FramedLogCommand.fits(List.of("/usr/bin/env"), environment)).isTrue();

    String output = run(shell, List.of("/usr/bin/env", "-0"), environment);

    environment.put("_LAMBDA_TELEMETRY_LOG_FD", "8");
    assertThat(output)
        .isEqualTo(
            environment.entrySet().stream()
                .map(entry -> entry + "\0")
                .sorted()
                .collect(Collectors.joining()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash", "ksh"})
  @EnabledOnOs(OS.LINUX)
  void shells_add_nothing_to_a_small_environment(String shell) throws Exception {
    assertThat(run(shell, List.of("/usr/bin/env", "-0"), Map.of("A", "1")))
        .isEqualTo("A=1\0_LAMBDA_TELEMETRY_LOG_FD=8\0");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void secrets_are_no_arguments() {
    FramedLogCommand command = FramedLogCommand.find(PATH).orElseThrow();

    List<String> wrapped =
        command.wrap(List.of("/bin/true"), Map.of("AWS_SECRET_ACCESS_KEY", "hush", "LANG", "C"));

    assertThat(wrapped).contains("LANG=C").noneMatch(word -> word.contains("hush"));
  }

  @Test
  void a_variable_that_shells_drop_does_not_fit() {
    List<String> command = List.of("/bin/true");

    assertThat(FramedLogCommand.fits(command, Map.of("a_B9", "1"))).isTrue();
    assertThat(FramedLogCommand.fits(command, Map.of("a.b", "1"))).isFalse();
    assertThat(FramedLogCommand.fits(command, Map.of("9a", "1"))).isFalse();
    assertThat(FramedLogCommand.fits(command, Map.of("\u00e9", "1"))).isFalse();
  }

  @Test
  void a_program_that_env_takes_for_a_variable_does_not_fit() {
    assertThat(FramedLogCommand.fits(List.of("/a=b/bootstrap"), Map.of())).isFalse();
    assertThat(FramedLogCommand.fits(List.of("/ab/bootstrap", "a=b"), Map.of())).isTrue();
  }

  @Test
  void without_helpers_there_is_none() {
    assertThat(FramedLogCommand.find("/nowhere")).isEmpty();
  }

  /** Returns the sorted output. */
  private static String run(String shell, List<String> command, Map<String, String> environment)
      throws Exception {
    Optional<Path> program = SearchPath.find(shell, PATH, Path.of("/"));
    assumeTrue(program.isPresent(), shell + " is not installed");
    FramedLogCommand framed = FramedLogCommand.find(PATH).orElseThrow();
    ProcessBuilder builder =
        new ProcessBuilder(
            new FramedLogCommand(program.get(), framed.env()).wrap(command, environment));
    builder.environment().clear();
    builder.environment().putAll(FramedLogCommand.environment(environment));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    String framedLog = new String(process.getErrorStream().readAllBytes(), UTF_8);
    assertThat(framedLog).isEmpty();
    assertThat(process.waitFor()).isZero();
    return output.lines().findAny().isEmpty()
        ? ""
        : List.of(output.split("\0")).stream()
            .sorted()
            .map(entry -> entry + "\0")
            .collect(Collectors.joining());
  }
}
