package dev.rapid.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The end of a node. */
final class QueueDrainTest {

  @Test
  void a_node_that_ends_releases_what_has_not_begun() {
    QueueScenario s = QueueScenario.alone().serve(1);
    s.claimed(s.entry(), s.entry());

    s.post(new QueueEvent.DrainRequested(null));

    assertThat(s.settlements()).containsExactly(new Settlement.Released());
    assertThat(s.state().isDrained()).isFalse();
  }

  @Test
  void a_node_that_ends_is_drained_when_its_attempts_are_settled() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry entry = s.entry();
    s.claimed(entry);
    s.post(new QueueEvent.DrainRequested(null));

    s.succeeded(entry);
    assertThat(s.state().isDrained()).isFalse();
    s.settled(entry);

    assertThat(s.state().isDrained()).isTrue();
  }

  @Test
  void a_node_that_ends_claims_nothing() {
    QueueScenario s = QueueScenario.shared().serve(1).claimed();
    s.post(new QueueEvent.DrainRequested(null));

    s.post(new QueueEvent.Added(QueueScenario.LANE, s.now));
    assertThat(s.effects()).isEmpty();
    s.after(Duration.ofMinutes(1));

    assertThat(s.effects()).isEmpty();
    assertThat(s.state().isDrained()).isTrue();
  }

  @Test
  void what_a_claim_gets_after_the_end_is_released() {
    QueueScenario s = QueueScenario.alone().serve(1);
    s.post(new QueueEvent.DrainRequested(null));
    assertThat(s.state().isDrained()).isFalse();

    s.claimed(s.entry());

    assertThat(s.begun()).isEmpty();
    assertThat(s.settlements()).containsExactly(new Settlement.Released());
  }

  @Test
  void a_node_with_patience_goes_on_until_its_moment() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry first = s.entry();
    QueueEntry second = s.entry();
    s.claimed(first, second, s.entry());
    s.post(new QueueEvent.DrainRequested(s.now + 1000));
    assertThat(s.settlements()).isEmpty();

    s.now += 1000;
    s.succeeded(first);
    assertThat(s.begun()).containsExactly(second);
    s.after(Duration.ofMillis(1));

    assertThat(s.settlements()).containsExactly(new Settlement.Released());
  }

  @Test
  void a_node_with_patience_is_drained_when_nothing_is_due_in_time() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry entry = s.entry();
    s.claimed(entry);
    s.post(new QueueEvent.DrainRequested(s.now + 1000));

    s.failed(entry);
    s.settled(entry);
    s.post(new QueueEvent.Claimed(List.of(), Map.of(entry.lane(), s.now + 60_000)));

    assertThat(s.state().isDrained()).isTrue();
  }

  @Test
  void a_node_with_patience_does_not_wait_for_the_end_of_its_own_leases() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry entry = s.entry();
    s.post(new QueueEvent.Claimed(List.of(entry), Map.of(entry.lane(), s.now + 30_000)));
    s.post(new QueueEvent.DrainRequested(s.now + 60_000));

    s.succeeded(entry);
    assertThat(s.claims()).containsKey(entry.lane());
    s.settled(entry);
    s.claimed();
    assertThat(s.claims()).containsKey(entry.lane());
    s.claimed();

    assertThat(s.state().isDrained()).isTrue();
  }

  @Test
  void a_node_with_patience_looks_whether_its_old_leases_are_over() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry entry = s.entry();
    s.post(new QueueEvent.Claimed(List.of(entry), Map.of(entry.lane(), s.now + 30_000)));
    s.succeeded(entry);
    s.settled(entry);

    s.post(new QueueEvent.DrainRequested(s.now + 60_000));
    assertThat(s.claims()).containsKey(entry.lane());
    s.claimed();

    assertThat(s.state().isDrained()).isTrue();
  }

  @Test
  void a_node_with_patience_runs_retries_that_are_due_in_time() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry entry = s.entry();
    s.claimed(entry);
    s.post(new QueueEvent.DrainRequested(s.now + 90_000));

    s.failed(entry);
    s.settled(entry);
    s.post(new QueueEvent.Claimed(List.of(), Map.of(entry.lane(), s.now + 60_000)));
    assertThat(s.state().isDrained()).isFalse();
    s.after(Duration.ofMinutes(1));

    assertThat(s.claims()).containsKey(entry.lane());
  }
}
