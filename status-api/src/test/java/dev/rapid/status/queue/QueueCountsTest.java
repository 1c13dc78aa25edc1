package dev.rapid.status.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.core.time.NanoClock;
import dev.rapid.queue.store.EntryFilter;
import dev.rapid.queue.store.EntryState;
import dev.rapid.queue.store.EntryStore;
import dev.rapid.queue.store.Lanes;
import dev.rapid.queue.store.StoreException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class QueueCountsTest {

  private static final String LANE = Lanes.ofFunction("orders");

  private final QueueOfTest queue = new QueueOfTest();
  private final AtomicLong nanos = new AtomicLong();
  private final QueueCounts counts = new QueueCounts(queue, nanos::get);

  private void awaitQueued(long expected) {
    await().until(() -> counts.get().entries(LANE, EntryState.QUEUED) == expected);
  }

  private void later() {
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
  }

  @Test
  void the_store_is_asked_at_most_once_in_a_second() {
    queue.add(LANE, "{}");
    awaitQueued(1);
    queue.add(LANE, "{}");

    assertThat(counts.get().entries(LANE, EntryState.QUEUED)).isEqualTo(1);
    assertThat(queue.opened).hasValue(1);
    later();
    awaitQueued(2);
  }

  @Test
  void the_age_of_the_oldest_entry_is_by_the_clock_of_the_store_and_does_not_count_the_dead() {
    queue.dead(LANE);
    queue.now.addAndGet(10_000);
    queue.add(LANE, "{}");
    queue.now.addAndGet(5_500);

    awaitQueued(1);

    assertThat(counts.get().oldestSeconds(LANE)).isEqualTo(5);
  }

  @Test
  void while_the_store_is_away_the_counts_are_those_from_before_with_the_reason() {
    queue.add(LANE, "{}");
    awaitQueued(1);
    queue.failure = new StoreException("away", false, null);
    later();

    await().until(() -> counts.get().failure() != null);

    assertThat(counts.get().entries(LANE, EntryState.QUEUED)).isEqualTo(1);
    assertThat(counts.get().failure()).isEqualTo("away");
  }

  @Test
  void a_store_that_hangs_holds_nothing_up() {
    CountDownLatch hanging = new CountDownLatch(1);
    QueueAccess slow =
        new QueueAccess() {
          @Override
          public boolean isInUse() {
            return true;
          }

          @Override
          public EntryStore store() throws StoreException {
            try {
              hanging.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return queue.store();
          }

          @Override
          public int retry(EntryFilter filter) {
            throw new AssertionError();
          }

          @Override
          public QueueCounts counts() {
            throw new AssertionError();
          }
        };
    QueueCounts waiting = new QueueCounts(slow, NanoClock.SYSTEM);

    for (int i = 0; i < 1_000; i++) {
      assertThat(waiting.get()).isSameAs(QueueCounts.Snapshot.EMPTY);
    }
    hanging.countDown();
  }

  @Test
  void a_queue_that_is_not_in_use_is_not_asked() {
    queue.inUse = false;

    assertThat(counts.get()).isSameAs(QueueCounts.Snapshot.EMPTY);
    assertThat(queue.opened).hasValue(0);
  }
}
