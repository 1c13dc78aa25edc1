package dev.rapid.kapacitor.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rapid.kapacitor.json.Times.InvalidTimeException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Moments as text. */
final class TimesTest {

  private static long parse(String text) throws InvalidTimeException {
    return Times.parse(("<" + text + ">").toCharArray(), 1, text.length());
  }

  private static String write(TimeWriter times, long nanos) {
    JsonBytes json = new JsonBytes(50);
    json.write(generator -> times.write(generator, nanos));
    return new String(json.end(), StandardCharsets.UTF_8);
  }

  static Stream<Arguments> times() {
    return CaseFile.rows("times.txt").map(row -> arguments(row.get(0), Long.parseLong(row.get(1))));
  }

  @ParameterizedTest
  @MethodSource("times")
  void text_is_nanoseconds_since_the_epoch(String text, long nanos) throws InvalidTimeException {
    assertThat(parse(text)).isEqualTo(nanos);
  }

  static Stream<Arguments> invalidTimes() {
    return CaseFile.rows("invalid-times.txt").map(row -> arguments(row.get(0), row.get(1)));
  }

  @ParameterizedTest
  @MethodSource("invalidTimes")
  void other_text_is_refused(String text, String message) {
    assertThatThrownBy(() -> parse(text.equals("empty") ? "" : text))
        .isInstanceOf(InvalidTimeException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @MethodSource("times")
  void a_written_time_is_read_as_the_same_one(String text, long nanos) throws InvalidTimeException {
    String written = write(new TimeWriter(), nanos);

    assertThat(parse(written.substring(1, written.length() - 1))).isEqualTo(nanos);
  }

  @Test
  void a_fraction_has_no_zeros_at_its_end() {
    TimeWriter times = new TimeWriter();

    assertThat(write(times, 1_700_000_000_120_000_000L)).isEqualTo("\"2023-11-14T22:13:20.12Z\"");
    assertThat(write(times, 1_700_000_000_000_000_000L)).isEqualTo("\"2023-11-14T22:13:20Z\"");
    assertThat(write(times, 1_700_000_000_000_000_010L))
        .isEqualTo("\"2023-11-14T22:13:20.00000001Z\"");
    assertThat(write(times, -1)).isEqualTo("\"1969-12-31T23:59:59.999999999Z\"");
    assertThat(write(times, Long.MIN_VALUE)).isEqualTo("\"1677-09-21T00:12:43.145224192Z\"");
    assertThat(write(times, Long.MAX_VALUE)).isEqualTo("\"2262-04-11T23:47:16.854775807Z\"");
  }

  @Test
  void random_times_stay_the_same() throws InvalidTimeException {
    Random random = new Random(17);
    TimeWriter times = new TimeWriter();
    for (int i = 0; i < 20_000; i++) {
      long nanos = random.nextLong() >> random.nextInt(64);
      String written = write(times, nanos);
      assertThat(parse(written.substring(1, written.length() - 1))).isEqualTo(nanos);
    }
  }
}
