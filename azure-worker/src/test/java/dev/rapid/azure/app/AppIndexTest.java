package dev.rapid.azure.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.rapid.azure.app.AppFunction.IndexingFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions that the host finds (contract azure-functions-worker, section 10.1). */
class AppIndexTest {

  private static final String TRIGGER = "{\"name\":\"q\",\"type\":\"queueTrigger\"}";

  @TempDir Path root;
  AppFolder app = new AppFolder(Path.of(""));

  @BeforeEach
  void makeApp() {
    app = new AppFolder(root);
  }

  @Test
  void each_directory_with_a_function_json_is_a_function() throws Exception {
    app.withFunction("orders", "").withFunction("bills", "").with("shared/util.py", "");

    assertThat(new AppIndex(root).ofHost())
        .extracting(AppFunction::name)
        .containsExactly("bills", "orders");
  }

  @Test
  void functions_that_are_disabled_come_last() throws Exception {
    app.withFunction("a", ",\"disabled\":true").withFunction("b", ",\"disabled\":false");

    assertThat(new AppIndex(root).ofHost()).extracting(AppFunction::name).containsExactly("b", "a");
  }

  @Test
  void a_function_has_absolute_paths_its_entry_point_and_a_new_id() throws Exception {
    app.withFunction("orders", ",\"entryPoint\":\"go\",\"scriptFile\":\"../app.jar\"")
        .with("app.jar", "");

    AppFunction function = only();

    assertThat(UUID.fromString(function.id())).isNotEqualTo(UUID.fromString(only().id()));
    assertThat(function.directory()).isEqualTo(root.resolve("orders").toString());
    assertThat(function.scriptFile()).isEqualTo(root.resolve("app.jar").toString());
    assertThat(function.entryPoint()).isEqualTo("go");
    assertThat(function.isWorkerIndexed()).isFalse();
    assertThat(function.failure()).isNull();
    assertThat(function.trigger().type()).isEqualTo("queueTrigger");
  }

  @ParameterizedTest
  @CsvFileSource(resources = "script-files.txt", delimiter = '|', quoteCharacter = '\'')
  void the_script_is_the_given_one_or_the_only_file_or_one_with_a_usual_name(
      @Nullable String files, @Nullable String scriptFile, String expected) throws Exception {
    app.withFunction("f", scriptFile == null ? "" : ",\"scriptFile\":\"" + scriptFile + "\"");
    for (String file : files == null ? List.<String>of() : List.of(files.split(" "))) {
      app.with("f/" + file, "");
    }

    AppFunction function = only();

    if (function.failure() != null) {
      assertThat(function.failure().message()).contains(expected);
    } else {
      assertThat(function.scriptFile())
          .isEqualTo(expected.equals("none") ? "" : root.resolve("f/" + expected).toString());
    }
  }

  @ParameterizedTest
  @CsvFileSource(resources = "function-names.txt", delimiter = '|')
  void a_directory_must_have_the_name_of_a_function(String directory, boolean valid)
      throws Exception {
    app.withFunction(directory, "");

    assertThat(only().failure() == null).isEqualTo(valid);
  }

  @Test
  void a_fixed_delay_between_retries_is_read() throws Exception {
    app.withFunction(
        "f",
        ",\"retry\":{\"strategy\":\"fixedDelay\",\"maxRetryCount\":-1,\"delayInterval\":\"00:00:10\"}");

    assertThat(only().retry()).isEqualTo(new RetryOptions(-1, Duration.ofSeconds(10), null, null));
  }

