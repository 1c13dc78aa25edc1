package dev.rapid.status.queue;

import dev.rapid.core.queue.Settlement;
import dev.rapid.core.time.NanoClock;
import dev.rapid.queue.store.Entries;
import dev.rapid.queue.store.EntryFilter;
import dev.rapid.queue.store.EntryStore;
import dev.rapid.queue.store.MemoryStore;
import dev.rapid.queue.store.StoreException;
import dev.rapid.queue.store.StoredEntry;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A queue with a store in memory, whose time a test sets. */
public final class QueueOfTest implements QueueAccess {

  public static final long START = 1_700_000_000_000L;
  private static final long BYTES = 1_000_000;

  public final AtomicLong now = new AtomicLong(START);
  final AtomicInteger opened = new AtomicInteger();
  public volatile boolean inUse = true;
  public volatile @Nullable StoreException failure;
  private final QueueCounts counts = new QueueCounts(this, NanoClock.SYSTEM);
  private final MemoryStore store = new MemoryStore("node", BYTES, now::get);

  @Override
  public boolean isInUse() {
    return inUse;
  }

  @Override
  public EntryStore store() throws StoreException {
    opened.incrementAndGet();
    StoreException why = failure;
    if (why != null) {
      throw why;
    }
    return store;
  }

  @Override
  public int retry(EntryFilter filter) throws StoreException {
    return store().retry(filter);
  }

  @Override
  public QueueCounts counts() {
    return counts;
  }

  /** Adds an event that is due. */
  public StoredEntry add(String lane, String payload) {
    StoredEntry entry =
        Entries.withPayload(lane, payload.getBytes(StandardCharsets.UTF_8), now.get());
    store.commit(Entries.adding(now.get(), entry));
    return entry;
  }

  /** Claims the next event of a lane. */
  StoredEntry claim(String lane) {
    return store.commit(Entries.claiming(now.get(), Map.of(lane, 1))).claimed().getFirst();
  }

  /** Adds an event and settles one. */
  StoredEntry settled(String lane, Settlement settlement) {
    add(lane, "{}");
    StoredEntry claimed = claim(lane);
    store.commit(Entries.settling(now.get(), claimed, settlement));
    return claimed;
  }

  /** Adds an event that was given up. */
  public StoredEntry dead(String lane) {
    return settled(
        lane, new Settlement.Dead(Settlement.Condition.RETRIES_EXHAUSTED, 3, "it is broken"));
  }
}
