package dev.rapid.azure.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.azure.AzureSettings.ArgumentStyle;
import dev.rapid.azure.AzureSettings.Indexing;
import dev.rapid.azure.app.AppFolder;
import dev.rapid.azure.app.InvalidAppException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Command lines of workers (contract azure-functions-worker, section 3.1). */
class WorkerCommandTest {

  private static final List<String> OLD_OPTIONS =
      List.of(
          "--host",
          "127.0.0.1",
          "--port",
          "4711",
          "--workerId",
          "worker-1",
          "--requestId",
          "request-1",
          "--grpcMaxMessageLength",
          "2147483647");

  private static final List<String> NEW_OPTIONS =
      List.of(
          "--functions-uri",
          "http://127.0.0.1:4711/",
          "--functions-worker-id",
          "worker-1",
          "--functions-request-id",
          "request-1",
          "--functions-grpc-max-message-length",
          "2147483647");

  @TempDir Path app;
  @TempDir Path machine;

  @Test
  void a_worker_gets_both_sets_of_options_after_its_own_arguments() throws Exception {
    assertThat(line(settings().command("./worker", "run")))
        .startsWith("./worker", "run")
        .containsSubsequence(OLD_OPTIONS)
        .endsWith(NEW_OPTIONS.toArray(String[]::new))
        .hasSize(20);
  }

  @Test
  void a_worker_can_get_the_old_options_alone() throws Exception {
    assertThat(line(settings().command("./worker").style(ArgumentStyle.OLD)))
        .containsExactlyElementsOf(with(List.of("./worker"), OLD_OPTIONS));
  }

  @Test
  void a_worker_can_get_the_new_options_alone() throws Exception {
    assertThat(line(settings().command("./worker").style(ArgumentStyle.NEW)))
        .containsExactlyElementsOf(with(List.of("./worker"), NEW_OPTIONS));
  }

  @Test
  void pythons_worker_of_2020_gets_the_options_that_it_knows() throws Exception {
    WorkerCommand command = command(settings().command("python3", "-m", "azure_functions_worker"));

    assertThat(command.commandLine(Workers.START)).endsWith(OLD_OPTIONS.toArray(String[]::new));
    assertThat(command.argumentStyle()).isEqualTo(ArgumentStyle.OLD);
    assertThat(command.language()).isEqualTo("python");
    assertThat(command.indexing()).isEqualTo(Indexing.HOST);
  }

  @Test
  void a_program_finds_the_functions_itself_unless_the_app_has_files_for_the_host()
      throws Exception {
    assertThat(command(settings().command("./worker")).indexing()).isEqualTo(Indexing.WORKER);

    new AppFolder(app).withFunction("f", "");

    assertThat(command(settings().command("./worker")).indexing()).isEqualTo(Indexing.HOST);
  }

  @Test
  void what_the_user_says_about_indexing_counts() throws Exception {
    assertThat(command(settings().command("./worker").indexing(Indexing.HOST)).indexing())
        .isEqualTo(Indexing.HOST);
  }

  @Test
  void the_language_comes_from_the_app_if_nobody_else_says_it() throws Exception {
    new AppFolder(app)
        .with(
            "local.settings.json",
            "{\"Values\":{\"FUNCTIONS_WORKER_RUNTIME\":\"go\",\"A\":\"b\"}}");

    WorkerCommand command = command(settings().command("./worker"));

    assertThat(command.language()).isEqualTo("go");
    assertThat(command.localValues()).containsEntry("A", "b");
    assertThat(command(settings().command("./worker").language("rust")).language())
        .isEqualTo("rust");
  }

  @Test
  void without_a_worker_the_user_is_asked_for_one() {
    assertThatThrownBy(() -> command(settings()))
        .isInstanceOf(InvalidAppException.class)
        .hasMessageContaining("no worker for this app, whose language is not known;")
        .hasMessageContaining("worker.config.json, or the program to start");
  }

  @ParameterizedTest
  @CsvSource({
    "function_app.py, python",
    "package.json, node",
    "pom.xml, java",
    "profile.ps1, powershell",
    "hello/function.json, go"
  })
  void the_worker_of_this_machine_is_chosen_by_what_the_app_has(String file, String language)
      throws Exception {
    new AppFolder(app).with(file, "{\"bindings\":[{\"name\":\"q\",\"type\":\"queueTrigger\"}]}");
    new AppFolder(app).with(file.contains("/") ? "hello/main.GO" : "other", "");
    for (String each : List.of("go", "java", "node", "powershell", "python")) {
      new AppFolder(machine)
          .with(
              "usr/lib/azure-functions-core-tools-4/workers/" + each + "/worker.config.json",
              "{\"description\":{\"language\":\""
                  + each
                  + "\",\"extensions\":[\"."
                  + each
                  + "\"],\"defaultExecutablePath\":\""
                  + each
                  + "-program\"}}");
    }

    WorkerCommand command =
        new WorkerResolution(settings().get(), Map.of(), Workers.LINUX, machine).command();

    assertThat(command.language()).isEqualTo(language);
    assertThat(command.program().getFirst()).startsWith(language);
  }

  private Workers.Settings settings() {
    return new Workers.Settings(app);
  }

  private static List<String> line(Workers.Settings settings) throws InvalidAppException {
    return command(settings).commandLine(Workers.START);
  }

  private static WorkerCommand command(Workers.Settings settings) throws InvalidAppException {
    return new WorkerResolution(settings.get(), Map.of(), Workers.LINUX, Workers.EMPTY).command();
  }

  private static List<String> with(List<String> program, List<String> options) {
    return Stream.concat(program.stream(), options.stream()).toList();
  }
}
