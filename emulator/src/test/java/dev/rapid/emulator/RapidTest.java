package dev.rapid.emulator;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;

import dev.rapid.emulator.InvokeResult.Status;
import dev.rapid.emulator.settings.ConcurrencySettings;
import dev.rapid.emulator.settings.FrontEnd;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.Listeners;
import dev.rapid.emulator.settings.ResponseShaping;
import dev.rapid.emulator.settings.SandboxOptions;
import dev.rapid.emulator.settings.StreamErrors;
import dev.rapid.emulator.settings.WhenBusy;
import dev.rapid.invokeapi.url.UrlSettings;
import dev.rapid.invokeapi.url.WebPages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Functions in real processes, run by one Java virtual machine. */
@Timeout(120)
final class RapidTest {

  private static final byte[] PAYLOAD = "{\"a\":1}".getBytes(UTF_8);

  @TempDir Path directory;

  private FunctionSettings function(String name) {
    return settings(name).build();
  }

  /** A function whose greeting is its name. */
  private FunctionSettings.Builder settings(String name) {
    return FunctionSettings.builder(EchoRuntime.command(), directory)
        .name(name)
        .timeout(Duration.ofSeconds(30))
        .initTimeout(Duration.ofSeconds(30))
        .variables(Map.of("GREETING", name));
  }

  private static String answer(String name) {
    return "{\"greeting\":\"" + name + "\",\"payload\":{\"a\":1},\"context\":null}";
  }

  private static byte[] text(String text) {
    return ("\"" + text + "\"").getBytes(UTF_8);
  }

  private static HttpResponse<String> post(HttpClient client, Rapid rapid, String name)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(invocationsOf(rapid, name))
            .POST(HttpRequest.BodyPublishers.ofByteArray(PAYLOAD))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  // ------------------------------------------------------------------ several I/O threads

