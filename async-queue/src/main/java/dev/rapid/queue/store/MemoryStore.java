package dev.rapid.queue.store;

import dev.rapid.core.queue.QueueEntry;
import dev.rapid.core.queue.Settlement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the entries in memory: they end with the process. Its memory is bounded. When there is no
 * room for a new entry, those that are dead go first, the oldest before the others; then new ones
 * are refused.
 */
public final class MemoryStore implements EntryStore {

  /** What an entry takes besides its payload, about. */
  private static final long BYTES_OF_ENTRY = 600;

  private static final Comparator<StoredEntry> BY_DUE =
      Comparator.comparingLong(StoredEntry::dueMillis).thenComparing(StoredEntry::id);

  private static final TreeSet<StoredEntry> NONE = new TreeSet<>(BY_DUE);

  private final String node;
  private final long maxBytes;
  private final LongSupplier clock;

  // Guarded by this. Ids of version 7 sort by time.
  private final NavigableMap<UUID, StoredEntry> entries = new TreeMap<>();
  private final NavigableMap<UUID, StoredEntry> dead = new TreeMap<>();
  private final Map<String, TreeSet<StoredEntry>> waiting = new HashMap<>();
  private long bytes;

  /**
   * Creates a store without entries.
   *
   * @param node the name of this node
   * @param maxBytes of payloads and of what belongs to them
   * @param clock milliseconds since 1970
   */
  public MemoryStore(String node, long maxBytes, LongSupplier clock) {
    this.node = node;
    this.maxBytes = maxBytes;
    this.clock = clock;
  }

  @Override
  public long nowMillis() {
    return clock.getAsLong();
  }

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public boolean isDurable() {
    return false;
  }

  @Override
  public synchronized StoreResult commit(StoreChanges changes) {
    Set<UUID> refused = new HashSet<>();
    for (StoredEntry entry : changes.added()) {
      if (makeRoom(bytesOf(entry))) {
        put(entry);
      } else {
        refused.add(entry.id());
      }
    }
    Set<QueueEntry> lost = new HashSet<>();
    for (StoreChanges.Settled settled : changes.settled()) {
      StoredEntry entry = claimed(settled.entry());
      if (entry == null) {
        lost.add(settled.entry());
      } else {
        settle(entry, settled.settlement());
        settled.followers().forEach(this::put);
      }
    }
    long leaseEnd = changes.nowMillis() + changes.leaseMillis();
    for (QueueEntry extended : changes.extended()) {
      StoredEntry entry = claimed(extended);
      if (entry == null) {
        lost.add(extended);
      } else {
        put(entry.leasedUntil(leaseEnd));
      }
    }
    List<StoredEntry> claimed = new ArrayList<>();
    Map<String, Long> nextDue = new HashMap<>();
    changes
        .claims()
        .forEach((lane, atMost) -> {
          claim(lane, atMost, changes.nowMillis(), leaseEnd, claimed);
          TreeSet<StoredEntry> left = waiting.get(lane);
          if (left != null) {
            nextDue.put(lane, left.first().dueMillis());
          }
        });
    return new StoreResult(refused, lost, claimed, nextDue);
  }

  private void claim(String lane, int atMost, long now, long leaseEnd, List<StoredEntry> claimed) {
    List<StoredEntry> due = new ArrayList<>();
    for (StoredEntry entry : waiting.getOrDefault(lane, NONE)) {
      if (due.size() == atMost || entry.dueMillis() > now) {
        break;
      }
      due.add(entry);
    }
    for (StoredEntry entry : due) {
      StoredEntry ours = entry.claimedBy(node, leaseEnd);
      put(ours);
      claimed.add(ours);
    }
  }

  /** Returns the entry if this claim still holds. */
  private @Nullable StoredEntry claimed(QueueEntry claim) {
    StoredEntry entry = entries.get(claim.id());
    return entry != null && entry.state() == EntryState.RUNNING && entry.claim() == claim.claim()
        ? entry
        : null;
  }

  private void settle(StoredEntry entry, Settlement settlement) {
    StoredEntry settled = entry.settled(settlement);
    if (settled == null) {
      remove(entry);
    } else {
      put(settled);
    }
  }

  @Override
  public synchronized List<StoredEntry> list(EntryFilter filter, @Nullable UUID after, int limit) {
    List<StoredEntry> listed = new ArrayList<>();
    var behind = after == null ? entries : entries.tailMap(after, false);
    for (StoredEntry entry : behind.values()) {
      if (listed.size() == limit) {
        break;
      }
      if (filter.matches(entry)) {
        listed.add(entry.withoutPayload());
      }
    }
    return listed;
  }

  @Override
  public synchronized @Nullable StoredEntry find(UUID id) {
    return entries.get(id);
  }

  @Override
  public synchronized List<LaneCount> counts() {
    long now = nowMillis();
    Map<String, EnumMap<EntryState, LaneCount>> counts = new TreeMap<>();
    for (StoredEntry entry : entries.values()) {
      counts
          .computeIfAbsent(entry.lane(), lane -> new EnumMap<>(EntryState.class))
          .merge(
              entry.state(),
              new LaneCount(
                  entry.lane(),
                  entry.state(),
                  1,
                  entry.state() != EntryState.DEAD && entry.dueMillis() <= now ? 1 : 0,
                  entry.acceptedMillis()),
              LaneCount::plus);
    }
    return counts.values().stream().flatMap(states -> states.values().stream()).toList();
  }

  @Override
  public synchronized int retry(EntryFilter filter) {
    long now = nowMillis();
    return change(
        filter,
        entry -> entry.state() == EntryState.DEAD || entry.state() == EntryState.RETRYING,
        entry -> put(entry.retriedAt(now)));
  }

  @Override
  public synchronized int purge(EntryFilter filter) {
    long now = nowMillis();
    return change(
        filter,
        entry -> entry.state() != EntryState.RUNNING || entry.dueMillis() <= now,
        this::remove);
  }

  private int change(
      EntryFilter filter, Predicate<StoredEntry> condition, Consumer<StoredEntry> change) {
    List<StoredEntry> matching =
        entries.values().stream().filter(filter::matches).filter(condition).toList();
    matching.forEach(change);
    return matching.size();
  }

  @Override
  public void close() {}

  // -------------------------------------------------------------- the indexes

  private void put(StoredEntry entry) {
    StoredEntry old = entries.get(entry.id());
    if (old != null) {
      remove(old);
    }
    entries.put(entry.id(), entry);
    bytes += bytesOf(entry);
    if (entry.state() == EntryState.DEAD) {
      dead.put(entry.id(), entry);
    } else {
      waiting.computeIfAbsent(entry.lane(), lane -> new TreeSet<>(BY_DUE)).add(entry);
    }
  }

  private void remove(StoredEntry entry) {
    entries.remove(entry.id());
    bytes -= bytesOf(entry);
    dead.remove(entry.id());
    TreeSet<StoredEntry> lane = waiting.get(entry.lane());
    if (lane != null && lane.remove(entry) && lane.isEmpty()) {
      waiting.remove(entry.lane());
    }
  }

  private boolean makeRoom(long more) {
    while (bytes + more > maxBytes && !dead.isEmpty()) {
      remove(dead.firstEntry().getValue());
    }
    return bytes + more <= maxBytes;
  }

  private static long bytesOf(StoredEntry entry) {
    return BYTES_OF_ENTRY + entry.payloadBytes();
  }
}
