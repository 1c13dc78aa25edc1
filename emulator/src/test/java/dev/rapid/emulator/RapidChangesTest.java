package dev.rapid.emulator;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import dev.rapid.emulator.InvokeResult.Status;
import dev.rapid.emulator.settings.ConcurrencySettings;
import dev.rapid.emulator.settings.FrontEnd;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.Listeners;
import dev.rapid.emulator.settings.ProgramSettings;
import dev.rapid.emulator.settings.QueueSettings;
import dev.rapid.invokeapi.url.UrlSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Functions that come, change and go while Rapid runs. */
@Timeout(120)
final class RapidChangesTest {

  private static final byte[] PAYLOAD = "{}".getBytes(UTF_8);
  private static final Listeners CALLERS = Listeners.callersAt(new HostPort("127.0.0.1", 0));

  @TempDir Path directory;

  private FunctionSettings.Builder function(String name, String greeting) {
    return FunctionSettings.builder(EchoRuntime.command(), directory)
        .name(name)
        .timeout(Duration.ofSeconds(30))
        .initTimeout(Duration.ofSeconds(30))
        .variables(Map.of("GREETING", greeting));
  }

  private static ProgramSettings program(FunctionSettings... functions) {
    return new ProgramSettings(
        List.of(functions),
        List.of(),
        CALLERS,
        FrontEnd.DEFAULT,
        List.of(),
        Set.of(),
        null,
        QueueSettings.DEFAULT);
  }

  private static Rapid start(FunctionSettings... functions) throws IOException {
    Rapid.Builder builder = Rapid.builder().listeners(CALLERS);
    for (FunctionSettings each : functions) {
      builder.function(each);
    }
    return builder.start();
  }

  private static String greetingOf(Rapid rapid, String name) {
    InvokeResult result = rapid.invoke(name, PAYLOAD).join();
    assertThat(result.status()).isEqualTo(Status.RETURNED);
    return result.payloadAsString().replaceFirst("\\{\"greeting\":\"([^\"]*)\".*", "$1");
  }

  private static Set<Integer> sandboxes(Rapid rapid, String name) {
    return Set.copyOf(
        rapid.function(name).fleet().members().stream().map(each -> each.number()).toList());
  }

