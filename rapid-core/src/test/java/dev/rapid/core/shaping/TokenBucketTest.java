package dev.rapid.core.shaping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bucket of contract lifecycle-and-control, section 6.5. */
final class TokenBucketTest {

  private static final long INTERVAL = 100;

  /** Far below zero, where a nano clock may be. */
  private static final long START = Long.MIN_VALUE + 7;

  private static long tick(int number) {
    return START + number * INTERVAL;
  }

  @Test
  void it_fills_by_portions_up_to_its_capacity_and_gives_all_or_nothing() {
    TokenBucket bucket = new TokenBucket(16, 8, 6, INTERVAL);

    assertThat(bucket.take(5, START)).isZero();
    assertThat(bucket.tokens()).isEqualTo(3);

    for (int[] tickAndTokens : new int[][] {{1, 9}, {2, 15}, {3, 16}, {4, 16}}) {
      assertThat(bucket.take(0, tick(tickAndTokens[0]))).isZero();
      assertThat(bucket.tokens()).isEqualTo(tickAndTokens[1]);
    }

    assertThat(bucket.take(18, tick(4))).isEqualTo(TokenBucket.NEVER);
    assertThat(bucket.tokens()).isEqualTo(16);
    assertThat(bucket.take(16, tick(4))).isZero();
    assertThat(bucket.tokens()).isZero();
  }

  @Test
  void the_first_refill_comes_one_interval_after_the_first_request() {
    TokenBucket bucket = new TokenBucket(16, 0, 16, INTERVAL);
    long first = START + 5_000_000_000L;

    assertThat(bucket.take(1, first)).isEqualTo(INTERVAL);
    assertThat(bucket.take(1, first + INTERVAL - 1)).isEqualTo(1);
    assertThat(bucket.take(1, first + INTERVAL)).isZero();
  }

  @Test
  void a_wait_ends_at_the_tick_that_brings_the_last_token() {
    TokenBucket bucket = new TokenBucket(16, 8, 2, INTERVAL);

    assertThat(bucket.take(12, START)).isEqualTo(2 * INTERVAL);
    assertThat(bucket.take(12, START + 30)).isEqualTo(2 * INTERVAL - 30);
    assertThat(bucket.take(13, START + 130)).isEqualTo(2 * INTERVAL - 30);
  }

  @Test
  void ticks_keep_their_beat_however_late_somebody_asks() {
    TokenBucket bucket = new TokenBucket(16, 0, 2, INTERVAL);
    assertThat(bucket.take(2, START)).isPositive();

    assertThat(bucket.take(4, START + 290)).isZero();
    assertThat(bucket.take(2, START + 290)).isEqualTo(10);
  }

  @Test
  void it_is_full_after_a_very_long_time() {
    TokenBucket bucket = new TokenBucket(Long.MAX_VALUE, 1, Long.MAX_VALUE / 2, 1);
    assertThat(bucket.take(1, START)).isZero();

    assertThat(bucket.take(Long.MAX_VALUE, START + 1_000_000_000_000L)).isZero();
  }

  @Test
  void a_bucket_is_valid() {
    assertThat(new TokenBucket(8, 6, 2, INTERVAL).tokens()).isEqualTo(6);
    assertThat(new TokenBucket(8, 0, 2, INTERVAL).tokens()).isZero();
    assertThat(new TokenBucket(8, 8, 200, INTERVAL).tokens()).isEqualTo(8);
  }

  @ParameterizedTest
  @CsvSource({
    "8, 6, -5, 100, refill",
    "8, 6, 0, 100, refill",
    "8, -2, 2, 100, initial",
    "-2, 0, 2, 100, capacity",
    "0, 0, 2, 100, capacity",
    "8, 10, 2, 100, initial",
    "8, 6, 2, -100, interval",
    "8, 6, 2, 0, interval"
  })
  void a_bucket_is_invalid(long capacity, long initial, long refill, long interval, String word) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenBucket(capacity, initial, refill, interval))
        .withMessageContaining(word);
  }

  /** The contract's words, with a ticker. */
  private static final class Ticker {
    private final long capacity;
    private final long refill;
    private long tokens;
    private long nextTick = START + INTERVAL;

    Ticker(long capacity, long initial, long refill) {
      this.capacity = capacity;
      this.tokens = initial;
      this.refill = refill;
    }

    void runUntil(long now) {
      for (; nextTick <= now; nextTick += INTERVAL) {
        tokens = Math.min(tokens + refill, capacity);
      }
    }

    boolean take(long wanted) {
      if (wanted > tokens) {
        return false;
      }
      tokens -= wanted;
      return true;
    }
  }

  @Test
  void it_does_what_a_bucket_with_a_ticker_does() {
    for (long seed = 0; seed < 2_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      long capacity = random.nextLong(1, 50);
      long initial = random.nextLong(0, capacity + 1);
      long refill = random.nextLong(1, 60);
      TokenBucket bucket = new TokenBucket(capacity, initial, refill, INTERVAL);
      Ticker ticker = new Ticker(capacity, initial, refill);
      long now = START;
      for (int step = 0; step < 50; step++) {
        ticker.runUntil(now);
        long wanted = random.nextLong(0, capacity + 1);

        long wait = bucket.take(wanted, now);

        assertThat(wait == 0).as("seed %d, step %d", seed, step).isEqualTo(ticker.take(wanted));
        assertThat(bucket.tokens()).as("seed %d, step %d", seed, step).isEqualTo(ticker.tokens);
        if (wait > 0) {
          ticker.runUntil(now + wait - 1);
          assertThat(ticker.tokens).as("seed %d, step %d", seed, step).isLessThan(wanted);
          ticker.runUntil(now + wait);
          assertThat(ticker.tokens)
              .as("seed %d, step %d", seed, step)
              .isGreaterThanOrEqualTo(wanted);
          now += wait;
        } else {
          now += random.nextLong(0, 5 * INTERVAL);
        }
      }
    }
  }
}
