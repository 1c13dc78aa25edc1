package dev.rapid.queue;

import static dev.rapid.queue.store.Entries.LANE;
import static dev.rapid.queue.store.Entries.LEASE_MILLIS;
import static dev.rapid.queue.store.Entries.accepted;
import static dev.rapid.queue.store.Entries.withPayload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rapid.core.queue.Settlement;
import dev.rapid.queue.store.EntryFilter;
import dev.rapid.queue.store.EntryStore;
import dev.rapid.queue.store.LaneCount;
import dev.rapid.queue.store.Lanes;
import dev.rapid.queue.store.MemoryStore;
import dev.rapid.queue.store.StoreChanges;
import dev.rapid.queue.store.StoreException;
import dev.rapid.queue.store.StoreResult;
import dev.rapid.queue.store.StoredEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GroupCommitTest {

  private final SlowStore store = new SlowStore();
  private final AtomicInteger openings = new AtomicInteger();
  private final List<String> availability = new CopyOnWriteArrayList<>();
  private final List<Integer> groups = new CopyOnWriteArrayList<>();
  private volatile @Nullable StoreException openingFailure;
  private final QueueListener listener =
      new QueueListener() {
        @Override
        public void committed(int operations, long nanos) {
          groups.add(operations);
        }

        @Override
        public void storeAvailable(boolean available, String message) {
          availability.add(available + " " + message);
        }
      };
  private final GroupCommit commit =
      new GroupCommit(
          node -> {
            openings.incrementAndGet();
            StoreException failure = openingFailure;
            if (failure != null) {
              throw failure;
            }
            return store;
          },
          "node-1",
          Duration.ofMillis(LEASE_MILLIS),
          listener);

  @AfterEach
  void close() {
    store.gate.release(1_000);
    commit.close();
  }

  @Test
  void the_store_is_opened_with_the_first_operation() throws Exception {
    assertThat(openings).hasValue(0);
    store.gate.release(2);
    add(accepted(1)).get();
    add(accepted(2)).get();

    assertThat(openings).hasValue(1);
  }

  @Test
  void operations_that_come_during_a_transaction_share_the_next_one() throws Exception {
    var first = add(accepted(1));
    store.awaitCommit();
    List<CompletableFuture<StoreResult>> others = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      others.add(add(accepted(2 + i)));
    }
    store.gate.release(2);
    first.get();
    for (var other : others) {
      other.get();
    }

    assertThat(store.commits).hasSize(2);
    assertThat(groups).containsExactly(1, 50);
  }

  @Test
  void an_operation_ends_after_its_transaction_is_committed() throws Exception {
    var outcome = add(accepted(1));
    store.awaitCommit();

    assertThat(outcome).isNotDone();
    store.gate.release();
    assertThat(outcome.get().refused()).isEmpty();
    assertThat(store.counts()).extracting(LaneCount::entries).containsExactly(1L);
  }

  @Test
  void a_transaction_has_a_bounded_number_of_bytes() throws Exception {
    var first = add(accepted(1));
    store.awaitCommit();
    List<CompletableFuture<StoreResult>> others = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      others.add(add(withPayload(LANE, new byte[3 << 20], 2)));
    }
    store.gate.release(10);
    first.get();
    for (var other : others) {
      other.get();
    }

    assertThat(groups).containsExactly(1, 3, 3);
  }

  @Test
  void entries_are_refused_while_too_many_bytes_wait() throws Exception {
    var first = add(accepted(1));
    store.awaitCommit();
    for (int i = 0; i < 10; i++) {
      var unused = add(withPayload(LANE, new byte[6 << 20], 2));
    }
    StoredEntry tooMuch = withPayload(LANE, new byte[6 << 20], 3);

    assertThat(add(tooMuch).get().refused()).containsExactly(tooMuch.id());
    store.gate.release(100);
    first.get();
    await().until(() -> add(withPayload(LANE, new byte[6 << 20], 3)).get().refused().isEmpty());
  }

  @Test
  void each_claim_gets_the_entries_of_its_lanes() throws Exception {
    String other = Lanes.ofFunction("other");
    store.gate.release(2);
    add(accepted(1)).get();
    add(accepted(other, 1)).get();

    var unused = add(accepted(2));
    store.awaitCommit();
    var ours = claim(LANE);
    var others = claim(other);
    store.gate.release(2);

    assertThat(ours.get().claimed()).extracting(StoredEntry::lane).containsOnly(LANE).hasSize(2);
    assertThat(others.get().claimed()).extracting(StoredEntry::lane).containsExactly(other);
    assertThat(groups).containsExactly(1, 1, 1, 2);
  }

  @Test
  void two_claims_of_a_lane_do_not_share_a_transaction() throws Exception {
    var unused = add(accepted(1));
    store.awaitCommit();
    var first = claim(LANE);
    var second = claim(LANE);
    store.gate.release(3);

    assertThat(first.get().claimed()).hasSize(1);
    assertThat(second.get().claimed()).isEmpty();
  }

  @Test
  void a_lease_is_not_lost_by_the_settlement_beside_it() throws Exception {
    store.gate.release(2);
    add(accepted(1)).get();
    StoredEntry claimed = claim(LANE).get().claimed().get(0);

    var unused = add(accepted(2));
    store.awaitCommit();
    var extended = new Future();
    commit.extend(List.of(claimed.entry()), extended);
    var settled = settle(claimed);
    store.gate.release(2);

    assertThat(extended.get().lost()).isEmpty();
    assertThat(settled.get().lost()).isEmpty();
  }

  @Test
  void all_operations_of_a_transaction_that_fails_fail() throws Exception {
    var first = add(accepted(1));
    store.awaitCommit();
    var second = add(accepted(2));
    var third = add(accepted(3));
    store.failure = new StoreException("The database is gone.", false, null);
    store.gate.release(2);

    for (var outcome : List.of(first, second, third)) {
      assertThatThrownBy(outcome::get)
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("The database is gone.");
    }
  }

  @Test
  void an_operation_that_the_store_does_not_take_does_not_harm_the_others() throws Exception {
    var first = add(accepted(1));
    store.awaitCommit();
    StoredEntry bad = accepted(2);
    store.bad = bad.id();
    var second = add(bad);
    var third = add(accepted(3));
    store.gate.release(10);

    first.get();
    assertThatThrownBy(second::get).hasMessageContaining("not taken");
    assertThat(third.get().refused()).isEmpty();
  }

  @Test
  void the_listener_learns_that_the_store_is_away_and_back() throws Exception {
    store.gate.release(4);
    store.failure = new StoreException("The database is gone.", false, null);
    assertThat(add(accepted(1))).failsWithin(Duration.ofSeconds(20));
    assertThat(add(accepted(1))).failsWithin(Duration.ofSeconds(20));
    store.failure = null;
    add(accepted(2)).get();

    assertThat(availability).containsExactly("false The database is gone.", "true ");
  }

  @Test
  void a_store_that_cannot_be_opened_is_tried_again_later() throws Exception {
    store.gate.release(1);
    openingFailure = new StoreException("The password is wrong.", true, null);
    assertThatThrownBy(add(accepted(1))::get).hasMessageContaining("The password is wrong.");
    openingFailure = null;

    await()
        .until(() -> {
          var outcome = new Future();
          commit.claim(Map.of(LANE, 1), outcome);
          outcome.handle((result, failure) -> failure == null).get();
          return !outcome.isCompletedExceptionally();
        });
  }

  @Test
  void what_waits_is_committed_before_the_store_is_closed() throws Exception {
    var first = add(accepted(1));
    store.awaitCommit();
    var second = add(accepted(2));
    store.gate.release(2);
    commit.close();

    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
    assertThat(store.closed).isTrue();
  }

  @Test
  void operations_fail_after_the_end() {
    commit.close();

    assertThatThrownBy(add(accepted(1))::get).hasMessageContaining("closed");
  }

  private Future add(StoredEntry entry) {
    var outcome = new Future();
    commit.add(entry, outcome);
    return outcome;
  }

  private Future claim(String lane) {
    var outcome = new Future();
    commit.claim(Map.of(lane, 10), outcome);
    return outcome;
  }

  private Future settle(StoredEntry entry) {
    var outcome = new Future();
    commit.settle(
        new StoreChanges.Settled(entry.entry(), new Settlement.Done(), List.of()), outcome);
    return outcome;
  }

  private static final class Future extends CompletableFuture<StoreResult>
      implements GroupCommit.Outcome {

    @Override
    public void committed(StoreResult result) {
      complete(result);
    }

    @Override
    public void failed(StoreException failure) {
      completeExceptionally(failure);
    }
  }

  /** Commits when the test lets it. */
  private static final class SlowStore implements EntryStore {

    private final EntryStore entries =
        new MemoryStore("node-1", Long.MAX_VALUE, System::currentTimeMillis);
    final Semaphore gate = new Semaphore(0);
    final List<StoreChanges> commits = new CopyOnWriteArrayList<>();
    volatile @Nullable StoreException failure;
    volatile @Nullable UUID bad;
    volatile boolean closed;

    /** Waits until the next transaction has come to the gate. */
    void awaitCommit() {
      await().until(gate::hasQueuedThreads);
    }

    @Override
    public StoreResult commit(StoreChanges changes) throws StoreException {
      commits.add(changes);
      gate.acquireUninterruptibly();
      StoreException thrown = failure;
      if (thrown != null) {
        throw thrown;
      }
      if (changes.added().stream().anyMatch(entry -> entry.id().equals(bad))) {
        throw new StoreException("It is not taken.", true, null);
      }
      return entries.commit(changes);
    }

    @Override
    public long nowMillis() {
      return entries.nowMillis();
    }

    @Override
    public boolean isShared() {
      return false;
    }

    @Override
    public List<StoredEntry> list(EntryFilter filter, @Nullable UUID after, int limit)
        throws StoreException {
      return entries.list(filter, after, limit);
    }

    @Override
    public @Nullable StoredEntry find(UUID id) throws StoreException {
      return entries.find(id);
    }

    @Override
    public List<LaneCount> counts() throws StoreException {
      return entries.counts();
    }

    @Override
    public int retry(EntryFilter filter) throws StoreException {
      return entries.retry(filter);
    }

    @Override
    public int purge(EntryFilter filter) throws StoreException {
      return entries.purge(filter);
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
