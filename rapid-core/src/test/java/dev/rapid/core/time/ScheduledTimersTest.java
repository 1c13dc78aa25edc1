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
  void a_cancelled_task_does_not_run_and_is_forgotten() throws InterruptedException {
    try (ScheduledTimers timers = new ScheduledTimers(NanoClock.SYSTEM)) {
      AtomicLong runs = new AtomicLong();
      long inAnHour = System.nanoTime() + TimeUnit.HOURS.toNanos(1);
      CancellableTimers.Scheduled later =
          timers.scheduleCancellable(inAnHour, runs::incrementAndGet);
      CancellableTimers.Scheduled soon =
          timers.scheduleCancellable(
              System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5), runs::incrementAndGet);
      CountDownLatch after = new CountDownLatch(1);

      soon.cancel();
      later.cancel();
      timers.schedule(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(10), after::countDown);

      assertThat(after.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(runs).hasValue(0);
      assertThat(timers.waitingCount()).isZero();
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
