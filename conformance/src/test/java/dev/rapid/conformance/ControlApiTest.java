package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that drives the sandbox step by step. */
final class ControlApiTest {

  private static final String INIT =
      "{\"handler\":\"a.handler\",\"functionName\":\"driven\",\"functionVersion\":\"7\","
          + "\"invokeTimeoutMs\":60000,\"customer\":{\"environment\":{\"COLOUR\":\"green\"}}}";

  @TempDir Path directory;

  private final String address = "127.0.0.1:" + Rapid.freePort();

  private Rapid serve(String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("--control-api", "--control-api-address=" + address));
    return Rapid.serveScripted(all.toArray(String[]::new));
  }

  private URI url(String path) {
    return URI.create("http://" + address + "/test/" + path);
  }

  private CompletableFuture<Answer> postAsync(String path, String body) {
    return Http.post(url(path), body);
  }

  private Answer post(String path, String body) {
    return postAsync(path, body).join();
  }

  private Answer get(String path) {
    return Http.get(url(path));
  }

  @Test
  void a_direct_invocation_streams_at_its_own_pace_and_says_how_it_ended() {
    assumeTrue(Command.exists("python3"), "python3 exists");
    assumeTrue(Command.exists("curl"), "curl exists");
    try (Rapid rapid =
        StreamingRuntime.serve("--control-api", "--control-api-address=" + address)) {
      assertThat(post("init", INIT.replace("a.handler", "handler.handle")).status()).isEqualTo(200);
      String reservation =
          Command.of("curl", "-s", "-S", "-i", "-d", "", url("reserve").toString()).run().out();
      long began = System.nanoTime();

      Command.Result result =
          Command.of(
                  "curl",
                  "-s",
                  "-S",
                  "--raw",
                  "--max-time",
                  "20",
                  "-H",
                  "Invoke-Id: " + header("Invoke-Id", reservation),
                  "-H",
                  "Invoked-Function-Version: 1",
                  "-H",
                  "MaxPayloadSize: -1",
                  "-H",
                  "ResponseBandwidthRate: 32768",
                  "-H",
                  "ResponseBandwidthBurstSize: 32768",
                  "-d",
                  "{\"pattern\":65536,\"fail\":\"no luck\"}",
                  url("directInvoke/" + header("Reservation-Token", reservation)).toString())
              .run();

      assertThat(result.out())
          .contains("End-Of-Response: Complete")
          .contains("Lambda-Runtime-Function-Error-Type: Function.ValueError");
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(990));
      assertThat(rapid.messages()).doesNotContain("ERROR");
    }
  }

  private static String header(String name, String answer) {
    Matcher matcher = Pattern.compile(name + ": (\\S+)").matcher(answer);
    assertThat(matcher.find()).as(answer).isTrue();
    return matcher.group(1);
  }

  private void initialise() {
    assertThat(post("init", INIT).status()).isEqualTo(200);
    assertThat(post("waitUntilInitialized", "").status()).isEqualTo(200);
  }

  private void assertInvokes(String event, String response) {
    assertThat(post("reserve", "").status()).isEqualTo(200);
    Answer answer = post("invoke", event);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(response);
    assertThat(post("waitUntilRelease", "").status()).isEqualTo(200);
  }

  @Test
  void a_function_is_initialised_reserved_invoked_and_released() {
    try (Rapid rapid = serve()) {
      assertThat(rapid.messages()).contains("control API at http://" + address);
      assertThat(get("ping").text()).isEqualTo("pong");
      assertThat(get("internalState").text()).contains("\"runtime\":null");
      initialise();

      Answer reserved = post("reserve", "");
      assertThat(reserved.status()).isEqualTo(200);
      assertThat(reserved.text()).contains("\"runtime\":{").contains("\"Ready\"");
      assertThat(post("reserve", "").status()).isEqualTo(400);
      assertThat(post("invoke", "\"variable COLOUR\"").text()).isEqualTo("\"green\"");
      Answer released = post("waitUntilRelease", "");
      assertThat(released.status()).isEqualTo(200);
      assertThat(released.text()).contains("\"responseMetrics\"");

      assertInvokes("\"variable AWS_LAMBDA_FUNCTION_NAME\"", "\"driven\"");
      assertInvokes("\"variable _HANDLER\"", "\"a.handler\"");
    }
  }

  @Test
  void a_reset_cancels_an_invocation_and_the_next_one_starts_the_function_again() {
    try (Rapid rapid = serve()) {
      initialise();
      post("reserve", "");
      CompletableFuture<Answer> invoke = postAsync("invoke", "\"sleep 60\"");
      rapid.awaitOutput("START RequestId: ");
      CompletableFuture<Answer> release = postAsync("waitUntilRelease", "");

      Answer reset = post("reset", "{\"reason\":\"timeout\",\"timeoutMs\":1000}");

      assertThat(reset.status()).isEqualTo(200);
      assertThat(reset.text()).contains("\"extensionsResetMs\":0");
      assertThat(invoke.join().status()).isEqualTo(504);
      assertThat(release.join().status()).isEqualTo(504);
      assertInvokes("\"variable COLOUR\"", "\"green\"");
    }
  }

  @Test
  void the_event_log_tells_what_happened_in_order() {
    assumeTrue(Command.exists("bash") && Command.exists("curl"), "bash and curl exist");
    Extensions extensions = Extensions.in(directory).add("watcher");
    try (Rapid rapid = serve(extensions.option())) {
      initialise();
      assertInvokes("\"print hello there\"", "\"print hello there\"");
      rapid.awaitOutput("hello there");

      String log = get("eventLog").text();

      Matcher matcher = Pattern.compile("\"type\":\"([a-zA-Z.]+)\"").matcher(log);
      List<String> types = matcher.results().map(result -> result.group(1)).toList();
      assertThat(types)
          .filteredOn(type -> type.startsWith("platform."))
          .startsWith(
              "platform.initStart",
              "platform.initRuntimeDone",
              "platform.extension",
              "platform.initReport",
              "platform.start",
              "platform.runtimeDone");
      assertThat(log)
          .containsPattern("\"type\":\"function\",\"logMessage\":\"hello there(\\\\n)?\"")
          .contains("\"type\":\"extension\"")
          .contains("\"name\":\"watcher\"")
          .contains("\"functionName\":\"driven\"");
    }
  }

  @Test
  void a_restore_runs_the_hooks_before_the_first_invocation() {
    assumeTrue(Command.exists("python3"), "python3 exists");
    try (Rapid rapid =
        Rapid.serve(
            "--control-api",
            "--control-api-address=" + address,
            "--snapstart",
            "--cwd=examples/snapstart",
            "--",
            "python3",
            "bootstrap.py")) {
      assertThat(post("init", INIT.replace("a.handler", "handler.handle")).status()).isEqualTo(200);
      assertThat(post("waitUntilInitialized", "").status()).isEqualTo(200);
      assertThat(rapid.output()).doesNotContain("after the restore");

      Answer restored =
          post("restore", "{\"awskey\":\"k\",\"awssecret\":\"s\",\"restoreHookTimeoutMs\":5000}");

      assertThat(restored.status()).isEqualTo(200);
      assertThat(restored.text()).matches("\\{\"restoreMs\":\"[0-9]+\"}\\s*");
      rapid.awaitOutput("after the restore");
      post("reserve", "");
      assertThat(post("invoke", "{}").text()).contains("\"restored\": true");
      assertThat(post("waitUntilRelease", "").status()).isEqualTo(200);
    }
  }

  @Test
  void callers_wait_while_a_client_has_the_function_reserved() {
    try (Rapid rapid = serve()) {
      initialise();
      post("reserve", "");
      CompletableFuture<Answer> caller =
          rapid.invokeAsync("{\"who\":\"caller\"}".getBytes(StandardCharsets.UTF_8));
      rapid.awaitState("waiting      1 callers");

      assertThat(post("invoke", "{\"who\":\"client\"}").text()).isEqualTo("{\"who\":\"client\"}");
      assertThat(caller).isNotDone();
      assertThat(post("waitUntilRelease", "").status()).isEqualTo(200);

      assertThat(caller.join().text()).isEqualTo("{\"who\":\"caller\"}");
    }
  }

  @Test
  void a_shutdown_is_answered_and_ends_the_program_well() {
    try (Rapid rapid = serve()) {
      initialise();

      Answer shutdown = post("shutdown", "{\"timeoutMs\":1000}");

      assertThat(shutdown.status()).isEqualTo(200);
      assertThat(shutdown.text()).contains("\"firstFatalError\":\"\"");
      assertThat(rapid.awaitEnd()).isZero();
      rapid.assertNothingIsLeft();
    }
  }

  @Test
  void there_is_no_such_api_unless_it_is_asked_for() {
    try (Rapid rapid = Rapid.serveScripted("--control-api-address=" + address)) {
      assertThatThrownBy(() -> get("ping")).hasCauseInstanceOf(ConnectException.class);
      assertThat(rapid.get("/test/ping")).isEqualTo(404);
    }
  }
}
