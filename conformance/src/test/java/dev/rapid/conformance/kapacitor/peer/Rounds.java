package dev.rapid.conformance.kapacitor.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.conformance.Rapid;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
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

  /**
   * Fails if a point is outstanding after one of so many invocations.
   *
   * <p>The rule is no proof: an agent that gets no processor for two milliseconds may be late. On a
   * machine with more work than processors, one invocation of a thousand may be.
   */
  void assertNothingIsLate(int rounds) {
    int late = assertAtMostOneIsLate(rounds);
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    boolean overloaded = system.getSystemLoadAverage() > 2.0 * system.getAvailableProcessors();
    assertThat(late)
        .as("rounds with late data")
        .isLessThanOrEqualTo(overloaded ? rounds / 1000 : 0);
  }

  /**
   * Fails if more than one point is outstanding after one of so many invocations, or if one never
   * comes.
   *
   * @return after how many invocations one was outstanding
   */
  int assertAtMostOneIsLate(int rounds) {
    double[] millis = new double[rounds];
    List<Long> times = new ArrayList<>();
    int late = 0;
    for (int round = 0; round < rounds; round++) {
      long first = 1 + (long) round * points;
      UdfAnswer answer = UdfAnswer.of(rapid, function, Events.points(first, points));

      take(answer, times);
      int outstanding = (round + 1) * points - times.size();
      assertThat(outstanding).as("outstanding after round %s", round).isBetween(0, 1);
      late += outstanding;
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
    report(rounds, late, millis);
    return late;
  }

  private static void take(UdfAnswer answer, List<Long> times) {
    JsonNode own = answer.points();
    times.addAll(UdfAnswer.times(answer.latePoints()));
    times.addAll(UdfAnswer.times(own));
  }

  private void report(int rounds, int late, double[] millis) {
    Arrays.sort(millis);
    reporter.publishEntry(
        "%s, %d points: %d rounds, data outstanding in %d, median %.2f ms"
            .formatted(function, points, rounds, late, millis[rounds / 2]));
  }
}
