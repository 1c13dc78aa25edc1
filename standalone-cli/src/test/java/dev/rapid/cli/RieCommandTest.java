package dev.rapid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.bootstrap.BootstrapLocator;
import dev.rapid.cli.config.UsageException;
import dev.rapid.cli.settings.Configuration;
import dev.rapid.cli.settings.HostPort;
import dev.rapid.cli.settings.LogLevel;
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

    assertThat(rie.listen()).isEqualTo(new HostPort("0.0.0.0", 8080));
    Configuration configuration = rie.configuration();
    assertThat(configuration.runtimeApiAddress()).isEqualTo(new HostPort("127.0.0.1", 9001));
    assertThat(configuration.functionName()).isEqualTo("test_function");
    assertThat(configuration.functionVersion()).isEqualTo("$LATEST");
    assertThat(configuration.memoryMegabytes()).isEqualTo(3008);
    assertThat(configuration.functionTimeout()).isEqualTo(Duration.ofMinutes(5));
    assertThat(configuration.accountId()).isEqualTo("012345678912");
    assertThat(configuration.region()).isEqualTo("us-east-1");
    assertThat(configuration.handler()).isNull();
    assertThat(configuration.logGroup()).isEqualTo("/aws/lambda/Functions");
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

    assertThat(rie.configuration().command()).containsExactly("./bootstrap", "app.handler");
    assertThat(rie.configuration().handler()).isEqualTo("app.handler");
    assertThat(rie.logLevel()).isEqualTo(LogLevel.DEBUG);
    assertThat(rie.configuration().runtimeApiAddress()).isEqualTo(new HostPort("127.0.0.1", 9002));
    assertThat(rie.listen()).isEqualTo(new HostPort("127.0.0.1", 8081));
  }

  @ParameterizedTest
  @CsvSource({"--help", "--", "--unknown", "-x", "--unknown=1"})
  void unknown_options_are_arguments_of_the_command(String option) {
    assertThat(rie(Map.of(), "./bootstrap", option).configuration().command())
        .containsExactly("./bootstrap", option);
  }

  @Test
  void one_argument_is_the_command_and_no_handler() {
    Configuration configuration = rie(Map.of(), "./bootstrap").configuration();

    assertThat(configuration.command()).containsExactly("./bootstrap");
    assertThat(configuration.handler()).isNull();
    assertThat(configuration.directory()).isEqualTo(directory);
  }

  @Test
  void without_arguments_the_bootstrap_is_searched_for() throws IOException {
    Files.createDirectories(directory.resolve("opt"));
    Path bootstrap = Files.writeString(directory.resolve("opt/bootstrap"), "");

    Configuration configuration = rie(Map.of()).configuration();

    assertThat(configuration.command()).containsExactly(bootstrap.toString());
    assertThat(configuration.directory()).isEqualTo(directory.resolve("var/task"));
  }

  @ParameterizedTest
  @CsvSource({
    "AWS_LAMBDA_FUNCTION_HANDLER=a _HANDLER=b, a",
    "AWS_LAMBDA_FUNCTION_HANDLER= _HANDLER=b, b",
    "_HANDLER=, argument"
  })
  void a_handler_of_the_environment_counts_before_the_last_argument(String text, String handler) {
    assertThat(rie(environment(text), "./bootstrap", "argument").configuration().handler())
        .isEqualTo(handler);
  }

  @Test
  void the_environment_configures_the_function() {
    Configuration configuration =
        rie(environment(
                "AWS_LAMBDA_FUNCTION_TIMEOUT=3 AWS_LAMBDA_FUNCTION_VERSION=7"
                    + " AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128 AWS_LAMBDA_FUNCTION_NAME=orders"
                    + " AWS_REGION=eu-west-1 AWS_LAMBDA_LOG_GROUP_NAME=g"
                    + " AWS_LAMBDA_LOG_STREAM_NAME=s"))
            .configuration();

    assertThat(configuration.functionTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(configuration.initTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(configuration.functionVersion()).isEqualTo("7");
    assertThat(configuration.memoryMegabytes()).isEqualTo(128);
    assertThat(configuration.functionName()).isEqualTo("orders");
    assertThat(configuration.region()).isEqualTo("eu-west-1");
    assertThat(configuration.logGroup()).isEqualTo("g");
    assertThat(configuration.logStream()).isEqualTo("s");
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

    assertThat(rie.configuration().runtimeApiAddress()).isEqualTo(new HostPort("127.0.0.1", 9001));
    assertThat(rie.warnings()).singleElement().asString().contains("is not a number");
  }

  @Test
  void an_address_without_a_host_means_all_networks() {
    assertThat(rie(Map.of(), "--runtime-interface-emulator-address", ":8080").listen())
        .isEqualTo(new HostPort("0.0.0.0", 8080));
  }

  @Test
  void other_names_of_its_address_are_allowed_by_the_environment() {
    Map<String, String> environment = Map.of("RAPID_ALLOWED_HOST", "a.example,*.b.example");

    assertThat(rie(environment, "x").configuration().allowedHosts())
        .containsExactly("a.example", "*.b.example");
    assertThat(rie(Map.of(), "x").configuration().allowedHosts()).isEmpty();
  }

  @Test
  void what_is_missing_is_announced() {
    assertThat(rie(Map.of("AWS_LAMBDA_MAX_CONCURRENCY", ""), "x").warnings()).hasSize(1);
  }

  @Test
  void an_environment_that_asks_for_snapstart_gets_it() {
    Map<String, String> environment = Map.of("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start");

    assertThat(rie(environment, "x").configuration().sandbox().snapStart()).isTrue();
  }

  @Test
  void init_caching_restores_the_runtime_before_its_first_invocation() {
    RieCommand rie = rie(Map.of(), "--enable-init-caching", "x");

    assertThat(rie.warnings()).isEmpty();
    assertThat(rie.configuration().sandbox().snapStart()).isTrue();
    assertThat(rie(Map.of(), "x").configuration().sandbox().snapStart()).isFalse();
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
