package dev.rapid.core.shaping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rapid.core.shaping.PacedCopy.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of contract lifecycle-and-control, sections 6.3 and 6.5, in virtual time. */
final class ResponseShaperTest {

  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;
  private static final long START = -250_000_000L;

  /** The contract's small example: capacity 16, initially 8, 2 more each 100 ms. */
  private static ResponseShaper small() {
    return new ResponseShaper(new TokenBucket(16, 8, 2, TimeUnit.MILLISECONDS.toNanos(100)));
  }

  private static Duration ms(long millis) {
    return Duration.ofMillis(millis);
  }

  // ------------------------------------------------------------------ the small bucket

  @Test
  void a_write_of_12_bytes_with_8_tokens_waits_two_ticks() {
    PacedCopy copy = PacedCopy.of(small(), 12);

    assertThat(copy.writes).containsExactly(new Write(ms(200), 12));
    assertThat(copy.lasted()).isEqualTo(ms(200));
    assertThat(copy.metrics().timeShapedNanos()).isEqualTo(ms(200).toNanos());
    assertThat(copy.metrics().producedBytes()).isEqualTo(12);
  }

  @Test
  void a_write_over_the_capacity_goes_in_chunks_of_the_capacity() {
    PacedCopy copy = PacedCopy.of(small(), 36);

    assertThat(copy.writes)
        .containsExactly(new Write(ms(400), 16), new Write(ms(1200), 16), new Write(ms(1400), 4));
    assertThat(copy.metrics().timeShapedNanos()).isEqualTo(ms(1400).toNanos());
    assertThat(copy.metrics().producedBytes()).isEqualTo(36);
  }

  @Test
  void what_the_target_took_before_it_failed_is_counted() {
    List<Integer> asked = new ArrayList<>();

    PacedCopy copy =
        PacedCopy.of(
            small(),
            36,
            36,
            bytes -> {
              asked.add(bytes);
              return asked.size() == 2 ? -bytes : bytes;
            });

    assertThat(asked).containsExactly(16, 16);
    assertThat(copy.metrics().producedBytes()).isEqualTo(32);
  }

