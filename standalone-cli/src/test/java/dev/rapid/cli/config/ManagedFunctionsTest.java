package dev.rapid.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.cli.config.value.UsageException;
import dev.rapid.emulator.settings.FunctionListing;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.invokeapi.function.FunctionAlias;
import dev.rapid.invokeapi.function.FunctionVersions;
import dev.rapid.invokeapi.function.PublishedVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Functions of managed runtimes in a configuration file, and how callers see functions. */
class ManagedFunctionsTest {

  @TempDir Path directory;

  private final LazyRuntimes runtimes = new LazyRuntimes(Map.of("PATH", "/usr/bin:/bin"));
  private final List<Message> messages = new ArrayList<>();

  @BeforeEach
  void makeCode() throws IOException {
    directory = directory.toRealPath();
    Path bootstrap = Files.createDirectories(directory.resolve("src")).resolve("bootstrap");
    Files.writeString(bootstrap, "#!/bin/sh\n");
    assertThat(bootstrap.toFile().setExecutable(true)).isTrue();
    Files.createDirectories(directory.resolve("layer").resolve("extensions"));
  }

  @AfterEach
  void closeRuntimes() {
    runtimes.close();
  }

  @Test
  void the_runtime_says_what_starts_a_function() throws IOException {
    FunctionSettings function =
        function("runtime: provided.al2023, code: src, handler: h, env: {A: b}");

    assertThat(function.command()).containsExactly(directory.resolve("src/bootstrap").toString());
    assertThat(function.directory()).isEqualTo(directory.resolve("src"));
    assertThat(function.taskRoot()).isEqualTo(directory.resolve("src"));
    assertThat(function.handler()).isEqualTo("h");
    assertThat(function.variables()).containsEntry("A", "b");
    assertThat(function.isAttached()).isFalse();
  }

  @Test
  void a_managed_function_does_not_see_the_environment_of_rapid() throws IOException {
    FunctionSettings managed = function("runtime: provided.al2023, code: src");
    FunctionSettings own = function("command: x");

    assertThat(managed.inherited()).doesNotContainKey("OF_RAPID");
    assertThat(own.inherited()).containsEntry("OF_RAPID", "yes");
  }

  @Test
  void the_code_of_a_function_with_a_command_is_where_it_runs() throws IOException {
    FunctionSettings function = function("command: ./run, code: src");

    assertThat(function.command()).containsExactly("./run");
    assertThat(function.directory()).isEqualTo(directory.resolve("src"));
    assertThat(function.taskRoot()).isEqualTo(directory.resolve("src"));
  }

  @Test
  void a_command_for_a_runtime_counts_more_than_what_rapid_would_choose() throws IOException {
    FunctionSettings function =
        read(
            """
            runtimes: {python3.13: [/opt/py/python, -m, client]}
            functions: {f: {runtime: python3.13, handler: a.b, code: src}}
            """);

    assertThat(function.command()).containsExactly("/opt/py/python", "-m", "client", "a.b");
  }

  @Test
  void extensions_come_from_the_layer() throws IOException {
    FunctionSettings function = function("runtime: provided.al2023, code: src, layers: [layer]");

    assertThat(function.sandbox().extensionsDirectory())
        .isEqualTo(directory.resolve("layer/extensions"));
  }

  @Test
  void a_function_whose_runtime_is_not_usable_is_listed_with_the_reason() throws IOException {
    FunctionSettings function = function("runtime: provided.al2023, inline-code: x");

    assertThat(function.listing().notRunnable()).isNotEmpty();
    assertThat(function.isRunnable()).isFalse();
    assertThat(function.isAttached()).isFalse();
    assertThat(messages)
        .extracting(Message::text)
        .containsExactly("function 'f' cannot run: " + function.listing().notRunnable());
  }

  @Test
  void a_function_that_is_not_runnable_needs_no_code() throws IOException {
    FunctionSettings function = function("runtime: python3.13, not-runnable: It is an image.");

    assertThat(function.listing().notRunnable()).isEqualTo("It is an image.");
    assertThat(function.isAttached()).isFalse();
    assertThat(messages).isEmpty();
  }

  @Test
  void callers_see_the_levels_of_a_log_in_json() throws IOException {
    String levels = "command: x, application-log-level: WARN, system-log-level: DEBUG";

    assertThat(function(levels + ", log-format: json").listing().details())
        .containsOnly(
            Map.entry(
                "LoggingConfig", Map.of("ApplicationLogLevel", "WARN", "SystemLogLevel", "DEBUG")));
    assertThat(function(levels).listing().details()).isEmpty();
  }

