package dev.rapid.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a web page achieves against each listener of the real program (docs/security.md). */
@Timeout(60)
class WebPageIT {

  private static final String INVOKE = "/2015-03-31/functions/function/invocations";
  private static final Pattern ADDRESS =
      Pattern.compile("(function URL|control API|curl -d '\\{}').* ?http://127.0.0.1:([0-9]+)");

  @TempDir Path directory;

  private Process process;
  private final List<WireClient> clients = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private int callers;
  private int control;
  private int url;
  private int runtimeApi;

  @BeforeEach
  void start() throws IOException {
    Runtimes.echo(directory);
    try (var socket = new ServerSocket(0)) {
      runtimeApi = socket.getLocalPort();
    }
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.rapid.cli.Main",
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--control-api",
                "--control-api-address",
                "127.0.0.1:0",
                "--function-url-address",
                "127.0.0.1:0",
                "--runtime-api-address",
                "127.0.0.1:" + runtimeApi,
                "--allowed-host",
                "rapid.example",
                "--",
                "./echo")
            .directory(directory.toFile())
            .redirectOutput(directory.resolve("out").toFile())
            .start();
    BufferedReader err = process.errorReader(UTF_8);
    while (callers == 0) {
      String line = err.readLine();
      if (line == null) {
        throw new AssertionError("Rapid ended: " + lines);
      }
      lines.add(line);
      Matcher address = ADDRESS.matcher(line);
      if (address.find()) {
        int port = Integer.parseInt(address.group(2));
        switch (address.group(1)) {
          case "function URL" -> url = port;
          case "control API" -> control = port;
          default -> callers = port;
        }
      }
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    clients.forEach(WireClient::close);
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  private int port(String listener) {
    return switch (listener) {
      case "callers" -> callers;
      case "control" -> control;
      case "url" -> url;
      default -> runtimeApi;
    };
  }

  private WireAnswer send(
      String listener, String method, String path, String host, String body, String... headers) {
    WireClient client =
        WireClient.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port(listener)));
    clients.add(client);
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return client
        .send(
            method
                + " "
                + path
                + " HTTP/1.1\r\nHost: "
                + host
                + "\r\nContent-Length: "
                + body.length()
                + "\r\n"
                + more
                + "\r\n"
                + body)
        .receive();
  }

  private static JsonNode json(WireAnswer answer) throws IOException {
    return new ObjectMapper().readTree(answer.text());
  }

  @ParameterizedTest
  @CsvSource({
    "callers, POST, " + INVOKE + ", Message",
    "callers, GET, /_rapid/state, Message",
    "callers, GET, /metrics, Message",
    "callers, GET, /lambda-url/function/, Message",
    "url, GET, /any, Message",
    "control, GET, /test/eventLog, errorMessage",
    "runtime, GET, /2018-06-01/runtime/invocation/next, errorMessage",
    "runtime, POST, /2020-01-01/extension/register, errorMessage"
  })
  void a_name_that_a_page_made_point_here_is_refused_and_the_answer_says_which_option_allows_it(
      String listener, String method, String path, String member) throws IOException {
    WireAnswer answer = send(listener, method, path, "evil.example:" + port(listener), "");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(json(answer).path(member).textValue())
        .contains("'evil.example'", "--allowed-host evil.example", "RAPID_ALLOWED_HOST=evil");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost:8080", "rapid.example", "[::1]:80"})
  void other_names_are_served(String host) {
    assertThat(send("callers", "GET", "/_rapid/live", host, "").status()).isEqualTo(200);
    assertThat(send("control", "GET", "/test/ping", host, "").text()).isEqualTo("pong");
    assertThat(send("runtime", "GET", "/2018-06-01/ping", host, "").text()).isEqualTo("pong");
  }

  @Test
  void a_page_cannot_start_a_process() throws IOException {
    Path mark = directory.resolve("mark");
    String init =
        "{\"functionName\":\"f\",\"functionVersion\":\"$LATEST\",\"invokeTimeoutMs\":3000,"
            + "\"customer\":{\"environment\":{\"BASH_ENV\":\"$(touch "
            + mark
            + ")\"}}}";

    for (String header :
        List.of(
            "Origin: http://evil.example",
            "Origin: null",
            "Sec-Fetch-Site: cross-site",
            "Origin: http://localhost:3000")) {
      WireAnswer answer =
          send(
              "control",
              "POST",
              "/test/init",
              "127.0.0.1:" + control,
              init,
              header,
              "Content-Type: text/plain;charset=UTF-8");
      assertThat(answer.status()).as(header).isEqualTo(403);
      assertThat(json(answer).path("errorType").textValue()).isEqualTo("AccessDenied");
    }

    WireAnswer state = send("control", "GET", "/test/eventLog", "127.0.0.1", "");
    assertThat(state.text()).doesNotContain("initStart");
    assertThat(Files.exists(mark)).isFalse();
  }

  @Test
  void a_page_cannot_play_the_runtime() {
    for (String path : List.of("/2018-06-01/runtime/init/error", "/2018-06-01/runtime/x")) {
      WireAnswer answer =
          send("runtime", "POST", path, "127.0.0.1", "{}", "Origin: http://evil.example");
      assertThat(answer.status()).as(path).isEqualTo(403);
    }
    assertThat(
            send(
                    "runtime",
                    "GET",
                    "/2018-06-01/runtime/invocation/next",
                    "127.0.0.1",
                    "",
                    "Sec-Fetch-Site: cross-site",
                    "Sec-Fetch-Mode: navigate",
                    "Sec-Fetch-Dest: document")
                .status())
        .isEqualTo(403);
  }

  @Test
  void a_page_cannot_invoke_nor_watch() {
    String page = "Origin: http://evil.example";

    assertThat(send("callers", "POST", INVOKE, "127.0.0.1", "{}", page).status()).isEqualTo(403);
    assertThat(send("callers", "GET", "/_rapid/state", "127.0.0.1", "", page).status())
        .isEqualTo(403);
    assertThat(send("callers", "GET", "/metrics", "127.0.0.1", "", page).status()).isEqualTo(403);
    assertThat(send("url", "POST", "/", "127.0.0.1", "x", page).status()).isEqualTo(403);
  }

  @Test
  void where_the_name_is_that_of_a_function_url_all_paths_are_the_functions() throws IOException {
    String host = "function.lambda-url.us-east-1.localhost:" + callers;

    for (String path : List.of("/metrics", "/_rapid/state", "/_rapid/ready")) {
      WireAnswer answer = send("callers", "GET", path, host, "");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(json(answer).path("event").path("rawPath").textValue()).isEqualTo(path);
    }
  }
}
