package dev.rapid.core.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ScheduledTimersTest {

  @Test
  void a_task_runs_not_before_its_moment() throws InterruptedException {
    try (ScheduledTimers timers = new ScheduledTimers(NanoClock.SYSTEM)) {
      AtomicLong ranAt = new AtomicLong();
      CountDownLatch ran = new CountDownLatch(1);
      long moment = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);

      timers.schedule(
          moment,
          () -> {
            ranAt.set(System.nanoTime());
            ran.countDown();
          });

      assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(ranAt.get() - moment).isNotNegative();
    }
  }

  @Test
  void a_past_moment_means_at_once() throws InterruptedException {
    try (ScheduledTimers timers = new ScheduledTimers(NanoClock.SYSTEM)) {
      CountDownLatch ran = new CountDownLatch(1);

      timers.schedule(System.nanoTime() - 1, ran::countDown);

      assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void a_task_that_comes_after_the_end_is_dropped_without_a_word() {
    ScheduledTimers timers = new ScheduledTimers(NanoClock.SYSTEM);
    CountDownLatch ran = new CountDownLatch(1);
    timers.close();

    timers.schedule(System.nanoTime(), ran::countDown);

    assertThat(ran.getCount()).isEqualTo(1);
  }
}
