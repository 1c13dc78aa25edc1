package dev.rapid.core.shaping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.testing.VirtualTime;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.ScheduledTimers;
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

    record Progress(long nanos, long bytes) {}

    private final NanoClock clock = NanoClock.SYSTEM;
    private final Pacer pacer;
    private final long body;
    private final long begin;
    private final List<Progress> waits = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private long written;

    RealWriter(ShapingRates rates, long body, ScheduledTimers timers) {
      this.pacer = new Pacer(ResponseShaper.of(rates), clock, timers);
      this.body = body;
      this.begin = clock.nanoTime();
      run();
    }

    private void run() {
      while (written < body) {
        int admitted = pacer.admit(WRITE_BYTES, this::run);
        if (admitted == 0) {
          waits.add(new Progress(clock.nanoTime() - begin, written));
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
      List<Double> measured =
          waits.stream()
              .skip(1)
              .map(wait -> RealWriter.rateUntil(wait, rates.burstBytes()))
              .toList();
      double most = rates.bytesPerSecond() * 1.01;
      double least = rates.bytesPerSecond() * 0.99;
      assertThat(measured).allSatisfy(rate -> assertThat(rate).isLessThan(most));
      // A busy machine wakes the writer late now and then, but what it missed it may write later.
      assertThat(measured.subList(measured.size() / 2, measured.size()))
          .anySatisfy(rate -> assertThat(rate).isGreaterThan(least));
    }
  }
}
