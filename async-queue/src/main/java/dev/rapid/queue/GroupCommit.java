package dev.rapid.queue;

import dev.rapid.core.queue.QueueEntry;
import dev.rapid.queue.store.EntryStore;
import dev.rapid.queue.store.StoreChanges;
import dev.rapid.queue.store.StoreException;
import dev.rapid.queue.store.StoreOpener;
import dev.rapid.queue.store.StoreResult;
import dev.rapid.queue.store.StoredEntry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes to the store on a thread of its own. What comes while a transaction is committed shares
 * the next one, so that many callers share one sync of the disk and one round trip.
 *
 * <p>The thread starts, and the store is opened, with the first operation. A store that cannot be
 * opened is tried again with a later one.
 */
final class GroupCommit implements AutoCloseable {

  /** Learns what has become of an operation: one call, on the thread that commits. */
  interface Outcome {

    /**
     * It is committed.
     *
     * @param result says about other operations of the transaction as well what was refused and
     *     lost, but has only claims of this one
     */
    void committed(StoreResult result);

    /** Nothing was changed, or that is not known. */
    void failed(StoreException failure);
  }

  private static final Logger LOG = System.getLogger(GroupCommit.class.getName());

  /** How much one transaction writes at most, unless one operation is larger. */
  private static final int MAX_OPERATIONS = 1_000;

  private static final long MAX_BYTES = 8L << 20;

  /** How much may wait for its transaction; what comes then is refused. */
  private static final long MAX_WAITING_BYTES = 64L << 20;

  private static final int BYTES_OF_ENTRY = 600;

  /** The wait for more operations is at most one part of so many of the last transaction's time. */
  private static final int PART_TO_LINGER = 8;

  private static final Duration MAX_LINGER = Duration.ofMillis(2);

  /** How long the failure of an opening answers later operations too. */
  private static final Duration OPENING_PAUSE = Duration.ofSeconds(1);

  private final StoreOpener opener;
  private final String node;
  private final Duration lease;
  private final QueueListener listener;
  private final BlockingQueue<Operation> waiting = new LinkedBlockingQueue<>();
  private final AtomicLong waitingBytes = new AtomicLong();

  // Guarded by this.
  private @Nullable Thread thread;
  private boolean closed;

  private final Object opening = new Object();
  // Guarded by opening; the store is read by others too.
  private volatile @Nullable EntryStore store;
  private @Nullable StoreException openingFailure;
  private long openingFailedNanos;

  // Used by the thread that commits.
  private boolean available = true;

  /**
   * Creates an idle one.
   *
   * @param node the name of this node, which no other one has
   * @param lease how long claims hold
   */
  GroupCommit(StoreOpener opener, String node, Duration lease, QueueListener listener) {
    this.opener = opener;
    this.node = node;
    this.lease = lease;
    this.listener = listener;
  }

  /** Adds an entry, unless too much waits already: then it is refused at once. */
  void add(StoredEntry entry, Outcome outcome) {
    long bytes = bytesOf(entry);
    if (waitingBytes.addAndGet(bytes) > MAX_WAITING_BYTES) {
      waitingBytes.addAndGet(-bytes);
      outcome.committed(new StoreResult(Set.of(entry.id()), Set.of(), List.of(), Map.of()));
      return;
    }
    submit(new Operation.Add(entry, outcome));
  }

  /** Writes what becomes of a claimed entry. */
  void settle(StoreChanges.Settled settled, Outcome outcome) {
    submit(new Operation.Settle(settled, outcome));
  }

  /** Lets the leases of claimed entries begin anew. */
  void extend(List<QueueEntry> entries, Outcome outcome) {
    submit(new Operation.Extend(List.copyOf(entries), outcome));
  }

  /**
   * Claims entries that are due.
   *
   * @param atMost how many of each lane
   */
  void claim(Map<String, Integer> atMost, Outcome outcome) {
    submit(new Operation.Claim(Map.copyOf(atMost), outcome));
  }

