package dev.rapid.azure.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.rapid.azure.AzureSettings.ArgumentStyle;
import dev.rapid.azure.AzureSettings.Indexing;
import dev.rapid.azure.WorkerTimers;
import dev.rapid.azure.app.AppFolder;
import dev.rapid.azure.app.InvalidAppException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of a worker (contract azure-functions-worker, section 3.2). */
class WorkerConfigTest {

  @TempDir Path app;
  @TempDir Path directory;

  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void makeWorker() throws IOException {
    new AppFolder(directory).with("worker.js", "").with("bin/run", "");
  }

  @Test
  void the_worker_is_what_its_program_runs_after_the_arguments() throws Exception {
    write("\"defaultWorkerPath\":\"worker.js\",\"arguments\":[\"--a b\",\"c\"]");

    assertThat(command().program())
        .containsExactly("node", "--a", "b", "c", directory.resolve("worker.js").toString());
  }

  @Test
  void a_worker_may_be_the_program_itself() throws Exception {
    write("\"defaultExecutablePath\":\"bin/run\"");

    assertThat(command().program()).containsExactly(directory.resolve("bin/run").toString());
  }

  @Test
  void its_language_and_its_directory_are_known() throws Exception {
    write("");

    WorkerCommand command = command();

    assertThat(command.language()).isEqualTo("node");
    assertThat(command.workerDirectory()).isEqualTo(directory);
    assertThat(command.argumentStyle()).isEqualTo(ArgumentStyle.BOTH);
    assertThat(command.onlyErrorsOnStderr()).isFalse();
  }

  @Test
  void its_directory_may_be_another_one() throws Exception {
    write("\"workerDirectory\":\"bin\",\"defaultWorkerPath\":\"run\"");

    assertThat(command().workerDirectory()).isEqualTo(directory.resolve("bin"));
    assertThat(command().program()).endsWith(directory.resolve("bin/run").toString());
  }

  @ParameterizedTest
  @CsvFileSource(resources = "arguments.txt", delimiter = '|', quoteCharacter = '`')
  void variables_in_arguments_are_replaced_and_words_are_split(
      String written, @Nullable String expected) throws Exception {
    environment.put("OPTS", "-Xmx1g -Da=b");
    environment.put("EMPTY", "");
    write("\"arguments\":[\"" + written.replace("\"", "\\\"") + "\"]");

    assertThat(String.join("¦", command().program().subList(1, command().program().size())))
        .isEqualTo(expected == null ? "" : expected.replace("DIR", directory.toString()));
  }

  @Test
  void a_program_may_be_named_by_a_variable() throws Exception {
    environment.put("JAVA_HOME", app.toString());
    write("\"defaultExecutablePath\":\"%JAVA_HOME%/bin/java\"");

    assertThat(command().program()).containsExactly(app.resolve("bin/java").toString());
  }

  @Test
  void a_program_below_a_variable_that_is_not_set_is_the_one_of_the_path() throws Exception {
    write("\"defaultExecutablePath\":\"%NO_SUCH_HOME%/bin/no-such-program\"");

    assertThat(command().program()).containsExactly("no-such-program");
  }

  @Test
  void python_is_called_by_its_other_name_where_it_has_no_other() throws Exception {
    Path program = Files.createFile(directory.resolve("python3"));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    environment.put("PATH", directory.toString());
    write("\"language\":\"python\",\"defaultExecutablePath\":\"python\"");

    assertThat(command().program()).containsExactly("python3");
  }

  @Test
  void a_worker_has_files_for_systems_architectures_and_versions() throws Exception {
    environment.put("FUNCTIONS_WORKER_RUNTIME_VERSION", "3.12.4");
    new AppFolder(directory).with("3.12/LINUX/X64/worker.py", "");
    write(
        "\"defaultWorkerPath\":\"%FUNCTIONS_WORKER_RUNTIME_VERSION%/{os}/{architecture}/worker.py\","
            + "\"sanitizeRuntimeVersionRegex\":\"\\\\d+\\\\.\\\\d+\","
            + "\"supportedRuntimeVersions\":[\"3.11\",\"3.12\"],"
            + "\"supportedOperatingSystems\":[\"LINUX\"],\"supportedArchitectures\":[\"x64\"]");

    WorkerCommand command = command();

    assertThat(command.program())
        .endsWith(directory.resolve("3.12/LINUX/X64/worker.py").toString());
    assertThat(command.runtimeVersion()).isEqualTo("3.12");
  }

  @Test
  void the_version_is_the_usual_one_if_none_is_set() throws Exception {
    new AppFolder(directory).with("20/worker.js", "");
    write(
        "\"defaultWorkerPath\":\"%FUNCTIONS_WORKER_RUNTIME_VERSION%/worker.js\","
            + "\"defaultRuntimeVersion\":\"20\"");

    assertThat(command().runtimeVersion()).isEqualTo("20");
  }

