package dev.rapid.emulator;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;

import dev.rapid.core.fleet.Member;
import dev.rapid.emulator.InvokeResult.Status;
import dev.rapid.emulator.settings.ConcurrencySettings;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.WhenBusy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One function with several sandboxes, in real processes. */
@Timeout(120)
final class SeveralSandboxesTest {

  @TempDir Path directory;

  private FunctionSettings function(ConcurrencySettings concurrency) {
    return FunctionSettings.builder(EchoRuntime.command(), directory)
        .name("orders")
        .timeout(Duration.ofSeconds(60))
        .initTimeout(Duration.ofSeconds(60))
        .concurrency(concurrency)
        .build();
  }

  private static ConcurrencySettings sandboxes(
      int most, int provisioned, @Nullable Duration idleTimeout) {
    return new ConcurrencySettings(
        most, null, provisioned, idleTimeout, WhenBusy.QUEUE, 1, null, false, null);
  }

  /** Invokes until {@code count} invocations run at once, and lets them end. */
  private List<InvokeResult> invokeAtOnce(Rapid rapid, int count) throws IOException {
    Path go = directory.resolve("go");
    Files.deleteIfExists(go);
    List<CompletableFuture<InvokeResult>> results = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      results.add(
          rapid.invoke(
              "orders",
              ("\"await:" + go + "\"").getBytes(UTF_8),
              InvokeOptions.DEFAULT.withLogTail()));
    }
    EmulatedFunction orders = rapid.function("orders");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            orders.fleet().members().stream()
                    .filter(each -> !each.sandbox().state().phase().running().isEmpty())
                    .count()
                == count);
    Files.createFile(go);
    return results.stream().map(CompletableFuture::join).toList();
  }

  @Test
  void parallel_invocations_have_a_sandbox_each_and_whole_labelled_lines() throws IOException {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    List<InvokeResult> results;
    try (Rapid rapid =
        Rapid.builder()
            .function(
                function(sandboxes(3, 0, null)),
                FunctionObserver.logging(FunctionLog.to(log, e -> {})))
            .start()) {
      results = invokeAtOnce(rapid, 3);
    }

    assertThat(results)
        .allSatisfy(result -> {
          assertThat(result.status()).isEqualTo(Status.RETURNED);
          assertThat(result.logTail())
              .contains("START RequestId: " + result.requestId())
              .contains("REPORT RequestId: " + result.requestId())
              .doesNotContain("orders/");
          assertThat(String.valueOf(result.logTail()).lines().filter(l -> l.startsWith("START")))
              .hasSize(1);
        });
    List<String> starts =
        log.toString(UTF_8).lines().filter(line -> line.contains("START RequestId: ")).toList();
    assertThat(starts).hasSize(3);
    Set<String> labels = new HashSet<>();
    for (String start : starts) {
      String label = start.substring(0, start.indexOf("START"));
      String id = start.replaceAll(".*RequestId: | Version.*", "");
      labels.add(label);
      // A label has the lines of its own invocation, in their order.
      assertThat(log.toString(UTF_8).lines().filter(line -> line.startsWith(label)).toList())
          .satisfiesExactly(
              line -> assertThat(line).startsWith(label + "START RequestId: " + id),
              line -> assertThat(line).startsWith(label + "handles "),
              line -> assertThat(line).startsWith(label + "END RequestId: " + id),
              line -> assertThat(line).startsWith(label + "REPORT RequestId: " + id));
    }
    assertThat(labels).containsExactlyInAnyOrder("orders/1 | ", "orders/2 | ", "orders/3 | ");
  }

  @Test
  void provisioned_sandboxes_start_at_once_and_report_it() throws Exception {
    List<String> records = new CopyOnWriteArrayList<>();
    FunctionObserver observer =
        new FunctionObserver(
            FunctionLog.none(),
            sandbox -> event -> {},
            record -> records.add(new String(record.jsonWithOrigin(), UTF_8)));
    try (Rapid rapid =
        Rapid.builder()
            .function(function(sandboxes(3, 2, null)), observer)
            .listen("127.0.0.1", 0)
            .start()) {
      String state = "http://127.0.0.1:" + rapid.address().getPort() + "/_rapid/state";
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() ->
              given()
                  .accept("application/json")
                  .get(state)
                  .then()
                  .body("functions[0].sandboxes.name", contains("orders/1", "orders/2"))
                  .body("functions[0].sandboxes.phase", everyItem(equalTo("Ready")))
                  .body(
                      "functions[0].sandboxes.initializationType",
                      everyItem(equalTo("provisioned-concurrency"))));
    }

    assertThat(records.stream().filter(record -> record.contains("platform.initStart")))
        .hasSize(2)
        .allSatisfy(record ->
            assertThat(record).contains("\"initializationType\":\"provisioned-concurrency\""))
        .anySatisfy(record -> assertThat(record).endsWith("\"sandbox\":\"orders/1\"}"))
        .anySatisfy(record -> assertThat(record).endsWith("\"sandbox\":\"orders/2\"}"));
  }

  @Test
  void sandboxes_that_end_after_each_invocation_leave_nothing() throws IOException {
    // The JDK keeps a socket from the first one that it closes.
    try (Rapid first = Rapid.builder().function(function(sandboxes(1, 0, null))).start()) {
      InvokeResult unused = first.invoke("orders", "{}".getBytes(UTF_8)).join();
    }
    Resources before = Resources.now();
    try (Rapid rapid = Rapid.builder().function(function(sandboxes(2, 0, Duration.ZERO))).start()) {
      Set<String> addresses = new HashSet<>();
      for (int i = 0; i < 5; i++) {
        assertThat(rapid.invoke("orders", "{}".getBytes(UTF_8)).join().status())
            .isEqualTo(Status.RETURNED);
        addresses.add(
            String.valueOf(
                rapid.function("orders").variablesOfRuntime().get("AWS_LAMBDA_LOG_STREAM_NAME")));
      }
      assertThat(addresses).hasSizeGreaterThan(1);
      await()
          .untilAsserted(() ->
              assertThat(rapid.function("orders").fleet().members().stream().map(Member::number))
                  .isEmpty());
    }
    before.awaitAgain();
  }
}
