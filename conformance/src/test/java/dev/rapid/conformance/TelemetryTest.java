package dev.rapid.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a telemetry extension is given, record by record. The files in {@code telemetry/} are the
 * expected records without what differs from run to run; {@code -Dgolden.update=true} writes them.
 */
final class TelemetryTest {

  private static final int LINES = 100_000;

  /** The runtimeDone and the report of the invocation whose last lines are dropped. */
  private static final long PLATFORM_RECORDS = 2;

  @TempDir Path directory;

  @BeforeEach
  void needs() {
    assumeTrue(Command.exists("python3"), "python3 exists");
  }

  private Collector collector(String protocol) {
    return Collector.in(directory, "TELEMETRY_PROTOCOL=" + protocol);
  }

  private static void assertGolden(String name, List<String> records) {
    Path file = Command.ROOT.resolve("conformance/src/test/resources/telemetry").resolve(name);
    List<String> masked = Collector.masked(records);
    try {
      if (Boolean.getBoolean("golden.update")) {
        Files.createDirectories(file.getParent());
        Files.write(file, masked);
      }
      assertThat(masked).containsExactlyElementsOf(Files.readAllLines(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP", "TCP"})
  void a_cold_start_and_a_warm_invocation(String protocol) {
    Collector collector = collector(protocol);
    try (Rapid rapid = Rapid.serveScripted(collector.option(), "--lazy-init")) {
      rapid.invoke("\"print hello\"");
      rapid.awaitReady();
      rapid.invoke("\"print again\"");

      assertGolden("cold-and-warm.ndjson", collector.await("platform.report", 2));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP", "TCP"})
  void an_error_that_the_function_reports(String protocol) {
    Collector collector = collector(protocol);
    try (Rapid rapid = Rapid.serveScripted(collector.option(), "--lazy-init")) {
      rapid.invoke("\"error\"");

      assertGolden("function-error.ndjson", collector.await("platform.report", 1));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP", "TCP"})
  void an_init_that_fails(String protocol) {
    Collector collector = collector(protocol);
    try (Rapid rapid =
        Rapid.serve(
            collector.option(),
            "--lazy-init",
            "--",
            "sh",
            "-c",
            "sleep 0.5; echo no luck; exit 3")) {
      rapid.invoke("{}");

      assertGolden("init-failure.ndjson", collector.await("platform.report", 1));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP", "TCP"})
  void a_timeout(String protocol) {
    Collector collector = collector(protocol);
    try (Rapid rapid = Rapid.serveScripted(collector.option(), "--lazy-init", "--timeout=1")) {
      rapid.invoke("\"sleep 30\"");

      assertGolden("timeout.ndjson", collector.await("platform.report", 1));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP", "TCP"})
  void a_crash(String protocol) {
    Collector collector = collector(protocol);
    try (Rapid rapid = Rapid.serveScripted(collector.option(), "--lazy-init")) {
      rapid.invoke("\"exit 3\"");

      assertGolden("crash.ndjson", collector.await("platform.report", 1));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP", "TCP"})
  void a_restore(String protocol) {
    Collector collector = collector(protocol);
    try (Rapid rapid =
        Rapid.serve(
            collector.option(),
            "--snapstart",
            "--cwd=examples/snapstart",
            "--",
            "python3",
            "bootstrap.py")) {
      rapid.awaitReady();
      rapid.invoke("{}");

      assertGolden("restore.ndjson", collector.await("platform.report", 1));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP", "TCP"})
  void a_shutdown_in_the_middle_of_an_invocation(String protocol) {
    Collector collector = collector(protocol);
    try (Rapid rapid = Rapid.serveScripted(collector.option())) {
      rapid.awaitReady();
      var unused = rapid.invokeAsync("\"sleep 30\"".getBytes(UTF_8));
      rapid.awaitState("[Invoking]");
      rapid.signal("TERM");
      assertThat(rapid.awaitEnd()).isZero();

      assertGolden("shutdown.ndjson", collector.records());
    }
  }

  @Test
  void the_logs_api_has_records_of_its_own() {
    Collector collector = Collector.in(directory, "TELEMETRY_API=logs");
    try (Rapid rapid = Rapid.serveScripted(collector.option(), "--lazy-init")) {
      rapid.invoke("\"print hello\"");
      collector.await("platform.report", 1);
      rapid.awaitReady();
      rapid.invoke("\"exit 3\"");

      assertGolden("logs-api.ndjson", collector.await("platform.report", 2));
    }
  }

  @Test
  void the_format_of_the_functions_log_is_in_its_environment() {
    try (Rapid rapid = Rapid.serveScripted("--env=AWS_LAMBDA_LOG_FORMAT=Text")) {
      assertThat(rapid.invoke("\"variable AWS_LAMBDA_LOG_FORMAT\"").text()).isEqualTo("\"Text\"");
    }
    try (Rapid rapid = Rapid.serveScripted("--log-format=json")) {
      assertThat(rapid.invoke("\"variable AWS_LAMBDA_LOG_FORMAT\"").text()).isEqualTo("\"JSON\"");
    }
  }

  @Test
  void a_function_that_logs_json_makes_the_platforms_lines_json_too() {
    try (Rapid rapid = Rapid.serveScripted("--env=AWS_LAMBDA_LOG_FORMAT=JSON")) {
      rapid.invoke("\"print {}\"");

      rapid.awaitOutput("\"type\":\"platform.report\"");
      assertThat(rapid.output().lines())
          .contains("{}")
          .anyMatch(line -> line.contains("\"type\":\"platform.start\""))
          .noneMatch(line -> line.startsWith("START ") || line.startsWith("REPORT "));
    }
  }

  @Test
  void the_stubs_of_rie_take_every_subscription() {
    String put =
        "curl -sS --noproxy '*' -X PUT -d '{}'"
            + " \"http://$AWS_LAMBDA_RUNTIME_API/2022-07-01/telemetry\"";
    try (Rapid rapid = Rapid.serve("--telemetry=stub", "--", "sh", "-c", put + "; sleep 60")) {
      rapid.awaitOutput("Telemetry.NotSupported");
    }
  }

  @ParameterizedTest
  @CsvSource({"on, true", "stub, false"})
  void the_stubs_of_rie_deliver_nothing(String telemetry, boolean delivered) {
    // A clean end flushes every subscription: what has not come by then never will.
    Collector collector = collector("HTTP");
    try (Rapid rapid = Rapid.serveScripted(collector.option(), "--telemetry=" + telemetry)) {
      rapid.invoke("\"print hello\"");
      rapid.awaitReady();
      rapid.signal("TERM");
      assertThat(rapid.awaitEnd()).isZero();

      assertThat(collector.hasStarted()).isTrue();
      assertThat(!collector.records().isEmpty()).isEqualTo(delivered);
    }
  }

  // ------------------------------------------------------------------ for people

  @Test
  void events_are_written_to_a_file_with_the_request_ids_of_lines() throws Exception {
    Path file = directory.resolve("events.ndjson");
    try (Rapid rapid = Rapid.serveScripted("--events=" + file, "--lazy-init")) {
      rapid.invoke("\"print hello\"");
      rapid.awaitReady();
      rapid.signal("TERM");
      assertThat(rapid.awaitEnd()).isZero();

      assertGolden("events-file.ndjson", Files.readAllLines(file));
    }
  }

  @Test
  void output_without_a_line_end_belongs_to_its_own_invocation() throws Exception {
    Path file = directory.resolve("events.ndjson");
    try (Rapid rapid = Rapid.serveScripted("--events=" + file)) {
      rapid.invoke("\"write tail1\"");
      rapid.invoke("\"print line of 2\"");
      rapid.awaitReady();
      rapid.signal("TERM");
      assertThat(rapid.awaitEnd()).isZero();

      assertThat(rapid.output()).contains("\ntail1\nEND ", "\nline of 2\nEND ");
      assertThat(Files.readAllLines(file))
          .extracting(line ->
              line.replaceAll(".*\"type\":\"(\\w+\\.?\\w*)\",\"record\":(\"[^\"]*\")?.*", "$1 $2"))
          .filteredOn(line -> !line.matches("platform\\.(init|end|report|extension).*"))
          .containsExactly(
              "platform.start ",
              "function \"tail1\"",
              "platform.runtimeDone ",
              "platform.start ",
              "function \"line of 2\"",
              "platform.runtimeDone ");
    }
  }

  @Test
  void events_on_stdout_leave_the_log_to_stderr() {
    try (Rapid rapid = Rapid.serveScripted("--events=-")) {
      rapid.invoke("\"print hello\"");

      rapid.awaitOutput("\"type\":\"platform.report\"");
      rapid.awaitMessage("REPORT RequestId: ");
      assertThat(rapid.output().lines()).allMatch(line -> line.startsWith("{\"time\":"));
    }
  }

  @Test
  void the_tail_of_the_log_comes_with_the_response() throws Exception {
    try (Rapid rapid = Rapid.serveScripted()) {
      for (String event : List.of("\"lines 200 50\"", "\"exit 3\"")) {
        HttpResponse<String> response = invokeForTail(rapid, event);

        byte[] tail =
            Base64.getDecoder()
                .decode(response.headers().firstValue("X-Amz-Log-Result").orElseThrow());
        assertThat(tail.length).isLessThanOrEqualTo(4096);
        assertThat(new String(tail, UTF_8).lines().reduce((one, two) -> two).orElseThrow())
            .startsWith(
                "REPORT RequestId: "
                    + response.headers().firstValue("x-amzn-RequestId").orElseThrow());
      }
    }
  }

  private static HttpResponse<String> invokeForTail(Rapid rapid, String event) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(rapid.invokeUrl()))
            .header("X-Amz-Log-Type", "Tail")
            .POST(HttpRequest.BodyPublishers.ofString(event))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void meters_are_scraped_in_the_format_of_prometheus() {
    try (Rapid rapid = Rapid.serveScripted()) {
      rapid.invoke("{}");
      rapid.awaitReady();
      rapid.invoke("\"exit 3\"");

      // The caller is answered before the report.
      String failed = "rapid_invocations_seconds_count{function=\"function\",status=\"error\"} 1\n";
      await().atMost(Rapid.PATIENCE).until(() -> metrics(rapid).contains(failed));

      assertThat(metrics(rapid))
          .contains("rapid_invocations_seconds_count{function=\"function\",status=\"success\"} 1\n")
          .contains("rapid_errors_total{function=\"function\",type=\"Runtime.ExitError\"} 1.0\n")
          .contains("rapid_throttles_total{function=\"function\"} 0.0\n")
          .contains("rapid_sandboxes{function=\"function\",phase=\"Invoking\"} 0.0\n")
          .contains("# TYPE rapid_init_seconds histogram\n");
    }
  }

  private static String metrics(Rapid rapid) {
    return Http.get(rapid.url().resolve("/metrics")).text();
  }

  // ------------------------------------------------------------------ many lines

  @ParameterizedTest
  @ValueSource(strings = {"HTTP", "TCP"})
  void of_100_000_lines_in_one_invocation_none_is_lost_or_out_of_order(String protocol) {
    Collector collector = collector(protocol);
    try (Rapid rapid = Rapid.serveScripted(collector.option())) {
      rapid.awaitReady();

      rapid.invoke("\"lines " + LINES + " 60\"");

      List<String> records = collector.await("platform.report", 1);
      assertThat(numbers(records)).isEqualTo(numbersUpTo(LINES));
      assertThat(records).noneMatch(Collector.isOf("platform.logsDropped"));
    }
  }

  @Test
  void a_subscriber_that_takes_nothing_for_a_while_is_told_exactly_how_much_it_has_missed()
      throws Exception {
    Path hold = directory.resolve("hold");
    Collector collector = Collector.in(directory, "TELEMETRY_HOLD=" + hold);
    try (Rapid rapid = Rapid.serveScripted(collector.option())) {
      rapid.awaitReady();
      collector.await("platform.initReport", 1);
      Files.createFile(hold);

      rapid.invoke("\"lines " + LINES + " 300\"");
      rapid.awaitReady();
      Files.delete(hold);

      List<String> records = collector.await("platform.logsDropped", 1);
      long dropped =
          records.stream()
              .filter(Collector.isOf("platform.logsDropped"))
              .mapToLong(record -> number("\"droppedRecords\":([0-9]+)", record))
              .sum();
      long platform =
          records.stream().anyMatch(Collector.isOf("platform.report")) ? 0 : PLATFORM_RECORDS;
      List<Long> numbers = numbers(records);
      assertThat(numbers).isEqualTo(numbersUpTo(numbers.size()));
      assertThat(numbers.size() + dropped - platform).isEqualTo(LINES);
      assertThat(dropped).isPositive();
    }
  }

  private static List<Long> numbers(List<String> records) {
    return records.stream()
        .filter(Collector.isOf("function"))
        .map(record -> number("\"record\":\"line ([0-9]+) ", record))
        .toList();
  }

  private static List<Long> numbersUpTo(int count) {
    List<Long> numbers = new ArrayList<>();
    for (long i = 1; i <= count; i++) {
      numbers.add(i);
    }
    return numbers;
  }

  private static long number(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(text).isTrue();
    return Long.parseLong(matcher.group(1));
  }
}