  @Test
  void a_write_that_is_longer_than_the_bucket_is_refused_at_once() {
    ResponseShaper shaper = small();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> shaper.admit(18, START))
        .withMessage("A write of 18 bytes is longer than the burst of 16");
    assertThat(shaper.metrics(START).producedBytes()).isZero();
  }

  @Test
  void tokens_are_taken_for_the_whole_write_even_if_the_target_takes_less() {
    ResponseShaper shaper = small();

    assertThat(shaper.admit(14, START)).isEqualTo(ms(300).toNanos());
    long now = START + ms(300).toNanos();
    assertThat(shaper.admit(14, now)).isZero();
    shaper.produced(12);

    assertThat(shaper.metrics(now).producedBytes()).isEqualTo(12);
    assertThat(shaper.admit(1, now)).as("nothing was given back").isPositive();
  }

  @Test
  void an_empty_write_passes_and_starts_the_ticks() {
    ResponseShaper shaper = small();

    assertThat(shaper.admit(0, START)).isZero();

    assertThat(shaper.admit(10, START + ms(100).toNanos())).isZero();
    assertThat(shaper.metrics(START).firstWriteNanos()).isEqualTo(START);
  }

  @ParameterizedTest
  @CsvSource({"4, 4 4 3", "5, 5 5 1", "11, 11", "12, 11", "1, 1 1 1 1 1 1 1 1 1 1 1"})
  void eleven_bytes_are_cut_by_the_capacity(int capacity, String chunks) {
    ResponseShaper shaper = new ResponseShaper(new TokenBucket(capacity, capacity, 1, 1));

    PacedCopy copy = PacedCopy.of(shaper, 11);

    assertThat(copy.writes.stream().map(Write::bytes))
        .containsExactlyElementsOf(
            List.of(chunks.split(" ")).stream().map(Integer::valueOf).toList());
  }

  // ------------------------------------------------------------------ whole responses

  @Test
  void the_burst_passes_at_once() {
    PacedCopy copy = PacedCopy.of(ShapingRates.DEFAULT, 6 * MIB);

    assertThat(copy.lasted()).isZero();
    assertThat(copy.metrics().timeShapedNanos()).isZero();
    assertThat(copy.metrics().producedBytes()).isEqualTo(6 * MIB);
    assertThat(copy.metrics().outboundThroughput()).isEqualTo(StreamMetrics.UNKNOWN);
  }

  @Test
  void ten_mib_at_the_default_rate_take_two_seconds() {
    PacedCopy copy = PacedCopy.of(ShapingRates.DEFAULT, 10 * MIB);

    assertThat(copy.writtenUntil(ms(124))).isEqualTo(6 * MIB);
    for (int tick = 1; tick <= 16; tick++) {
      assertThat(copy.writtenUntil(ms(125L * tick))).isEqualTo(6 * MIB + tick * 262_144L);
    }
    assertThat(copy.lasted()).isEqualTo(ms(2000));
    assertThat(copy.metrics().timeShapedNanos()).isEqualTo(ms(2000).toNanos());
    assertThat(copy.metrics().outboundThroughput()).isEqualTo(5_242_000);
  }

  @Test
  void at_the_least_rate_and_burst_32_kib_pass_each_second() {
    PacedCopy copy = PacedCopy.of(new ShapingRates(32 * KIB, 32 * KIB), 128 * KIB);

    assertThat(copy.writes)
        .isEqualTo(
            IntStream.range(0, 4).mapToObj(i -> new Write(ms(1000L * i), 32 * KIB)).toList());
    assertThat(copy.metrics().timeShapedNanos()).isEqualTo(ms(3000).toNanos());
    assertThat(copy.metrics().outboundThroughput()).isEqualTo(43_000);
  }

  @Test
  void at_twice_the_least_rate_the_second_32_kib_wait_four_ticks() {
    PacedCopy copy = PacedCopy.of(new ShapingRates(64 * KIB, 32 * KIB), 64 * KIB);

    assertThat(copy.writes)
        .containsExactly(new Write(ms(0), 32 * KIB), new Write(ms(500), 32 * KIB));
  }

  @Test
  void the_refill_is_a_whole_number_of_bytes() {
    ResponseShaper shaper = ResponseShaper.of(new ShapingRates(32_775, 32 * KIB));
    assertThat(shaper.admit(32 * KIB, START)).isZero();

    assertThat(shaper.admit(4096, START)).isEqualTo(ms(125).toNanos());
    assertThat(shaper.admit(4097, START)).isEqualTo(ms(250).toNanos());
  }

  @Test
  void at_the_largest_burst_32_mib_pass_at_once() {
    PacedCopy copy = PacedCopy.of(new ShapingRates(64 * MIB, 64 * MIB), 32 * MIB);

    assertThat(copy.lasted()).isZero();
  }

  @Test
  void without_shaping_everything_passes_at_once_and_is_measured() {
    ResponseShaper shaper = ResponseShaper.unshaped();

    assertThat(shaper.chunkOf(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    assertThat(shaper.admit(Integer.MAX_VALUE, START)).isZero();
    shaper.produced(5_000_000_000L);
    assertThat(shaper.admit(1, START)).isZero();
    shaper.produced(1);

    StreamMetrics metrics = shaper.metrics(START + ms(2000).toNanos());
    assertThat(metrics.timeShapedNanos()).isZero();
    assertThat(metrics.producedBytes()).isEqualTo(5_000_000_001L);
    assertThat(metrics.outboundThroughput()).isEqualTo(2_500_000_000L);
  }

  // ------------------------------------------------------------------ metrics

  @Test
  void a_wait_ends_with_its_tick_also_if_the_writer_comes_late() {
    ResponseShaper shaper = small();
    assertThat(shaper.admit(10, START)).isEqualTo(ms(100).toNanos());

    long late = START + ms(170).toNanos();
    assertThat(shaper.admit(10, late)).isZero();

    assertThat(shaper.metrics(late).timeShapedNanos()).isEqualTo(ms(100).toNanos());
  }

  @Test
  void a_writer_that_asks_too_early_waits_no_longer_for_it() {
    ResponseShaper shaper = small();
    assertThat(shaper.admit(10, START)).isEqualTo(ms(100).toNanos());

    assertThat(shaper.admit(10, START + ms(40).toNanos())).isEqualTo(ms(60).toNanos());
    assertThat(shaper.admit(10, START + ms(100).toNanos())).isZero();

    assertThat(shaper.metrics(START + ms(100).toNanos()).timeShapedNanos())
        .isEqualTo(ms(100).toNanos());
  }

  @Test
  void a_response_that_ends_while_its_writer_waits_has_waited_until_then() {
    ResponseShaper shaper = small();
    assertThat(shaper.admit(16, START)).isEqualTo(ms(400).toNanos());

    assertThat(shaper.metrics(START + ms(150).toNanos()).timeShapedNanos())
        .isEqualTo(ms(150).toNanos());
    assertThat(shaper.metrics(START + ms(900).toNanos()).timeShapedNanos())
        .isEqualTo(ms(400).toNanos());
  }

  @Test
  void the_time_from_the_first_write_to_the_end_counts() {
    ResponseShaper shaper = ResponseShaper.unshaped();
    assertThat(shaper.admit(10, START)).isZero();
    shaper.produced(10);

    StreamMetrics metrics = shaper.metrics(START + ms(3).toNanos() + 999_999);

    assertThat(metrics.firstWriteNanos()).isEqualTo(START);
    assertThat(metrics.endNanos() - START).isEqualTo(3_999_999);
    assertThat(metrics.outboundThroughput()).as("10 / 3, times 1000").isEqualTo(3000);
  }

  @Test
  void a_response_without_a_write_begins_with_its_end() {
    StreamMetrics metrics = ResponseShaper.of(ShapingRates.DEFAULT).metrics(START);

    assertThat(metrics).isEqualTo(new StreamMetrics(START, START, 0, 0));
    assertThat(metrics.outboundThroughput()).isEqualTo(StreamMetrics.UNKNOWN);
  }
}