  @Test
  void the_version_of_python_is_that_of_the_interpreter() throws Exception {
    Path program = Files.writeString(directory.resolve("python"), "#!/bin/sh\necho 3.9\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    new AppFolder(directory).with("3.9/worker.py", "");
    write(
        "\"language\":\"python\",\"defaultExecutablePath\":\"./python\",\"defaultRuntimeVersion\":\"3.12\","
            + "\"defaultWorkerPath\":\"%FUNCTIONS_WORKER_RUNTIME_VERSION%/worker.py\"");

    assertThat(command().runtimeVersion()).isEqualTo("3.9");
  }

  @Test
  void what_a_worker_is_not_made_for_is_refused_with_what_it_is_for() throws Exception {
    environment.put("FUNCTIONS_WORKER_RUNTIME_VERSION", "2.7");
    write(
        "\"defaultWorkerPath\":\"%FUNCTIONS_WORKER_RUNTIME_VERSION%/worker.js\","
            + "\"supportedRuntimeVersions\":[\"3.11\",\"3.12\"]");
    assertThatThrownBy(this::command)
        .hasMessageContaining("not for 2.7; its versions of node are 3.11, 3.12");

    write("\"defaultWorkerPath\":\"{os}/worker.js\",\"supportedOperatingSystems\":[\"WINDOWS\"]");
    assertThatThrownBy(this::command)
        .hasMessageContaining("not for LINUX; its operating systems are WINDOWS");
  }

  @Test
  void a_worker_whose_file_is_missing_is_refused() throws Exception {
    write("\"defaultWorkerPath\":\"missing.js\"");

    assertThatThrownBy(this::command)
        .isInstanceOf(InvalidAppException.class)
        .hasMessageContaining("defaultWorkerPath does not exist: " + directory);
  }

  @Test
  void the_text_true_lets_the_worker_find_the_functions() throws Exception {
    write("\"workerIndexing\":\"true\"");
    assertThat(command().indexing()).isEqualTo(Indexing.WORKER);

    write("");
    assertThat(command().indexing()).isEqualTo(Indexing.HOST);
  }

  @Test
  void what_the_user_says_about_indexing_counts_more() throws Exception {
    write("\"workerIndexing\":\"true\"");

    assertThat(resolve(settings().indexing(Indexing.HOST)).indexing()).isEqualTo(Indexing.HOST);
  }

  @Test
  void its_times_count_where_the_user_leaves_the_usual_ones() throws Exception {
    writeFile(
        "{\"description\":{\"language\":\"node\",\"defaultExecutablePath\":\"node\"},"
            + "\"processOptions\":{\"processStartupTimeout\":\"00:00:20\","
            + "\"initializationTimeout\":\"00:02:00\",\"environmentReloadTimeout\":\"00:03:00\"}}");
    WorkerTimers usual = WorkerTimers.DEFAULT;
    WorkerTimers set =
        new WorkerTimers(
            usual.startup(),
            Duration.ofSeconds(7),
            usual.metadata(),
            usual.load(),
            usual.reload(),
            usual.warmup(),
            usual.terminateGrace(),
            usual.killWait());

    WorkerTimers timers = resolve(settings().timers(set)).timers();

    assertThat(timers.startup()).isEqualTo(Duration.ofSeconds(20));
    assertThat(timers.init()).isEqualTo(Duration.ofSeconds(7));
    assertThat(timers.reload()).isEqualTo(Duration.ofMinutes(3));
    assertThat(timers.load()).isEqualTo(usual.load());
  }

  @Test
  void the_first_profile_whose_conditions_are_all_true_changes_the_description() throws Exception {
    environment.put("MODE", "fast");
    writeProfiles(
        profile("one", condition("environment", "MODE", "slow")),
        profile(
            "two",
            condition("environment", "mode", "^fast$"),
            condition("hostProperty", "platform", "LINUX")),
        profile("three", condition("environment", "MODE", "fast")));

    assertThat(command().program()).startsWith("node", "--two");
  }

  @Test
  void the_version_of_the_host_can_be_a_condition() throws Exception {
    writeProfiles(profile("four", condition("HostProperty", "HostVersion", "^4\\\\.")));

    assertThat(command().program()).startsWith("node", "--four");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "environment|MODE|[",
        "weather|MODE|.",
        "environment|NONE|.*",
        "hostProperty|sku|.*"
      })
  void a_condition_that_cannot_be_or_has_no_value_is_false(String condition) throws Exception {
    environment.put("MODE", "fast");
    String[] parts = condition.split("\\|", -1);
    writeProfiles(profile("other", condition(parts[0], parts[1], parts[2])));

    assertThat(command().program()).containsExactly("node");
  }

  @Test
  void settings_of_the_app_change_the_program_and_add_arguments() throws Exception {
    environment.put("languageWorkers__node__arguments", "--inspect=9229 \"--title=my app\"");
    environment.put("LANGUAGEWORKERS__NODE__DEFAULTEXECUTABLEPATH", "node22");
    write("\"arguments\":[\"--first\"]");

    assertThat(command().program())
        .containsExactly("node22", "--first", "--inspect=9229", "--title=my app");
  }