  /** Invokes a function until it runs, and returns what it answers after {@code go} is created. */
  private CompletableFuture<InvokeResult> running(Rapid rapid, String name, Path go) {
    CompletableFuture<InvokeResult> result =
        rapid.invoke(name, ("\"await:" + go + "\"").getBytes(UTF_8));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            rapid.function(name).fleet().members().stream()
                .anyMatch(each -> !each.sandbox().state().phase().running().isEmpty()));
    return result;
  }

  // ------------------------------------------------------------------ renewal

  @Test
  void a_changed_function_answers_with_its_new_settings() throws IOException {
    try (Rapid rapid = start(function("a", "old").build())) {
      assertThat(greetingOf(rapid, "a")).isEqualTo("old");

      Changes changes = rapid.apply(program(function("a", "new").build()));

      assertThat(changes).isEqualTo(new Changes(List.of("a"), List.of(), List.of(), List.of()));
      assertThat(greetingOf(rapid, "a")).isEqualTo("new");
    }
  }

  @Test
  void an_invocation_that_runs_goes_on_with_the_old_settings() throws IOException {
    Path go = directory.resolve("go");
    try (Rapid rapid = start(function("a", "old").build())) {
      CompletableFuture<InvokeResult> old = running(rapid, "a", go);

      Changes unused = rapid.apply(program(function("a", "new").build()));
      assertThat(greetingOf(rapid, "a")).isEqualTo("new");
      Files.createFile(go);

      assertThat(old.join().payloadAsString()).contains("\"greeting\":\"old\"");
    }
  }

  @Test
  void an_equal_function_keeps_its_processes() throws IOException {
    try (Rapid rapid = start(function("a", "hello").build())) {
      assertThat(greetingOf(rapid, "a")).isEqualTo("hello");

      Changes changes = rapid.apply(program(function("a", "hello").build()));

      assertThat(changes.isEmpty()).isTrue();
      assertThat(sandboxes(rapid, "a")).containsExactly(1);
    }
  }

  @Test
  void a_renewed_function_gets_a_new_process_with_the_same_settings() throws IOException {
    try (Rapid rapid = start(function("a", "hello").build(), function("b", "hello").build())) {
      assertThat(greetingOf(rapid, "a")).isEqualTo("hello");

      rapid.renew("a");

      assertThat(greetingOf(rapid, "a")).isEqualTo("hello");
      assertThat(sandboxes(rapid, "a")).doesNotContain(1);
      assertThat(sandboxes(rapid, "b")).containsExactly(1);
    }
  }

  @Test
  void callers_over_http_see_new_settings_of_the_url_and_of_the_description() throws IOException {
    try (Rapid rapid = start(function("a", "hello").build())) {
      Changes unused =
          rapid.apply(
              program(
                  function("a", "hello").url(new UrlSettings(false, true, null, null)).build()));

      given().port(rapid.address().getPort()).get("/lambda-url/a/").then().statusCode(equalTo(403));
    }
  }

  @Test
  void the_rate_of_requests_follows_the_settings() throws IOException {
    ConcurrencySettings one =
        new ConcurrencySettings(
            1, null, 0, null, ConcurrencySettings.DEFAULT.whenBusy(), 1, 1, false, null);
    try (Rapid rapid = start(function("a", "hello").concurrency(one).build())) {
      Changes unused = rapid.apply(program(function("a", "hello").build()));

      for (int i = 0; i < 5; i++) {
        assertThat(post(rapid, "a")).isEqualTo(200);
      }
    }
  }

  // ------------------------------------------------------------------ functions that come and go

  @Test
  void a_function_that_comes_can_be_invoked() throws IOException {
    try (Rapid rapid = start(function("a", "first").build())) {
      Changes changes =
          rapid.apply(program(function("a", "first").build(), function("b", "second").build()));

      assertThat(changes).isEqualTo(new Changes(List.of(), List.of("b"), List.of(), List.of()));
      assertThat(greetingOf(rapid, "b")).isEqualTo("second");
      assertThat(post(rapid, "b")).isEqualTo(200);
      given()
          .port(rapid.address().getPort())
          .accept("application/json")
          .get("/_rapid/state")
          .then()
          .body("functions.name", contains("a", "b"));
    }
  }

  @Test
  void a_function_that_goes_cannot_be_invoked_any_more() throws IOException {
    try (Rapid rapid = start(function("a", "first").build(), function("b", "second").build())) {
      assertThat(post(rapid, "b")).isEqualTo(200);

      Changes changes = rapid.apply(program(function("a", "first").build()));

      assertThat(changes).isEqualTo(new Changes(List.of(), List.of(), List.of("b"), List.of()));
      assertThat(post(rapid, "b")).isEqualTo(404);
      assertThatThrownBy(() -> rapid.invoke("b", PAYLOAD))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void an_invocation_of_a_function_that_goes_gets_its_answer() throws IOException {
    Path go = directory.resolve("go");
    try (Rapid rapid = start(function("a", "first").build(), function("b", "second").build())) {
      CompletableFuture<InvokeResult> last = running(rapid, "b", go);

      Changes unused = rapid.apply(program(function("a", "first").build()));
      Files.createFile(go);

      assertThat(last.join().payloadAsString()).contains("\"greeting\":\"second\"");
    }
  }

  @Test
  void a_function_that_goes_and_comes_back_has_one_series_of_meters() throws IOException {
    try (Rapid rapid = start(function("a", "first").build(), function("b", "second").build())) {
      Changes gone = rapid.apply(program(function("a", "first").build()));
      Changes back =
          rapid.apply(program(function("a", "first").build(), function("b", "second").build()));
      assertThat(gone.removed()).isEqualTo(back.added());
      assertThat(post(rapid, "b")).isEqualTo(200);

      String meters =
          given().port(rapid.address().getPort()).get("/metrics").then().extract().asString();

      assertThat(meters.lines().filter(line -> line.startsWith("rapid_sandboxes{function=\"b\"")))
          .anySatisfy(line -> assertThat(line).endsWith(" 1.0"));
    }
  }

  // ------------------------------------------------------------------ refusals

  @Test
  void invalid_settings_change_nothing() throws IOException {
    try (Rapid rapid = start(function("a", "old").build())) {
      assertThatThrownBy(() ->
              rapid.apply(
                  program(
                      function("a", "new").build(),
                      function("b", "new").build(),
                      function("b", "new").build())))
          .isInstanceOf(InvalidSettingsException.class)
          .hasMessage("There are two functions 'b'");

      assertThat(greetingOf(rapid, "a")).isEqualTo("old");
      assertThat(rapid.functions()).hasSize(1);
    }
  }

  @Test
  void other_addresses_take_effect_with_the_next_start() throws IOException {
    try (Rapid rapid = start(function("a", "old").build())) {
      ProgramSettings next =
          new ProgramSettings(
              List.of(function("a", "old").build()),
              List.of(),
              Listeners.callersAt(new HostPort("127.0.0.1", 1)),
              FrontEnd.DEFAULT,
              List.of(),
              Set.of(),
              null,
              QueueSettings.DEFAULT);

      assertThat(rapid.apply(next).unapplied()).containsExactly("the addresses");
    }
  }

  @Test
  void a_function_that_a_client_of_the_control_api_drives_is_not_renewed() throws IOException {
    Listeners controlled =
        new Listeners(new HostPort("127.0.0.1", 0), null, new HostPort("127.0.0.1", 0), null);
    try (Rapid rapid =
        Rapid.builder()
            .function(function("a", "old").build())
            .listeners(controlled)
            .lazyInit(true)
            .start()) {
      assertThatThrownBy(() -> rapid.renew("a")).isInstanceOf(IllegalStateException.class);
    }
  }

  // ------------------------------------------------------------------ on request

  @Test
  void a_client_can_renew_all_functions() throws IOException {
    try (Rapid rapid = start(function("a", "hello").build(), function("b", "hello").build())) {
      assertThat(greetingOf(rapid, "a")).isEqualTo("hello");

      given()
          .port(rapid.address().getPort())
          .post("/_rapid/reload")
          .then()
          .statusCode(200)
          .body("renewed", contains("a", "b"));

      assertThat(greetingOf(rapid, "a")).isEqualTo("hello");
      assertThat(sandboxes(rapid, "a")).doesNotContain(1);
    }
  }

  @Test
  void a_client_cannot_renew_a_function_that_there_is_not() throws IOException {
    try (Rapid rapid = start(function("a", "hello").build())) {
      given()
          .port(rapid.address().getPort())
          .post("/_rapid/reload?function=x")
          .then()
          .statusCode(404)
          .body("message", equalTo("There is no function 'x'"));
    }
  }

  private static int post(Rapid rapid, String name) {
    return given()
        .port(rapid.address().getPort())
        .body("{}")
        .post("/2015-03-31/functions/" + name + "/invocations")
        .statusCode();
  }
}
