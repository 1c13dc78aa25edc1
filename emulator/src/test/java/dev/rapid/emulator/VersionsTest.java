package dev.rapid.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rapid.core.fleet.Fleet;
import dev.rapid.emulator.InvokeResult.Status;
import dev.rapid.emulator.settings.ConcurrencySettings;
import dev.rapid.emulator.settings.FrontEnd;
import dev.rapid.emulator.settings.FunctionListing;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.Listeners;
import dev.rapid.emulator.settings.ProgramSettings;
import dev.rapid.emulator.settings.QueueSettings;
import dev.rapid.emulator.settings.SandboxOptions;
import dev.rapid.emulator.settings.WhenBusy;
import dev.rapid.invokeapi.function.FunctionAlias;
import dev.rapid.invokeapi.function.FunctionVersions;
import dev.rapid.invokeapi.function.PublishedVersion;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each version of a function has sandboxes of its own (contract templates-and-runtimes, section
 * 8.1).
 */
@Timeout(120)
final class VersionsTest {

  private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:a";
  private static final Listeners CALLERS = Listeners.callersAt(new HostPort("127.0.0.1", 0));

  private static final FunctionVersions VERSIONS =
      new FunctionVersions(
          List.of(PublishedVersion.of("1"), PublishedVersion.of("2")),
          List.of(FunctionAlias.of("live", "1")));

  @TempDir private Path directory;

  private FunctionSettings.Builder function(FunctionVersions versions) {
    return FunctionSettings.builder(EchoRuntime.command(), directory)
        .name("a")
        .timeout(Duration.ofSeconds(30))
        .initTimeout(Duration.ofSeconds(30))
        .variables(Map.of("GREETING", "hello"))
        .listing(FunctionListing.DEFAULT.withVersions(versions));
  }

  private static ConcurrencySettings concurrency(
      @Nullable Integer reserved, int provisioned, WhenBusy whenBusy) {
    return new ConcurrencySettings(5, reserved, provisioned, null, whenBusy, 1, null, false, null);
  }

  private static Rapid start(FunctionSettings function) throws IOException {
    return Rapid.builder().listeners(CALLERS).lazyInit(true).function(function).start();
  }

  private static CompletableFuture<InvokeResult> invoke(
      Rapid rapid, @Nullable String qualifier, String wish) {
    InvokeOptions options =
        qualifier == null ? InvokeOptions.DEFAULT : InvokeOptions.DEFAULT.withQualifier(qualifier);
    return rapid.invoke("a", ("\"" + wish + "\"").getBytes(UTF_8), options);
  }

  /** Returns what the runtime greets with. */
  private static String greeting(Rapid rapid, @Nullable String qualifier, String wish) {
    InvokeResult result = invoke(rapid, qualifier, wish).join();
    assertThat(result.status()).isEqualTo(Status.RETURNED);
    return result.payloadAsString().replaceFirst("\\{\"greeting\":\"([^\"]*)\".*", "$1");
  }

  private static String variable(Rapid rapid, @Nullable String qualifier, String name) {
    return greeting(rapid, qualifier, "variable:" + name);
  }

