package dev.rapid.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.emulator.settings.FrontEnd;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.Listeners;
import dev.rapid.emulator.settings.ProgramSettings;
import dev.rapid.emulator.settings.QueueSettings;
import dev.rapid.kapacitor.UdfExposure;
import dev.rapid.kapacitor.UdfSandbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sandboxes of uses by Kapacitor, in real processes. */
@Timeout(120)
final class UdfPoolsTest {

  private static final String LOG_STREAM = "\"variable:AWS_LAMBDA_LOG_STREAM_NAME\"";

  @TempDir Path directory;

  private Rapid rapid;
  private EmulatedFunction orders;

  @BeforeEach
  void start() throws Exception {
    start(EchoRuntime.command());
  }

  private void start(List<String> command) throws Exception {
    rapid = Rapid.builder().function(function(command).build()).start();
    orders = rapid.function("orders");
  }

  private FunctionSettings.Builder function(List<String> command) {
    return FunctionSettings.builder(command, directory)
        .name("orders")
        .timeout(Duration.ofSeconds(60))
        .initTimeout(Duration.ofSeconds(60))
        .udf(UdfExposure.DEFAULT);
  }

  @AfterEach
  void close() {
    rapid.close();
  }

  private UdfSandbox initialised() {
    UdfSandbox use = orders.udfSandboxes().open();
    assertThat(use.initialise().join()).isNull();
    return use;
  }

  private static Outcome invoke(UdfSandbox use, String payload) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    use.invoke(
        new Invocation(
            UUID.randomUUID().toString(),
            use.description(),
            use.arn(),
            use.description().identity().version(),
            null,
            null,
            null,
            Payload.of(payload),
            outcome::complete,
            Invocation.UNLIMITED,
            false));
    return outcome.join();
  }

  private static String returned(UdfSandbox use, String payload) {
    if (invoke(use, payload) instanceof Outcome.Returned(Payload result, var contentType)) {
      String text = new String(result.toByteArray(), UTF_8);
      result.release();
      return text;
    }
    throw new AssertionError();
  }

  private int pools() {
    return orders.watched().fleets().get().size();
  }

  @Test
  void an_exposed_function_starts_no_process_before_it_is_used() {
    assertThat(orders.fleet().states()).allMatch(state -> state.generation() == 0);
  }

  @Test
  void each_use_keeps_the_sandbox_that_it_has() {
    UdfSandbox first = initialised();
    UdfSandbox second = initialised();

    Set<String> streamsOfFirst = new HashSet<>();
    Set<String> streamsOfSecond = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      streamsOfFirst.add(returned(first, LOG_STREAM));
      streamsOfSecond.add(returned(second, LOG_STREAM));
    }

    assertThat(streamsOfFirst).hasSize(1);
    assertThat(streamsOfSecond).hasSize(1).doesNotContainAnyElementsOf(streamsOfFirst);
  }

  @Test
  void a_runtime_that_ends_fails_its_invocation_and_the_next_one_has_another() {
    UdfSandbox use = initialised();

    Outcome outcome = invoke(use, "\"exit\"");

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.error()).isEqualTo(ErrorType.RUNTIME_EXIT_ERROR));
    assertThat(returned(use, "1")).contains("\"payload\":1");
  }

  @Test
  void a_use_that_ends_leaves_nothing() {
    UdfSandbox use = initialised();
    int during = pools();

    use.close();

    await().atMost(Duration.ofSeconds(60)).until(() -> pools() == during - 1);
  }

  @Test
  void an_invocation_that_runs_when_its_use_ends_is_completed() throws Exception {
    UdfSandbox use = initialised();
    Path go = directory.resolve("go");
    CompletableFuture<Outcome> outcome =
        CompletableFuture.supplyAsync(() -> invoke(use, "\"await:" + go + "\""));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            orders.watched().fleets().get().getLast().fleet().states().stream()
                .anyMatch(state -> !state.running().isEmpty()));

    use.close();
    Files.createFile(go);

    assertThat(outcome.join()).isInstanceOf(Outcome.Returned.class);
  }

  @Test
  void an_init_that_fails_says_why_and_leaves_nothing() throws Exception {
    rapid.close();
    start(List.of("/bin/sh", "-c", "exit 3"));
    int before = pools();

    String reason = orders.udfSandboxes().open().initialise().join();

    assertThat(reason).isEqualTo("Runtime.ExitError: Runtime exited with error: exit status 3");
    await().atMost(Duration.ofSeconds(60)).until(() -> pools() == before);
  }

  @Test
  void a_program_that_does_not_exist_is_a_failed_init() throws Exception {
    rapid.close();
    start(List.of(directory.resolve("missing").toString()));

    assertThat(orders.udfSandboxes().open().initialise().join()).contains("missing");
  }

  @Test
  void a_function_that_changes_goes_on_with_new_sandboxes() throws Exception {
    UdfSandbox use = initialised();
    String before = returned(use, LOG_STREAM);

    FunctionSettings next =
        function(EchoRuntime.command()).variables(Map.of("GREETING", "changed")).build();
    Changes unused =
        rapid.apply(
            new ProgramSettings(
                List.of(next),
                List.of(),
                Listeners.NONE,
                FrontEnd.DEFAULT,
                List.of(),
                Set.of(),
                null,
                QueueSettings.DEFAULT));

    assertThat(returned(use, "1")).contains("changed");
    assertThat(returned(use, LOG_STREAM)).isNotEqualTo(before);
  }
}
