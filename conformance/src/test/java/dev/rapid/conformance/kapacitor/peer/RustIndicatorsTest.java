package dev.rapid.conformance.kapacitor.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.conformance.ClientProject;
import dev.rapid.conformance.Rapid;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Agents whose output has no order: only the number of points makes an invocation of the stream
 * program complete, and what the batch program gives are no batches (contract kapacitor-udf,
 * section 18).
 */
@EnabledOnOs(OS.LINUX)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ResourceLock(ClientProject.SHARED)
final class RustIndicatorsTest {

  private static final int ROUNDS = 200;
  private static final int POINTS = 20;
  private static final int ROUNDS_OF_BATCHES = 30;

  @AutoClose
  @SuppressWarnings("NullAway.Init")
  private ListeningAgent stream;

  @AutoClose
  @SuppressWarnings("NullAway.Init")
  private ListeningAgent batch;

  @AutoClose
  @SuppressWarnings("NullAway.Init")
  private Rapid rapid;

  @BeforeAll
  void start(@TempDir Path directory) {
    stream = RustIndicators.listening("stream", directory.resolve("stream"));
    batch = RustIndicators.listening("batch", directory.resolve("batch"));
    rapid =
        UdfFunction.serve(
            directory,
            average(stream.connected("stream")).kapacitor("completion", "count"),
            average(stream.connected("refusing")).kapacitor("completion", "count"),
            average(batch.connected("batch")).set("timeout", 1),
            average(stream.connected("unknown-option")).option("nothing", 1));
  }

  private static UdfFunction average(UdfFunction function) {
    return function
        .option("type", "SMA")
        .option("period", 2)
        .option("field", "value")
        .option("as", "mean")
        .option("ticker_field", "host");
  }

  @Test
  void an_invocation_is_complete_with_as_many_points_as_its_event_expects() {
    for (int round = 0; round < ROUNDS; round++) {
      long first = 1 + (long) round * POINTS;
      UdfAnswer answer = UdfAnswer.of(rapid, "stream", Events.expectingAll(first, POINTS));

      assertThat(means(answer.points())).as("round %s", round).isEqualTo(meansOf(first));
    }
  }

  /** Returns the means by their times. */
  private static Map<Long, Double> means(JsonNode points) {
    Map<Long, Double> means = new HashMap<>();
    for (JsonNode point : points) {
      means.put(UdfAnswer.nanos(point.path("time")), point.path("fields").path("mean").asDouble());
    }
    return means;
  }

  /** The first point of all has no predecessor. */
  private static Map<Long, Double> meansOf(long first) {
    Map<Long, Double> means = new HashMap<>();
    for (long time = first; time < first + POINTS; time++) {
      means.put(time, time == 1 ? 1 : time - 0.5);
    }
    return means;
  }

  @Test
  void a_point_that_the_program_refuses_is_its_error_and_the_next_connection_works() {
    UdfAnswer refused =
        UdfAnswer.of(
            rapid,
            "refusing",
            "{\"points\": [{\"name\": \"cpu\", \"time\": 1, \"fields\": {\"value\": 1}}],"
                + " \"expect\": {\"points\": 1}}");

    assertThat(refused.errorType()).isEqualTo("UDF.AgentError");
    assertThat(refused.errorMessage()).contains("Missing ticker field: host");
    assertThat(UdfAnswer.of(rapid, "refusing", Events.expectingAll(1, POINTS)).points())
        .hasSize(POINTS);
  }

  @Test
  void an_option_that_the_program_does_not_declare_is_refused() {
    assertThat(UdfAnswer.of(rapid, "unknown-option", Events.points(1, 1)).errorType())
        .isEqualTo("UDF.InvalidOptions");
  }

  /** A second Begin is out of order; one that comes after the End leaves a batch open. */
  @Test
  void batches_without_order_end_their_invocations_and_nothing_else() {
    Set<String> errors = new TreeSet<>();
    for (int round = 0; round < ROUNDS_OF_BATCHES; round++) {
      errors.add(UdfAnswer.of(rapid, "batch", Events.batch(1, 3)).errorType());
    }

    assertThat(errors).contains("UDF.ProtocolError");
    assertThat(errors).isSubsetOf("UDF.ProtocolError", "UDF.Timeout", "");
    assertThat(UdfAnswer.of(rapid, "refusing", Events.expectingAll(1, 1)).points()).hasSize(1);
  }
}