  @Test
  void callers_of_a_shared_runtime_get_their_own_answers_from_several_io_threads()
      throws Exception {
    try (Rapid rapid =
            Rapid.builder()
                .function(shared("one"))
                .function(shared("two"))
                .ioThreads(4)
                .listen("127.0.0.1", 0)
                .start();
        HttpClient client = HttpClient.newHttpClient()) {
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        answers.add(post(client, rapid, i % 2 == 0 ? "one" : "two", "[" + i + "]"));
      }

      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).join().body())
            .contains(i % 2 == 0 ? "\"one\"" : "\"two\"")
            .contains("[" + i + "]");
      }
    }
  }

  private FunctionSettings shared(String name) {
    return settings(name)
        .concurrency(
            new ConcurrencySettings(1, null, 0, null, WhenBusy.QUEUE, 8, null, false, null))
        .build();
  }

  private static CompletableFuture<HttpResponse<String>> post(
      HttpClient client, Rapid rapid, String name, String payload) {
    return client.sendAsync(
        HttpRequest.newBuilder(invocationsOf(rapid, name))
            .POST(HttpRequest.BodyPublishers.ofString(payload))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static URI invocationsOf(Rapid rapid, String name) {
    return URI.create(
        "http://127.0.0.1:"
            + rapid.address().getPort()
            + "/2015-03-31/functions/"
            + name
            + "/invocations");
  }

  // ------------------------------------------------------------------ two functions

  @Test
  void two_functions_answer_each_for_itself() throws IOException {
    try (Rapid rapid =
        Rapid.builder().function(function("one")).function(function("two")).start()) {
      InvokeResult one = rapid.invoke("one", PAYLOAD).join();
      InvokeResult two = rapid.invoke("two", PAYLOAD).join();

      assertThat(one.status()).isEqualTo(Status.RETURNED);
      assertThat(one.payloadAsString()).isEqualTo(answer("one"));
      assertThat(two.payloadAsString()).isEqualTo(answer("two"));
      assertThat(apiOf(rapid, "one")).isNotEqualTo(apiOf(rapid, "two"));
    }
  }

  private static @Nullable String apiOf(Rapid rapid, String name) {
    return rapid.function(name).variablesOfRuntime().get("AWS_LAMBDA_RUNTIME_API");
  }

  @Test
  void an_invocation_of_one_function_does_not_wait_for_one_of_the_other() throws IOException {
    Path file = directory.resolve("created");
    try (Rapid rapid =
        Rapid.builder().function(function("one")).function(function("two")).start()) {
      CompletableFuture<InvokeResult> waiting = rapid.invoke("one", text("await:" + file));
      CompletableFuture<InvokeResult> creating = rapid.invoke("two", text("create:" + file));

      assertThat(waiting.join().status()).isEqualTo(Status.RETURNED);
      assertThat(creating.join().status()).isEqualTo(Status.RETURNED);
    }
  }

  @Test
  void each_function_is_called_by_its_name_over_http() throws Exception {
    try (Rapid rapid =
            Rapid.builder()
                .function(function("one"))
                .function(function("two"))
                .listen("127.0.0.1", 0)
                .start();
        HttpClient client = HttpClient.newHttpClient()) {
      assertThat(post(client, rapid, "one").body()).isEqualTo(answer("one"));
      assertThat(post(client, rapid, "two").body()).isEqualTo(answer("two"));
      HttpResponse<String> unknown = post(client, rapid, "three");
      assertThat(unknown.statusCode()).isEqualTo(404);
      assertThat(unknown.headers().firstValue("x-amzn-ErrorType"))
          .hasValue("ResourceNotFoundException");
      assertThat(unknown.body()).contains("function:three");
      assertThat(post(client, rapid, "function").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void each_function_has_a_url_with_settings_of_its_own() throws Exception {
    FunctionSettings signed =
        settings("signed").url(new UrlSettings(false, true, null, null)).build();
    try (Rapid rapid =
            Rapid.builder()
                .function(function("open"))
                .function(signed)
                .listen("127.0.0.1", 0)
                .start();
        HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> open = get(client, rapid, "/lambda-url/open/x");

      assertThat(open.statusCode()).isEqualTo(200);
      assertThat(open.body()).contains("\"greeting\":\"open\"").contains("\"rawPath\":\"/x\"");
      assertThat(get(client, rapid, "/lambda-url/signed/x").statusCode()).isEqualTo(403);
    }
  }

  private static HttpResponse<String> get(HttpClient client, Rapid rapid, String path)
      throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + rapid.address().getPort() + path);
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void a_single_function_is_called_by_the_alias_too() throws Exception {
    try (Rapid rapid = Rapid.builder().function(function("one")).listen("127.0.0.1", 0).start();
        HttpClient client = HttpClient.newHttpClient()) {
      assertThat(post(client, rapid, "function").body()).isEqualTo(answer("one"));
    }
  }

  @Test
  void each_function_has_a_log_of_its_own() throws IOException {
    ByteArrayOutputStream one = new ByteArrayOutputStream();
    ByteArrayOutputStream two = new ByteArrayOutputStream();
    Rapid rapid =
        Rapid.builder()
            .function(function("one"), FunctionObserver.logging(FunctionLog.to(one, e -> {})))
            .function(function("two"), FunctionObserver.logging(FunctionLog.to(two, e -> {})))
            .start();
    try (rapid) {
      assertThat(rapid.invoke("one", PAYLOAD).join().status()).isEqualTo(Status.RETURNED);
    }

    assertThat(one.toString(UTF_8)).contains("handles {\"a\":1}");
    assertThat(two.toString(UTF_8)).doesNotContain("handles");
  }

  @Test
  void the_lines_of_a_log_that_functions_share_have_prefixes() throws IOException {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    FunctionObserver observer = FunctionObserver.logging(FunctionLog.to(log, e -> {}));
    FunctionSettings single =
        settings("two").concurrency(ConcurrencySettings.DEFAULT.withOneSandbox()).build();
    try (Rapid rapid =
        Rapid.builder().function(function("one"), observer).function(single, observer).start()) {
      assertThat(rapid.invoke("one", PAYLOAD).join().status()).isEqualTo(Status.RETURNED);
      assertThat(rapid.invoke("two", PAYLOAD).join().status()).isEqualTo(Status.RETURNED);
    }

    assertThat(log.toString(UTF_8).lines())
        .contains("one/1  | handles {\"a\":1}", "two    | handles {\"a\":1}")
        .allMatch(line -> line.startsWith("one/1  | ") || line.startsWith("two    | "));
  }

  @Test
  void the_status_pages_show_all_functions() throws Exception {
    try (Rapid rapid =
        Rapid.builder()
            .function(function("one"))
            .function(function("two"))
            .listen("127.0.0.1", 0)
            .start()) {
      String url = "http://127.0.0.1:" + rapid.address().getPort();
      given()
          .get(url + "/_rapid/wait?for=ready&timeout=60s")
          .then()
          .statusCode(200)
          .body("status", equalTo("ready"))
          .body("functions.one.status", equalTo("ready"))
          .body("functions.two.phase", equalTo("Ready"));
      given()
          .accept("application/json")
          .get(url + "/_rapid/state")
          .then()
          .statusCode(200)
          .contentType("application/json")
          .body("functions.name", contains("one", "two"))
          .body("functions[1].ready", equalTo(true))
          .body("functions[1].sandboxes[0].name", equalTo("two/1"))
          .body("functions[1].sandboxes[0].phase", equalTo("Ready"))
          .body("functions[1].sandboxes[0].initializationType", equalTo("on-demand"))
          .body(
              "functions[1].sandboxes[0].logStream",
              matchesPattern("\\d{4}/\\d\\d/\\d\\d/\\[\\$LATEST][0-9a-f]{32}"));
      assertThat(given().get(url + "/_rapid/state").asString())
          .contains("\nname         one/1\n", "\nname         two/1\n");
      assertThat(given().get(url + "/metrics").asString())
          .contains(
              "rapid_sandboxes{function=\"one\",phase=\"Ready\"} 1.0",
              "rapid_init_seconds_count{function=\"two\",phase=\"init\",status=\"success\"} 1");
    }
  }

  // ------------------------------------------------------------------ results

  @Test
  void an_error_of_the_function_is_a_result() throws IOException {
    try (Rapid rapid = Rapid.builder().function(function("one")).start()) {
      InvokeResult result = rapid.invoke("one", text("fail")).join();

      assertThat(result.status()).isEqualTo(Status.FUNCTION_ERROR);
      assertThat(result.errorType()).isEqualTo("Function.Broken");
      assertThat(result.payloadAsString()).contains("\"errorMessage\":\"no\"");
    }
  }

  @Test
  void the_end_of_the_process_is_a_result() throws IOException {
    try (Rapid rapid = Rapid.builder().function(function("one")).start()) {
      InvokeResult result = rapid.invoke("one", text("exit")).join();

      assertThat(result.status()).isEqualTo(Status.FAILED);
      assertThat(result.errorType()).isEqualTo("Runtime.ExitError");
      assertThat(result.errorMessage()).contains("exit status 7");
      assertThat(rapid.invoke("one", PAYLOAD).join().status()).isEqualTo(Status.RETURNED);
    }
  }

  @Test
  void options_reach_the_function_and_the_result() throws IOException {
    String id = "0f0e0d0c-0b0a-4908-8706-050403020100";
    try (Rapid rapid = Rapid.builder().function(function("one")).start()) {
      InvokeResult result =
          rapid
              .invoke(
                  "one",
                  PAYLOAD,
                  InvokeOptions.DEFAULT
                      .withRequestId(id)
                      .withClientContext("{\"client\":\"test\"}")
                      .withLogTail())
              .join();

      assertThat(result.requestId()).isEqualTo(id);
      assertThat(result.payloadAsString()).contains("\"context\":{\"client\":\"test\"}");
      assertThat(result.logTail())
          .contains("START RequestId: " + id, "handles {\"a\":1}", "REPORT RequestId: " + id);
    }
  }

  @Test
  void a_function_finds_lambda_at_the_address_for_callers() throws IOException {
    FunctionSettings own =
        settings("own").variables(Map.of("AWS_ENDPOINT_URL_LAMBDA", "http://own")).build();
    FunctionSettings inheriting =
        settings("heir").inherited(Map.of("AWS_ENDPOINT_URL_LAMBDA", "http://heir")).build();
    try (Rapid rapid =
        Rapid.builder()
            .function(function("one"))
            .function(own)
            .function(inheriting)
            .listen("127.0.0.1", 0)
            .frontEnd(
                new FrontEnd(
                    ResponseShaping.ON,
                    StreamErrors.REPORT,
                    Duration.ZERO,
                    null,
                    WebPages.NONE,
                    true))
            .lazyInit(true)
            .start()) {
      String here = "http://127.0.0.1:" + rapid.address().getPort();

      assertThat(endpoint(rapid, "one")).isEqualTo(here);
      assertThat(endpoint(rapid, "own")).isEqualTo("http://own");
      assertThat(endpoint(rapid, "heir")).isEqualTo("http://heir");
      assertThat(rapid.function("one").settings().variables()).containsOnlyKeys("GREETING");
    }
  }

  private static @Nullable String endpoint(Rapid rapid, String function) {
    FunctionSettings settings = rapid.function(function).settings();
    return settings
        .variables()
        .getOrDefault(
            "AWS_ENDPOINT_URL_LAMBDA", settings.inherited().get("AWS_ENDPOINT_URL_LAMBDA"));
  }

  @Test
  void what_depends_on_a_result_may_invoke_and_wait() throws IOException {
    try (Rapid rapid = Rapid.builder().function(function("one")).start()) {
      CompletableFuture<Status> second =
          rapid
              .invoke("one", PAYLOAD)
              .thenApply(first -> rapid.invoke("one", PAYLOAD).join().status());

      assertThat(second.join()).isEqualTo(Status.RETURNED);
    }
  }

  @Test
  void an_invocation_after_the_end_is_rejected() throws IOException {
    Rapid rapid = Rapid.builder().function(function("one")).lazyInit(true).start();
    rapid.close();

    InvokeResult result = rapid.invoke("one", PAYLOAD).join();

    assertThat(result.status()).isEqualTo(Status.REJECTED);
    assertThat(result.errorType()).isEqualTo("SHUTTING_DOWN");
  }

  // ------------------------------------------------------------------ mistakes

  @Test
  void a_function_that_is_not_there_cannot_be_invoked() throws IOException {
    try (Rapid rapid =
        Rapid.builder()
            .function(function("one"))
            .function(function("two"))
            .lazyInit(true)
            .start()) {
      assertThatThrownBy(() -> rapid.invoke("three", PAYLOAD))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("There is no function 'three', but one, two");
    }
  }

  @Test
  void settings_that_cannot_be_used_are_refused() {
    Rapid.Builder builder = Rapid.builder().function(function("one"));

    assertThatThrownBy(() -> builder.function(function("one")))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessage("There are two functions 'one'");
    assertThatThrownBy(
            () -> builder.function(settings("two").timeout(Duration.ofSeconds(-1)).build()))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessage("A timeout of function 'two' is negative");
    FunctionSettings attached =
        FunctionSettings.builder(List.of(), Path.of("/")).name("two").build();
    assertThatThrownBy(() ->
            builder.function(
                attached.toBuilder()
                    .concurrency(attached.concurrency().withFreezeAfter(Duration.ZERO))
                    .build()))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessage("The runtime of function 'two' cannot be frozen, because the user starts it");
    assertThatThrownBy(
            () -> builder.function(attached.toBuilder().concurrency(concurrency(1, true)).build()))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("isolates tenants");
    for (ConcurrencySettings notControlled : List.of(concurrency(0, false), concurrency(1, true))) {
      assertThatThrownBy(() ->
              Rapid.builder()
                  .listeners(new Listeners(null, null, FunctionSettings.FREE_ADDRESS, null))
                  .function(settings("two").concurrency(notControlled).build())
                  .bind())
          .isInstanceOf(InvalidSettingsException.class)
          .hasMessageStartingWith("A control API drives one sandbox that stays");
    }
    assertThatThrownBy(() -> Rapid.builder().start())
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessage("There is no function");
    assertThatThrownBy(() ->
            Rapid.builder().function(settings("two").variables(Map.of("A=B", "c")).build()).start())
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("A=B");
    HostPort any = new HostPort("127.0.0.1", 0);
    assertThatThrownBy(() ->
            builder
                .function(function("two"))
                .listeners(new Listeners(any, null, any, null))
                .start())
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessage("A control API drives one function only, and there are 2");
    assertThatThrownBy(() -> builder.listeners(new Listeners(any, any, null, null)).start())
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageStartingWith("An address of a function URL is for one function only");
  }

  @Test
  void several_invocations_at_once_exclude_snapstart_and_the_control_api() {
    FunctionSettings shared =
        settings("shared").concurrency(ConcurrencySettings.DEFAULT.withMaxConcurrency(2)).build();
    SandboxOptions plain = shared.sandbox();
    SandboxOptions snapStart =
        new SandboxOptions(
            null,
            plain.extensionsCwd(),
            false,
            true,
            plain.restoreTimeout(),
            plain.shutdownGrace(),
            plain.telemetry());
    HostPort any = new HostPort("127.0.0.1", 0);

    assertThatThrownBy(
            () -> Rapid.builder().function(shared.toBuilder().sandbox(snapStart).build()))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("SnapStart");
    assertThatThrownBy(() ->
            Rapid.builder()
                .function(shared)
                .listeners(new Listeners(null, null, any, null))
                .start())
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("control API");
  }

  @Test
  void an_address_in_use_is_told_and_nothing_is_left() throws IOException {
    Resources before = Resources.now();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Rapid.Builder builder =
          Rapid.builder().function(function("one")).listen("127.0.0.1", taken.getLocalPort());

      assertThatThrownBy(builder::start)
          .isInstanceOfSatisfying(
              ListenException.class,
              e -> {
                assertThat(e.use()).isEqualTo(ListenException.Use.CALLERS);
                assertThat(e.problem()).isEqualTo(ListenException.Problem.PORT_IN_USE);
              })
          .hasMessage(
              "Cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": the port is in use");
    }
    before.awaitAgain();
  }

  // ------------------------------------------------------------------ the end

  @RepeatedTest(2)
  void the_end_leaves_no_thread_no_process_and_no_descriptor() throws Exception {
    Resources before = Resources.now();
    try (Rapid rapid =
        Rapid.builder()
            .function(function("one"))
            .function(function("two"))
            .listen("127.0.0.1", 0)
            .start()) {
      CompletableFuture<InvokeResult> one = rapid.invoke("one", PAYLOAD);
      CompletableFuture<InvokeResult> two =
          rapid.invoke("two", PAYLOAD, InvokeOptions.DEFAULT.withLogTail());
      assertThat(one.join().status()).isEqualTo(Status.RETURNED);
      assertThat(two.join().status()).isEqualTo(Status.RETURNED);
      try (HttpClient client = HttpClient.newHttpClient()) {
        assertThat(post(client, rapid, "one").statusCode()).isEqualTo(200);
      }
      assertThat(Resources.now().processes()).isGreaterThanOrEqualTo(before.processes() + 2);
    }

    before.awaitAgain();
  }

  private static ConcurrencySettings concurrency(int sandboxes, boolean tenants) {
    return new ConcurrencySettings(
        sandboxes, null, 0, null, WhenBusy.QUEUE, 1, null, tenants, null);
  }

  @Test
  void a_function_that_may_run_nothing_is_ready_and_refuses() throws Exception {
    try (Rapid rapid =
        Rapid.builder()
            .function(settings("two").concurrency(concurrency(0, false)).build())
            .start()) {
      assertThat(rapid.function("two").isReady()).isTrue();
      assertThat(rapid.invoke("two", PAYLOAD).join().errorType()).isEqualTo("FUNCTION_BUSY");
    }
  }
}
