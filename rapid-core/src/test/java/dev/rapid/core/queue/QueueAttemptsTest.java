package dev.rapid.core.queue;

import static dev.rapid.core.queue.QueueScenario.LANE;
import static dev.rapid.core.queue.QueueScenario.POLICY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.queue.Settlement.Condition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which attempt begins, and what follows from its end (contract invoke-api, section 4). */
final class QueueAttemptsTest {

  private static final RetryPolicy ONE_ATTEMPT = policy(1, Duration.ofHours(6), false);

  private static RetryPolicy policy(int attempts, Duration maxAge, boolean runsNothing) {
    return new RetryPolicy(
        attempts,
        Duration.ofMinutes(1),
        maxAge,
        Duration.ofSeconds(1),
        Duration.ofMinutes(5),
        runsNothing);
  }

  private static QueueEntry tried(QueueEntry entry, int attempts, int throttles) {
    return new QueueEntry(
        entry.id(), entry.lane(), entry.claim(), attempts, throttles, entry.acceptedMillis());
  }

  // ------------------------------------------------------------------ what begins

  @Test
  void entries_begin_in_their_order_up_to_the_capacity() {
    QueueScenario s = QueueScenario.alone().serve(2);
    QueueEntry first = s.entry();
    QueueEntry second = s.entry();
    QueueEntry third = s.entry();

    s.claimed(first, second, third);
    assertThat(s.begun()).containsExactly(first, second);
    s.succeeded(first);

    assertThat(s.begun()).containsExactly(third);
  }

  @Test
  void all_lanes_together_run_no_more_than_the_node_may() {
    QueueScenario s = QueueScenario.running(3).serve("a", 2, POLICY).serve("b", 2, POLICY);
    s.claimed();

    s.claimed(s.entry("a"), s.entry("a"), s.entry("b"), s.entry("b"));

    assertThat(s.begun()).hasSize(3);
  }

  @Test
  void lanes_take_turns_when_there_is_not_room_for_all() {
    QueueScenario s = QueueScenario.running(1).serve("a", 9, POLICY).serve("b", 9, POLICY);
    s.claimed();
    QueueEntry[] entries = {s.entry("a"), s.entry("a"), s.entry("a"), s.entry("b"), s.entry("b")};
    List<String> order = new ArrayList<>();

    s.claimed(entries);
    while (!s.begun().isEmpty()) {
      QueueEntry begun = s.begun().getFirst();
      order.add(begun.lane());
      s.succeeded(begun);
    }

    assertThat(order).containsExactly("a", "b", "a", "b", "a");
  }

  @Test
  void a_lane_has_an_entry_for_its_turn_although_others_use_all_room() {
    QueueScenario s = QueueScenario.running(1).serve("a", 9, POLICY);
    s.claimed(s.entry("a"));

    s.serve("b", 9, POLICY);

    assertThat(s.claims()).containsEntry("b", 1);
  }

  @Test
  void attempts_that_do_not_count_leave_the_room_of_the_node_to_others() {
    QueueScenario s = QueueScenario.running(1).serveUncounted("hook", 8).serve(2);
    QueueEntry counted = s.entry();

    s.claimed(s.entry("hook"), s.entry("hook"), counted);

    assertThat(s.begun()).hasSize(3).contains(counted);
  }

  @Test
  void attempts_that_do_not_count_begin_although_the_node_has_no_room() {
    QueueScenario s = QueueScenario.running(1).serve(2);
    s.claimed(s.entry());

    s.serveUncounted("hook", 8);

    assertThat(s.claims()).containsEntry("hook", 8);
    QueueEntry delivery = s.entry("hook");
    s.claimed(delivery);
    assertThat(s.begun()).containsExactly(delivery);
  }

  @Test
  void a_larger_capacity_has_effect_at_once() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry second = s.entry();
    s.claimed(s.entry(), second);

    s.serve(2);

