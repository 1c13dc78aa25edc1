package dev.rapid.conformance.kapacitor.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.conformance.Rapid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.TestReporter;

/**
 * Invokes an agent that gives one point for each that it gets, again and again, and looks at what
 * each invocation got.
 */
final class Rounds {

  private final Rapid rapid;
  private final String function;
  private final int points;
  private final TestReporter reporter;

  /**
   * Begins.
   *
   * @param points in each invocation
   */
  Rounds(Rapid rapid, String function, int points, TestReporter reporter) {
    this.rapid = rapid;
    this.function = function;
    this.points = points;
    this.reporter = reporter;
  }

  /** Fails unless each of so many invocations gets its own points, all of them. */
  void assertNothingIsLate(int rounds) {
    double[] millis = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      long first = 1 + (long) round * points;
      UdfAnswer answer = UdfAnswer.of(rapid, function, Events.points(first, points));

      assertThat(UdfAnswer.times(answer.points())).as("round %s", round).isEqualTo(range(first));
      assertThat(answer.latePoints()).as("late in round %s", round).isEmpty();
      millis[round] = answer.json().path("meta").path("elapsedMs").asDouble();
    }
    report(rounds, "0", millis);
  }

  /**
   * Fails if more than one point is outstanding after one of so many invocations, or if one never
   * comes.
   */
  void assertAtMostOneIsLate(int rounds) {
    double[] millis = new double[rounds];
    List<Long> times = new ArrayList<>();
    int behind = 0;
    for (int round = 0; round < rounds; round++) {
      long first = 1 + (long) round * points;
      UdfAnswer answer = UdfAnswer.of(rapid, function, Events.points(first, points));

      take(answer, times);
      int outstanding = (round + 1) * points - times.size();
      assertThat(outstanding).as("outstanding after round %s", round).isBetween(0, 1);
      behind += outstanding;
      millis[round] = answer.json().path("meta").path("elapsedMs").asDouble();
    }
    int all = rounds * points;
    await()
        .atMost(Rapid.PATIENCE)
        .until(() -> {
          take(UdfAnswer.of(rapid, function, Events.points(1, 0)), times);
          return times.size() == all;
        });
    assertThat(times).isEqualTo(LongStream.rangeClosed(1, all).boxed().toList());
    report(rounds, Integer.toString(behind), millis);
  }

  private static void take(UdfAnswer answer, List<Long> times) {
    JsonNode own = answer.points();
    times.addAll(UdfAnswer.times(answer.latePoints()));
    times.addAll(UdfAnswer.times(own));
  }

  private List<Long> range(long first) {
    return LongStream.range(first, first + points).boxed().toList();
  }

  private void report(int rounds, String behind, double[] millis) {
    Arrays.sort(millis);
    reporter.publishEntry(
        "%s, %d points: %d rounds, data outstanding in %s, median %.2f ms"
            .formatted(function, points, rounds, behind, millis[rounds / 2]));
  }
}