  @Test
  void callers_see_names_versions_aliases_and_details() throws IOException {
    FunctionSettings function =
        function(
            "runtime: provided.al2023, code: src, names: [Logical, Stack/Logical],"
                + " versions: [{version: 1, description: first}, 2],"
                + " aliases: {live: 1, canary: {version: 1, weights: {'2': 0.25},"
                + " description: d, provisioned: 3}},"
                + " details: {Role: r, Size: 512, On: true, Tags: {a: b}, List: [x, 1]}");

    assertThat(function.listing())
        .isEqualTo(
            new FunctionListing(
                List.of("Logical", "Stack/Logical"),
                new FunctionVersions(
                    List.of(new PublishedVersion("1", "first", 0), PublishedVersion.of("2")),
                    List.of(
                        FunctionAlias.of("live", "1"),
                        new FunctionAlias("canary", "1", Map.of("2", 0.25), "d", 3))),
                "provided.al2023",
                directory.resolve("src"),
                Map.of(
                    "Role",
                    "r",
                    "Size",
                    512L,
                    "On",
                    true,
                    "Tags",
                    Map.of("a", "b"),
                    "List",
                    List.of("x", 1L)),
                null));
  }

  @Test
  void a_function_finds_services_at_the_endpoints_of_the_file() throws IOException {
    FunctionSettings function =
        read(
            """
            endpoints: {all: 'http://a:1', sqs: 'http://b:2', elastic-beanstalk: 'http://c'}
            functions: {f: {command: x, env: {AWS_ENDPOINT_URL_SQS: 'http://own'}}}
            """);

    assertThat(function.variables())
        .containsEntry("AWS_ENDPOINT_URL", "http://a:1")
        .containsEntry("AWS_ENDPOINT_URL_ELASTIC_BEANSTALK", "http://c")
        .containsEntry("AWS_ENDPOINT_URL_SQS", "http://own");
  }

  @Test
  void the_log_of_a_function_has_its_group_and_level() throws IOException {
    FunctionSettings function =
        function("command: x, log-group: /mine, application-log-level: debug");

    assertThat(function.logGroup()).isEqualTo("/mine");
    assertThat(function.variables()).containsEntry("AWS_LAMBDA_LOG_LEVEL", "DEBUG");
  }

  @Test
  void a_function_is_chosen_by_any_of_its_names() throws IOException {
    Files.writeString(
        directory.resolve("r.yaml"),
        "functions: {a: {command: x}, b: {command: y, names: [Logical]}}\n");
    Settings settings =
        new Settings(
            new Arguments(
                Map.of(
                    Options.CONFIG, List.of("r.yaml"), Options.FUNCTION_NAME, List.of("Logical")),
                List.of(),
                false),
            context(),
            runtimes);

    assertThat(settings.programToInvoke(messages::add).functions())
        .extracting(FunctionSettings::name)
        .containsExactly("b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "versions: [{version: 1, note: x}]"
            + " | r.yaml:1:41: there is no member 'note' of a version",
        "versions: [first] | r.yaml:1:28: The version 'first' is not a number from 1",
        "aliases: {live: 1} | r.yaml:1:26: The alias 'live' is of version '1', which does not"
            + " exist",
        "'versions: [1], aliases: {live: {version: 1, weights: {''1'': much}}}'"
            + " | r.yaml:1:76: '1': 'much' is not a number",
        "details: [x] | r.yaml:1:26: 'details' takes members, 'name: value'",
        "code: nowhere | Invalid value for --code: 'nowhere' is neither a directory nor a file"
            + " (from 'code' in r.yaml:1:23)",
      })
  void a_mistake_is_named_with_its_place(String options, String message) {
    assertThatThrownBy(() -> function(options))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  private FunctionSettings function(String options) throws IOException {
    return read("functions: {f: {" + options + "}}\n");
  }

  private FunctionSettings read(String yaml) throws IOException {
    Files.writeString(directory.resolve("r.yaml"), yaml);
    Arguments arguments =
        new Arguments(Map.of(Options.CONFIG, List.of("r.yaml")), List.of(), false);
    return new Settings(arguments, context(), runtimes)
        .programToServe(messages::add)
        .functions()
        .getFirst();
  }

  private ProcessContext context() {
    return new ProcessContext(
        Map.of("OF_RAPID", "yes"), directory, new ByteArrayInputStream(new byte[0]));
  }
}
