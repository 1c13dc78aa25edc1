package dev.rapid.status.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.core.queue.AttemptResult;
import dev.rapid.core.queue.Settlement;
import dev.rapid.core.queue.Settlement.Condition;
import dev.rapid.queue.store.Entries;
import dev.rapid.queue.store.Lanes;
import dev.rapid.queue.store.StoredEntry;
import dev.rapid.telemetry.metrics.LifecycleMeters;
import java.util.List;
import org.junit.jupiter.api.Test;

final class QueueMetersTest {

  private static final String LANE = Lanes.ofFunction("orders");

  private final QueueOfTest queue = new QueueOfTest();
  private final LifecycleMeters meters = new LifecycleMeters();
  private final QueueMeters queueMeters = new QueueMeters(meters, queue.counts());
  private final StoredEntry entry = Entries.accepted(LANE, QueueOfTest.START);

  private List<String> lines(String name) {
    return meters.scrape().lines().filter(line -> line.startsWith(name)).toList();
  }

  @Test
  void attempts_are_counted_by_function_and_result() {
    queueMeters.ended(
        entry,
        new AttemptResult.Failed("no"),
        new Settlement.Again(QueueOfTest.START + 1, 1, 0, "no"));
    queueMeters.ended(entry, new AttemptResult.Succeeded(), new Settlement.Done());
    queueMeters.ended(entry, new AttemptResult.Succeeded(), new Settlement.Done());

    assertThat(lines("rapid_async_attempts_total"))
        .containsExactlyInAnyOrder(
            "rapid_async_attempts_total{function=\"orders\",result=\"failed\"} 1.0",
            "rapid_async_attempts_total{function=\"orders\",result=\"succeeded\"} 2.0");
  }

  @Test
  void outcomes_are_counted_by_condition_also_without_an_attempt() {
    queueMeters.ended(entry, new AttemptResult.Succeeded(), new Settlement.Done());
    queueMeters.ended(
        entry,
        new AttemptResult.Failed("no"),
        new Settlement.Dead(Condition.RETRIES_EXHAUSTED, 3, "no"));
    queueMeters.settledUnrun(entry, new Settlement.Dead(Condition.EVENT_AGE_EXCEEDED, 0, null));
    queueMeters.settledUnrun(entry, new Settlement.Released());

    assertThat(lines("rapid_async_outcomes_total"))
        .containsExactlyInAnyOrder(
            "rapid_async_outcomes_total{condition=\"Success\",function=\"orders\"} 1.0",
            "rapid_async_outcomes_total{condition=\"RetriesExhausted\",function=\"orders\"} 1.0",
            "rapid_async_outcomes_total{condition=\"EventAgeExceeded\",function=\"orders\"} 1.0");
  }

  @Test
  void deliveries_are_not_counted_as_events() {
    StoredEntry delivery = Entries.accepted(Lanes.ofDestination("file:/out"), QueueOfTest.START);

    queueMeters.ended(delivery, new AttemptResult.Succeeded(), new Settlement.Done());

    assertThat(lines("rapid_async_outcomes_total")).isEmpty();
    assertThat(lines("rapid_async_delivery_outcomes_total")).hasSize(1);
  }

  @Test
  void commits_and_lost_claims_are_counted() {
    queueMeters.committed(16, 2_000_000);
    queueMeters.committed(4, 1_000_000);
    queueMeters.claimLost(entry.entry());
    queueMeters.accepted(entry);

    assertThat(meters.scrape())
        .contains(
            "rapid_async_commit_seconds_count 2",
            "rapid_async_commit_seconds_sum 0.003",
            "rapid_async_commit_operations_total 20.0",
            "rapid_async_claims_lost_total 1.0",
            "rapid_async_accepted_total{function=\"orders\"} 1.0");
  }

  @Test
  void the_store_is_available_until_it_is_not() {
    assertThat(lines("rapid_async_store_available"))
        .containsExactly("rapid_async_store_available 1.0");

    queueMeters.storeAvailable(false, "away");

    assertThat(lines("rapid_async_store_available"))
        .containsExactly("rapid_async_store_available 0.0");
  }

  @Test
  void the_depth_is_shown_by_function_and_state() {
    queueMeters.watch("orders");
    queue.add(LANE, "{}");
    queue.dead(LANE);
    queue.now.addAndGet(7_000);

    await()
        .untilAsserted(() ->
            assertThat(meters.scrape())
                .contains(
                    "rapid_async_entries{function=\"orders\",state=\"dead\"} 1.0",
                    "rapid_async_entries{function=\"orders\",state=\"queued\"} 1.0",
                    "rapid_async_entries{function=\"orders\",state=\"running\"} 0.0",
                    "rapid_async_ready{function=\"orders\"} 1.0",
                    "rapid_async_oldest_seconds{function=\"orders\"} 7.0"));
  }
}