  /**
   * Returns the store, and opens it if need be.
   *
   * @throws StoreException if it cannot be opened
   */
  EntryStore store() throws StoreException {
    synchronized (opening) {
      EntryStore open = store;
      if (open != null) {
        return open;
      }
      StoreException last = openingFailure;
      if (last != null && System.nanoTime() - openingFailedNanos < OPENING_PAUSE.toNanos()) {
        throw last;
      }
      try {
        open = opener.open(node);
        store = open;
        openingFailure = null;
        return open;
      } catch (StoreException e) {
        openingFailure = e;
        openingFailedNanos = System.nanoTime();
        throw e;
      }
    }
  }

  /** Returns the store, null if it is not open yet. */
  @Nullable EntryStore openStore() {
    return store;
  }

  /** Commits what waits, and closes the store. Later operations fail. */
  @Override
  public void close() {
    Thread committing;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      committing = thread;
      waiting.add(new Operation.End());
    }
    if (committing != null) {
      boolean interrupted = false;
      while (committing.isAlive()) {
        try {
          committing.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    synchronized (opening) {
      EntryStore open = store;
      if (open != null) {
        open.close();
      }
    }
  }

  private void submit(Operation operation) {
    synchronized (this) {
      if (!closed) {
        waiting.add(operation);
        if (thread == null) {
          thread = Thread.ofPlatform().daemon().name("rapid-queue-commit").start(this::run);
        }
        return;
      }
    }
    release(operation);
    operation.outcome().failed(new StoreException("The queue is closed.", true, null));
  }

  // ------------------------------------------------- on the thread that commits

  private void run() {
    Operation next = null;
    int size = 1;
    long lingerNanos = 0;
    while (true) {
      List<Operation> group = new ArrayList<>();
      try {
        next = group(next == null ? waiting.take() : next, group, size, lingerNanos);
      } catch (InterruptedException e) {
        throw new IllegalStateException("Rapid does not interrupt this thread", e);
      }
      if (group.isEmpty()) {
        return;
      }
      long began = System.nanoTime();
      commit(group);
      size = group.size();
      lingerNanos = Math.min((System.nanoTime() - began) / PART_TO_LINGER, MAX_LINGER.toNanos());
    }
  }

  /**
   * Puts operations into a group, as many as wait and fit. If those are fewer than the last time,
   * it waits a little for the callers of the last transaction: they are just about to come again.
   *
   * @param expected how many the last group had
   * @return the one that does not fit any more, null if all did
   */
  private @Nullable Operation group(
      Operation first, List<Operation> group, int expected, long lingerNanos)
      throws InterruptedException {
    Set<String> lanes = new HashSet<>();
    long bytes = 0;
    long lingersUntil = System.nanoTime() + lingerNanos;
    Operation operation = first;
    while (operation != null && !(operation instanceof Operation.End)) {
      if (operation instanceof Operation.Claim claim
          && claim.atMost().keySet().stream().anyMatch(lane -> !lanes.add(lane))) {
        return operation;
      }
      group.add(operation);
      bytes += bytesOf(operation);
      if (group.size() >= MAX_OPERATIONS || bytes >= MAX_BYTES) {
        return null;
      }
      operation = waiting.poll();
      if (operation == null && group.size() < expected) {
        operation = waiting.poll(lingersUntil - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
    }
    return operation;
  }

  private void commit(List<Operation> group) {
    long began = System.nanoTime();
    StoreResult result;
    try {
      EntryStore opened = store();
      result = opened.commit(changes(group, opened.nowMillis()));
    } catch (StoreException e) {
      if (e.isPermanent() && group.size() > 1) {
        // One of them may be what the store does not take.
        group.forEach(operation -> commit(List.of(operation)));
      } else {
        reportAvailable(false, String.valueOf(e.getMessage()));
        group.forEach(operation -> fail(operation, e));
      }
      return;
    } catch (RuntimeException | Error e) {
      // An error too, for example of a library that is missing, must leave no caller without an
      // answer.
      LOG.log(Level.ERROR, "Could not commit", e);
      var failure = new StoreException("An internal error: " + e, false, e);
      group.forEach(operation -> fail(operation, failure));
      return;
    }
    reportAvailable(true, "");
    long nanos = System.nanoTime() - began;
    guard(() -> listener.committed(group.size(), nanos));
    // Callers have their answers before attempts begin.
    for (Operation operation : group) {
      if (operation instanceof Operation.Add) {
        answer(operation, result);
      }
    }
    for (Operation operation : group) {
      if (!(operation instanceof Operation.Add)) {
        answer(operation, result);
      }
    }
  }

  private StoreChanges changes(List<Operation> group, long now) {
    List<StoredEntry> added = new ArrayList<>();
    List<StoreChanges.Settled> settled = new ArrayList<>();
    List<QueueEntry> extended = new ArrayList<>();
    Map<String, Integer> claims = new HashMap<>();
    for (Operation operation : group) {
      switch (operation) {
        case Operation.Add add -> added.add(add.entry());
        case Operation.Settle settle -> settled.add(settle.settled());
        case Operation.Extend extend -> extended.addAll(extend.entries());
        case Operation.Claim claim -> claims.putAll(claim.atMost());
        case Operation.End end -> {}
      }
    }
    Set<QueueEntry> ended = new HashSet<>();
    settled.forEach(each -> ended.add(each.entry()));
    // The claim of a settled entry ends as it should: it is not lost.
    extended.removeIf(ended::contains);
    return new StoreChanges(added, settled, extended, claims, now, lease.toMillis());
  }

  private void answer(Operation operation, StoreResult result) {
    release(operation);
    guard(() -> operation.outcome().committed(operation.resultOf(result)));
  }

  private void fail(Operation operation, StoreException failure) {
    release(operation);
    guard(() -> operation.outcome().failed(failure));
  }

  private void reportAvailable(boolean now, String message) {
    if (now != available) {
      available = now;
      guard(() -> listener.storeAvailable(now, message));
    }
  }

  private void guard(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "Could not report what has become of a transaction", e);
    }
  }

  private void release(Operation operation) {
    if (operation instanceof Operation.Add add) {
      waitingBytes.addAndGet(-bytesOf(add.entry()));
    }
  }

  private static long bytesOf(Operation operation) {
    return switch (operation) {
      case Operation.Add add -> bytesOf(add.entry());
      case Operation.Settle settle ->
          BYTES_OF_ENTRY
              + settle.settled().followers().stream().mapToLong(GroupCommit::bytesOf).sum();
      case Operation.Extend extend -> BYTES_OF_ENTRY;
      case Operation.Claim claim -> BYTES_OF_ENTRY;
      case Operation.End end -> 0;
    };
  }

  private static long bytesOf(StoredEntry entry) {
    return (long) BYTES_OF_ENTRY + entry.payload().length;
  }

  /** What waits for the next transaction. */
  private sealed interface Operation {

    Outcome outcome();

    /** Returns the part of a result that is for this operation. */
    default StoreResult resultOf(StoreResult whole) {
      return new StoreResult(whole.refused(), whole.lost(), List.of(), Map.of());
    }

    record Add(StoredEntry entry, Outcome outcome) implements Operation {}

    record Settle(StoreChanges.Settled settled, Outcome outcome) implements Operation {}

    record Extend(List<QueueEntry> entries, Outcome outcome) implements Operation {}

    record Claim(Map<String, Integer> atMost, Outcome outcome) implements Operation {

      @Override
      public StoreResult resultOf(StoreResult whole) {
        List<StoredEntry> claimed =
            whole.claimed().stream().filter(each -> atMost.containsKey(each.lane())).toList();
        Map<String, Long> nextDue = new HashMap<>(whole.nextDueMillis());
        nextDue.keySet().retainAll(atMost.keySet());
        return new StoreResult(whole.refused(), whole.lost(), claimed, nextDue);
      }
    }

    /** Nothing comes after it. */
    record End() implements Operation {

      @Override
      public Outcome outcome() {
        throw new IllegalStateException("an end has no outcome");
      }
    }
  }
}
