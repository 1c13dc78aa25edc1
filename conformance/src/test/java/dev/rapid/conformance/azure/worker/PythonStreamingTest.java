package dev.rapid.conformance.azure.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rapid.conformance.Answer;
import dev.rapid.conformance.ClientProject;
import dev.rapid.conformance.Http;
import dev.rapid.conformance.Rapid;
import dev.rapid.conformance.azure.PythonRuntimeWorker;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
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

/** The Python engine of today with streams: its worker has an HTTP server, which gets requests. */
@EnabledOnOs(OS.LINUX)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ResourceLock(ClientProject.SHARED)
final class PythonStreamingTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PIECE = 65_536;

  private final HttpClient client = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init")
  private Rapid rapid;

  @BeforeAll
  void start(@TempDir Path directory) {
    PythonRuntimeWorker worker = PythonRuntimeWorker.install();
    rapid =
        AzureApp.in(Path.of(worker.app("streaming")))
            .variable(PythonRuntimeWorker.PYTHON_VARIABLE, worker.python())
            .azure("workerDirectory", worker.directory())
            .serve(directory, "echo", "pieces", "fail");
  }

  @AfterAll
  void end() {
    client.close();
    if (rapid != null) {
      rapid.close();
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(rapid.url().resolve(path));
  }

  @Test
  void a_request_to_the_url_reaches_the_server_of_the_worker_with_all_that_it_has()
      throws Exception {
    byte[] body = new byte[12 * 1024 * 1024];
    new Random(12).nextBytes(body);

    HttpResponse<byte[]> response =
        client.send(
            request("/lambda-url/echo/api/echo/Ada?x=1")
                .header("X-In", "v")
                .POST(BodyPublishers.ofByteArray(body))
                .build(),
            BodyHandlers.ofByteArray());

    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.headers().firstValue("x-out")).hasValue("v");
    assertThat(response.headers().allValues("set-cookie")).hasSize(2);
    JsonNode said = JSON.readTree(response.body());
    assertThat(said.path("method").asText()).isEqualTo("POST");
    assertThat(said.path("path").asText()).isEqualTo("/api/echo/Ada");
    assertThat(said.path("query").path("x").asText()).isEqualTo("1");
    assertThat(said.path("name").asText()).isEqualTo("Ada");
    assertThat(said.path("header").asText()).isEqualTo("v");
    assertThat(said.path("forwarded").get(1).asText()).isEqualTo("http");
    assertThat(said.path("sha256").asText())
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body)));
  }

  @Test
  void an_answer_comes_while_the_function_goes_on(@TempDir Path directory) throws Exception {
    Path awaited = directory.resolve("go-on");

    HttpResponse<InputStream> response =
        client.send(
            request("/lambda-url/pieces/api/pieces?count=2&until=" + awaited).build(),
            BodyHandlers.ofInputStream());

    try (InputStream in = response.body()) {
      assertThat(in.readNBytes(PIECE)).hasSize(PIECE).containsOnly(0);
      Files.createFile(awaited);
      assertThat(in.readAllBytes()).hasSize(PIECE).containsOnly(1);
    }
  }

  @Test
  void an_event_becomes_a_request_and_the_answer_its_result() throws IOException {
    Answer answer =
        Http.post(
                WorkerTest.invokeUrl(rapid, "echo"),
                "{\"method\":\"POST\",\"url\":\"http://host/api/echo/Eva\",\"body\":\"text\"}")
            .join();

    JsonNode result = JSON.readTree(answer.text());
    assertThat(result.path("statusCode").asInt()).as(answer.text()).isEqualTo(201);
    assertThat(result.path("cookies")).hasSize(2);
    JsonNode said = JSON.readTree(result.path("body").asText());
    assertThat(said.path("name").asText()).isEqualTo("Eva");
    assertThat(said.path("length").asInt()).isEqualTo(4);
    assertThat(said.path("forwarded").get(0).asText()).isEqualTo("host");
  }

  @Test
  void an_exception_of_the_function_is_its_error() {
    Answer answer =
        Http.post(
                WorkerTest.invokeUrl(rapid, "fail"),
                "{\"method\":\"GET\",\"url\":\"http://host/api/fail?a=b\"}")
            .join();

    assertThat(answer.functionError()).isEqualTo("Unhandled");
    assertThat(answer.text()).contains("ValueError: no luck");
  }

  @Test
  void a_function_that_fails_is_a_bad_gateway_for_a_client_of_its_url() throws Exception {
    HttpResponse<String> response =
        client.send(request("/lambda-url/fail/api/fail").build(), BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(502);
  }
}
