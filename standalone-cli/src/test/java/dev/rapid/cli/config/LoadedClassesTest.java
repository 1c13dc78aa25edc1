package dev.rapid.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.cli.ExitCode;
import dev.rapid.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a start does not use, it does not load. */
@Timeout(60)
class LoadedClassesTest {

  private static final String YAML = "org.snakeyaml.";
  private static final String RATE_LIMITER = "io.github.resilience4j.";

  @TempDir Path directory;

  @Test
  void only_a_start_with_a_file_of_yaml_loads_the_library_for_yaml() throws Exception {
    Files.writeString(directory.resolve("x.yaml"), "timeout: 3\n");
    Files.writeString(directory.resolve("x.properties"), "timeout=3\n");

    assertThat(loadedBy("--timeout", "3")).doesNotContain(YAML);
    assertThat(loadedBy("--config", "x.properties")).doesNotContain(YAML);
    assertThat(loadedBy("--config", "x.yaml")).contains(YAML);
  }

  @Test
  void a_start_without_templates_and_routes_loads_none_of_what_they_need() throws Exception {
    assertThat(loadedByServing())
        .doesNotContain(" dev.rapid.templates.")
        .doesNotContain(" dev.rapid.runtimes.")
        .doesNotContain(" dev.rapid.gateway.");
  }

  @Test
  void only_a_function_with_a_limited_rate_loads_the_library_for_that() throws Exception {
    assertThat(loadedByServing().lines()).noneMatch(line -> line.contains(RATE_LIMITER));
    assertThat(loadedByServing("--requests-per-second=5").lines())
        .anyMatch(line -> line.contains(RATE_LIMITER));
  }

  @Test
  void a_start_without_a_data_directory_loads_nothing_of_databases() throws Exception {
    assertThat(loadedByServing())
        .doesNotContain(" java.sql.")
        .doesNotContain(" org.h2.")
        .doesNotContain(" org.postgresql.")
        .doesNotContain(" com.zaxxer.")
        .doesNotContain(" dev.rapid.queue.sql.SqlStore");
  }

  @Test
  void a_start_without_fn_loads_nothing_of_it() throws Exception {
    List<String> ofFn =
        List.of(
            " dev.rapid.fnrunner.",
            " dev.rapid.fnfdk.",
            " dev.rapid.grpc.",
            " dev.rapid.emulator.fn.",
            " io.netty.",
            " io.grpc.");

    assertThat(loadedByServing().lines())
        .filteredOn(line -> ofFn.stream().anyMatch(line::contains))
        .isEmpty();
  }

  @Test
  void a_start_without_azure_functions_loads_nothing_of_them_but_plain_settings() throws Exception {
    assertThat(loadedByServing().lines())
        .filteredOn(line -> line.contains(" dev.rapid.azure.") || line.contains(".config.azure."))
        .isEmpty();
  }

  @Test
  void a_start_without_kapacitor_loads_nothing_of_it() throws Exception {
    assertThat(loadedByServing().lines())
        .filteredOn(
            line -> line.contains(" dev.rapid.kapacitor.") || line.contains(".config.kapacitor."))
        .isEmpty();
  }

  /** Starts a program that serves callers, and ends it as soon as it does. */
  private String loadedByServing(String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("serve", "--listen=127.0.0.1:0"));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of("--", "sleep", "60"));
    Process program = program(arguments).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    try (BufferedReader messages = program.errorReader()) {
      assertThat(messages.lines().anyMatch(line -> line.contains(" at http://"))).isTrue();
    } finally {
      program.destroy();
      program.onExit().join();
    }
    return Files.readString(log());
  }

  private Path log() {
    return directory.resolve("classes.log");
  }

  private ProcessBuilder program(List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + log(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command).directory(directory.toFile());
  }

  /** Starts a program that reads all options and finds nobody at the address. */
  private String loadedBy(String... options) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("invoke", "--url=http://127.0.0.1:1"));
    arguments.addAll(List.of(options));
    Process program =
        program(arguments)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(program.waitFor(50, TimeUnit.SECONDS)).isTrue();
      assertThat(program.exitValue()).isEqualTo(ExitCode.UNAVAILABLE.status());
    } finally {
      program.destroyForcibly();
    }
    return Files.readString(log());
  }
}
