package dev.rapid.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.azure.AzureSettings;
import dev.rapid.azure.AzureSettings.ArgumentStyle;
import dev.rapid.azure.AzureSettings.HttpResponse;
import dev.rapid.azure.AzureSettings.Indexing;
import dev.rapid.azure.AzureSettings.TriggerDataType;
import dev.rapid.azure.WorkerTimers;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.ProgramSettings;
import dev.rapid.emulator.settings.WorkerContract;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Functions of Azure Functions, in a file and in options. */
class AzureSettingsTest {

  private static final List<String> COMMAND = List.of("python3", "-m", "azure_functions_worker");

  @TempDir Path directory;

  private Path app;

  @BeforeEach
  void makeApp() throws IOException {
    app = Files.createDirectory(directory.resolve("app"));
    Files.writeString(app.resolve("host.json"), "{}");
    function(app, "hello");
  }

  @Test
  void every_member_of_the_mapping_is_read() throws IOException {
    AzureSettings settings =
        azure(
            """
            functions:
              a:
                contract: azure-functions
                azure:
                  appDirectory: app
                  functionName: Orders
                  executable: bin/worker
                  arguments: [run, --fast]
                  workerPath: lib/worker.js
                  language: node
                  indexing: worker
                  argumentStyle: new
                  environment: {COLOUR: red}
                  timers:
                    startup: 1s
                    init: 2s
                    metadata: 3s
                    load: 4s
                    reload: 5s
                    warmup: 6s
                    terminateGrace: 700ms
                    killWait: 0.8s
                  hostVersion: 4.2.0
                  loadAll: true
                  triggerDataType: base64
                  httpResponse: body
            """);

    assertThat(settings)
        .isEqualTo(
            new AzureSettings(
                app,
                "Orders",
                null,
                List.of(
                    directory.resolve("bin/worker").toString(),
                    "run",
                    "--fast",
                    directory.resolve("lib/worker.js").toString()),
                "node",
                Indexing.WORKER,
                ArgumentStyle.NEW,
                Map.of("COLOUR", "red"),
                new WorkerTimers(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(4),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(6),
                    Duration.ofMillis(700),
                    Duration.ofMillis(800)),
                "4.2.0",
                true,
                TriggerDataType.BASE64,
                HttpResponse.BODY));
  }

  @Test
  void a_command_line_names_the_app_and_its_worker() {
    FunctionSettings function =
        ofCommandLine(Map.of(AzureOptions.APP_DIR, List.of("app")), COMMAND).functions().getFirst();

    assertThat(function.contract()).isEqualTo(WorkerContract.AZURE_FUNCTIONS);
    assertThat(function.command()).isEqualTo(COMMAND);
    assertThat(function.directory()).isEqualTo(app);
    assertThat(azureOf(function).command()).isEqualTo(COMMAND);
    assertThat(azureOf(function).timers()).isEqualTo(WorkerTimers.DEFAULT);
  }

  @Test
  void an_init_may_take_as_long_as_its_stages() {
    assertThat(
            ofCommandLine(Map.of(AzureOptions.APP_DIR, List.of("app")), COMMAND)
                .functions()
                .getFirst()
                .initTimeout())
        .isEqualTo(WorkerTimers.DEFAULT.coldStart());
  }

  @Test
  void an_init_before_a_restore_and_the_restore_may_take_as_long_as_their_stages() {
    FunctionSettings function =
        ofCommandLine(
                Map.of(AzureOptions.APP_DIR, List.of("app"), Options.SNAPSTART, List.of("true")),
                COMMAND)
            .functions()
            .getFirst();

    assertThat(function.initTimeout()).isEqualTo(WorkerTimers.DEFAULT.placeholder());
    assertThat(function.sandbox().restoreTimeout()).isEqualTo(WorkerTimers.DEFAULT.restore());
  }

  @Test
  void what_the_command_line_says_of_the_app_counts_more_than_the_file() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other"));
    function(other, "hello");
    Files.writeString(
        directory.resolve("r.yaml"),
        "contract: azure-functions\nazure: {appDirectory: app, executable: x}\n");

    AzureSettings settings =
        azureOf(
            settings(
                    Map.of(
                        Options.CONFIG, List.of("r.yaml"), AzureOptions.APP_DIR, List.of("other")),
                    COMMAND)
                .functions()
                .getFirst());