  @Test
  void settings_of_the_app_change_the_version_and_the_directory() throws Exception {
    environment.put("languageWorkers:node:defaultRuntimeVersion", "22");
    environment.put("languageWorkers__node__workerDirectory", app.toString());
    new AppFolder(app).with("22/worker.js", "");
    write(
        "\"defaultWorkerPath\":\"%FUNCTIONS_WORKER_RUNTIME_VERSION%/worker.js\",\"defaultRuntimeVersion\":\"20\"");

    assertThat(command().program()).endsWith(app.resolve("22/worker.js").toString());
  }

  @Test
  void a_worker_that_is_disabled_is_refused() throws Exception {
    write("\"isDisabled\":true");

    assertThatThrownBy(this::command).hasMessageContaining("disabled");
  }

  @Test
  void a_worker_for_another_language_than_the_apps_is_refused() throws Exception {
    environment.put("FUNCTIONS_WORKER_RUNTIME", "Python");
    write("");

    assertThatThrownBy(this::command)
        .hasMessageContaining("this worker is for node, and the app is for Python");
  }

  @Test
  void a_directory_of_several_workers_has_the_one_for_the_language() throws Exception {
    new AppFolder(app)
        .with(
            "workers/node/worker.config.json",
            "{\"description\":{\"language\":\"node\",\"defaultExecutablePath\":\"node\"}}");

    WorkerCommand command =
        resolve(new Workers.Settings(app).directory(app.resolve("workers")).language("Node"));

    assertThat(command.workerDirectory()).isEqualTo(app.resolve("workers/node"));
  }

  @Test
  void pythons_worker_of_2020_is_found_where_pip_has_put_it() throws Exception {
    new AppFolder(directory).with("azure_functions_worker/__main__.py", "");
    environment.put("PYTHONPATH", "/mine");

    WorkerCommand command = command();

    assertThat(command.program()).endsWith("-m", "azure_functions_worker");
    assertThat(command.argumentStyle()).isEqualTo(ArgumentStyle.OLD);
    assertThat(command.language()).isEqualTo("python");
    assertThat(command.indexing()).isEqualTo(Indexing.HOST);
    assertThat(command.variables()).containsEntry("PYTHONPATH", directory + ":/mine");
  }

  @Test
  void a_directory_without_a_worker_is_refused() {
    assertThatThrownBy(this::command)
        .isInstanceOf(InvalidAppException.class)
        .hasMessageContaining(directory + " has no worker.config.json");
  }

  @Test
  void a_directory_that_is_not_there_is_refused() {
    assertThatThrownBy(() -> resolve(settings().directory(directory.resolve("missing"))))
        .hasMessageContaining("does not exist");
  }

  @Test
  void a_program_that_the_user_names_is_started_instead_of_the_files() throws Exception {
    write("\"workerIndexing\":\"true\"");

    WorkerCommand command = resolve(settings().command("mynode", "w.js"));

    assertThat(command.program()).containsExactly("mynode", "w.js");
    assertThat(command.language()).isEqualTo("node");
    assertThat(command.indexing()).isEqualTo(Indexing.WORKER);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "invalid-configs.txt", delimiter = '|', quoteCharacter = '`')
  void a_file_that_cannot_be_used_is_refused_with_its_name_and_the_reason(
      String content, String reason) throws Exception {
    writeFile(content);

    Throwable failure = catchThrowable(this::command);

    assertThat(failure).isInstanceOf(InvalidAppException.class).hasMessageContaining(reason);
    assertThat(failure.getMessage())
        .startsWith(directory.resolve("worker.config.json").toString())
        .hasLineCount(1);
  }

  private Workers.Settings settings() {
    return new Workers.Settings(app).directory(directory);
  }

  private WorkerCommand command() throws InvalidAppException {
    return resolve(settings());
  }

  private WorkerCommand resolve(Workers.Settings settings) throws InvalidAppException {
    return new WorkerResolution(settings.get(), environment, Workers.LINUX, Workers.EMPTY)
        .command();
  }

  /** Writes the file of a worker for Node.js; a member that comes later counts. */
  private void write(String members) throws IOException {
    String usual = "";
    if (!members.contains("\"language\"")) {
      usual += "\"language\":\"node\",\"extensions\":[\".js\"],";
    }
    if (!members.contains("\"defaultExecutablePath\"")) {
      usual += "\"defaultExecutablePath\":\"node\",";
    }
    writeFile("{\"description\":{" + usual + members + "}}");
  }

  private void writeProfiles(String... profiles) throws IOException {
    writeFile(
        "{\"description\":{\"language\":\"node\",\"defaultExecutablePath\":\"node\"},\"profiles\":["
            + String.join(",", List.of(profiles))
            + "]}");
  }

  private static String profile(String name, String... conditions) {
    return "{\"profileName\":\""
        + name
        + "\",\"conditions\":["
        + String.join(",", List.of(conditions))
        + "],\"description\":{\"Arguments\":[\"--"
        + name
        + "\"],\"isDisabled\":null}}";
  }

  private static String condition(String type, String name, String expression) {
    return "{\"conditionType\":\""
        + type
        + "\",\"conditionName\":\""
        + name
        + "\",\"conditionExpression\":\""
        + expression
        + "\"}";
  }

  private void writeFile(String content) throws IOException {
    new AppFolder(directory).with("worker.config.json", content);
  }
}
