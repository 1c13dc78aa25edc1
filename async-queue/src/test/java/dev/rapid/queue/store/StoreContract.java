package dev.rapid.queue.store;

import static dev.rapid.queue.store.Entries.LANE;
import static dev.rapid.queue.store.Entries.LEASE_MILLIS;
import static dev.rapid.queue.store.Entries.accepted;
import static dev.rapid.queue.store.Entries.adding;
import static dev.rapid.queue.store.Entries.claiming;
import static dev.rapid.queue.store.Entries.extending;
import static dev.rapid.queue.store.Entries.settling;
import static dev.rapid.queue.store.Entries.several;
import static dev.rapid.queue.store.Entries.withPayload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.queue.QueueEntry;
import dev.rapid.core.queue.Settlement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store does. Each kind of store has a class of tests that extends this one. */
public abstract class StoreContract {

  private static final Settlement DONE = new Settlement.Done();
  private static final Settlement RELEASED = new Settlement.Released();
  private static final Settlement DEAD =
      new Settlement.Dead(Settlement.Condition.RETRIES_EXHAUSTED, 3, "Task timed out");

  private EntryStore store;
  private long now;

  /** Opens a store without entries for a node called {@code node-1}. */
  protected abstract EntryStore open() throws Exception;

  @BeforeEach
  void openStore() throws Exception {
    store = open();
    now = store.nowMillis() - 60_000;
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void a_new_entry_is_found_as_it_was_added() throws Exception {
    StoredEntry entry = accepted(now);
    store.commit(adding(now, entry));

    assertThat(store.find(entry.id())).usingRecursiveComparison().isEqualTo(entry);
  }

  @Test
  void an_entry_that_nobody_has_added_is_not_found() throws Exception {
    assertThat(store.find(new UUID(1, 2))).isNull();
  }

  @Test
  void texts_and_bytes_stay_as_they_are() throws Exception {
    byte[] everyByte = new byte[256];
    for (int i = 0; i < everyByte.length; i++) {
      everyByte[i] = (byte) i;
    }
    StoredEntry plain = withPayload(LANE, everyByte, now);
    StoredEntry entry =
        StoredEntry.queued(
            plain.id(),
            LANE,
            "größe",
            "id \"1\"",
            Map.of(Attributes.TRACE_ID, "Root=1\\2\n\t\u0001;é😀", Attributes.TENANT_ID, ""),
            everyByte,
            now,
            now + 5);
    store.commit(adding(now, entry));

    assertThat(store.find(entry.id())).usingRecursiveComparison().isEqualTo(entry);
  }

  @Test
  void a_payload_may_have_several_mebibytes() throws Exception {
    byte[] payload = new byte[7 << 20];
    new Random(1).nextBytes(payload);
    StoredEntry entry = withPayload(LANE, payload, now);
    store.commit(adding(now, entry));

    assertThat(claim(now, 1)).extracting(StoredEntry::payload).containsExactly(payload);
  }

  @Test
  void an_entry_may_have_no_payload() throws Exception {
    StoredEntry entry = withPayload(LANE, new byte[0], now);
    store.commit(adding(now, entry));

    assertThat(claim(now, 1)).extracting(StoredEntry::payload).containsExactly(new byte[0]);
  }

  @Test
  void a_claim_takes_what_is_due_first() throws Exception {
    List<StoredEntry> entries = several(5, now);
    List<StoredEntry> backwards = new ArrayList<>(entries).reversed();
    store.commit(adding(now, backwards.toArray(new StoredEntry[0])));

    assertThat(claim(now + 10, 3))
        .extracting(StoredEntry::id)
        .containsExactlyElementsOf(ids(entries.subList(0, 3)));
  }

  @Test
  void a_claimed_entry_runs_on_the_node_until_its_lease_ends() throws Exception {
    StoredEntry entry = accepted(now);
    store.commit(adding(now, entry));
    StoredEntry claimed = claim(now + 7, 1).get(0);

    assertThat(claimed.state()).isEqualTo(EntryState.RUNNING);
    assertThat(claimed.node()).isEqualTo("node-1");
    assertThat(claimed.claim()).isEqualTo(1);
    assertThat(claimed.dueMillis()).isEqualTo(now + 7 + LEASE_MILLIS);
    assertThat(claimed.acceptedMillis()).isEqualTo(now);
    assertThat(store.find(entry.id())).usingRecursiveComparison().isEqualTo(claimed);
  }

  @Test
  void a_claimed_entry_is_not_claimed_again_before_its_lease_ends() throws Exception {
    store.commit(adding(now, accepted(now)));
    claim(now, 1);

    assertThat(claim(now + LEASE_MILLIS - 1, 1)).isEmpty();
    assertThat(claim(now + LEASE_MILLIS, 1)).extracting(StoredEntry::claim).containsExactly(2);
  }

  @Test
  void an_entry_that_is_not_due_yet_is_not_claimed() throws Exception {
    store.commit(adding(now, accepted(now + 100)));

    assertThat(claim(now + 99, 1)).isEmpty();
    assertThat(claim(now + 100, 1)).hasSize(1);
  }

  @Test
  void a_claim_takes_entries_of_its_lanes_only() throws Exception {
    StoredEntry other = accepted(Lanes.ofFunction("other"), now);
    store.commit(adding(now, other, accepted(now)));

    StoreResult result =
        store.commit(claiming(now, Map.of(Lanes.ofFunction("other"), 5, "function/none", 5)));

    assertThat(result.claimed()).extracting(StoredEntry::id).containsExactly(other.id());
  }

  @Test
  void one_transaction_claims_from_several_lanes() throws Exception {
    String other = Lanes.ofFunction("other");
    store.commit(adding(now, accepted(other, now), accepted(other, now), accepted(now)));

    StoreResult result = store.commit(claiming(now, Map.of(other, 1, LANE, 5)));

    assertThat(result.claimed())
        .extracting(StoredEntry::lane)
        .containsExactlyInAnyOrder(other, LANE);
  }

  @Test
  void an_entry_is_claimed_by_the_transaction_that_adds_it() throws Exception {
    StoredEntry entry = accepted(now);
    StoreResult result =
        store.commit(
            new StoreChanges(
                List.of(entry), List.of(), List.of(), Map.of(LANE, 1), now, LEASE_MILLIS));

    assertThat(result.claimed()).extracting(StoredEntry::id).containsExactly(entry.id());
  }

  @Test
  void a_claim_says_when_the_first_entry_that_is_left_is_due() throws Exception {
    store.commit(adding(now, accepted(now), accepted(now + 500), accepted(now + 700)));

    StoreResult result = store.commit(claiming(now, Map.of(LANE, 5)));

    assertThat(result.nextDueMillis()).containsExactly(Map.entry(LANE, now + 500));
  }

  @Test
  void a_claim_says_when_the_leases_of_others_end() throws Exception {
    store.commit(adding(now, accepted(now)));
    claim(now, 1);

    StoreResult result = store.commit(claiming(now + 5, Map.of(LANE, 5)));

    assertThat(result.nextDueMillis()).containsExactly(Map.entry(LANE, now + LEASE_MILLIS));
  }

  @Test
  void a_lane_with_nothing_but_dead_entries_is_not_due() throws Exception {
    store.commit(adding(now, accepted(now)));
    settle(claim(now, 1).get(0), DEAD);

    StoreResult result = store.commit(claiming(now + LEASE_MILLIS, Map.of(LANE, 5)));

    assertThat(result.claimed()).isEmpty();
    assertThat(result.nextDueMillis()).isEmpty();
  }

  @Test
  void an_entry_that_is_done_leaves_the_store() throws Exception {
    store.commit(adding(now, accepted(now)));
    StoredEntry claimed = claim(now, 1).get(0);

    assertThat(settle(claimed, DONE).lost()).isEmpty();
    assertThat(store.find(claimed.id())).isNull();
  }

  @Test
  void an_entry_that_is_tried_again_is_due_at_its_time() throws Exception {
    store.commit(adding(now, accepted(now)));
    StoredEntry claimed = claim(now, 1).get(0);

    settle(claimed, new Settlement.Again(now + 900, 1, 2, "Unhandled"));

    StoredEntry again = found(claimed.id());
    assertThat(again.state()).isEqualTo(EntryState.RETRYING);
    assertThat(again.dueMillis()).isEqualTo(now + 900);
    assertThat(again.attempts()).isEqualTo(1);
    assertThat(again.throttles()).isEqualTo(2);
    assertThat(again.reason()).isEqualTo("Unhandled");
    assertThat(again.node()).isNull();
    assertThat(claim(now + 899, 1)).isEmpty();
    assertThat(claim(now + 900, 1)).hasSize(1);
  }

  @Test
  void a_dead_entry_stays_with_what_it_died_of() throws Exception {
    store.commit(adding(now, accepted(now)));
    StoredEntry claimed = claim(now, 1).get(0);

    settle(claimed, DEAD);

    StoredEntry dead = found(claimed.id());
    assertThat(dead.state()).isEqualTo(EntryState.DEAD);
    assertThat(dead.condition()).isEqualTo(Settlement.Condition.RETRIES_EXHAUSTED);
    assertThat(dead.reason()).isEqualTo("Task timed out");
    assertThat(dead.attempts()).isEqualTo(3);
    assertThat(dead.dueMillis()).isZero();
    assertThat(dead.node()).isNull();
    assertThat(claim(now + 100 * LEASE_MILLIS, 1)).isEmpty();
  }

  @Test
  void a_released_entry_keeps_its_place() throws Exception {
    List<StoredEntry> entries = several(3, now);
    store.commit(adding(now, entries.toArray(new StoredEntry[0])));
    StoredEntry first = claim(now + 10, 1).get(0);

    settle(first, RELEASED);

    assertThat(found(first.id()).state()).isEqualTo(EntryState.QUEUED);
    assertThat(claim(now + 10, 3))
        .extracting(StoredEntry::id)
        .containsExactlyElementsOf(ids(entries));
  }

  @Test
  void an_entry_that_is_released_before_its_second_attempt_waits_for_a_retry() throws Exception {
    store.commit(adding(now, accepted(now)));
    settle(claim(now, 1).get(0), new Settlement.Again(now + 1, 1, 0, "Unhandled"));
    StoredEntry claimed = claim(now + 1, 1).get(0);

    settle(claimed, RELEASED);

    assertThat(found(claimed.id()).state()).isEqualTo(EntryState.RETRYING);
    assertThat(found(claimed.id()).attempts()).isEqualTo(1);
  }

  @Test
  void a_settlement_of_an_earlier_claim_has_no_effect() throws Exception {
    store.commit(adding(now, accepted(now)));
    StoredEntry first = claim(now, 1).get(0);
    StoredEntry second = claim(now + LEASE_MILLIS, 1).get(0);
    StoredEntry follower = accepted(Lanes.ofDestination("d"), now);

    StoreResult result = store.commit(settling(now, first, DONE, follower));

    assertThat(result.lost()).containsExactly(first.entry());
    assertThat(store.find(first.id())).usingRecursiveComparison().isEqualTo(second);
    assertThat(store.find(follower.id())).isNull();
  }

  @Test
  void a_settlement_that_is_repeated_has_no_effect() throws Exception {
    store.commit(adding(now, accepted(now)));
    StoredEntry claimed = claim(now, 1).get(0);
    settle(claimed, DEAD);
    store.retry(EntryFilter.ALL);

    assertThat(settle(claimed, DEAD).lost()).containsExactly(claimed.entry());
    assertThat(found(claimed.id()).state()).isEqualTo(EntryState.QUEUED);
  }

  @Test
  void two_claims_of_an_entry_in_one_transaction_are_told_apart() throws Exception {
    store.commit(adding(now, accepted(now)));
    QueueEntry first = claim(now, 1).get(0).entry();
    QueueEntry second = claim(now + LEASE_MILLIS, 1).get(0).entry();

    StoreResult result =
        store.commit(
            new StoreChanges(
                List.of(),
                List.of(
                    new StoreChanges.Settled(first, DONE, List.of()),
                    new StoreChanges.Settled(second, DONE, List.of())),
                List.of(),
                Map.of(),
                now,
                LEASE_MILLIS));

    assertThat(result.lost()).containsExactly(first);
    assertThat(store.find(first.id())).isNull();
  }

  @Test
  void an_entry_that_is_given_up_without_an_attempt_keeps_its_reason() throws Exception {
    store.commit(adding(now, accepted(now)));
    settle(claim(now, 1).get(0), new Settlement.Again(now, 1, 0, "it broke"));

    settle(
        claim(now, 1).get(0),
        new Settlement.Dead(Settlement.Condition.EVENT_AGE_EXCEEDED, 1, null));

    assertThat(store.list(EntryFilter.ALL, null, 1))
        .extracting(StoredEntry::reason)
        .containsExactly("it broke");
  }

  @Test
  void followers_come_with_the_settlement() throws Exception {
    store.commit(adding(now, accepted(now)));
    StoredEntry claimed = claim(now, 1).get(0);
    StoredEntry follower = accepted(Lanes.ofDestination("d"), now);

    store.commit(settling(now, claimed, DONE, follower));

    assertThat(store.find(follower.id())).usingRecursiveComparison().isEqualTo(follower);
  }

  @Test
  void settlements_of_one_transaction_are_independent_of_each_other() throws Exception {
    store.commit(adding(now, several(4, now).toArray(new StoredEntry[0])));
    List<StoredEntry> claimed = claim(now + 10, 4);
    settle(claimed.get(1), DONE);
    List<StoreChanges.Settled> settled = new ArrayList<>();
    List<Settlement> settlements =
        List.of(DONE, DONE, DEAD, new Settlement.Again(now + 99, 1, 0, "no"));
    for (int i = 0; i < settlements.size(); i++) {
      settled.add(new StoreChanges.Settled(claimed.get(i).entry(), settlements.get(i), List.of()));
    }

    StoreResult result =
        store.commit(
            new StoreChanges(List.of(), settled, List.of(), Map.of(), now + 10, LEASE_MILLIS));

    assertThat(result.lost()).containsExactly(claimed.get(1).entry());
    assertThat(store.list(EntryFilter.ALL, null, 10))
        .extracting(StoredEntry::state)
        .containsExactly(EntryState.DEAD, EntryState.RETRYING);
  }

  @Test
  void an_extended_lease_begins_anew() throws Exception {
    store.commit(adding(now, accepted(now)));
    StoredEntry claimed = claim(now, 1).get(0);

    assertThat(store.commit(extending(now + 10_000, claimed.entry())).lost()).isEmpty();

    assertThat(claim(now + LEASE_MILLIS, 1)).isEmpty();
    assertThat(claim(now + 10_000 + LEASE_MILLIS, 1)).hasSize(1);
  }

  @Test
  void a_lease_that_another_claim_has_ended_is_not_extended() throws Exception {
    store.commit(adding(now, accepted(now)));
    QueueEntry first = claim(now, 1).get(0).entry();
    StoredEntry second = claim(now + LEASE_MILLIS, 1).get(0);

    StoreResult result = store.commit(extending(now + LEASE_MILLIS + 9, first));

    assertThat(result.lost()).containsExactly(first);
    assertThat(store.find(first.id())).usingRecursiveComparison().isEqualTo(second);
  }

  @Test
  void lists_have_no_payloads_but_their_lengths() throws Exception {
    StoredEntry entry = accepted(now);
    store.commit(adding(now, entry));

    StoredEntry listed = store.list(EntryFilter.ALL, null, 10).get(0);

    assertThat(listed.payload()).isEmpty();
    assertThat(listed).usingRecursiveComparison().ignoringFields("payload").isEqualTo(entry);
    assertThat(listed.payloadBytes()).isEqualTo(entry.payload().length);
  }

  @Test
  void lists_continue_behind_an_entry() throws Exception {
    List<StoredEntry> entries = several(5, now);
    store.commit(adding(now, entries.toArray(new StoredEntry[0])));

    assertThat(ids(store.list(EntryFilter.ALL, null, 2))).isEqualTo(ids(entries.subList(0, 2)));
    assertThat(ids(store.list(EntryFilter.ALL, entries.get(1).id(), 10)))
        .isEqualTo(ids(entries.subList(2, 5)));
  }

  @Test
  void filters_restrict_lists() throws Exception {
    StoredEntry first = accepted(now);
    StoredEntry other = accepted(Lanes.ofFunction("other"), now + 1);
    StoredEntry last = accepted(now + 2);
    store.commit(adding(now, first, other, last));
    claim(now, 1);

    assertThat(listed(new EntryFilter(other.id(), null, null, null))).containsExactly(other.id());
    assertThat(listed(new EntryFilter(null, last.requestId(), null, null)))
        .containsExactly(last.id());
    assertThat(listed(new EntryFilter(null, null, "orders", null)))
        .containsExactly(first.id(), last.id());
    assertThat(listed(new EntryFilter(null, null, "orders", EntryState.RUNNING)))
        .containsExactly(first.id());
    assertThat(listed(new EntryFilter(null, null, "other", EntryState.DEAD))).isEmpty();
  }

  @Test
  void counts_are_by_lane_and_state_with_what_is_due_and_the_oldest() throws Exception {
    String other = Lanes.ofFunction("other");
    long later = store.nowMillis() + 3_600_000;
    store.commit(
        adding(now, accepted(now), accepted(now - 1), accepted(later), accepted(other, now)));
    claim(store.nowMillis(), 1);

    assertThat(store.counts())
        .containsExactlyInAnyOrder(
            new LaneCount(LANE, EntryState.RUNNING, 1, 0, now - 1),
            new LaneCount(LANE, EntryState.QUEUED, 2, 1, now),
            new LaneCount(other, EntryState.QUEUED, 1, 1, now));
  }

  @Test
  void a_dead_entry_that_is_retried_begins_anew() throws Exception {
    store.commit(adding(now, accepted(now)));
    StoredEntry claimed = claim(now, 1).get(0);
    settle(claimed, DEAD);
    long before = store.nowMillis();

    assertThat(store.retry(EntryFilter.ALL)).isEqualTo(1);

    StoredEntry again = found(claimed.id());
    assertThat(again.state()).isEqualTo(EntryState.QUEUED);
    assertThat(again.attempts()).isZero();
    assertThat(again.throttles()).isZero();
    assertThat(again.condition()).isNull();
    assertThat(again.reason()).isNull();
    assertThat(again.acceptedMillis()).isBetween(before, store.nowMillis());
    assertThat(claim(store.nowMillis(), 1)).hasSize(1);
  }

  @Test
  void an_entry_that_waits_for_a_retry_is_due_at_once() throws Exception {
    store.commit(adding(now, accepted(now)));
    StoredEntry claimed = claim(now, 1).get(0);
    settle(claimed, new Settlement.Again(store.nowMillis() + 900_000, 1, 0, "Unhandled"));

    assertThat(store.retry(new EntryFilter(null, null, "orders", null))).isEqualTo(1);

    StoredEntry again = claim(store.nowMillis(), 1).get(0);
    assertThat(again.attempts()).isEqualTo(1);
    assertThat(again.acceptedMillis()).isEqualTo(now);
  }

  @Test
  void a_retry_does_not_concern_entries_that_are_queued_or_run() throws Exception {
    store.commit(adding(now, accepted(now), accepted(now + 1)));
    claim(now, 1);

    assertThat(store.retry(EntryFilter.ALL)).isZero();
  }

  @Test
  void a_purge_removes_what_no_node_has_claimed() throws Exception {
    long real = store.nowMillis();
    store.commit(adding(now, accepted(now), accepted(now + 1), accepted(now + 2)));
    claim(real, 1);
    settle(claim(real, 1).get(0), DEAD);

    assertThat(store.purge(EntryFilter.ALL)).isEqualTo(2);
    assertThat(store.list(EntryFilter.ALL, null, 10))
        .extracting(StoredEntry::state)
        .containsExactly(EntryState.RUNNING);
  }

  @Test
  void a_purge_removes_entries_whose_lease_has_ended() throws Exception {
    store.commit(adding(now, accepted(now)));
    claim(now, 1);

    assertThat(store.purge(EntryFilter.ALL)).isEqualTo(1);
  }

  @Test
  void a_purge_removes_what_its_filter_names() throws Exception {
    StoredEntry other = accepted(Lanes.ofFunction("other"), now);
    store.commit(adding(now, accepted(now), other));

    assertThat(store.purge(new EntryFilter(null, null, "orders", EntryState.QUEUED))).isEqualTo(1);
    assertThat(ids(store.list(EntryFilter.ALL, null, 10))).containsExactly(other.id());
  }

  private StoredEntry found(UUID id) throws StoreException {
    return Objects.requireNonNull(store.find(id));
  }

  private List<StoredEntry> claim(long millis, int atMost) throws StoreException {
    return store.commit(claiming(millis, Map.of(LANE, atMost))).claimed();
  }

  private StoreResult settle(StoredEntry entry, Settlement settlement) throws StoreException {
    return store.commit(settling(now, entry, settlement));
  }

  private List<UUID> listed(EntryFilter filter) throws StoreException {
    return ids(store.list(filter, null, 10));
  }

  private static List<UUID> ids(List<StoredEntry> entries) {
    return entries.stream().map(StoredEntry::id).toList();
  }
}
