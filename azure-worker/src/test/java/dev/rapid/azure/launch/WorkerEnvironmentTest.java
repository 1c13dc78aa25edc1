package dev.rapid.azure.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.azure.AzureSettings;
import dev.rapid.azure.app.AppFolder;
import dev.rapid.azure.app.InvalidAppException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Environments of workers (contract azure-functions-worker, section 3.3). */
class WorkerEnvironmentTest {

  @TempDir Path app;
  @TempDir Path worker;
  @TempDir Path placeholder;

  @Test
  void a_worker_finds_its_app_and_itself() throws Exception {
    new AppFolder(worker)
        .with(
            "worker.config.json",
            "{\"description\":{\"language\":\"node\",\"defaultExecutablePath\":\"node\"}}");

    assertThat(environment(settings().directory(worker), Map.of("PATH", "/bin"), 1))
        .containsEntry("PATH", "/bin")
        .containsEntry("FUNCTIONS_APPLICATION_DIRECTORY", app.toString())
        .containsEntry("AzureWebJobsScriptRoot", app.toString())
        .containsEntry("FUNCTIONS_WORKER_DIRECTORY", worker.toString())
        .containsEntry("FUNCTIONS_WORKER_RUNTIME", "node")
        .containsEntry("AZURE_FUNCTIONS_ENVIRONMENT", "Development")
        .doesNotContainKey("WEBSITE_PLACEHOLDER_MODE")
        .doesNotContainKey("PYTHON_THREADPOOL_THREAD_COUNT");
  }

  @Test
  void the_environment_of_the_app_may_be_another_than_development() throws Exception {
    assertThat(environment(go(), Map.of("AZURE_FUNCTIONS_ENVIRONMENT", "Staging"), 1))
        .containsEntry("AZURE_FUNCTIONS_ENVIRONMENT", "Staging");
  }

  @Test
  void the_version_of_the_language_is_passed_on() throws Exception {
    assertThat(environment(go(), Map.of("FUNCTIONS_WORKER_RUNTIME_VERSION", "1.25"), 1))
        .containsEntry("FUNCTIONS_WORKER_RUNTIME_VERSION", "1.25");
  }

  @Test
  void variables_of_the_function_are_stronger_than_the_apps_and_weaker_than_the_workers()
      throws Exception {
    new AppFolder(app)
        .with("local.settings.json", "{\"Values\":{\"A\":\"app\",\"B\":\"app\",\"C\":\"app\"}}");

    assertThat(
            environment(
                go().environment(Map.of("C", "worker")),
                Map.of("B", "function", "C", "function"),
                1))
        .containsEntry("A", "app")
        .containsEntry("B", "function")
        .containsEntry("C", "worker");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "8, 8", "32, 32", "100, 32"})
  void pythons_worker_of_2020_has_a_thread_for_each_invocation_but_no_more_than_it_can(
      int capacity, String threads) throws Exception {
    assertThat(
            environment(
                settings().command("python", "-m", "azure_functions_worker"), Map.of(), capacity))
        .containsEntry("PYTHON_THREADPOOL_THREAD_COUNT", threads);
  }

  @Test
  void other_workers_for_python_have_many_threads() throws Exception {
    assertThat(environment(settings().command("./worker").language("Python"), Map.of(), 1))
        .containsEntry("PYTHON_THREADPOOL_THREAD_COUNT", "1000");
  }

  @Test
  void the_number_of_threads_that_the_user_sets_counts() throws Exception {
    assertThat(
            environment(
                settings().command("./worker").language("python"),
                Map.of("PYTHON_THREADPOOL_THREAD_COUNT", "4"),
                8))
        .containsEntry("PYTHON_THREADPOOL_THREAD_COUNT", "4");
  }

  @Test
  void powershell_has_many_runspaces() throws Exception {
    assertThat(environment(settings().command("./worker").language("powershell"), Map.of(), 1))
        .containsEntry("PSWorkerInProcConcurrencyUpperBound", "1000");
  }

  @Test
  void a_placeholder_has_an_empty_app_and_no_variables_of_the_real_one() throws Exception {
    new AppFolder(app).with("local.settings.json", "{\"Values\":{\"SECRET\":\"app\"}}");
    AzureSettings settings = go().environment(Map.of("GODEBUG", "x")).get();
    WorkerCommand command =
        new WorkerResolution(settings, Map.of(), Workers.LINUX, Workers.EMPTY).command();

    assertThat(
            WorkerEnvironment.ofPlaceholder(
                command, settings, Map.of("PATH", "/bin"), 1, placeholder))
        .containsEntry("WEBSITE_PLACEHOLDER_MODE", "1")
        .containsEntry("FUNCTIONS_APPLICATION_DIRECTORY", placeholder.toString())
        .containsEntry("AzureWebJobsScriptRoot", placeholder.toString())
        .containsEntry("PATH", "/bin")
        .containsEntry("GODEBUG", "x")
        .doesNotContainKey("SECRET");
  }

  private Workers.Settings settings() {
    return new Workers.Settings(app);
  }

  private Workers.Settings go() {
    return settings().command("./worker").language("go");
  }

  private static Map<String, String> environment(
      Workers.Settings settings, Map<String, String> variables, int capacity)
      throws InvalidAppException {
    AzureSettings made = settings.get();
    return WorkerEnvironment.of(
        new WorkerResolution(made, variables, Workers.LINUX, Workers.EMPTY).command(),
        made,
        variables,
        capacity);
  }
}