    assertThat(s.begun()).containsExactly(second);
  }

  @Test
  void a_smaller_capacity_lets_running_attempts_end() {
    QueueScenario s = QueueScenario.alone().serve(2);
    QueueEntry first = s.entry();
    QueueEntry third = s.entry();
    s.claimed(first, s.entry(), third);

    s.serve(1);
    s.succeeded(first);

    assertThat(s.begun()).isEmpty();
    assertThat(s.state().running()).isEqualTo(1);
  }

  @Test
  void entries_of_a_lane_without_capacity_wait() {
    QueueScenario s = QueueScenario.alone().serve(0);

    assertThat(s.effects()).isEmpty();
  }

  // ------------------------------------------------------------------ what is given up unrun

  @Test
  void an_entry_that_is_too_old_does_not_run() {
    QueueScenario s = QueueScenario.alone();
    QueueEntry entry = s.entry();
    s.now += Duration.ofHours(6).toMillis() + 1;

    s.serve(1).claimed(entry);

    assertThat(s.begun()).isEmpty();
    assertThat(s.settlements())
        .containsExactly(new Settlement.Dead(Condition.EVENT_AGE_EXCEEDED, 0, null));
  }

  @Test
  void an_entry_of_exactly_the_maximum_age_runs() {
    QueueScenario s = QueueScenario.alone();
    QueueEntry entry = s.entry();
    s.now += Duration.ofHours(6).toMillis();

    s.serve(1).claimed(entry);

    assertThat(s.begun()).containsExactly(entry);
  }

  @Test
  void an_entry_that_becomes_too_old_while_it_waits_for_room_does_not_run() {
    QueueScenario s = QueueScenario.alone().serve(LANE, 1, policy(3, Duration.ofMinutes(1), false));
    s.claimed(s.entry(), s.entry());

    s.after(Duration.ofSeconds(61));

    assertThat(s.settlements())
        .containsExactly(new Settlement.Dead(Condition.EVENT_AGE_EXCEEDED, 0, null));
  }

  @Test
  void an_entry_that_has_had_as_many_attempts_as_it_may_have_now_does_not_run() {
    QueueScenario s = QueueScenario.alone().serve(LANE, 1, ONE_ATTEMPT);

    s.claimed(tried(s.entry(), 1, 0));

    assertThat(s.begun()).isEmpty();
    assertThat(s.settlements())
        .containsExactly(new Settlement.Dead(Condition.RETRIES_EXHAUSTED, 1, null));
  }

  @Test
  void a_function_without_concurrency_gives_up_its_entries() {
    QueueScenario s = QueueScenario.alone().serve(LANE, 0, policy(3, Duration.ofHours(6), true));
    assertThat(s.claims()).containsKey(LANE);

    s.claimed(s.entry());

    assertThat(s.settlements())
        .containsExactly(new Settlement.Dead(Condition.ZERO_RESERVED_CONCURRENCY, 0, null));
  }

  @Test
  void entries_that_wait_are_given_up_when_the_concurrency_becomes_0() {
    QueueScenario s = QueueScenario.alone().serve(1);
    s.claimed(s.entry(), s.entry());

    s.serve(LANE, 0, policy(3, Duration.ofHours(6), true));

    assertThat(s.settlements())
        .containsExactly(new Settlement.Dead(Condition.ZERO_RESERVED_CONCURRENCY, 0, null));
  }

  // ------------------------------------------------------------------ after an attempt

  @Test
  void an_attempt_that_succeeded_is_the_last_one() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry entry = s.entry();
    s.claimed(entry);

    s.succeeded(entry);

    assertThat(s.settlements()).containsExactly(new Settlement.Done());
  }

  @Test
  void the_wait_after_a_failure_grows_with_the_attempts() {
    QueueScenario s = QueueScenario.alone().serve(2);
    QueueEntry fresh = s.entry();
    QueueEntry second = tried(s.entry(), 1, 0);
    s.claimed(fresh, second);

    s.failed(fresh);
    assertThat(s.settlements())
        .containsExactly(new Settlement.Again(s.now + 60_000, 1, 0, "it broke"));
    s.failed(second);

    assertThat(s.settlements())
        .containsExactly(new Settlement.Again(s.now + 120_000, 2, 0, "it broke"));
  }

  @Test
  void the_last_failed_attempt_ends_the_entry() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry entry = tried(s.entry(), 2, 0);
    s.claimed(entry);

    s.failed(entry);

    assertThat(s.settlements())
        .containsExactly(new Settlement.Dead(Condition.RETRIES_EXHAUSTED, 3, "it broke"));
  }

  @Test
  void without_retries_the_first_failure_ends_the_entry() {
    QueueScenario s = QueueScenario.alone().serve(LANE, 1, ONE_ATTEMPT);
    QueueEntry entry = s.entry();
    s.claimed(entry);

    s.failed(entry);

    assertThat(s.settlements())
        .containsExactly(new Settlement.Dead(Condition.RETRIES_EXHAUSTED, 1, "it broke"));
  }

  @Test
  void a_retry_that_would_come_too_late_is_given_up_at_once() {
    QueueScenario s =
        QueueScenario.alone().serve(LANE, 1, policy(3, Duration.ofSeconds(59), false));
    QueueEntry entry = s.entry();
    s.claimed(entry);

    s.failed(entry);

    assertThat(s.settlements())
        .containsExactly(new Settlement.Dead(Condition.EVENT_AGE_EXCEEDED, 1, "it broke"));
  }

  @Test
  void an_attempt_that_no_other_would_help_ends_the_entry() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry entry = s.entry();
    s.claimed(entry);

    s.ended(entry, new AttemptResult.Hopeless("status 410"));

    assertThat(s.settlements())
        .containsExactly(new Settlement.Dead(Condition.RETRIES_EXHAUSTED, 1, "status 410"));
  }

  @Test
  void a_refused_attempt_does_not_count_and_backs_off() {
    QueueScenario s = QueueScenario.alone().serve(2);
    QueueEntry fresh = tried(s.entry(), 1, 0);
    QueueEntry fourth = tried(s.entry(), 1, 3);
    s.claimed(fresh, fourth);

    s.refused(fresh);
    assertThat(s.settlements())
        .containsExactly(new Settlement.Again(s.now + 1000, 1, 1, "no room"));
    s.refused(fourth);

    assertThat(s.settlements())
        .containsExactly(new Settlement.Again(s.now + 8000, 1, 4, "no room"));
  }

  @Test
  void a_failure_ends_the_back_off() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry entry = tried(s.entry(), 0, 5);
    s.claimed(entry);

    s.failed(entry);

    assertThat(s.settlements())
        .containsExactly(new Settlement.Again(s.now + 60_000, 1, 0, "it broke"));
  }

  @Test
  void the_back_off_has_a_maximum() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry entry = tried(s.entry(), 0, 1000);
    s.claimed(entry);

    s.refused(entry);

    assertThat(s.settlements())
        .containsExactly(new Settlement.Again(s.now + 300_000, 0, 1001, "no room"));
  }

  @Test
  void jitter_shortens_the_back_off_by_half_at_most() {
    assertThat(POLICY.backOffMillis(1, 0)).isEqualTo(500);
    assertThat(POLICY.backOffMillis(1, 0.5)).isEqualTo(750);
    assertThat(POLICY.backOffMillis(1, 1)).isEqualTo(1000);
  }

  // ------------------------------------------------------------------ pauses

  @Test
  void after_a_refusal_the_lane_begins_nothing_for_a_while() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry first = s.entry();
    QueueEntry second = s.entry();
    s.claimed(first, second);

    s.refused(first);
    assertThat(s.begun()).isEmpty();
    s.after(Duration.ofSeconds(1));

    assertThat(s.begun()).containsExactly(second);
  }

  @Test
  void a_pause_grows_while_attempts_are_refused() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry first = s.entry();
    QueueEntry second = s.entry();
    s.claimed(first, second, s.entry());
    s.refused(first);
    s.after(Duration.ofSeconds(1));

    s.refused(second);

    assertThat(s.lane().pausedUntilMillis()).isEqualTo(s.now + 2000);
  }

  @Test
  void refusals_at_the_same_time_make_one_pause() {
    QueueScenario s = QueueScenario.alone().serve(2);
    QueueEntry first = s.entry();
    QueueEntry second = s.entry();
    s.claimed(first, second);
    s.refused(first);

    s.refused(second);

    assertThat(s.lane().pausedUntilMillis()).isEqualTo(s.now + 1000);
  }

  @Test
  void a_lane_that_is_served_anew_is_not_paused() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry first = s.entry();
    QueueEntry second = s.entry();
    s.claimed(first, second);
    s.refused(first);

    s.serve(1);

    assertThat(s.begun()).containsExactly(second);
  }
}
