package dev.rapid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.bootstrap.launch.BootstrapLocator;
import dev.rapid.cli.config.LogLevel;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line (contract lifecycle-and-control, sections 1.2 to 1.4). */
class RieCommandTest {

  @TempDir Path directory;

  @Test
  void without_anything_it_listens_where_rie_does_and_has_its_defaults() {
    RieCommand rie = rie(Map.of());

    assertThat(rie.program().listeners().callers()).isEqualTo(new HostPort("0.0.0.0", 8080));
    FunctionSettings function = rie.function();
    assertThat(function.runtimeApi()).isEqualTo(new HostPort("127.0.0.1", 9001));
    assertThat(function.name()).isEqualTo("test_function");
    assertThat(function.version()).isEqualTo("$LATEST");
    assertThat(function.memoryMegabytes()).isEqualTo(3008);
    assertThat(function.timeout()).isEqualTo(Duration.ofMinutes(5));
    assertThat(function.accountId()).isEqualTo("012345678912");
    assertThat(function.region()).isEqualTo("us-east-1");
    assertThat(function.handler()).isNull();
    assertThat(function.logGroup()).isEqualTo("/aws/lambda/Functions");
    assertThat(rie.logLevel()).isEqualTo(LogLevel.INFO);
    assertThat(rie.warnings()).isEmpty();
  }

  @Test
  void flags_may_stand_anywhere_in_both_forms() {
    RieCommand rie =
        rie(
            Map.of(),
            "./bootstrap",
            "--log-level",
            "debug",
            "app.handler",
            "--runtime-api-address=127.0.0.1:9002",
            "--runtime-interface-emulator-address",
            "127.0.0.1:8081");

    assertThat(rie.function().command()).containsExactly("./bootstrap", "app.handler");
    assertThat(rie.function().handler()).isEqualTo("app.handler");
    assertThat(rie.logLevel()).isEqualTo(LogLevel.DEBUG);
    assertThat(rie.function().runtimeApi()).isEqualTo(new HostPort("127.0.0.1", 9002));
    assertThat(rie.program().listeners().callers()).isEqualTo(new HostPort("127.0.0.1", 8081));
  }

  @ParameterizedTest
  @CsvSource({"--help", "--", "--unknown", "-x", "--unknown=1"})
  void unknown_options_are_arguments_of_the_command(String option) {
    assertThat(rie(Map.of(), "./bootstrap", option).function().command())
        .containsExactly("./bootstrap", option);
  }

  @Test
  void one_argument_is_the_command_and_no_handler() {
    FunctionSettings function = rie(Map.of(), "./bootstrap").function();

    assertThat(function.command()).containsExactly("./bootstrap");
    assertThat(function.handler()).isNull();
    assertThat(function.directory()).isEqualTo(directory);
  }

  @Test
  void without_arguments_the_bootstrap_is_searched_for() throws IOException {
    Files.createDirectories(directory.resolve("opt"));
    Path bootstrap = Files.writeString(directory.resolve("opt/bootstrap"), "");

    FunctionSettings function = rie(Map.of()).function();

    assertThat(function.command()).containsExactly(bootstrap.toString());
    assertThat(function.directory()).isEqualTo(directory.resolve("var/task"));
  }

  @ParameterizedTest
  @CsvSource({
    "AWS_LAMBDA_FUNCTION_HANDLER=a _HANDLER=b, a",
    "AWS_LAMBDA_FUNCTION_HANDLER= _HANDLER=b, b",
    "_HANDLER=, argument"
  })
  void a_handler_of_the_environment_counts_before_the_last_argument(String text, String handler) {
    assertThat(rie(environment(text), "./bootstrap", "argument").function().handler())
        .isEqualTo(handler);
  }

