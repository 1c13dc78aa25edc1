package dev.rapid.conformance.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.azure.protocol.FunctionLoadRequest;
import dev.rapid.azure.protocol.WorkerInitRequest;
import dev.rapid.conformance.azure.fake.FakeWorker;
import dev.rapid.conformance.azure.fake.Trace;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How workers are started, and what becomes of those that end early (checks 1 and 17). */
@EnabledOnOs(OS.LINUX)
final class LaunchTest {

  private static FakeFunctions functions;
  private static Path directory;

  @BeforeAll
  static void start(@TempDir Path shared) {
    directory = shared;
    Path worker = shared.resolve("worker");
    FakeFunctions.write(worker.resolve("fake.worker"), "");
    FakeFunctions.write(
        worker.resolve("worker.config.json"),
        """
        {"description": {"language": "Fake", "extensions": [".txt"],
          "defaultExecutablePath": "%s", "defaultWorkerPath": "fake.worker",
          "arguments": %s}}
        """
            .formatted(
                FakeProgram.java(),
                FakeFunctions.flow(
                    FakeProgram.arguments(
                        FakeWorker.class, FakeFunctions.traces(shared, "configured")))));
    functions =
        FakeFunctions.at(shared)
            .function("both", FakeWorker.class)
            .function("old", FakeWorker.class, "azure.argumentStyle: old")
            .function("new", FakeWorker.class, "azure.argumentStyle: new")
            .function(
                "environment",
                FakeWorker.class,
                "env: {OF_FUNCTION: one}",
                "azure.environment: {OF_WORKER: two}",
                "azure.language: node")
            .described(
                "configured",
                "",
                app(shared, "configured"),
                "azure.workerDirectory: \"" + worker + "\"")
            .described("missing", "command: [/no/such/program]", app(shared, "missing"))
            .function("exit0", Exit0.class)
            .function("exit1", Exit1.class)
            .function("exit200", Exit200.class)
            .function("killed", Killed.class)
            .function("running", FakeWorker.class)
            .serve("--lazy-init");
  }

  private static Path app(Path shared, String name) {
    Path app = shared.resolve("apps").resolve(name);
    FakeFunctions.write(app.resolve("host.json"), "{\"version\": \"2.0\"}");
    FakeFunctions.write(app.resolve(name).resolve("run.txt"), "");
    FakeFunctions.write(
        app.resolve(name).resolve("function.json"),
        "{\"bindings\": [" + FakeFunctions.QUEUE + "]}");
    return app;
  }

  @AfterAll
  static void end() {
    functions.close();
  }

  @Test
  void check_01_the_command_line_has_the_old_and_the_new_options() {
    functions.result("both", "\"hello\"");

    Trace trace = functions.only("both");
    assertThat(trace.arguments())
        .containsExactlyInAnyOrderElementsOf(
            java.util.stream.Stream.of(oldOptions(trace), newOptions(trace))
                .flatMap(List::stream)
                .toList());
    assertThat(pairs(trace.arguments())).containsAllEntriesOf(pairs(oldOptions(trace)));
    assertThat(pairs(trace.arguments())).containsAllEntriesOf(pairs(newOptions(trace)));
    assertThat(trace.options().workerId()).satisfies(UUID::fromString);
    assertThat(trace.options().requestId()).satisfies(UUID::fromString);
  }

  @Test
  void check_01_the_command_line_has_the_old_options_alone() {
    functions.result("old", "\"hello\"");

    Trace trace = functions.only("old");
    assertThat(pairs(trace.arguments())).isEqualTo(pairs(oldOptions(trace)));
  }

  @Test
  void check_01_the_command_line_has_the_new_options_alone() {
    functions.result("new", "\"hello\"");

    Trace trace = functions.only("new");
    assertThat(pairs(trace.arguments())).isEqualTo(pairs(newOptions(trace)));
  }

  private static List<String> oldOptions(Trace trace) {
    return List.of(
        "--host",
        "127.0.0.1",
        "--port",
        "" + trace.options().port(),
        "--workerId",
        trace.options().workerId(),
        "--requestId",
        trace.options().requestId(),
        "--grpcMaxMessageLength",
        "2147483647");
  }

  private static List<String> newOptions(Trace trace) {
    return List.of(
        "--functions-uri",
        "http://127.0.0.1:" + trace.options().port() + "/",
        "--functions-worker-id",
        trace.options().workerId(),
        "--functions-request-id",
        trace.options().requestId(),
        "--functions-grpc-max-message-length",
        "2147483647");
  }

