package dev.rapid.conformance.kapacitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.conformance.Command;
import dev.rapid.conformance.kapacitor.scripted.Requests;
import dev.rapid.conformance.kapacitor.scripted.ScriptedHost;
import dev.rapid.conformance.kapacitor.scripted.Trace;
import dev.rapid.kapacitor.protocol.Request;
import dev.rapid.kapacitor.protocol.Response.MessageCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a host gets if the function, its runtime or the host itself fails. */
@EnabledOnOs(OS.LINUX)
final class UdfFailuresTest {

  private static Udfs udfs;

  @BeforeAll
  static void start(@TempDir Path directory) {
    String[] batch = {"udf.wants: batch", "udf.provides: batch"};
    udfs =
        Udfs.at(directory)
            .function("fails", batch)
            .function("drops", batch[0], batch[1], "udf.onFunctionError: drop")
            .function("retries", batch[0], batch[1], "udf.retries: 1")
            .function(
                "stream-drops",
                "udf.onFunctionError: drop",
                "udf.streamMaxPoints: 1",
                "function.timeout: 30")
            .function("slow", batch[0], batch[1], "function.timeout: 1")
            .function("full", "udf.maxQueuedPoints: 100", "udf.streamMaxPoints: 10")
            .serve();
  }

  @AfterAll
  static void end() {
    udfs.close();
  }

  @Test
  void a_function_error_ends_the_task_with_its_type_and_message() {
    try (ScriptedHost host = udfs.use("fails")) {
      host.write(Requests.batchAct("error Sample the window is empty")).awaitEnd();

      assertThat(host.error()).contains("Sample").contains("the window is empty");
      assertThat(host.kinds()).containsExactly(MessageCase.INIT, MessageCase.ERROR);
    }
  }

  @Test
  void results_of_earlier_batches_come_before_the_error() {
    try (ScriptedHost host = udfs.use("fails")) {
      List<Request> batches = new ArrayList<>(Requests.batch(1, 2));
      batches.addAll(Requests.batchAct("error Sample no"));
      batches.addAll(Requests.batch(3));
      host.write(batches).awaitEnd();

      assertThat(host.values()).containsExactly(1.0, 2.0);
      assertThat(host.kinds().getLast()).isEqualTo(MessageCase.ERROR);
    }
  }

  @Test
  void a_function_error_that_is_dropped_costs_its_input_only() {
    try (ScriptedHost host = udfs.use("drops")) {
      host.write(Requests.batch(1))
          .write(Requests.batchAct("error Sample no"))
          .write(Requests.batch(2))
          .await(MessageCase.END, 2);

      assertThat(host.values()).containsExactly(1.0, 2.0);
    }
  }

  @Test
  void a_function_error_is_retried() {
    Path once = udfs.file("once");
    try (ScriptedHost host = udfs.use("retries")) {
      host.write(Requests.batchAct("error-once " + once)).await(MessageCase.END, 1);

      assertThat(host.error()).isEmpty();
    }
  }

  @Test
  void a_runtime_that_is_killed_in_the_middle_of_a_batch_ends_the_task_with_an_error() {
    Path release = udfs.file("never");
    try (ScriptedHost host = udfs.use("fails")) {
      host.write(Requests.batchAct("wait " + release));
      Agents.awaitFile(release + ".waits");
      long runtime = udfs.trace("fails").latestProcess();
      ProcessHandle.of(runtime).orElseThrow().destroyForcibly();
      host.awaitEnd();

      assertThat(host.error()).isNotEmpty();
      assertThat(host.kinds()).containsExactly(MessageCase.INIT, MessageCase.ERROR);
    }
  }

