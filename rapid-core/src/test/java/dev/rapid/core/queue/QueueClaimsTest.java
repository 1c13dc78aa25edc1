package dev.rapid.core.queue;

import static dev.rapid.core.queue.QueueScenario.LANE;
import static dev.rapid.core.queue.QueueScenario.POLICY;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a node takes from the store, and when it looks. */
final class QueueClaimsTest {

  @Test
  void a_served_lane_is_looked_at_at_once() {
    QueueScenario s = QueueScenario.alone().serve(4);

    assertThat(s.claims()).containsExactly(Map.entry(LANE, 4));
  }

  @Test
  void an_entry_that_comes_is_claimed() {
    QueueScenario s = QueueScenario.alone().serve(4).claimed();

    s.post(new QueueEvent.Added(LANE, s.now));

    assertThat(s.claims()).containsExactly(Map.entry(LANE, 4));
  }

  @Test
  void an_entry_of_a_lane_that_is_not_served_is_left_alone() {
    QueueScenario s = QueueScenario.alone();

    s.post(new QueueEvent.Added(LANE, s.now));

    assertThat(s.effects()).isEmpty();
  }

  @Test
  void an_entry_that_comes_during_a_claim_is_claimed_next() {
    QueueScenario s = QueueScenario.alone().serve(1);
    s.post(new QueueEvent.Added(LANE, s.now));
    assertThat(s.claims()).isEmpty();

    s.claimed();

    assertThat(s.claims()).containsExactly(Map.entry(LANE, 1));
  }

  @Test
  void a_lane_without_entries_is_not_looked_at_again() {
    QueueScenario s = QueueScenario.alone().serve(4).claimed();

    s.after(Duration.ofHours(1));

    assertThat(s.effects()).isEmpty();
  }

  @Test
  void an_entry_that_is_due_later_is_claimed_then() {
    QueueScenario s = QueueScenario.alone().serve(4).claimed();
    s.post(new QueueEvent.Added(LANE, s.now + 60_000));
    assertThat(s.effects()).containsExactly(new QueueEffect.WakeAt(s.now + 60_000));

    s.after(Duration.ofMinutes(1));

    assertThat(s.claims()).containsExactly(Map.entry(LANE, 4));
  }

  @Test
  void a_claim_tells_when_the_next_entry_is_due() {
    QueueScenario s = QueueScenario.alone().serve(4);

    s.post(new QueueEvent.Claimed(List.of(), Map.of(LANE, s.now + 5000)));

    assertThat(s.nextWake()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void entries_of_other_nodes_are_looked_for_from_time_to_time() {
    QueueScenario s = QueueScenario.shared().serve(4).claimed();
    assertThat(s.nextWake()).isEqualTo(Duration.ofSeconds(1));

    s.after(Duration.ofSeconds(1));

    assertThat(s.claims()).containsExactly(Map.entry(LANE, 4));
  }

  @Test
  void a_clock_that_is_set_back_delays_nothing() {
    QueueScenario s = QueueScenario.shared().serve(4).claimed();
    s.now -= Duration.ofHours(1).toMillis();

    s.post(new QueueEvent.Woken());
    assertThat(s.claims()).containsExactly(Map.entry(LANE, 4));
    s.claimed();

    assertThat(s.nextWake()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void a_store_with_an_earlier_clock_than_the_node_is_looked_at_again() {
    QueueScenario s = QueueScenario.shared().serve(4);
    s.now -= Duration.ofHours(1).toMillis();

    s.claimed();

    assertThat(s.claims()).containsKey(LANE);
  }

  @Test
  void several_lanes_share_a_claim() {
    QueueScenario s = QueueScenario.alone().serve("a", 1, POLICY).serve("b", 2, POLICY);
    s.serve("c", 3, POLICY);

    s.claimed();

    assertThat(s.claims()).containsExactly(Map.entry("b", 2), Map.entry("c", 3));
  }

  @Test
  void a_busy_lane_claims_nothing_more() {
    QueueScenario s = QueueScenario.alone().serve(1);

    s.claimedAndMore(s.entry());

    assertThat(s.claims()).isEmpty();
    assertThat(s.begun()).hasSize(1);
  }

  @Test
  void a_lane_with_short_attempts_claims_in_advance() {
    QueueScenario s = QueueScenario.alone().serve(2);
    QueueEntry first = s.entry();
    s.claimedAndMore(first);
    s.claimedAndMore();
    s.now += 25;

    s.succeeded(first);

    assertThat(s.lane().prefetch()).isEqualTo(8);
  }

  @Test
  void a_lane_with_long_attempts_claims_what_it_can_run() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry first = s.entry();
    s.claimedAndMore(first);
    s.now += 5000;

    s.succeeded(first);

    assertThat(s.claims()).containsExactly(Map.entry(LANE, 1));
  }

  @Test
  void a_claim_that_failed_is_repeated_after_a_pause() {
    QueueScenario s = QueueScenario.alone().serve(4);

    s.post(new QueueEvent.ClaimFailed());
    assertThat(s.claims()).isEmpty();
    assertThat(s.nextWake()).isEqualTo(Duration.ofSeconds(1));
    s.after(Duration.ofSeconds(1));

    assertThat(s.claims()).containsExactly(Map.entry(LANE, 4));
  }

  @Test
  void entries_that_come_after_their_lane_was_withdrawn_are_released() {
    QueueScenario s = QueueScenario.alone().serve(4);
    s.post(new QueueEvent.LaneWithdrawn(LANE));

    s.claimed(s.entry());

    assertThat(s.settlements()).containsExactly(new Settlement.Released());
  }

  @Test
  void a_withdrawn_lane_releases_what_has_not_begun() {
    QueueScenario s = QueueScenario.alone().serve(1);
    s.claimed(s.entry(), s.entry());

    s.post(new QueueEvent.LaneWithdrawn(LANE));

    assertThat(s.settlements()).containsExactly(new Settlement.Released());
  }

  @Test
  void a_withdrawn_lane_is_forgotten_with_its_last_attempt() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry entry = s.entry();
    s.claimed(entry);
    s.post(new QueueEvent.LaneWithdrawn(LANE));
    assertThat(s.state().running()).isEqualTo(1);

    s.failed(entry);

    assertThat(s.state().lanes()).isEmpty();
    assertThat(s.settlements())
        .containsExactly(new Settlement.Again(s.now + 60_000, 1, 0, "it broke"));
  }

  @Test
  void entries_that_find_no_room_for_long_are_left_to_other_nodes() {
    QueueScenario s = QueueScenario.shared().serve(1);
    s.claimed(s.entry(), s.entry());

    s.after(Duration.ofSeconds(5));

    assertThat(s.settlements()).containsExactly(new Settlement.Released());
    assertThat(s.claims()).isEmpty();
  }

  @Test
  void a_node_that_is_alone_keeps_entries_that_find_no_room() {
    QueueScenario s = QueueScenario.alone().serve(1);
    s.claimed(s.entry(), s.entry());

    s.after(Duration.ofSeconds(5));

    assertThat(s.settlements()).isEmpty();
    assertThat(s.lane().ready()).hasSize(1);
  }
}
