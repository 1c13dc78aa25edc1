package dev.rapid.conformance.kapacitor;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Payloads for agents. */
final class Events {

  private Events() {}

  /** Returns an event with points of the measurement {@code m}, one second after the other. */
  static String points(String... points) {
    return "{\"points\": [" + joined(points) + "]}";
  }

  /** Returns an event with one batch of the measurement {@code m}. */
  static String batch(String... points) {
    return "{\"batches\": [{\"name\": \"m\", \"points\": [" + joined(points) + "]}]}";
  }

  private static String joined(String... points) {
    List<String> timed = new ArrayList<>();
    for (int i = 0; i < points.length; i++) {
      timed.add(points[i].replace("$time", String.valueOf(1_000_000_000L * i)));
    }
    return String.join(", ", timed);
  }

  /** Returns a point with the field {@code value}. */
  static String value(double value) {
    return "{\"time\": $time, \"name\": \"m\", \"fields\": {\"value\": " + value + "}}";
  }

  /** Returns a point of a batch with the field {@code value}. */
  static String batchValue(double value) {
    return "{\"time\": $time, \"fields\": {\"value\": " + value + "}}";
  }

  /** Returns a point that is an action for the agent. */
  static String act(String action) {
    return "{\"time\": $time, \"name\": \"m\", \"fields\": {\"do\": \"" + action + "\"}}";
  }

  /** Returns a point of a batch that is an action for the agent. */
  static String batchAct(String action) {
    return "{\"time\": $time, \"fields\": {\"do\": \"" + action + "\"}}";
  }

  /** Returns the field of each point of a result. */
  static List<Double> values(JsonNode points, String field) {
    List<Double> values = new ArrayList<>();
    points.forEach(point -> values.add(point.at("/fields/" + field).asDouble(Double.NaN)));
    return values;
  }

  /** Returns the fields {@code value} of a result's points, as text. */
  static String values(JsonNode points) {
    return values(points, "value").stream().map(String::valueOf).collect(Collectors.joining(" "));
  }
}