  private static Map<String, String> pairs(List<String> words) {
    Map<String, String> pairs = new java.util.TreeMap<>();
    for (int i = 0; i + 1 < words.size(); i += 2) {
      pairs.put(words.get(i), words.get(i + 1));
    }
    return pairs;
  }

  @Test
  void check_01_the_worker_runs_in_the_directory_of_the_app() {
    functions.result("both", "\"hello\"");

    assertThat(functions.latest("both").workingDirectory()).isEqualTo(functions.app("both"));
  }

  @Test
  void check_01_the_environment_is_that_of_a_host() {
    functions.result("environment", "\"hello\"");

    Map<String, String> environment = functions.only("environment").environment();
    assertThat(environment)
        .containsEntry("OF_FUNCTION", "one")
        .containsEntry("OF_WORKER", "two")
        .containsEntry("FUNCTIONS_WORKER_RUNTIME", "node")
        .containsEntry("FUNCTIONS_APPLICATION_DIRECTORY", functions.app("environment").toString())
        .containsEntry("AzureWebJobsScriptRoot", functions.app("environment").toString())
        .containsEntry("AZURE_FUNCTIONS_ENVIRONMENT", "Development")
        .containsKeys("PATH", "HOME")
        .doesNotContainKeys("AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_FUNCTION_NAME", "_HANDLER");
  }

  @Test
  void check_01_the_file_of_the_worker_says_what_is_started() {
    assertThat(functions.result("configured", "\"hello\"")).isEqualTo("\"hello\"");

    Trace trace = functions.only("configured");
    assertThat(trace.arguments()).first().isEqualTo(directory + "/worker/fake.worker");
    assertThat(trace.environment())
        .containsEntry("FUNCTIONS_WORKER_DIRECTORY", directory + "/worker")
        .hasEntrySatisfying(
            "FUNCTIONS_WORKER_RUNTIME",
            language -> assertThat(language).isEqualToIgnoringCase("fake"));
  }

  @Test
  void a_program_that_does_not_exist_is_an_invalid_entrypoint() {
    assertThat(functions.error("missing", "\"hello\""))
        .contains("\"Runtime.InvalidEntrypoint\"")
        .contains("/no/such/program");
  }

  /** Exits before the init is answered. */
  static class Exit0 extends FakeWorker {
    @Override
    protected void init(WorkerInitRequest request) {
      exit(0);
    }
  }

  /** Exits with an error after some lines, of which the last three are errors. */
  static class Exit1 extends FakeWorker {
    @Override
    protected void init(WorkerInitRequest request) {
      System.err.println("error one");
      System.err.println("error two");
      System.err.println("nothing of interest");
      System.err.println("error three");
      System.err.println("error four");
      exit(1);
    }
  }

  /** Wants a new start while it loads. */
  static class Exit200 extends FakeWorker {
    @Override
    protected void load(FunctionLoadRequest request) {
      exit(200);
    }
  }

  /** Is killed before its first message. */
  static class Killed extends FakeWorker {
    @Override
    protected void start() {
      signal("KILL");
      sleepForever();
    }
  }

  @Test
  void check_17_exit_0_during_init_is_an_error_of_the_init() {
    assertThat(functions.error("exit0", "\"hello\""))
        .contains("\"Runtime.ExitError\"")
        .contains("exited without providing a reason");
  }

  @Test
  void check_17_an_exit_during_init_shows_the_last_three_lines_of_errors() {
    assertThat(functions.error("exit1", "\"hello\""))
        .contains("\"Runtime.ExitError\"")
        .contains("exit status 1")
        .contains("error two", "error three", "error four")
        .doesNotContain("error one", "nothing of interest");
  }

  @Test
  void check_17_exit_200_while_loading_is_an_error_of_the_init() {
    assertThat(functions.error("exit200", "\"hello\""))
        .contains("\"Runtime.ExitError\"")
        .contains("exit status 200");
  }

  @Test
  void check_17_a_signal_during_init_is_an_error_of_the_init() {
    assertThat(functions.error("killed", "\"hello\""))
        .contains("\"Runtime.ExitError\"")
        .contains("signal: killed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"exit 0", "exit 1", "exit 200", "signal KILL", "signal TERM"})
  void check_17_a_worker_that_ends_during_an_invocation_fails_it_and_is_replaced(String how) {
    String before = functions.result("running", "\"pid\"");

    assertThat(functions.error("running", "\"" + how + "\"")).contains("\"Runtime.ExitError\"");

    assertThat(functions.result("running", "\"pid\"")).isNotEqualTo(before);
  }
}
