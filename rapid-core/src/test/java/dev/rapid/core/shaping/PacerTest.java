package dev.rapid.core.shaping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.testing.VirtualTime;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.ScheduledTimers;
import dev.rapid.core.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PacerTest {

  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  @Test
  void a_writer_that_must_wait_is_resumed_once_when_its_turn_comes() {
    VirtualTime time = new VirtualTime();
    Pacer pacer = new Pacer(ResponseShaper.of(new ShapingRates(32 * KIB, 32 * KIB)), time, time);
    List<Duration> resumed = new ArrayList<>();
    Runnable resume = () -> resumed.add(time.elapsed());

    assertThat(pacer.admit(40 * KIB, resume)).isEqualTo(32 * KIB);
    assertThat(time.waiting()).isZero();
    assertThat(pacer.admit(8 * KIB, resume)).isZero();
    time.advanceBy(Duration.ofSeconds(1));

    assertThat(resumed).containsExactly(Duration.ofMillis(250));
    assertThat(pacer.admit(8 * KIB, resume)).isEqualTo(8 * KIB);
    assertThat(time.waiting()).isZero();
  }

  /** A writer on the thread of the real timers, which notes how far it has come and when. */
  private static final class RealWriter {

    private static final int WRITE_BYTES = 32 * KIB;

    /**
     * How far the writer has come.
     *
     * @param nanos since it began
     * @param lateNanos how much later than they were due the timers have woken it, in total
     */
    record Progress(long nanos, long lateNanos, long bytes) {}

    private final NanoClock clock = NanoClock.SYSTEM;
    private final Pacer pacer;
    private final long body;
    private final long begin;
    private final List<Progress> waits = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private long written;
    private long lateNanos;

    RealWriter(ShapingRates rates, long body, ScheduledTimers timers) {
      this.pacer = new Pacer(ResponseShaper.of(rates), clock, measured(timers));
      this.body = body;
      this.begin = clock.nanoTime();
      run();
    }

    private Timers measured(Timers timers) {
      return (atNanos, task) ->
          timers.schedule(
              atNanos,
              () -> {
                lateNanos += clock.nanoTime() - atNanos;
                task.run();
              });
    }

    private void run() {
      while (written < body) {
        int admitted = pacer.admit(WRITE_BYTES, this::run);
        if (admitted == 0) {
          waits.add(new Progress(clock.nanoTime() - begin, lateNanos, written));
          return;
        }
        written += admitted;
        pacer.produced(admitted);
      }
      end.countDown();
    }

    /** Returns the bytes per second after the burst. */
    static double rateUntil(Progress progress, long burstBytes) {
      return (progress.bytes() - burstBytes) * 1e9 / progress.nanos();
    }

    /** Returns the bytes per second after the burst, as if all timers had been punctual. */
    static double punctualRateUntil(Progress progress, long burstBytes) {
      return (progress.bytes() - burstBytes) * 1e9 / (progress.nanos() - progress.lateNanos());
    }

    List<Progress> await() throws InterruptedException {
      assertThat(end.await(20, TimeUnit.SECONDS)).isTrue();
      return waits;
    }
  }

  @Test
  void in_real_time_the_burst_passes_at_once_and_the_rest_at_the_rate_within_one_percent()
      throws InterruptedException {
    ShapingRates rates = new ShapingRates(16 * MIB, 4 * MIB);
    try (ScheduledTimers timers = new ScheduledTimers(NanoClock.SYSTEM)) {
      RealWriter writer = new RealWriter(rates, 4 * MIB + 36 * MIB, timers);

      List<RealWriter.Progress> waits = writer.await();

      assertThat(waits.getFirst().bytes())
          .as("what was written before the first wait")
          .isGreaterThanOrEqualTo(rates.burstBytes());
      List<RealWriter.Progress> later = waits.subList(1, waits.size());
      double most = rates.bytesPerSecond() * 1.01;
      double least = rates.bytesPerSecond() * 0.99;
      assertThat(later)
          .allSatisfy(
              wait -> assertThat(RealWriter.rateUntil(wait, rates.burstBytes())).isLessThan(most));
      // A busy machine wakes the writer late; what does not fit into the bucket by then is lost.
      assertThat(later.subList(later.size() / 2, later.size()))
          .anySatisfy(wait ->
              assertThat(RealWriter.punctualRateUntil(wait, rates.burstBytes()))
                  .isGreaterThan(least));
    }
  }
}