  @Test
  void the_environment_configures_the_function() {
    FunctionSettings function =
        rie(environment(
                "AWS_LAMBDA_FUNCTION_TIMEOUT=3 AWS_LAMBDA_FUNCTION_VERSION=7"
                    + " AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128 AWS_LAMBDA_FUNCTION_NAME=orders"
                    + " AWS_REGION=eu-west-1 AWS_LAMBDA_LOG_GROUP_NAME=g"
                    + " AWS_LAMBDA_LOG_STREAM_NAME=s"))
            .function();

    assertThat(function.timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(function.initTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(function.version()).isEqualTo("7");
    assertThat(function.memoryMegabytes()).isEqualTo(128);
    assertThat(function.name()).isEqualTo("orders");
    assertThat(function.region()).isEqualTo("eu-west-1");
    assertThat(function.logGroup()).isEqualTo("g");
    assertThat(function.logStream()).isEqualTo("s");
  }

  @ParameterizedTest
  @CsvSource({
    "panic, ERROR",
    "FATAL, ERROR",
    "error, ERROR",
    "warn, WARN",
    "Warning, WARN",
    "info, INFO",
    "debug, DEBUG",
    "trace, TRACE"
  })
  void levels_have_the_names_of_rie(String name, LogLevel level) {
    assertThat(rie(Map.of(), "--log-level", name).logLevel()).isEqualTo(level);
    assertThat(rie(Map.of("LOG_LEVEL", name)).logLevel()).isEqualTo(level);
    assertThat(rie(Map.of("LOG_LEVEL", "nonsense"), "--log-level", name).logLevel())
        .isEqualTo(level);
  }

  @ParameterizedTest
  @CsvSource({
    "LOG_LEVEL=",
    "LOG_LEVEL=loud",
    "AWS_LAMBDA_FUNCTION_TIMEOUT=abc",
    "AWS_LAMBDA_FUNCTION_TIMEOUT=1.5",
    "AWS_LAMBDA_FUNCTION_TIMEOUT=-1",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=much"
  })
  void a_bad_variable_is_refused_at_the_start(String text) {
    assertThatThrownBy(() -> rie(environment(text))).isInstanceOf(UsageException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "--log-level=loud",
    "--log-level",
    "--runtime-api-address=nothing",
    "--runtime-api-address",
    "--runtime-interface-emulator-address=8080",
    "--runtime-interface-emulator-address=127.0.0.1:http"
  })
  void a_bad_flag_is_refused_at_the_start(String flag) {
    assertThatThrownBy(() -> rie(Map.of(), flag)).isInstanceOf(UsageException.class);
  }

  @Test
  void a_runtime_api_port_that_is_no_number_is_a_warning_and_the_default_is_kept() {
    RieCommand rie = rie(Map.of(), "--runtime-api-address", "127.0.0.1:http");

    assertThat(rie.function().runtimeApi()).isEqualTo(new HostPort("127.0.0.1", 9001));
    assertThat(rie.warnings()).singleElement().asString().contains("is not a number");
  }

  @Test
  void an_address_without_a_host_means_all_networks() {
    assertThat(
            rie(Map.of(), "--runtime-interface-emulator-address", ":8080")
                .program()
                .listeners()
                .callers())
        .isEqualTo(new HostPort("0.0.0.0", 8080));
  }

  @Test
  void other_names_of_its_address_are_allowed_by_the_environment() {
    Map<String, String> environment = Map.of("RAPID_ALLOWED_HOST", "a.example,*.b.example");

    assertThat(rie(environment, "x").program().allowedHosts())
        .containsExactly("a.example", "*.b.example");
    assertThat(rie(Map.of(), "x").program().allowedHosts()).isEmpty();
  }

  @Test
  void invocations_share_the_runtime_if_the_environment_says_how_many() {
    assertThat(maxConcurrency(Map.of("AWS_LAMBDA_MAX_CONCURRENCY", "8"))).isEqualTo(8);
    assertThat(maxConcurrency(Map.of("AWS_LAMBDA_MAX_CONCURRENCY", ""))).isEqualTo(1);
    assertThat(maxConcurrency(Map.of())).isEqualTo(1);
    assertThatThrownBy(() -> maxConcurrency(Map.of("AWS_LAMBDA_MAX_CONCURRENCY", "0")))
        .hasMessage(
            "Invalid value for AWS_LAMBDA_MAX_CONCURRENCY: '0' is not a number from 1 to 10000");
  }

  private int maxConcurrency(Map<String, String> environment) {
    return rie(environment, "x").function().concurrency().maxConcurrency();
  }

  @Test
  void an_environment_that_asks_for_snapstart_gets_it() {
    Map<String, String> environment = Map.of("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start");

    assertThat(rie(environment, "x").function().sandbox().snapStart()).isTrue();
  }

  @Test
  void init_caching_restores_the_runtime_before_its_first_invocation() {
    RieCommand rie = rie(Map.of(), "--enable-init-caching", "x");

    assertThat(rie.warnings()).isEmpty();
    assertThat(rie.function().sandbox().snapStart()).isTrue();
    assertThat(rie(Map.of(), "x").function().sandbox().snapStart()).isFalse();
  }

  private RieCommand rie(Map<String, String> environment, String... args) {
    return new RieCommand(
        List.of(args),
        new Shells(directory, environment, "").shell(),
        new BootstrapLocator(directory));
  }

  private static Map<String, String> environment(String text) {
    Map<String, String> environment = new HashMap<>();
    for (String pair : List.of(text.split(" ", -1))) {
      int equals = pair.indexOf('=');
      environment.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return environment;
  }
}