  private static String state(Rapid rapid) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + rapid.address().getPort() + "/_rapid/state");
      return client
          .send(
              HttpRequest.newBuilder(uri).header("Accept", "application/json").build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  // ------------------------------------------------------------------ what a version gets

  @ParameterizedTest
  @CsvSource({
    ", $LATEST, ''",
    "$LATEST, $LATEST, :$LATEST",
    "1, 1, :1",
    "live, 1, :live",
    "2, 2, :2",
    "$LATEST.PUBLISHED, 2, :$LATEST.PUBLISHED"
  })
  void a_version_runs_with_its_number_and_the_arn_as_invoked(
      @Nullable String qualifier, String version, String suffix) throws IOException {
    try (Rapid rapid = start(function(VERSIONS).build())) {
      assertThat(variable(rapid, qualifier, "AWS_LAMBDA_FUNCTION_VERSION")).isEqualTo(version);
      assertThat(variable(rapid, qualifier, "AWS_LAMBDA_LOG_STREAM_NAME"))
          .contains("[" + version + "]");
      assertThat(greeting(rapid, qualifier, "arn")).isEqualTo(ARN + suffix);
    }
  }

  @Test
  void an_alias_shares_the_sandboxes_of_its_version_but_versions_share_none() throws Exception {
    try (Rapid rapid = start(function(VERSIONS).build())) {
      for (String qualifier : List.of("1", "live", "2", "$LATEST")) {
        assertThat(greeting(rapid, qualifier, "x")).isEqualTo("hello");
      }

      assertThat(state(rapid))
          .contains("\"name\":\"a/1\"", "\"name\":\"a:1/1\"", "\"name\":\"a:2/1\"")
          .doesNotContain("a:1/2");
    }
  }

  @Test
  void a_version_has_no_sandbox_before_its_first_invocation() throws Exception {
    try (Rapid rapid = start(function(VERSIONS).build())) {
      assertThat(state(rapid)).contains("\"name\":\"a/1\"").doesNotContain("a:1/", "a:2/");
    }
  }

  @Test
  void only_published_versions_have_a_snapshot() throws IOException {
    SandboxOptions usual = SandboxOptions.in(directory);
    SandboxOptions snapshots =
        new SandboxOptions(
            null,
            directory,
            false,
            true,
            usual.restoreTimeout(),
            usual.shutdownGrace(),
            usual.telemetry());
    try (Rapid rapid = start(function(VERSIONS).sandbox(snapshots).build())) {
      assertThat(variable(rapid, null, "AWS_LAMBDA_INITIALIZATION_TYPE")).isEqualTo("on-demand");
      assertThat(variable(rapid, "live", "AWS_LAMBDA_INITIALIZATION_TYPE")).isEqualTo("snap-start");
    }
  }

  @Test
  void provisioned_concurrency_is_of_the_newest_published_version() throws Exception {
    FunctionSettings function =
        function(VERSIONS).concurrency(concurrency(null, 1, WhenBusy.QUEUE)).build();
    try (Rapid rapid = start(function)) {
      assertThat(variable(rapid, "2", "AWS_LAMBDA_INITIALIZATION_TYPE"))
          .isEqualTo("provisioned-concurrency");
      assertThat(variable(rapid, "1", "AWS_LAMBDA_INITIALIZATION_TYPE")).isEqualTo("on-demand");
      assertThat(variable(rapid, null, "AWS_LAMBDA_INITIALIZATION_TYPE")).isEqualTo("on-demand");
    }
  }

  @Test
  void provisioned_concurrency_of_an_alias_is_initialised_at_the_start() throws Exception {
    FunctionVersions versions =
        new FunctionVersions(
            List.of(PublishedVersion.of("1"), PublishedVersion.of("2")),
            List.of(new FunctionAlias("live", "1", Map.of(), "", 2)));
    try (Rapid rapid = start(function(versions).build())) {
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() ->
              assertThat(state(rapid))
                  .containsPattern("\"a:1/1\"[^{}]*\"phase\":\"Ready\"")
                  .containsPattern("\"a:1/2\"[^{}]*\"phase\":\"Ready\""));
    }
  }

  // ------------------------------------------------------------------ limits

  @Test
  void reserved_concurrency_is_for_all_versions_together() throws IOException {
    Path go = directory.resolve("go");
    FunctionSettings function =
        function(VERSIONS).concurrency(concurrency(1, 0, WhenBusy.THROTTLE)).build();
    try (Rapid rapid = start(function)) {
      CompletableFuture<InvokeResult> running = invoke(rapid, "1", "await:" + go);

      InvokeResult refused = invoke(rapid, "2", "x").join();
      Files.createFile(go);

      assertThat(refused.status()).isEqualTo(Status.REJECTED);
      assertThat(refused.errorMessage()).contains("function");
      assertThat(running.join().status()).isEqualTo(Status.RETURNED);
    }
  }

  @Test
  void a_version_waits_until_another_one_has_ended_if_callers_wait() throws Exception {
    Path go = directory.resolve("go");
    FunctionSettings function =
        function(VERSIONS).concurrency(concurrency(1, 0, WhenBusy.QUEUE)).build();
    try (Rapid rapid = start(function)) {
      CompletableFuture<InvokeResult> first = invoke(rapid, "1", "await:" + go);
      CompletableFuture<InvokeResult> second = invoke(rapid, "2", "x");

      assertThat(state(rapid)).containsPattern("\"a:2/1\"[^{}]*\"phase\":\"Cold\"");
      Files.createFile(go);

      assertThat(first.join().status()).isEqualTo(Status.RETURNED);
      assertThat(second.join().status()).isEqualTo(Status.RETURNED);
    }
  }

  // ------------------------------------------------------------------ what is not there

  @Test
  void an_unknown_qualifier_is_an_error_of_the_caller() throws IOException {
    try (Rapid rapid = start(function(VERSIONS).build())) {
      assertThatThrownBy(() -> invoke(rapid, "nope", "x"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The function 'a' has no version or alias 'nope'");
    }
  }

  @Test
  void a_function_that_cannot_run_starts_nothing_and_says_why() throws Exception {
    FunctionSettings function =
        FunctionSettings.builder(List.of(), directory)
            .name("a")
            .listing(FunctionListing.DEFAULT.withNotRunnable("It is an image."))
            .build();
    try (Rapid rapid = Rapid.builder().listeners(CALLERS).function(function).start()) {
      assertThat(rapid.function("a").isReady()).isTrue();
      assertThatThrownBy(() -> invoke(rapid, null, "x"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageEndingWith("It is an image.");
    }
  }

  // ------------------------------------------------------------------ changes

  private static ProgramSettings program(FunctionSettings function) {
    return new ProgramSettings(
        List.of(function),
        List.of(),
        CALLERS,
        FrontEnd.DEFAULT,
        List.of(),
        Set.of(),
        null,
        QueueSettings.DEFAULT);
  }

  @Test
  void a_renewal_is_for_all_versions() throws IOException {
    try (Rapid rapid = start(function(VERSIONS).build())) {
      assertThat(greeting(rapid, "1", "x")).isEqualTo("hello");

      Changes changes =
          rapid.apply(program(function(VERSIONS).variables(Map.of("GREETING", "bye")).build()));

      assertThat(changes.renewed()).containsExactly("a");
      assertThat(greeting(rapid, "1", "x")).isEqualTo("bye");
      assertThat(greeting(rapid, "2", "x")).isEqualTo("bye");
      assertThat(variable(rapid, "1", "AWS_LAMBDA_FUNCTION_VERSION")).isEqualTo("1");
    }
  }

  @Test
  void a_version_that_is_not_there_any_more_ends() throws Exception {
    FunctionVersions fewer = new FunctionVersions(List.of(PublishedVersion.of("2")), List.of());
    try (Rapid rapid = start(function(VERSIONS).build())) {
      assertThat(greeting(rapid, "1", "x")).isEqualTo("hello");

      Changes unused = rapid.apply(program(function(fewer).build()));

      assertThatThrownBy(() -> invoke(rapid, "1", "x"))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(state(rapid)).doesNotContain("a:1/");
    }
  }

  @Test
  void a_function_whose_concurrency_becomes_reserved_for_all_versions_goes_on() throws IOException {
    Path go = directory.resolve("go");
    try (Rapid rapid = start(function(VERSIONS).build())) {
      CompletableFuture<InvokeResult> old = invoke(rapid, "1", "await:" + go);
      Fleet before = rapid.function("a").fleet();

      Changes unused =
          rapid.apply(
              program(function(VERSIONS).concurrency(concurrency(1, 0, WhenBusy.QUEUE)).build()));

      assertThat(rapid.function("a").fleet()).isNotSameAs(before);
      assertThat(greeting(rapid, "1", "x")).isEqualTo("hello");
      Files.createFile(go);
      assertThat(old.join().status()).isEqualTo(Status.RETURNED);
    }
  }
}