    assertThat(settings.appDirectory()).isEqualTo(other);
    assertThat(settings.command()).isEqualTo(COMMAND);
  }

  @Test
  void without_an_option_the_app_is_the_current_directory_if_it_is_one() throws IOException {
    assertThatThrownBy(() -> ofCommandLine(Map.of(), COMMAND))
        .isInstanceOfSatisfying(
            UsageException.class,
            e -> {
              assertThat(e.text())
                  .isEqualTo("There is no function app in " + directory + ": it has no host.json");
              assertThat(e.suggestion()).contains("--app-dir");
            });

    Files.writeString(directory.resolve("host.json"), "{}");
    function(directory, "hello");
    assertThat(azureOf(ofCommandLine(Map.of(), COMMAND).functions().getFirst()).appDirectory())
        .isEqualTo(directory);
  }

  @Test
  void each_function_that_the_host_finds_is_a_function_of_its_own() throws IOException {
    function(app, "orders");

    List<FunctionSettings> functions =
        ofCommandLine(Map.of(AzureOptions.APP_DIR, List.of("app")), COMMAND).functions();

    assertThat(functions).extracting(FunctionSettings::name).containsExactly("hello", "orders");
    assertThat(functions)
        .extracting(each -> azureOf(each).functionName())
        .containsExactly("hello", "orders");
  }

  @Test
  void a_function_of_an_app_is_chosen_in_any_case() throws IOException {
    function(app, "orders");

    FunctionSettings function =
        ofCommandLine(
                Map.of(
                    AzureOptions.APP_DIR, List.of("app"),
                    AzureOptions.AZURE_FUNCTION, List.of("ORDERS"),
                    Options.FUNCTION_NAME, List.of("shop")),
                COMMAND)
            .functions()
            .getFirst();

    assertThat(function.name()).isEqualTo("shop");
    assertThat(azureOf(function).functionName()).isEqualTo("orders");
  }

  @Test
  void a_function_of_the_file_is_the_one_of_the_app_with_its_name() throws IOException {
    function(app, "orders");

    assertThat(
            azure(
                    "functions: {orders: {contract: azure-functions, command: python3 -m"
                        + " azure_functions_worker, azure: {appDirectory: app}}}")
                .functionName())
        .isEqualTo("orders");
  }

  @Test
  void a_function_that_the_app_does_not_have_is_refused_with_those_that_it_has()
      throws IOException {
    function(app, "orders");

    assertThatThrownBy(() ->
            ofCommandLine(
                Map.of(
                    AzureOptions.APP_DIR, List.of("app"),
                    AzureOptions.AZURE_FUNCTION, List.of("order")),
                COMMAND))
        .isInstanceOfSatisfying(
            UsageException.class,
            e -> {
              assertThat(e.text()).isEqualTo(app + " has no function 'order'");
              assertThat(e.suggestion()).isEqualTo("There are hello, orders.");
            });
  }

  @Test
  void rapid_invoke_needs_one_function_of_an_app() throws IOException {
    function(app, "orders");
    Settings settings =
        new Settings(
            new Arguments(
                Map.of(
                    WorkerOptions.WORKER, List.of("azure-functions"),
                    AzureOptions.APP_DIR, List.of("app")),
                COMMAND,
                false),
            new ProcessContext(Map.of(), directory, new ByteArrayInputStream(new byte[0])),
            new LazyRuntimes(Map.of()));

    assertThatThrownBy(() -> settings.programToInvoke(message -> {}))
        .isInstanceOfSatisfying(
            UsageException.class,
            e -> {
              assertThat(e.text()).isEqualTo("The app has several functions: hello, orders");
              assertThat(e.suggestion()).contains("--azure-function");
            });
  }

  @Test
  void an_app_without_a_worker_is_refused() {
    assertThatThrownBy(() -> ofCommandLine(Map.of(AzureOptions.APP_DIR, List.of("app")), List.of()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("worker");
  }

  @Test
  void the_host_file_of_an_app_says_how_long_invocations_may_take() throws IOException {
    Files.writeString(app.resolve("host.json"), "{\"functionTimeout\": \"00:00:42\"}");
    Map<Option<?>, List<String>> options = Map.of(AzureOptions.APP_DIR, List.of("app"));

    assertThat(ofCommandLine(options, COMMAND).functions().getFirst().timeout())
        .isEqualTo(Duration.ofSeconds(42));

    Map<Option<?>, List<String>> chosen = new HashMap<>(options);
    chosen.put(Options.TIMEOUT, List.of("3"));
    assertThat(ofCommandLine(chosen, COMMAND).functions().getFirst().timeout())
        .isEqualTo(Duration.ofSeconds(3));
  }

  private static void function(Path app, String name) throws IOException {
    Path folder = Files.createDirectory(app.resolve(name));
    Files.writeString(folder.resolve("__init__.py"), "");
    Files.writeString(
        folder.resolve("function.json"),
        """
        {"bindings": [{"type": "queueTrigger", "name": "message", "direction": "in"}]}
        """);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "azure-faults.csv", delimiter = '|')
  void a_wrong_member_is_refused_with_its_place(String member, String message) {
    assertThatThrownBy(() ->
            azure(
                "functions: {a: {contract: azure-functions, command: x, azure: {" + member + "}}}"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("r.yaml:1:")
        .hasMessageContaining(message);
  }

  private AzureSettings azure(String yaml) throws IOException {
    Files.writeString(directory.resolve("r.yaml"), yaml);
    return azureOf(
        settings(Map.of(Options.CONFIG, List.of("r.yaml")), List.of()).functions().getFirst());
  }

  private ProgramSettings ofCommandLine(
      Map<Option<?>, List<String>> options, List<String> command) {
    Map<Option<?>, List<String>> all = new HashMap<>(options);
    all.put(WorkerOptions.WORKER, List.of("azure-functions"));
    return settings(all, command);
  }

  private ProgramSettings settings(Map<Option<?>, List<String>> options, List<String> command) {
    return new Settings(
            new Arguments(options, command, false),
            new ProcessContext(Map.of(), directory, new ByteArrayInputStream(new byte[0])),
            new LazyRuntimes(Map.of()))
        .programToServe(message -> {});
  }

  private static AzureSettings azureOf(FunctionSettings function) {
    return Objects.requireNonNull(function.azure());
  }
}
