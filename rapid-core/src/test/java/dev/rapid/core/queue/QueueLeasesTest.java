package dev.rapid.core.queue;

import static dev.rapid.core.queue.QueueScenario.LEASE;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the node has claimed: leases, settlements, and what happens while the store is away. */
final class QueueLeasesTest {

  private static final Duration THIRD = LEASE.dividedBy(3);

  private static QueueEntry nextClaim(QueueEntry entry) {
    return new QueueEntry(
        entry.id(),
        entry.lane(),
        entry.claim() + 1,
        entry.attempts(),
        entry.throttles(),
        entry.acceptedMillis());
  }

  // ------------------------------------------------------------------ leases

  @Test
  void leases_are_extended_every_third_of_their_time() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry running = s.entry();
    QueueEntry ready = s.entry();
    s.claimed(running, ready);
    assertThat(s.nextWake()).isEqualTo(THIRD);

    s.after(THIRD);
    assertThat(s.extensions()).containsExactlyInAnyOrder(running, ready);
    s.extended();
    s.after(THIRD);

    assertThat(s.extensions()).containsExactlyInAnyOrder(running, ready);
  }

  @Test
  void nothing_is_extended_when_nothing_is_claimed() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry entry = s.entry();
    s.claimed(entry);
    s.succeeded(entry);
    s.settled(entry);

    s.after(THIRD);

    assertThat(s.effects()).isEmpty();
  }

  @Test
  void an_extension_that_failed_is_repeated_after_a_pause() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry entry = s.entry();
    s.claimed(entry);
    s.after(THIRD);

    s.post(new QueueEvent.ExtensionFailed());
    assertThat(s.extensions()).isEmpty();
    s.after(Duration.ofSeconds(1));

    assertThat(s.extensions()).containsExactly(entry);
  }

  @Test
  void an_entry_that_was_lost_before_its_attempt_is_forgotten() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry running = s.entry();
    QueueEntry ready = s.entry();
    s.claimed(running, ready);
    s.after(THIRD);

    s.extended(ready);
    assertThat(s.effects()).contains(new QueueEffect.Forget(ready));
    s.succeeded(running);

    assertThat(s.begun()).isEmpty();
  }

  @Test
  void an_attempt_whose_entry_was_lost_goes_on_and_is_not_extended() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry entry = s.entry();
    s.claimed(entry);
    s.after(THIRD);
    s.extended(entry);

    s.after(THIRD);

    assertThat(s.extensions()).isEmpty();
    assertThat(s.state().running()).isEqualTo(1);
  }

  @Test
  void an_attempt_does_not_begin_when_the_lease_has_ended() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry first = s.entry();
    QueueEntry second = s.entry();
    s.claimed(first, second);
    s.now += LEASE.toMillis();

    s.succeeded(first);
    assertThat(s.begun()).isEmpty();
    assertThat(s.extensions()).containsExactly(second);
    s.extended();

    assertThat(s.begun()).containsExactly(second);
  }

  @Test
  void leases_are_extended_before_others_are_claimed() {
    QueueScenario s = QueueScenario.shared().serve(2);
    s.claimed(s.entry());

    s.after(LEASE);

    assertThat(s.effects().get(0)).isInstanceOf(QueueEffect.ExtendLeases.class);
    assertThat(s.effects().get(1)).isInstanceOf(QueueEffect.Claim.class);
  }

  @Test
  void a_claim_that_took_longer_than_its_lease_begins_nothing() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry entry = s.entry();
    s.now += LEASE.toMillis();

    s.claimed(entry);

    assertThat(s.begun()).isEmpty();
    assertThat(s.extensions()).containsExactly(entry);
  }

  // ------------------------------------------------------------------ the same entry again

  @Test
  void an_entry_that_the_node_has_lost_and_claimed_again_does_not_run_twice() {
    QueueScenario s = QueueScenario.shared().serve(2);
    QueueEntry entry = s.entry();
    s.claimed(entry);
    s.after(Duration.ofSeconds(1));

    s.claimed(nextClaim(entry));
    assertThat(s.begun()).isEmpty();
    s.succeeded(entry);

    assertThat(s.effects())
        .contains(new QueueEffect.Settle(nextClaim(entry), new Settlement.Done()));
  }

  @Test
  void a_settlement_goes_on_with_the_claim_that_the_node_has_now() {
    QueueScenario s = QueueScenario.shared().serve(1);
    QueueEntry entry = s.entry();
    s.claimed(entry);
    s.now += 500;
    s.succeeded(entry);

    s.claimed(nextClaim(entry));

    assertThat(s.begun()).isEmpty();
    assertThat(s.effects())
        .contains(new QueueEffect.Settle(nextClaim(entry), new Settlement.Done()));
  }

  @Test
  void an_entry_that_was_settled_and_is_due_again_runs_although_the_answer_is_missing() {
    QueueScenario s = QueueScenario.shared().serve(1);
    QueueEntry entry = s.entry();
    s.claimed(entry);
    s.failed(entry);
    QueueEntry again = new QueueEntry(entry.id(), entry.lane(), 2, 1, 0, entry.acceptedMillis());

    s.claimed(again);

    assertThat(s.begun()).containsExactly(again);
  }

  // ------------------------------------------------------------------ settlements

  @Test
  void a_settlement_is_repeated_until_the_store_has_it() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry entry = s.entry();
    s.claimed(entry);
    s.succeeded(entry);

    s.post(new QueueEvent.SettlementFailed(entry));
    assertThat(s.settlements()).isEmpty();
    assertThat(s.nextWake()).isEqualTo(Duration.ofSeconds(1));
    s.after(Duration.ofSeconds(1));
    assertThat(s.settlements()).containsExactly(new Settlement.Done());
    s.settled(entry);
    s.after(Duration.ofSeconds(1));

    assertThat(s.settlements()).isEmpty();
  }

  @Test
  void a_settlement_waits_while_the_store_is_away() {
    QueueScenario s = QueueScenario.alone().serve(2);
    QueueEntry first = s.entry();
    QueueEntry second = s.entry();
    s.claimed(first, second);
    s.succeeded(first);
    s.post(new QueueEvent.SettlementFailed(first));

    s.succeeded(second);
    assertThat(s.settlements()).isEmpty();
    s.after(Duration.ofSeconds(1));

    assertThat(s.settlements()).hasSize(2);
  }

  @Test
  void a_retry_is_claimed_when_it_is_due() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry entry = s.entry();
    s.claimed(entry);
    s.failed(entry);

    s.settled(entry);
    assertThat(s.claims()).isEmpty();
    s.after(Duration.ofMinutes(1));

    assertThat(s.claims()).containsKey(entry.lane());
  }

  @Test
  void a_settlement_without_its_claim_changes_nothing() {
    QueueScenario s = QueueScenario.alone().serve(1);
    QueueEntry entry = s.entry();
    s.claimed(entry);
    s.failed(entry);

    s.post(new QueueEvent.Settled(entry, false));
    s.after(Duration.ofMinutes(1));

    assertThat(s.effects()).isEmpty();
  }
}
