package dev.rapid.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.cli.config.value.UsageException;
import dev.rapid.core.function.LogFormat;
import dev.rapid.emulator.settings.ConcurrencySettings;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.ProgramSettings;
import dev.rapid.emulator.settings.WhenBusy;
import dev.rapid.invokeapi.url.CorsSettings;
import dev.rapid.invokeapi.url.UrlSettings;
import dev.rapid.lambda.async.AsyncSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The functions of a configuration file. */
class FunctionsTest {

  /** The current directory; the file is in the directory below. */
  @TempDir Path directory;

  private final Map<Option<?>, List<String>> flags = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();
  private List<String> command = List.of();

  @BeforeEach
  void makeDirectories() throws IOException {
    Files.createDirectories(directory.resolve(Path.of("project", "app")));
    Files.createDirectories(directory.resolve("elsewhere"));
  }

  private Settings settings(String yaml) {
    try {
      Files.writeString(directory.resolve(Path.of("project", "rapid.yaml")), yaml);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    flags.put(Options.CONFIG, List.of("project/rapid.yaml"));
    return new Settings(
        new Arguments(flags, command, false),
        new ProcessContext(environment, directory, new ByteArrayInputStream(new byte[0])),
        new LazyRuntimes(Map.of()));
  }

  private Map<String, FunctionSettings> functions(String yaml) {
    return settings(yaml).programToServe(message -> {}).functions().stream()
        .collect(Collectors.toMap(FunctionSettings::name, function -> function));
  }

  private FunctionSettings only(String yaml) {
    List<FunctionSettings> functions = settings(yaml).programToServe(message -> {}).functions();
    assertThat(functions).hasSize(1);
    return functions.getFirst();
  }

  private void refuse(String yaml, String message) {
    assertThatThrownBy(() -> settings(yaml).programToServe(ignored -> {}))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  @Test
  void each_function_has_its_name_and_options() {
    FunctionSettings function =
        only(
            """
            functions:
              orders:
                command: [python3, app.py]
                handler: app.handler
                function-version: 7
                timeout: 3
                init-timeout: 4
                memory: 512
                region: eu-central-1
                account-id: 012345678901
                log-format: json
                env: {TABLE: orders}
                snapstart: false
                shutdown-grace: 1
                concurrency: 4
                reserved-concurrency: 3
                provisioned: 2
                idle-timeout: 60
                when-busy: throttle
                requests-per-second: 5
                freeze: true
                tenant-isolation: false
                function-url-mode: response_stream
                function-url-auth: aws_iam
                function-url-cors: {AllowOrigins: ["https://a.example"]}
                async-attempts: 1
                async-retry-base: 2
                async-max-age: 60
            """);

    assertThat(function.command()).containsExactly("python3", "app.py");
    assertThat(function.handler()).isEqualTo("app.handler");
    assertThat(function.version()).isEqualTo("7");
    assertThat(function.timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(function.initTimeout()).isEqualTo(Duration.ofSeconds(4));
    assertThat(function.memoryMegabytes()).isEqualTo(512);
    assertThat(function.region()).isEqualTo("eu-central-1");
    assertThat(function.accountId()).isEqualTo("012345678901");
    assertThat(function.logFormat()).isEqualTo(LogFormat.JSON);
    assertThat(function.variables()).isEqualTo(Map.of("TABLE", "orders"));
    assertThat(function.sandbox().shutdownGrace()).isEqualTo(Duration.ofSeconds(1));
    assertThat(function.concurrency())
        .isEqualTo(
            new ConcurrencySettings(
                4, 3, 2, Duration.ofMinutes(1), WhenBusy.THROTTLE, 1, 5, false, Duration.ZERO));
    assertThat(function.url())
        .isEqualTo(
            new UrlSettings(
                true,
                true,
                null,
                new CorsSettings(
                    List.of("https://a.example"), List.of(), List.of(), List.of(), null, false)));
    assertThat(function.async())
        .isEqualTo(new AsyncSettings(1, Duration.ofSeconds(2), Duration.ofMinutes(1)));
  }

  @Test
  void the_order_of_the_functions_is_that_of_the_file() {
    assertThat(
            settings("functions: {z: {command: z}, a: {command: a}, m: {command: m}}")
                .programToServe(message -> {})
                .functions())
        .extracting(FunctionSettings::name)
        .containsExactly("z", "a", "m");
  }

  @Test
  void the_top_of_the_file_has_defaults_for_all_functions() {
    Map<String, FunctionSettings> functions =
        functions(
            """
            timeout: 3
            env: {A: top, B: top}
            functions:
              one: {command: x}
              two: {command: x, timeout: 5, env: {B: two}}
            """);

    assertThat(named(functions, "one").timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(named(functions, "two").timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(named(functions, "one").variables()).isEqualTo(Map.of("A", "top", "B", "top"));
    assertThat(named(functions, "two").variables()).isEqualTo(Map.of("A", "top", "B", "two"));
  }

  @Test
  void the_command_line_counts_more_than_every_function_and_so_does_the_environment() {
    String yaml = "functions: {one: {command: x, timeout: 5, memory: 5, env: {A: file}}}";
    environment.put("RAPID_MEMORY", "6");
    flags.put(Options.TIMEOUT, List.of("0"));
    flags.put(Options.ENV, List.of("A=flag"));

    FunctionSettings function = only(yaml);

    assertThat(function.timeout()).isZero();
    assertThat(function.memoryMegabytes()).isEqualTo(6);
    assertThat(function.variables()).isEqualTo(Map.of("A", "flag"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          command: python3 app.py            | python3,app.py
          command: 'sh -c "echo  $1" a'      | sh,-c,echo  $1,a
          command: [a b, "c"]                | a b,c
          command: []                        | ''
          """)
  void a_command_is_a_list_or_words_as_a_shell_splits_them(String line, String words) {
    assertThat(only("functions:\n  one:\n    " + line).command())
        .isEqualTo(words.equals("''") ? List.of() : List.of(words.split(",", -1)));
  }

  @Test
  void a_function_without_a_command_is_one_whose_runtime_the_user_starts() {
    Map<String, FunctionSettings> functions = functions("functions: {one: , two: {timeout: 1}}");

    assertThat(named(functions, "one").isAttached()).isTrue();
    assertThat(named(functions, "two").isAttached()).isTrue();
  }

  @Test
  void the_environment_has_no_command_for_functions() {
    environment.put("RAPID_COMMAND", "x");

    assertThat(only("functions: {one: {}}").isAttached()).isTrue();
  }

  // ------------------------------------------------------------------ paths

  @Test
  void paths_in_the_file_are_relative_to_it() throws IOException {
    Files.writeString(directory.resolve(Path.of("project", "a.env")), "A=1\n");

    FunctionSettings function =
        only("functions: {one: {command: x, cwd: app, env-file: a.env, extensions-dir: app}}");

    Path app = directory.resolve(Path.of("project", "app"));
    assertThat(function.directory()).isEqualTo(app);
    assertThat(function.sandbox().extensionsDirectory()).isEqualTo(app);
    assertThat(function.variables()).containsEntry("A", "1");
  }

  @Test
  void a_function_of_the_file_runs_in_the_directory_of_the_file() {
    assertThat(only("functions: {one: {command: x}}").directory())
        .isEqualTo(directory.resolve("project"));
  }

  @Test
  void paths_of_the_command_line_are_relative_to_the_current_directory() {
    flags.put(Options.CWD, List.of("elsewhere"));

    assertThat(only("functions: {one: {command: x, cwd: app}}").directory())
        .isEqualTo(directory.resolve("elsewhere"));
  }

  @Test
  void the_function_of_a_command_line_runs_in_the_current_directory() {
    command = List.of("x");

    assertThat(only("timeout: 3").directory()).isEqualTo(directory);
    assertThat(only("cwd: app").directory())
        .isEqualTo(directory.resolve(Path.of("project", "app")));
  }

  // ------------------------------------------------------------------ variables in values

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ${STAGE}                   | prod
          a-${STAGE}-${STAGE}        | a-prod-prod
          "${STAGE:-dev}"            | prod
          ${EMPTY:-dev}              | dev
          ${MISSING:-dev}            | dev
          ${MISSING:-}x              | x
          ${MISSING:-a:-b}           | a:-b
          x${EMPTY}y                 | xy
          $$                         | $
          $${STAGE}                  | ${STAGE}
          $STAGE                     | $STAGE
          a$                         | a$
          """)
  void variables_are_replaced_in_values(String value, String meaning) {
    environment.putAll(Map.of("STAGE", "prod", "EMPTY", ""));
    String plain = "functions:\n  one:\n    command: x\n    handler: " + value + "\n";

    assertThat(only(plain).handler()).isEqualTo(meaning);
    assertThat(only("functions: {one: {command: x, handler: " + quoted(value) + "}}").handler())
        .isEqualTo(meaning);
  }

  private static String quoted(String value) {
    return value.startsWith("\"") ? value : "'" + value + "'";
  }

  @Test
  void variables_are_replaced_in_structures_and_keep_the_type_that_they_write() {
    environment.putAll(Map.of("ORIGIN", "https://a.example", "AGE", "7"));

    CorsSettings cors =
        only("""
        functions:
          one:
            command: ["${ORIGIN}"]
            function-url-cors:
                      AllowOrigins: ["${ORIGIN}"]
                      MaxAge: ${AGE}
        """)
            .url()
            .cors();

    assertThat(cors)
        .isEqualTo(
            new CorsSettings(
                List.of("https://a.example"), List.of(), List.of(), List.of(), 7, false));
  }

  @Test
  void a_variable_that_is_not_there_is_refused_with_its_place() {
    refuse(
        "functions:\n  one:\n    handler: a.${NONE}\n",
        "project/rapid.yaml:3:14: there is no environment variable NONE; set it, or write"
            + " ${NONE:-} for an empty text");
    refuse(
        "handler: a.${NO\n",
        "project/rapid.yaml:1:10: '${' has no '}'; write $${ for the characters");
    refuse(
        "handler: a.${NO-NE}\n",
        "project/rapid.yaml:1:10: 'NO-NE' in '${NO-NE}' is not a name of a variable");
  }

  // ------------------------------------------------------------------ mistakes

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          functions: {one: {memroy: 3}}        | 1:19: there is no option of a function 'memroy'
          functions: {one: {listen: "a:1"}}    | 1:19: 'listen' is not an option of one function, but of the whole program
          functions: {one: {function-name: a}} | 1:19: a function's name is its key in 'functions', not 'function-name'
          functions: {a b: {}}                 | 1:13: 'a b' is not 1 to 64 letters, digits, '-' or '_'
          functions: {one: {}, one: {}}        | 1:22: 'one' is there twice
          functions: {one: [x]}                | 1:18: function 'one' takes options, 'name: value'
          functions: [one]                     | 1:12: 'functions' takes functions, each with a name as its key
          functions: {}                        | 1:12: 'functions' takes functions, each with a name as its key
          functions:                           | 1:11: 'functions' takes functions, each with a name as its key
          functions: {one: {command: {a: b}}}  | 1:28: 'command' takes values, not a mapping
          functions: {one: {command: "a 'b"}}  | 1:28: 'command' has an opening quote without a closing one
          functions: {one: {timeout: [1]}}     | 1:28: 'timeout' takes one value, not a list
          functions: {one: {env: {A: 1}, env.A: 2}} | 1:39: 'env.A' is there twice
          command: x                           | 1:1: 'command' belongs to a function, below 'functions'
          function: {one: {}}                  | 1:1: there is no option 'function'
          """)
  void a_mistake_is_refused_with_its_place(String yaml, String message) {
    refuse(yaml, "project/rapid.yaml:" + message);
  }

  @Test
  void the_nearest_key_is_suggested() {
    assertThatThrownBy(() -> settings("functions: {one: {memroy: 3}}"))
        .isInstanceOfSatisfying(
            UsageException.class,
            e -> assertThat(e.suggestion()).isEqualTo("Did you mean 'memory'?"));
    assertThatThrownBy(() -> settings("function: {one: {}}"))
        .isInstanceOfSatisfying(
            UsageException.class,
            e -> assertThat(e.suggestion()).isEqualTo("Did you mean 'functions'?"));
  }

  @Test
  void a_bad_value_of_a_function_is_refused_with_its_place() {
    refuse(
        "functions:\n  one: {command: x, timeout: soon}\n",
        "Invalid value for --timeout: 'soon' is not a number of seconds"
            + " (from 'timeout' in project/rapid.yaml:2:30)");
  }

  @Test
  void each_function_has_enough_memory_for_a_sandbox() {
    refuse(
        """
        total-memory: 500
        functions:
          one: {command: x, memory: 400}
          two: {command: x, memory: 512}
        """,
        "Invalid value for --total-memory: '500' is less than the memory of function 'two'"
            + " (--memory), 512 (from 'total-memory' in project/rapid.yaml:1:15)");
  }

  @Test
  void provisioned_sandboxes_leave_memory_for_a_sandbox_of_each_other_function() {
    refuse(
        """
        total-memory: 500
        functions:
          one: {command: x, memory: 200, provisioned: 2}
          two: {command: x, memory: 128}
        """,
        "Invalid value for --total-memory: '500' is less than provisioned sandboxes"
            + " (--provisioned) and one of each other function need, 528"
            + " (from 'total-memory' in project/rapid.yaml:1:15)");
  }

  @Test
  void functions_cannot_reserve_more_than_there_is() {
    refuse(
        """
        total-concurrency: 4
        functions:
          one: {command: x, reserved-concurrency: 3}
          two: {command: x, reserved-concurrency: 2}
        """,
        "Invalid value for --total-concurrency: '4' is less than what is reserved"
            + " (--reserved-concurrency), 5 (from 'total-concurrency' in project/rapid.yaml:1:20)");
  }

  @ParameterizedTest
  @CsvSource({"control-api,true", "function-url-address,127.0.0.1:0"})
  void what_is_for_one_function_is_refused_with_several(String key, String value) {
    refuse(
        key + ": '" + value + "'\nfunctions: {one: {command: x}, two: {command: x}}\n",
        "Invalid value for --"
            + key
            + ": '"
            + value
            + "' is for one function, and project/rapid.yaml has 2: one, two (from '"
            + key
            + "' in project/rapid.yaml:1:"
            + (key.length() + 3)
            + ")");
  }

  @Test
  void a_command_beside_functions_is_refused() {
    command = List.of("x");

    refuse(
        "functions: {one: {command: x}}",
        "There is a COMMAND, and project/rapid.yaml has functions");
  }

  // ------------------------------------------------------------------ one of several

  @Test
  void a_name_chooses_one_function_of_the_file() {
    String yaml = "functions: {one: {command: x}, two: {command: y}}";
    flags.put(Options.FUNCTION_NAME, List.of("two"));

    assertThat(only(yaml).command()).containsExactly("y");
    assertThat(settings(yaml).programToInvoke(message -> {}).functions())
        .singleElement()
        .extracting(FunctionSettings::name)
        .isEqualTo("two");
  }

  @Test
  void a_name_that_the_file_does_not_have_is_refused() {
    flags.put(Options.FUNCTION_NAME, List.of("three"));

    refuse(
        "functions: {one: {command: x}, two: {command: y}}",
        "Invalid value for --function-name: 'three' is no function of project/rapid.yaml, which has"
            + " one, two");
  }

  @Test
  void one_invocation_is_of_one_function() {
    ProgramSettings program =
        settings("functions: {one: {command: x}}").programToInvoke(message -> {});

    assertThat(program.functions()).extracting(FunctionSettings::name).containsExactly("one");
    assertThatThrownBy(() ->
            settings("functions: {one: {command: x}, two: {command: y}}")
                .programToInvoke(message -> {}))
        .isInstanceOf(UsageException.class)
        .hasMessage("project/rapid.yaml has several functions: one, two");
  }

  @Test
  void the_example_is_right() {
    flags.put(Options.CONFIG, List.of("../examples/functions/rapid.yaml"));
    Settings example =
        new Settings(
            new Arguments(flags, List.of(), false),
            new ProcessContext(
                Map.of(), Path.of("").toAbsolutePath(), new ByteArrayInputStream(new byte[0])),
            new LazyRuntimes(Map.of()));

    assertThat(example.programToServe(message -> {}).functions())
        .extracting(FunctionSettings::name)
        .containsExactly("python", "node", "bash");
  }

  @Test
  void every_option_of_a_function_is_one_of_the_table() {
    Set<Option<?>> known = Set.copyOf(Options.all());

    assertThat(Options.ofFunctions())
        .hasSizeGreaterThan(25)
        .allMatch(option -> option.isOnlyInFile() || known.contains(option));
  }

  private static FunctionSettings named(Map<String, FunctionSettings> functions, String name) {
    return Objects.requireNonNull(functions.get(name), name);
  }
}
