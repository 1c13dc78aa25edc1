package dev.rapid.conformance.kapacitor.peer;

import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Events for agents. The time of a point in nanoseconds is also its value. */
final class Events {

  private Events() {}

  /** Returns points with times that follow one another. */
  static String points(long first, int count) {
    return "{\"points\": [" + list(first, count, Events::point) + "]}";
  }

  /** Returns points and the number of points that are expected. */
  static String expectingAll(long first, int count) {
    return "{\"points\": [%s], \"expect\": {\"points\": %d}}"
        .formatted(list(first, count, Events::point), count);
  }

  /** Returns points after which the input of the agent ends. */
  static String pointsAndEnd(long first, int count) {
    return "{\"points\": [%s], \"completion\": \"eof\"}"
        .formatted(list(first, count, Events::point));
  }

  /** Returns one batch. */
  static String batch(long first, int count) {
    return "{\"batches\": [{\"name\": \"cpu\", \"tags\": {\"host\": \"a\"}, \"points\": [%s]}]}"
        .formatted(list(first, count, time -> "{" + timeAndValue(time, (double) time) + "}"));
  }

  private static String list(long first, int count, LongFunction<String> point) {
    return LongStream.range(first, first + count).mapToObj(point).collect(Collectors.joining(","));
  }

  private static String point(long time) {
    return point("cpu", time, (double) time);
  }

  /** Returns a point of the group {@code host=a}. */
  static String point(String name, long time, double value) {
    return "{\"name\": \"%s\", \"tags\": {\"host\": \"a\"}, \"dimensions\": [\"host\"], %s}"
        .formatted(name, timeAndValue(time, value));
  }

  /** Returns the members of a point that a batch has, too. */
  static String timeAndValue(long time, double value) {
    return "\"time\": %d, \"fields\": {\"value\": %s}".formatted(time, value);
  }
}
