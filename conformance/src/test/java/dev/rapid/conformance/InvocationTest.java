package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InvocationTest {

  private static final int SIX_MEBIBYTES = 6 * 1024 * 1024;
  private static final int SEVEN_MEBIBYTES = 7 * 1024 * 1024;

  @ParameterizedTest
  @ValueSource(ints = {2, 8, 32})
  void parallel_invocations_all_get_their_own_answers(int callers) {
    try (Rapid rapid = Rapid.serveScripted()) {
      List<CompletableFuture<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < callers; i++) {
        answers.add(rapid.invokeAsync(event(i).getBytes(StandardCharsets.UTF_8)));
      }

      for (int i = 0; i < callers; i++) {
        Answer answer = answers.get(i).join();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.functionError()).isEmpty();
        assertThat(answer.text()).isEqualTo(event(i));
      }
    }
  }

  private static String event(int number) {
    return "{\"caller\":" + number + "}";
  }

  @Test
  void an_event_of_6_mebibytes_comes_back_byte_for_byte() {
    byte[] event = ScriptedRuntime.jsonString(SIX_MEBIBYTES).getBytes(StandardCharsets.UTF_8);
    event[event.length / 2] = 'y';
    try (Rapid rapid = Rapid.serveScripted()) {
      Answer answer = rapid.invoke(event);

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.functionError()).isEmpty();
      assertThat(answer.text()).isEqualTo(new String(event, StandardCharsets.UTF_8));
    }
  }

  @Test
  void an_event_of_7_mebibytes_is_refused_with_413(@TempDir Path directory) throws Exception {
    Path event = directory.resolve("event.json");
    Files.writeString(event, ScriptedRuntime.jsonString(SEVEN_MEBIBYTES));
    try (Rapid rapid = Rapid.serveScripted()) {
      Command.Result curl =
          Command.of("curl", "-sS", "-i", "--data-binary", "@" + event, rapid.invokeUrl()).run();

      assertThat(curl.out())
          .contains(" 413 ")
          .containsIgnoringCase("x-amzn-errortype: RequestEntityTooLargeException")
          .contains(
              "\"Request must be smaller than 6291456 bytes for the InvokeFunction operation\"");
      assertThat(rapid.invoke("{}").text()).isEqualTo("{}");
      assertThat(rapid.messages()).doesNotContain("Exception:");
    }
  }

  @Test
  void a_chunked_event_of_7_mebibytes_is_refused_with_413(@TempDir Path directory)
      throws Exception {
    Path event = directory.resolve("event.json");
    Files.writeString(event, ScriptedRuntime.jsonString(SEVEN_MEBIBYTES));
    try (Rapid rapid = Rapid.serveScripted()) {
      Command.Result curl =
          Command.of(
                  "curl",
                  "-sS",
                  "-o",
                  directory.resolve("answer").toString(),
                  "-w",
                  "%{http_code}",
                  "-H",
                  "Transfer-Encoding: chunked",
                  "--data-binary",
                  "@" + event,
                  rapid.invokeUrl())
              .run();

      assertThat(curl.out()).isEqualTo("413");
      assertThat(rapid.invoke("{}").text()).isEqualTo("{}");
      assertThat(rapid.messages()).doesNotContain("Exception:");
    }
  }

  @Test
  void a_response_of_7_mebibytes_is_a_function_error_and_the_next_invocation_works() {
    try (Rapid rapid = Rapid.serveScripted()) {
      Answer answer = rapid.invoke("\"respond " + SEVEN_MEBIBYTES + "\"");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.functionError()).isEqualTo("Unhandled");
      assertThat(answer.text()).contains("\"Function.ResponseSizeTooLarge\"");
      assertThat(rapid.invoke("{}").text()).isEqualTo("{}");
    }
  }

  @Test
  void text_that_is_not_json_is_refused_with_400() {
    try (Rapid rapid = Rapid.serveScripted()) {
      Answer answer = rapid.invoke("{ not JSON");

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text()).contains("Could not parse request body into json");
      assertThat(rapid.invoke("{}").text()).isEqualTo("{}");
      assertThat(rapid.messages()).doesNotContain("Exception:");
    }
  }

  @Test
  void a_plain_curl_call_works_although_it_sends_the_type_of_a_form() {
    try (Rapid rapid = Rapid.serveScripted()) {
      Command.Result curl = Command.of("curl", "-sS", "-d", "{}", rapid.invokeUrl()).run();

      assertThat(curl.out()).isEqualTo("{}");
    }
  }

  @Test
  void an_error_that_the_function_reports_is_marked() {
    try (Rapid rapid = Rapid.serveScripted()) {
      Answer answer = rapid.invoke("\"error\"");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.functionError()).isEqualTo("Unhandled");
      assertThat(answer.text()).isEqualTo("{\"errorType\":\"Sample\",\"errorMessage\":\"no\"}");
    }
  }

  @Test
  void what_the_function_prints_and_the_report_are_on_stdout() {
    try (Rapid rapid = Rapid.serveScripted("--memory=512")) {
      Answer answer = rapid.invoke("\"print hello from inside\"");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(rapid.awaitOutput("hello from inside")).isEqualTo("hello from inside");
      assertThat(rapid.awaitOutput("REPORT RequestId: "))
          .contains("Memory Size: 512 MB")
          .contains("Init Duration: ");
    }
  }

  @Test
  void health_says_when_the_function_is_ready() {
    try (Rapid rapid = Rapid.serveScripted()) {
      assertThat(rapid.get("/_rapid/live")).isEqualTo(200);
      assertThat(rapid.get("/_rapid/wait?for=ready&timeout=10s")).isEqualTo(200);
      assertThat(rapid.get("/_rapid/ready")).isEqualTo(200);
    }
  }
}
