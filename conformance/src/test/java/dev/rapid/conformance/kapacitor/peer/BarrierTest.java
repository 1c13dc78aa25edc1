package dev.rapid.conformance.kapacitor.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.conformance.Rapid;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * When an invocation of an agent on Kapacitor's package for Go is complete. There, the answer to a
 * keepalive can overtake one data frame (contract kapacitor-udf, sections 9 and 16).
 */
@EnabledOnOs(OS.LINUX)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Isolated("measures")
final class BarrierTest {

  private static final int ROUNDS = 10_000;
  private static final int ROUNDS_OF_WEAK_BARRIERS = 2_000;

  @AutoClose
  @SuppressWarnings("NullAway.Init")
  private ListeningAgent mirror;

  @AutoClose
  @SuppressWarnings("NullAway.Init")
  private ListeningAgent batchMirror;

  @AutoClose
  @SuppressWarnings("NullAway.Init")
  private Rapid rapid;

  @BeforeAll
  void start(@TempDir Path directory) {
    GoAgents agents = GoAgents.build();
    mirror = agents.listening("mirror", directory.resolve("mirror"));
    batchMirror = agents.listening("batch-mirror", directory.resolve("batch-mirror"));
    rapid =
        UdfFunction.serve(
            directory,
            average(agents).named("avg"),
            mirror.connected("mirror"),
            weak(average(agents), 1).named("avg-1"),
            weak(mirror.connected("mirror"), 1).named("mirror-1"),
            weak(mirror.connected("mirror"), 3).named("mirror-3"),
            unsettled(batchMirror.connected("batch-mirror")),
            unsettled(agents.started("batch-mirror")).named("batch-mirror-stdio"));
  }

  private static UdfFunction average(GoAgents agents) {
    return agents.started("avg").option("field", "value").option("size", 1).option("as", "value");
  }

  private static UdfFunction weak(UdfFunction function, int rounds) {
    return unsettled(function.kapacitor("barrierRounds", rounds));
  }

  private static UdfFunction unsettled(UdfFunction function) {
    return function.kapacitor("settle", "0ms");
  }

  @ParameterizedTest
  @CsvSource({"avg, 1", "mirror, 1", "mirror, 20"})
  void three_barriers_and_two_quiet_milliseconds_leave_nothing_behind(
      String function, int points, TestReporter reporter) {
    new Rounds(rapid, function, points, reporter).assertNothingIsLate(ROUNDS);
  }

  @ParameterizedTest
  @CsvSource({"avg-1, 1", "avg-1, 20", "mirror-1, 1", "mirror-1, 20", "mirror-3, 1"})
  void without_quiet_time_at_most_one_point_comes_late_and_it_arrives(
      String function, int points, TestReporter reporter) {
    new Rounds(rapid, function, points, reporter).assertAtMostOneIsLate(ROUNDS_OF_WEAK_BARRIERS);
  }

  @ParameterizedTest
  @CsvSource({"batch-mirror, 1", "batch-mirror, 20", "batch-mirror-stdio, 20"})
  void one_barrier_and_no_open_batch_make_batches_complete(String function, int points) {
    for (int round = 0; round < ROUNDS; round++) {
      long first = 1 + (long) round * points;
      UdfAnswer answer = UdfAnswer.of(rapid, function, Events.batch(first, points));

      JsonNode batches = answer.batches();
      assertThat(batches).as("batches of round %s", round).hasSize(1);
      assertThat(UdfAnswer.times(batches.path(0).path("points")))
          .as("points of round %s", round)
          .hasSize(points)
          .startsWith(first);
      assertThat(answer.json().has("late")).as("late in round %s", round).isFalse();
    }
  }

  @Test
  void an_event_without_points_needs_only_the_barrier() {
    assertThat(UdfAnswer.of(rapid, "mirror", Events.points(1, 0)).points()).isEmpty();
  }
}