  @Test
  void an_exponential_backoff_is_read() throws Exception {
    app.withFunction(
        "f",
        ",\"retry\":{\"strategy\":\"EXPONENTIALBACKOFF\",\"maxRetryCount\":5,"
            + "\"minimumInterval\":\"00:00:01\",\"maximumInterval\":\"00:01:00\"}");

    assertThat(only().retry())
        .isEqualTo(new RetryOptions(5, null, Duration.ofSeconds(1), Duration.ofMinutes(1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5",
        "{\"strategy\":\"fixedDelay\",\"delayInterval\":\"00:00:10\"}",
        "{\"strategy\":\"fixedDelay\",\"maxRetryCount\":1}",
        "{\"strategy\":\"fixedDelay\",\"maxRetryCount\":1,\"delayInterval\":\"soon\"}",
        "{\"strategy\":\"exponentialBackoff\",\"maxRetryCount\":1,\"minimumInterval\":\"00:00:01\"}",
        "{\"strategy\":\"often\",\"maxRetryCount\":1}",
        "{\"maxRetryCount\":1}"
      })
  void retries_that_cannot_be_used_are_a_failure(String retry) throws Exception {
    app.withFunction("f", ",\"retry\":" + retry);

    assertThat(failure()).containsPattern("function.json: .*(retry|delayInterval)").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"attributes", "config", "Config"})
  void a_configuration_may_come_from_the_build_or_from_a_person(String source) throws Exception {
    app.withFunction("f", ",\"configurationSource\":\"" + source + "\"");

    assertThat(only().failure()).isNull();
  }

  @Test
  void a_configuration_that_comes_from_elsewhere_is_a_failure() throws Exception {
    app.withFunction("f", ",\"configurationSource\":\"dream\"");

    assertThat(failure()).contains("configurationSource is 'dream'");
  }

  @Test
  void a_file_that_is_not_json_is_a_failure_with_its_position() throws Exception {
    app.with("f/function.json", "{\n  \"bindings\": [}\n}");

    assertThat(failure()).startsWith(root.resolve("f/function.json") + ":2:").hasLineCount(1);
  }

  @Test
  void one_function_that_cannot_be_used_does_not_hide_the_others() throws Exception {
    app.with("bad/function.json", "{}").withFunction("good", "");

    List<AppFunction> functions = new AppIndex(root).ofHost();

    assertThat(functions).extracting(AppFunction::name).containsExactly("bad", "good");
    assertThat(functions.getFirst().failure()).isNotNull();
    assertThat(functions.getLast().failure()).isNull();
  }

  @Test
  void comments_trailing_commas_and_a_byte_order_mark_are_allowed() throws Exception {
    app.with(
        "f/function.json",
        "\uFEFF{ // generated\n"
            + "\"bindings\":[{\"name\":\"q\",\"type\":\"queueTrigger\"},],/* end */}");

    assertThat(only().failure()).isNull();
  }

  @Test
  void an_app_that_is_not_there_cannot_be_read() {
    assertThatThrownBy(() -> new AppIndex(root.resolve("missing")).ofHost())
        .isInstanceOf(InvalidAppException.class)
        .hasMessageContaining("missing");
  }

  @Test
  void an_app_without_such_files_has_no_functions_for_the_host() throws Exception {
    app.with("function_app.py", "");

    assertThat(new AppIndex(root).ofHost()).isEmpty();
    assertThat(new AppIndex(root).hasFunctions()).isFalse();
    assertThat(new AppIndex(root.resolve("missing")).hasFunctions()).isFalse();
  }

  @Test
  void links_to_directories_count() throws IOException, InvalidAppException {
    Path real = Files.createDirectory(root.resolve("functions"));
    new AppFolder(real).withFunction("f", "");
    Path unused = Files.createSymbolicLink(root.resolve("linked"), real.resolve("f"));

    assertThat(only().name()).isEqualTo("linked");
  }

  @Test
  void what_a_worker_describes_goes_back_to_it_as_it_was() throws Exception {
    ReportedFunction reported = reported("hello", TRIGGER, null);

    AppFunction function = new AppIndex(root).ofWorker(reported);

    assertThat(function.id()).isEqualTo("id-1");
    assertThat(function.directory()).isEqualTo("dir");
    assertThat(function.scriptFile()).isEqualTo("function_app.py");
    assertThat(function.entryPoint()).isEqualTo("main");
    assertThat(function.properties()).containsEntry("worker_indexed", "True");
    assertThat(function.trigger().name()).isEqualTo("q");
    assertThat(function.isWorkerIndexed()).isTrue();
  }

  @ParameterizedTest
  @CsvFileSource(resources = "function-names.txt", delimiter = '|')
  void what_a_worker_describes_must_have_the_name_of_a_function(String name, boolean valid) {
    Throwable failure =
        catchThrowable(() -> new AppIndex(root).ofWorker(reported(name, TRIGGER, null)));

    assertThat(failure == null).isEqualTo(valid);
  }

  @Test
  void what_a_worker_describes_must_have_bindings_and_the_message_names_it() {
    assertThatThrownBy(() -> new AppIndex(root).ofWorker(reported("hello", "{}", null)))
        .isInstanceOf(InvalidAppException.class)
        .hasMessage("Function 'hello': binding 1 has no name");
  }

  @Test
  void what_a_worker_could_not_index_may_be_wrong_besides() throws Exception {
    IndexingFailure failure = new IndexingFailure("ImportError", "no such module", null);

    AppFunction function = new AppIndex(root).ofWorker(reported("no name", "{}", failure));

    assertThat(function.failure()).isEqualTo(failure);
    assertThat(function.bindings()).isEmpty();
  }

  private static ReportedFunction reported(
      String name, String binding, @Nullable IndexingFailure failure) {
    return new ReportedFunction(
        "id-1",
        name,
        "dir",
        "function_app.py",
        "main",
        List.of(binding),
        Map.of("worker_indexed", "True"),
        null,
        failure);
  }

  private AppFunction only() throws InvalidAppException {
    List<AppFunction> functions = new AppIndex(root).ofHost();
    assertThat(functions).hasSize(1);
    return functions.getFirst();
  }

  private String failure() throws InvalidAppException {
    return requireNonNull(only().failure()).message();
  }
}
