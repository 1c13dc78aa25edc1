package dev.rapid.queue.store;

import static dev.rapid.queue.store.Entries.LANE;
import static dev.rapid.queue.store.Entries.accepted;
import static dev.rapid.queue.store.Entries.adding;
import static dev.rapid.queue.store.Entries.claiming;
import static dev.rapid.queue.store.Entries.settling;
import static dev.rapid.queue.store.Entries.withPayload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.queue.Settlement;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends StoreContract {

  private static final long MEBIBYTE = 1 << 20;

  private final MemoryStore small = new MemoryStore("node-1", MEBIBYTE, () -> 1_000);

  @Override
  protected EntryStore open() {
    return new MemoryStore("node-1", 64 * MEBIBYTE, System::currentTimeMillis);
  }

  @Test
  void an_entry_without_room_is_refused_and_the_others_of_the_transaction_are_not() {
    StoredEntry large = withPayload(LANE, new byte[900_000], 1);
    StoredEntry tooMuch = withPayload(LANE, new byte[900_000], 2);
    StoredEntry little = accepted(3);

    StoreResult result = small.commit(adding(4, large, tooMuch, little));

    assertThat(result.refused()).containsExactly(tooMuch.id());
    assertThat(small.find(tooMuch.id())).isNull();
    assertThat(small.find(little.id())).isNotNull();
  }

  @Test
  void an_entry_that_is_done_makes_room() {
    small.commit(adding(1, withPayload(LANE, new byte[900_000], 1)));
    StoredEntry claimed = small.commit(claiming(1, Map.of(LANE, 1))).claimed().get(0);
    small.commit(settling(1, claimed, new Settlement.Done()));

    assertThat(small.commit(adding(2, withPayload(LANE, new byte[900_000], 2))).refused())
        .isEmpty();
  }

  @Test
  void dead_entries_make_room_for_new_ones() {
    small.commit(adding(1, withPayload(LANE, new byte[900_000], 1)));
    StoredEntry claimed = small.commit(claiming(1, Map.of(LANE, 1))).claimed().get(0);
    small.commit(
        settling(
            1,
            claimed,
            new Settlement.Dead(Settlement.Condition.RETRIES_EXHAUSTED, 3, "Unhandled")));

    assertThat(small.commit(adding(2, withPayload(LANE, new byte[900_000], 2))).refused())
        .isEmpty();
    assertThat(small.find(claimed.id())).isNull();
  }

  @Test
  void small_entries_count_with_what_belongs_to_them() {
    StoredEntry[] entries = new StoredEntry[5_000];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = withPayload(LANE, new byte[0], i);
    }

    assertThat(small.commit(adding(1, entries)).refused()).hasSizeBetween(2_500, 4_000);
  }
}