  @Test
  void a_runtime_that_is_killed_in_the_middle_of_a_batch_costs_this_batch_if_errors_are_dropped() {
    try (ScriptedHost host = udfs.use("drops")) {
      host.write(Requests.batchAct("pid")).awaitPoints(1);
      Path release = udfs.file("never-dropped");
      host.write(Requests.batchAct("wait " + release)).write(Requests.batch(7));
      Agents.awaitFile(release + ".waits");
      long runtime = host.points().getFirst().getFieldsIntOrThrow("pid");
      ProcessHandle.of(runtime).orElseThrow().destroyForcibly();
      host.await(MessageCase.END, 2);

      assertThat(host.values().getLast()).isEqualTo(7.0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"kill", "exit 0", "exit 3"})
  void a_runtime_that_ends_is_a_function_error(String action) {
    try (ScriptedHost host = udfs.use("drops")) {
      host.write(Requests.batchAct(action)).write(Requests.batch(1)).await(MessageCase.END, 1);

      assertThat(host.values()).containsExactly(1.0);
    }
  }

  @Test
  void a_function_timeout_is_a_function_error() {
    try (ScriptedHost host = udfs.use("slow")) {
      host.write(Requests.batchAct("nap 60000")).awaitEnd();

      assertThat(host.error()).containsIgnoringCase("timed out");
    }
  }

  static Stream<Arguments> wrongOrders() {
    return Stream.of(
        Arguments.of("a point outside a batch", List.of(Requests.batchPoint(1, 1))),
        Arguments.of("a Begin in a batch", List.of(Requests.begin(1), Requests.begin(1))),
        Arguments.of("an End without a Begin", List.of(Requests.end(1))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongOrders")
  void frames_of_a_batch_in_a_wrong_order_end_the_task(String what, List<Request> frames) {
    try (ScriptedHost host = udfs.use("fails")) {
      host.write(frames).awaitEnd();

      assertThat(host.error()).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ffffffff0f", "80808080808001", "038a017f"})
  void bytes_that_are_no_frame_end_the_connection_and_no_other(String bytes) {
    try (ScriptedHost other = udfs.use("fails");
        ScriptedHost host = udfs.use("fails")) {
      host.write(HexFormat.of().parseHex(bytes)).awaitEnd();

      other.write(Requests.batch(1)).await(MessageCase.END, 1);
    }
  }

  @Test
  void random_bytes_harm_no_other_connection() {
    Random random = new Random(17);
    try (ScriptedHost other = udfs.use("fails")) {
      for (int i = 0; i < 50; i++) {
        byte[] noise = new byte[random.nextInt(300)];
        random.nextBytes(noise);
        try (ScriptedHost host = udfs.connect("fails")) {
          host.write(noise).endInput().awaitEnd();
        }
      }

      other.write(Requests.batch(1)).await(MessageCase.END, 1);
    }
  }

  @Test
  void a_slow_function_pauses_reading_and_the_host_still_hears_from_it() {
    Path release = udfs.file("release-full");
    try (ScriptedHost host = udfs.use("full")) {
      host.write(Requests.act(0, "wait " + release));
      Agents.awaitFile(release + ".waits");
      Thread writer =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                List<Request> points = Collections.nCopies(1_000, Requests.point(1, 1));
                for (int i = 0; i < 20; i++) {
                  host.write(points);
                }
                host.write(Requests.keepalive(99));
              });
      // Nobody has asked for these.
      host.await(MessageCase.KEEPALIVE, 3);
      assertThat(host.longestSilence()).isLessThan(Duration.ofSeconds(4).toNanos());
      assertThat(host.points()).isEmpty();
      assertThat(writer.isAlive()).as("is not read").isTrue();

      Agents.touch(release);
      host.awaitPoints(20_001);
    }
  }

  // ------------------------------------------------------------------ results

  /** Results that are none, most of them once deadly for Kapacitor. */
  static Stream<String> badResults() throws IOException {
    return Files.readAllLines(
            Command.ROOT.resolve("conformance/src/test/resources/kapacitor/bad-results.txt"))
        .stream()
        .filter(line -> !line.startsWith("#"));
  }

  @ParameterizedTest
  @MethodSource("badResults")
  void k18_a_result_that_is_none_is_a_function_error(String result) {
    try (ScriptedHost host = udfs.use("stream-drops")) {
      host.write(result(result)).write(Requests.point(1, 42)).awaitPoints(1);

      assertThat(host.values()).containsExactly(42.0);
      assertThat(host.kinds()).containsExactly(MessageCase.INIT, MessageCase.POINT);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "{}", "{\"points\": []}", "{\"points\": null}"})
  void a_result_without_points_is_no_output(String result) {
    try (ScriptedHost host = udfs.use("stream-drops")) {
      host.write(result(result)).write(Requests.point(1, 42)).awaitPoints(1);

      assertThat(host.values()).containsExactly(42.0);
    }
  }

  private static Request result(String text) {
    return Requests.act(1, "result " + text);
  }

  @Test
  void k18_random_results_give_no_frame_that_ends_the_daemon() {
    RandomResults results = new RandomResults(20261129);
    try (ScriptedHost stream = udfs.use("stream-drops");
        ScriptedHost batch = udfs.use("drops")) {
      for (int i = 0; i < 400; i++) {
        String text = results.next();
        stream.write(result(text));
        batch.write(Requests.batchAct("result " + text));
      }
      stream.write(Requests.point(1, 4711));
      batch.write(Requests.batch(4711));
      stream.endInput().awaitEnd();
      batch.endInput().awaitEnd();

      assertThat(stream.values().getLast()).isEqualTo(4711.0);
      assertThat(batch.values().getLast()).isEqualTo(4711.0);
      assertThat(stream.error() + batch.error()).isEmpty();
    }
  }

  @Test
  void what_waits_for_a_host_that_is_gone_is_not_invoked(@TempDir Path directory) {
    try (Udfs own =
        Udfs.at(directory)
            .function("function", "udf.wants: batch", "udf.provides: batch")
            .serve()) {
      Path release = own.file("release");
      try (ScriptedHost host = own.use("function")) {
        host.write(Requests.batchAct("wait " + release));
        Agents.awaitFile(release + ".waits");
        for (int i = 0; i < 100; i++) {
          host.write(Requests.batch(i));
        }
        host.keepalive();
      }
      Agents.touch(release);
      Trace.awaitEnd(own.trace("function").latestProcess());

      assertThat(own.trace("function").of("invoked")).hasSizeLessThan(10);
    }
  }
}
