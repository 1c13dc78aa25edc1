package dev.rapid.conformance.azure.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.conformance.Answer;
import dev.rapid.conformance.ClientProject;
import dev.rapid.conformance.Http;
import dev.rapid.conformance.Rapid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Starts, ends, deadlines and environments of the Python worker of PyPI. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ResourceLock(ClientProject.SHARED)
final class PublishedPythonLifeTest {

  private static final String WORKS = "works";

  @TempDir Path directory;

  private static Answer order(Rapid rapid, String what, String... more) {
    return orderAsync(rapid, what, more).join();
  }

  private static CompletableFuture<Answer> orderAsync(Rapid rapid, String what, String... more) {
    StringBuilder event = new StringBuilder("{\"do\": \"").append(what).append('"');
    for (String member : more) {
      event.append(", ").append(member);
    }
    return Http.post(WorkerTest.invokeUrl(rapid, WORKS), event.append('}').toString());
  }

  private static String text(Answer answer) {
    assertThat(answer.functionError()).as(answer.text()).isEmpty();
    return WorkerTest.json(answer).asText();
  }

  private static String variable(Rapid rapid, String name) {
    return text(order(rapid, "variable", "\"name\": \"" + name + "\""));
  }

  private static Answer invoke(Rapid rapid, String function, String event) {
    return Http.post(WorkerTest.invokeUrl(rapid, function), event).join();
  }

  // --------------------------------------------------------------------- start

  @Test
  void c1_the_worker_runs_in_the_directory_of_the_app() throws IOException {
    try (Rapid rapid = PublishedPython.app().serve(directory, WORKS)) {
      assertThat(text(order(rapid, "directory"))).isEqualTo(PublishedPython.directory().toString());
      assertThat(variable(rapid, "FUNCTIONS_APPLICATION_DIRECTORY"))
          .isEqualTo(PublishedPython.directory().toString());
      assertThat(variable(rapid, "AzureWebJobsScriptRoot"))
          .isEqualTo(PublishedPython.directory().toString());
    }
  }

  @Test
  void c1_the_environment_is_that_of_azure_not_of_lambda() throws IOException {
    try (Rapid rapid = PublishedPython.app().variable("MINE", "v").serve(directory, WORKS)) {
      assertThat(variable(rapid, "MINE")).isEqualTo("v");
      assertThat(variable(rapid, "FUNCTIONS_WORKER_RUNTIME")).isEqualTo("python");
      assertThat(variable(rapid, "AZURE_FUNCTIONS_ENVIRONMENT")).isEqualTo("Development");
      assertThat(text(order(rapid, "variables")))
          .doesNotContain("AWS_LAMBDA_", "LAMBDA_TASK_ROOT", "_HANDLER");
    }
  }

  @Test
  void c1_options_that_the_worker_does_not_know_end_it_and_the_error_says_so() throws IOException {
    try (Rapid rapid =
        PublishedPython.app().azure("argumentStyle", "new").serve(directory, WORKS)) {
      Answer answer = order(rapid, "pid");

      assertThat(answer.functionError()).isEqualTo("Unhandled");
      assertThat(answer.text()).contains("Runtime.ExitError", "unrecognized arguments");
    }
  }

  @Test
  void c9_a_function_that_cannot_be_loaded_is_an_error_of_its_init() throws IOException {
    try (Rapid rapid = PublishedPython.app().serve(directory, "broken")) {
      Answer answer = invoke(rapid, "broken", "\"x\"");

      assertThat(answer.functionError()).isEqualTo("Unhandled");
      assertThat(WorkerTest.json(answer).path("errorType").asText()).isEqualTo("LookupError");
      assertThat(answer.text()).contains("the function is broken");
    }
  }

  // --------------------------------------------------------- triggers, results

  @Test
  void c12_a_blob_is_the_bytes_of_the_text() throws IOException {
    try (Rapid rapid = PublishedPython.app().serve(directory, "stored")) {
      assertThat(text(invoke(rapid, "stored", "\"ab\""))).isEqualTo("2 bytes: 6162");
    }
  }

  @Test
  void c12_a_blob_may_come_as_base64() throws IOException {
    try (Rapid rapid =
        PublishedPython.app().azure("triggerDataType", "base64").serve(directory, "stored")) {
      assertThat(text(invoke(rapid, "stored", "\"AP8=\""))).isEqualTo("2 bytes: 00ff");
    }
  }

