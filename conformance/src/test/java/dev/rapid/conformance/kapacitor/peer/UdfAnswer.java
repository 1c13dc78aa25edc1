package dev.rapid.conformance.kapacitor.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rapid.conformance.Answer;
import dev.rapid.conformance.Http;
import dev.rapid.conformance.Rapid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What an invocation of an agent gave.
 *
 * @param json the response, or the error
 * @param failed whether it is a function error
 */
record UdfAnswer(JsonNode json, boolean failed) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Invokes a function. */
  static UdfAnswer of(Rapid rapid, String function, String event) {
    Answer answer =
        Http.post(rapid.url().resolve("/2015-03-31/functions/" + function + "/invocations"), event)
            .join();
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    try {
      return new UdfAnswer(JSON.readTree(answer.text()), !answer.functionError().isEmpty());
    } catch (IOException e) {
      throw new UncheckedIOException(answer.toString(), e);
    }
  }

  /** Returns the points, or fails with what the invocation failed with. */
  JsonNode points() {
    assertThat(failed).as("failed with %s", json).isFalse();
    return json.path("points");
  }

  /** Returns the batches, or fails with what the invocation failed with. */
  JsonNode batches() {
    assertThat(failed).as("failed with %s", json).isFalse();
    return json.path("batches");
  }

  /** Returns the points that came before the invocation began. */
  JsonNode latePoints() {
    return json.path("late").path("points");
  }

  /** Returns the type of the error, empty if there is none. */
  String errorType() {
    return failed ? json.path("errorType").asText() : "";
  }

  String errorMessage() {
    return json.path("errorMessage").asText();
  }

  /** Returns the times of points in nanoseconds since the epoch. */
  static List<Long> times(JsonNode points) {
    List<Long> times = new ArrayList<>();
    points.forEach(point -> times.add(nanos(point.path("time"))));
    return times;
  }

  /** Returns a time in nanoseconds since the epoch. */
  static long nanos(JsonNode time) {
    Instant instant = Instant.parse(time.asText());
    return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
  }

  /** Returns a field of all points. */
  static List<Double> field(JsonNode points, String name) {
    List<Double> values = new ArrayList<>();
    points.forEach(point -> values.add(point.path("fields").path(name).asDouble()));
    return values;
  }
}
