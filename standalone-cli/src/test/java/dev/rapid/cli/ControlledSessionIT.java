package dev.rapid.cli;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;

import dev.rapid.cli.config.Arguments;
import dev.rapid.cli.config.LazyRuntimes;
import dev.rapid.cli.config.Options;
import dev.rapid.cli.config.Settings;
import dev.rapid.emulator.FunctionLog;
import dev.rapid.emulator.FunctionObserver;
import dev.rapid.emulator.Rapid;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.Listeners;
import io.restassured.response.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** After {@code /test/init} every part tells of the function that the client has described. */
@Timeout(60)
final class ControlledSessionIT {

  @TempDir Path directory;

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  /** A program whose control API is served. */
  private final class Session implements AutoCloseable {

    private final EventsOutput records;
    private final Rapid rapid;
    private final String callers;
    private final String control;

    Session(String command) throws UnavailableException {
      Settings settings =
          new Settings(
              new Arguments(
                  Map.of(Options.FUNCTION_NAME, List.of("before"), Options.TIMEOUT, List.of("30")),
                  List.of(command),
                  false),
              Shells.in(directory).shell().context(),
              new LazyRuntimes(Map.of()));
      records = EventsOutput.to("records", Shells.in(directory).shell());
      FunctionObserver observer =
          new FunctionObserver(FunctionLog.to(log, e -> {}), sandbox -> event -> {}, records);
      HostPort any = new HostPort("127.0.0.1", 0);
      rapid =
          Emulation.bind(
              Emulation.builder(settings.programToServe(message -> {}), function -> observer)
                  .listeners(new Listeners(any, null, any, null))
                  .lazyInit(true),
              "--listen");
      rapid.begin();
      callers = "http://" + HostPort.reachable(rapid.address());
      control = "http://" + HostPort.reachable(requireNonNull(rapid.controlApiAddress()));
    }

    Response get(String path) {
      return given().get(callers + path);
    }

    private Response control(String path, String body) {
      return given().body(body).post(control + path);
    }

    /** Initialises the function {@code after}, version 7. */
    void initialise(int timeoutMillis, String variables) {
      String settings =
          "{\"functionName\":\"after\",\"functionVersion\":\"7\",\"invokeTimeoutMs\":"
              + timeoutMillis
              + ",\"customer\":{\"environment\":{"
              + variables
              + "}}}";
      control("/test/init", settings).then().statusCode(200);
      control("/test/waitUntilInitialized", "").then().statusCode(200);
    }

    Response invoke(String name) {
      return given().body("{}").post(callers + "/2015-03-31/functions/" + name + "/invocations");
    }

    @Override
    public void close() {
      rapid.close();
      records.close();
    }
  }

  /** Returns the line of the log that begins so, when it is there. */
  private String awaitLine(String start) {
    return await()
        .until(
            () ->
                log.toString(UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(start))
                    .findFirst()
                    .orElse(""),
            line -> !line.isEmpty());
  }

  private String awaitRecord(String type) {
    return await()
        .until(
            () -> {
              try {
                return Files.readString(directory.resolve("records"))
                    .lines()
                    .filter(line -> line.contains("\"type\":\"" + type + "\""))
                    .findFirst()
                    .orElse("");
              } catch (IOException e) {
                return "";
              }
            },
            line -> !line.isEmpty());
  }

  @Test
  void the_front_end_answers_to_the_new_name_and_no_longer_to_the_old_one() throws Exception {
    Runtimes.echo(directory);
    try (Session session = new Session("./echo")) {
      session.initialise(30_000, "");

      session.invoke("after").then().statusCode(200);
      session.invoke("after:7").then().statusCode(200);
      session
          .invoke("before")
          .then()
          .statusCode(404)
          .body(containsString("function:before:$LATEST"));
      session
          .get("/_rapid/state")
          .then()
          .body(containsString("arn:aws:lambda:us-east-1:000000000000:function:after"));
    }
  }

  @Test
  void the_function_url_is_that_of_the_new_name() throws Exception {
    Runtimes.echo(directory);
    try (Session session = new Session("./echo")) {
      session.initialise(30_000, "");

      session.get("/lambda-url/after/").then().statusCode(200);
      session.get("/lambda-url/before/").then().statusCode(403);
    }
  }

  @Test
  void log_lines_and_records_tell_of_the_new_name_version_and_memory() throws Exception {
    Runtimes.echo(directory);
    try (Session session = new Session("./echo")) {
      session.initialise(30_000, "\"AWS_LAMBDA_FUNCTION_MEMORY_SIZE\":\"512\"");

      session.invoke("after");

      assertThat(awaitLine("START")).endsWith(" Version: 7");
      assertThat(awaitLine("REPORT")).contains("\tMemory Size: 512 MB\t");
      assertThat(awaitRecord("platform.initStart"))
          .contains("\"functionName\":\"after\"")
          .contains("\"functionVersion\":\"7\"")
          .contains("\"instanceMaxMemory\":536870912");
      assertThat(awaitRecord("platform.report")).contains("\"memorySizeMB\":512");
    }
  }

  @Test
  void the_duration_of_a_timeout_is_cut_at_the_new_timeout() throws Exception {
    Runtimes.sleeping(directory);
    try (Session session = new Session("./sleeping")) {
      // The runtime polls first, so that init ends.
      session.initialise(300, "");

      session
          .invoke("after")
          .then()
          .body("errorMessage", endsWith("Task timed out after 0.30 seconds"));
      assertThat(awaitLine("REPORT"))
          .contains("\tDuration: 300.00 ms\tBilled Duration: 300 ms\t")
          .endsWith("Status: timeout");
    }
  }

  @Test
  void the_log_has_the_format_that_the_new_variables_ask_for() throws Exception {
    Runtimes.echo(directory);
    try (Session session = new Session("./echo")) {
      session.initialise(30_000, "\"AWS_LAMBDA_LOG_FORMAT\":\"JSON\"");

      session.invoke("after");

      awaitRecord("platform.report");
      assertThat(awaitLine("{\"time\"")).contains("platform.initStart");
      assertThat(log.toString(UTF_8)).doesNotContain("START RequestId");
    }
  }
}