  @Test
  void c12_outputs_are_beside_the_return_value() throws IOException {
    try (Rapid rapid = PublishedPython.app().serve(directory, "outputs")) {
      assertThat(WorkerTest.json(invoke(rapid, "outputs", "\"x\"")).toString())
          .isEqualTo(
              "{\"returnValue\":\"returned\","
                  + "\"outputs\":{\"first\":\"first of x\",\"second\":\"AP8=\"}}");
    }
  }

  @Test
  void text_instead_of_a_response_is_the_body_of_one() throws IOException {
    try (Rapid rapid = PublishedPython.app().serve(directory, "text")) {
      Answer answer = invoke(rapid, "text", "{}");

      assertThat(WorkerTest.json(answer).path("statusCode").asInt()).isEqualTo(200);
      assertThat(WorkerTest.json(answer).path("body").asText()).isEqualTo("just text");
    }
  }

  // ----------------------------------------------------------------------- logs

  @Test
  void c25_messages_of_the_function_have_their_request_and_level() throws IOException {
    try (Rapid rapid = PublishedPython.app().serve(directory, WORKS)) {
      assertThat(text(order(rapid, "log"))).isEqualTo("logged");

      assertThat(rapid.awaitOutput("a line of level warning")).contains("WARN");
      assertThat(rapid.awaitOutput("a line of level critical")).contains("FATAL");
      assertThat(rapid.awaitOutput("a printed line")).isEqualTo("a printed line");
      assertThat(rapid.output()).doesNotContain("FunctionLoadRequest");
    }
  }

  // ----------------------------------------------------------------- exits, ends

  @Test
  void invocations_one_after_another_have_one_worker() throws IOException {
    try (Rapid rapid = PublishedPython.app().serve(directory, WORKS)) {
      assertThat(text(order(rapid, "pid"))).isEqualTo(text(order(rapid, "pid")));
    }
  }

  @Test
  void c17_an_exit_during_an_invocation_is_its_error_and_the_next_has_another_worker()
      throws IOException {
    try (Rapid rapid = PublishedPython.app().serve(directory, WORKS)) {
      String worker = text(order(rapid, "pid"));

      for (int status : new int[] {0, 1, 200}) {
        Answer answer = order(rapid, "exit", "\"status\": " + status);

        assertThat(answer.functionError()).as("exit %d", status).isEqualTo("Unhandled");
        assertThat(answer.text()).contains("Runtime.ExitError");
        assertThat(text(order(rapid, "pid"))).isNotEqualTo(worker);
      }
    }
  }

  @Test
  void c15_an_invocation_that_is_late_is_answered_in_time_and_its_process_replaced()
      throws IOException {
    try (Rapid rapid = PublishedPython.app().option("timeout", 2).serve(directory, WORKS)) {
      String worker = text(order(rapid, "pid"));

      Answer answer = order(rapid, "sleep", "\"seconds\": 60");

      assertThat(answer.text()).contains("Sandbox.Timedout");
      assertThat(answer.took().toSeconds()).isLessThan(15);
      assertThat(text(order(rapid, "pid"))).isNotEqualTo(worker);
    }
  }

  @Test
  void c22_a_worker_that_ignores_the_end_of_the_stream_ends_with_the_program() throws IOException {
    Path never = directory.resolve("never");
    try (Rapid rapid = PublishedPython.app().serve(directory, WORKS)) {
      CompletableFuture<Answer> running = orderAsync(rapid, "hold", "\"file\": \"" + never + '"');
      await().atMost(Rapid.PATIENCE).until(() -> Files.exists(Path.of(never + ".held")));

      rapid.signal("TERM");

      assertThat(rapid.awaitEnd()).isZero();
      rapid.assertNothingIsLeft();
      assertThat(running.handle((answer, failure) -> true).join()).isTrue();
    }
  }

  // ------------------------------------------------------------------- Restore

  @Test
  void c19_a_placeholder_becomes_the_worker_of_the_app() throws IOException {
    try (Rapid rapid =
        PublishedPython.app()
            .option("snapstart", true)
            .variable("MINE", "v")
            .serve(directory, WORKS)) {
      assertThat(variable(rapid, "MINE")).isEqualTo("v");
      assertThat(variable(rapid, "WEBSITE_PLACEHOLDER_MODE")).isIn("None", "0");
      assertThat(text(order(rapid, "directory"))).isEqualTo(PublishedPython.directory().toString());
      assertThat(rapid.awaitOutput("REPORT RequestId: ")).contains("Restore Duration: ");
    }
  }
}
