package dev.rapid.conformance.fn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.conformance.Answer;
import dev.rapid.conformance.Http;
import dev.rapid.conformance.ScriptedRuntime;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Functions of Lambda behind Fn's load balancer, and functions of Fn behind Lambda's Invoke API.
 */
@EnabledOnOs(OS.LINUX)
final class LambdaRuntimeTest {

  private static FnRapid runner;

  @BeforeAll
  static void start(@TempDir Path directory) {
    String command =
        ScriptedRuntime.command().stream()
            .map(word -> "\"" + word + "\"")
            .collect(Collectors.joining(", ", "[", "]"));
    runner =
        FnRapid.of(
            directory,
            "  lambda:\n    command: "
                + command
                + "\n    fn: {images: [example/lambda]}\n"
                + FnRapid.tinyWorker("worker", "fn: {fnIds: [worker]}"));
  }

  @AfterAll
  static void end() {
    runner.close();
  }

  private static FnCall lambda(String event) {
    return runner.call(CallJson.to("lambda").timeout(5), event);
  }

  private static Answer invoke(String event) {
    return Http.post(
            runner.rapid().url().resolve("/2015-03-31/functions/worker/invocations"), event)
        .join();
  }

  @Test
  void a_call_of_a_lambda_function_has_its_response_as_json() {
    FnCall call = lambda("{\"n\":7}");

    assertThat(call.sequence()).isEqualTo("start 200, data, finished | OK");
    assertThat(call.text()).isEqualTo("{\"n\":7}");
    assertThat(call.header("Content-Type")).isEqualTo("application/json");
  }

  @Test
  void the_request_id_of_a_lambda_function_is_the_id_of_the_call() {
    CallJson json = CallJson.to("lambda");

    assertThat(runner.call(json, "\"header Lambda-Runtime-Aws-Request-Id\"").text())
        .isEqualTo("\"" + json.id() + "\"");
  }

  @Test
  void a_lambda_function_has_the_headers_of_the_call_in_its_client_context() {
    FnCall call =
        runner.call(
            CallJson.to("lambda").header("X-Colour", "blue"),
            "\"header Lambda-Runtime-Client-Context\"");

    assertThat(call.text()).contains("X-Colour", "blue");
  }

  @Test
  void a_lambda_function_has_the_configuration_of_the_call() {
    FnCall call =
        runner.call(CallJson.to("lambda").config("COLOUR", "blue"), "\"variable COLOUR\"");

    assertThat(call.text()).isEqualTo("\"blue\"");
  }

  @Test
  void an_error_of_a_lambda_function_is_502_and_keeps_the_runtime() {
    String pid = lambda("\"pid\"").text();

    assertThat(lambda("\"error\"").sequence()).isEqualTo("finished 502 of the user | OK");
    assertThat(lambda("\"pid\"").text()).isEqualTo(pid);
  }

  @Test
  void an_exit_of_a_lambda_function_is_502() {
    assertThat(lambda("\"exit 3\"").sequence()).isEqualTo("finished 502 of the user | OK");
  }

  @Test
  void a_lambda_function_beyond_the_timeout_of_its_call_is_504() {
    FnCall call = runner.call(CallJson.to("lambda").timeout(1), "\"sleep 60\"");

    assertThat(call.sequence()).isEqualTo("finished 504 of the user | OK");
  }

  @Test
  void a_function_of_fn_gets_json_from_the_invoke_api() {
    Answer answer = invoke("{\"n\":7}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.functionError()).isEmpty();
    assertThat(answer.text()).isEqualTo("{\"n\":7}");
  }
}
