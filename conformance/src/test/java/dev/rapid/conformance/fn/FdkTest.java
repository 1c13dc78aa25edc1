package dev.rapid.conformance.fn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.conformance.Answer;
import dev.rapid.conformance.ClientProject;
import dev.rapid.conformance.Http;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * An FDK as worker.
 *
 * <p>Its function does what the body says: {@code fail}, {@code exit STATUS}, {@code print WORD},
 * {@code pid}, {@code repeat LENGTH}, and greets with the header {@code My-Header} otherwise. To
 * calls over HTTP it says what it got, with the status 418 and the header {@code X-Tea}.
 */
@EnabledOnOs(OS.LINUX)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ResourceLock(ClientProject.SHARED)
abstract class FdkTest {

  private static final String GREETING = "Hello, Ada!";

  private FnRapid runner;

  /** Installs what the function needs. */
  abstract ClientProject prepare();

  /** Returns what starts the function. */
  abstract List<String> command(ClientProject project);

  /** Returns what starts the function for calls over HTTP. */
  List<String> gatewayCommand(ClientProject project) {
    return command(project);
  }

  /** Returns the beginning of the header {@code Fn-Fdk-Version}. */
  abstract String version();

  @BeforeAll
  void start(@TempDir Path directory) {
    ClientProject project = prepare();
    String cwd = "cwd: \"" + project.directory() + "\"";
    runner =
        FnRapid.of(
            directory,
            FnRapid.function("plain", command(project), cwd, "fn: {fnIds: [plain]}")
                + FnRapid.function(
                    "gateway", gatewayCommand(project), cwd, "fn: {fnIds: [gateway]}"));
  }

  @AfterAll
  void end() {
    if (runner != null) {
      runner.close();
    }
  }

  private FnCall call(String body) {
    return runner.call(CallJson.to("plain").header("Content-Type", "text/plain"), body);
  }

  private static CallJson overHttp() {
    return CallJson.to("gateway")
        .header("Content-Type", "text/plain")
        .header("Fn-Intent", "httprequest")
        .header("Fn-Http-Method", "PUT")
        .header("Fn-Http-Request-Url", "http://127.0.0.1:18080/t/app/hello?x=1")
        .header("Fn-Http-H-Accept", "*/*")
        .header("Fn-Http-H-X-In", "v");
  }

  @Test
  void a_call_is_answered() {
    FnCall call = call("Ada");

    assertThat(call.sequence()).isEqualTo("start 200, data, finished | OK");
    assertThat(call.text()).isEqualTo(GREETING);
    assertThat(call.header("My-Header")).isEqualTo("a");
    assertThat(call.header("Content-Type")).startsWith("text/plain");
    assertThat(call.header("Fn-Fdk-Version")).startsWith(version());
  }

  @Test
  void calls_one_after_another_have_one_worker() {
    assertThat(call("pid").text()).isNotEmpty().isEqualTo(call("pid").text());
  }

  @Test
  void an_exception_is_502_and_keeps_the_worker() {
    String worker = call("pid").text();

    assertThat(call("fail").sequence()).isEqualTo("finished 502 of the user | OK");
    assertThat(call("pid").text()).isNotEmpty().isEqualTo(worker);
  }

  @Test
  void an_exit_is_502_and_the_next_call_has_another_worker() {
    String worker = call("pid").text();

    assertThat(call("exit 3").sequence()).isEqualTo("finished 502 of the user | OK");
    assertThat(call("pid").text()).isNotEmpty().isNotEqualTo(worker);
  }

  @Test
  void a_long_body_and_a_long_answer_are_complete() {
    String long_ = "y".repeat(300_000);

    assertThat(call(long_).text()).isEqualTo("Hello, " + long_ + "!");
    assertThat(call("repeat 300000").text()).isEqualTo("x".repeat(300_000));
  }

  @Test
  void what_the_function_prints_is_in_the_log() {
    assertThat(call("print printed-by-the-function").text()).isEqualTo("printed");

    runner.rapid().awaitOutput("printed-by-the-function");
  }

  @Test
  void c27_a_call_over_http_has_the_status_and_the_headers_of_the_function() {
    FnCall call = runner.call(overHttp(), "body");

    assertThat(call.sequence()).isEqualTo("start 200, data, finished | OK");
    assertThat(call.header("Fn-Http-Status")).isEqualTo("418");
    assertThat(call.header("Fn-Http-H-X-Tea")).isEqualTo("pot");
    assertThat(call.header("Content-Type")).startsWith("text/plain");
    assertThat(call.text()).isEqualTo("PUT http://127.0.0.1:18080/t/app/hello?x=1 v body");
  }

  @Test
  void the_invoke_api_has_the_answer_of_the_function() {
    Answer answer = Http.post(invokeUrl(), "7").join();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.functionError()).isEmpty();
    assertThat(answer.text()).isEqualTo("Hello, 7!");
  }

  private URI invokeUrl() {
    return runner.rapid().url().resolve("/2015-03-31/functions/plain/invocations");
  }

  @Test
  void a_function_url_has_the_status_and_the_headers_of_the_function() throws Exception {
    URI url = runner.rapid().url().resolve("/lambda-url/gateway/t/hello?x=1");
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(url)
                  .header("Content-Type", "text/plain")
                  .header("X-In", "v")
                  .PUT(BodyPublishers.ofString("body"))
                  .build(),
              BodyHandlers.ofString());

      assertThat(response.statusCode()).as(response.body()).isEqualTo(418);
      assertThat(response.headers().firstValue("X-Tea")).hasValue("pot");
      assertThat(response.headers().map().keySet())
          .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("fn-http-"));
      assertThat(response.body()).startsWith("PUT http").endsWith("/t/hello?x=1 v body");
    }
  }
}
