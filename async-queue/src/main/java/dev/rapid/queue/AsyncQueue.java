package dev.rapid.queue;

import dev.rapid.core.mailbox.Mailbox;
import dev.rapid.core.queue.AttemptResult;
import dev.rapid.core.queue.QueueConfig;
import dev.rapid.core.queue.QueueEffect;
import dev.rapid.core.queue.QueueEntry;
import dev.rapid.core.queue.QueueEvent;
import dev.rapid.core.queue.QueueMachine;
import dev.rapid.core.queue.QueueState;
import dev.rapid.core.queue.QueueTransition;
import dev.rapid.core.queue.RetryPolicy;
import dev.rapid.core.queue.Settlement;
import dev.rapid.core.time.Alarm;
import dev.rapid.lambda.async.EventAcceptance;
import dev.rapid.queue.store.EntryFilter;
import dev.rapid.queue.store.EntryStore;
import dev.rapid.queue.store.Lanes;
import dev.rapid.queue.store.StoreChanges;
import dev.rapid.queue.store.StoreException;
import dev.rapid.queue.store.StoreOpener;
import dev.rapid.queue.store.StoreResult;
import dev.rapid.queue.store.StoredEntry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The queue of a node: stores accepted events, and runs the attempts of the lanes that the node
 * serves. It feeds events to the {@link QueueMachine} in order and carries out its effects.
 *
 * <p>Nothing blocks the threads that call it, unless a method says so: the store has a thread of
 * its own ({@link GroupCommit}), and is opened with the first operation.
 */
public final class AsyncQueue implements AutoCloseable {

  private static final Logger LOG = System.getLogger(AsyncQueue.class.getName());

  private static final String SHUTTING_DOWN = "Rapid is shutting down";

  /** How long the end waits for the store, which may be away. */
  private static final Duration LAST_SETTLEMENTS = Duration.ofSeconds(2);

  private final QueueMachine machine = new QueueMachine();
  private final Mailbox<QueueEvent> events = new Mailbox<>(this::handle, LOG);
  private final GroupCommit commits;
  private final QueueTime time;
  private final Followers followers;
  private final QueueListener listener;
  private final Alarm alarm;

  private final Map<String, AttemptRunner> runners = new ConcurrentHashMap<>();

  /** What the node has claimed, until its settlement is committed. */
  private final Map<UUID, ClaimedWork> work = new ConcurrentHashMap<>();

  private volatile boolean draining;

  /** Guarded by itself: notified when the machine has nothing left. */
  private final Object drained = new Object();

  private volatile QueueState state;

  /**
   * Creates a queue that serves no lanes.
   *
   * @param node the name of this node, which no other one has
   * @param opener opens the store
   * @param time its clocks and timers
   * @param followers makes the entries that follow a settled one
   * @param listener learns what happens
   */
  public AsyncQueue(
      QueueConfig config,
      String node,
      StoreOpener opener,
      QueueTime time,
      Followers followers,
      QueueListener listener) {
    this.state = QueueState.initial(config);
    this.commits = new GroupCommit(opener, node, config.lease(), listener);
    this.time = time;
    this.followers = followers;
    this.listener = listener;
    this.alarm = new Alarm(time.timers(), time.clock(), () -> events.post(new QueueEvent.Woken()));
  }

  // ------------------------------------------------------------------ what comes

  /** Stores an event. */
  public void accept(StoredEntry entry, EventAcceptance acceptance) {
    if (draining) {
      acceptance.refused(EventAcceptance.Refusal.SHUTTING_DOWN, SHUTTING_DOWN);
      return;
    }
    commits.add(
        entry,
        new GroupCommit.Outcome() {
          @Override
          public void committed(StoreResult result) {
            if (result.refused().contains(entry.id())) {
              acceptance.refused(EventAcceptance.Refusal.FULL, "The queue of events is full");
              return;
            }
            try {
              acceptance.accepted();
              listener.accepted(entry);
            } finally {
              // The entry is stored, whatever comes of the answer.
              events.post(new QueueEvent.Added(entry.lane(), entry.dueMillis()));
            }
          }

          @Override
          public void failed(StoreException failure) {
            try {
              acceptance.refused(
                  EventAcceptance.Refusal.STORE_UNAVAILABLE, String.valueOf(failure.getMessage()));
            } finally {
              // It may be stored all the same, if only the answer is missing.
              events.post(new QueueEvent.Added(entry.lane(), entry.dueMillis()));
            }
          }
        });
  }

  /**
   * Runs the entries of a lane from now on. Attempts of a function count towards {@link
   * QueueConfig#maxRunning}; deliveries do not, so that a destination that hangs stops no function.
   *
   * @param capacity how many attempts run at once; with 0 its entries wait
   */
  public void serve(String lane, int capacity, RetryPolicy policy, AttemptRunner runner) {
    runners.put(lane, runner);
    boolean counted = !Lanes.isOfDestination(lane);
    events.post(new QueueEvent.LaneServed(lane, capacity, counted, policy));
  }

  /** Does not run entries of a lane any more. Attempts that run go on. */
  public void withdraw(String lane) {
    events.post(new QueueEvent.LaneWithdrawn(lane));
  }

  // ------------------------------------------------------------------ what there is

  /**
   * Returns the store. Blocks while it is being opened.
   *
   * @throws StoreException if it cannot be opened
   */
  public EntryStore store() throws StoreException {
    return commits.store();
  }

  /**
   * Lets entries be due now, as {@link EntryStore#retry} does. Blocks.
   *
   * @return how many there were
   */
  public int retry(EntryFilter filter) throws StoreException {
    EntryStore store = store();
    int count = store.retry(filter);
    long now = store.nowMillis();
    runners.keySet().forEach(lane -> events.post(new QueueEvent.Added(lane, now)));
    return count;
  }

  /** Returns the time of the store, in milliseconds since 1970; before it is open, the node's. */
  public long nowMillis() {
    EntryStore store = commits.openStore();
    return store == null ? time.wallClock().epochMillis() : store.nowMillis();
  }

  /** Returns how many attempts run on this node. */
  public int running() {
    return state.running();
  }

  /** Returns what the machine knows. */
  QueueState state() {
    return state;
  }

  // ------------------------------------------------------------------ the end

  /** Begins no more attempts, and releases what has not begun. Accepts events as before. */
  public void leaveToOthers() {
    events.post(new QueueEvent.DrainRequested(null));
  }

  /**
   * Accepts nothing more, and waits until all that is due has run, at most {@code patience}. What
   * would run later stays in the store.
   */
  public void drain(Duration patience) {
    draining = true;
    if (patience.isPositive()) {
      events.post(new QueueEvent.DrainRequested(nowMillis() + patience.toMillis()));
      awaitDrained(patience);
    }
    events.post(new QueueEvent.DrainRequested(null));
  }

  /** Waits after a drain until the attempts that run are settled, at most {@code patience}. */
  public void awaitRunning(Duration patience) {
    awaitDrained(patience);
  }

  /**
   * Writes what became of the attempts that have ended, and closes the store. Claims of attempts
   * that still run are left to expire. What a store in memory still has is lost; the listener
   * learns of it.
   */
  @Override
  public void close() {
    draining = true;
    events.post(new QueueEvent.DrainRequested(null));
    awaitDrained(LAST_SETTLEMENTS);
    alarm.release();
    reportLost();
    commits.close();
  }

  private void reportLost() {
    EntryStore store = commits.openStore();
    if (store != null && !store.isDurable()) {
      try {
        LostEntries.report(store, listener);
      } catch (StoreException e) {
        LOG.log(Level.ERROR, "Could not list what is lost", e);
      }
    }
  }

  private void awaitDrained(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    boolean interrupted = false;
    synchronized (drained) {
      while (!state.isDrained() && !interrupted) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          break;
        }
        try {
          drained.wait(left);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  // ------------------------------------------------------------------ events and effects

  private void handle(QueueEvent event) {
    QueueTransition transition = machine.apply(state, event, nowMillis());
    state = transition.state();
    if (LOG.isLoggable(Level.TRACE)) {
      LOG.log(Level.TRACE, "{0} -> {1}", event, transition.effects());
    }
    for (QueueEffect effect : transition.effects()) {
      try {
        carryOut(effect);
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "Could not carry out " + effect, e);
      }
    }
    if (draining && state.isDrained()) {
      synchronized (drained) {
        drained.notifyAll();
      }
    }
  }

  private void carryOut(QueueEffect effect) {
    switch (effect) {
      case QueueEffect.Claim claim ->
          commits.claim(claim.atMost(), outcome(this::claimed, () -> new QueueEvent.ClaimFailed()));
      case QueueEffect.Begin(QueueEntry entry) -> begin(entry);
      case QueueEffect.Settle(QueueEntry entry, Settlement settlement) -> settle(entry, settlement);
      case QueueEffect.ExtendLeases(List<QueueEntry> entries) ->
          commits.extend(
              entries,
              outcome(result -> extended(entries, result), () -> new QueueEvent.ExtensionFailed()));
      case QueueEffect.Forget(QueueEntry entry) -> forget(entry);
      case QueueEffect.WakeAt(long millis) -> {
        long wait = Math.max(0, millis - nowMillis());
        alarm.set(time.clock().nanoTime() + TimeUnit.MILLISECONDS.toNanos(wait));
      }
    }
  }

  private GroupCommit.Outcome outcome(
      Consumer<StoreResult> committed, Supplier<QueueEvent> failed) {
    return new GroupCommit.Outcome() {
      @Override
      public void committed(StoreResult result) {
        committed.accept(result);
      }

      @Override
      public void failed(StoreException failure) {
        events.post(failed.get());
      }
    };
  }

  private void claimed(StoreResult result) {
    for (StoredEntry each : result.claimed()) {
      work.compute(
          each.id(),
          (id, known) -> {
            if (known == null) {
              return new ClaimedWork(each);
            }
            known.claimedAgain(each);
            return known;
          });
    }
    events.post(
        new QueueEvent.Claimed(
            result.claimed().stream().map(StoredEntry::entry).toList(), result.nextDueMillis()));
  }

  private void begin(QueueEntry entry) {
    AttemptRunner runner = runners.get(entry.lane());
    ClaimedWork begun = work.get(entry.id());
    if (runner == null || begun == null) {
      throw new IllegalStateException("Nothing runs " + entry);
    }
    begun.begin();
    listener.begun(begun.entry());
    AtomicBoolean over = new AtomicBoolean();
    AttemptRunner.Ended ended =
        (result, invocation) -> {
          if (over.compareAndSet(false, true)) {
            begun.end(result, invocation);
            events.post(new QueueEvent.AttemptEnded(entry, result, time.random().getAsDouble()));
          }
        };
    try {
      runner.run(begun.entry(), ended);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "Could not begin an attempt of " + entry.id(), e);
      ended.ended(new AttemptResult.NotRun("An internal error: " + e), null);
    }
  }

  private void settle(QueueEntry entry, Settlement settlement) {
    ClaimedWork settled = work.get(entry.id());
    if (settled == null) {
      throw new IllegalStateException("There is no work for " + entry);
    }
    long now = nowMillis();
    StoreChanges.Settled change =
        new StoreChanges.Settled(entry, settlement, settled.followers(settlement, followers, now));
    commits.settle(
        change,
        outcome(
            result -> settled(change, settled, !result.lost().contains(entry)),
            () -> new QueueEvent.SettlementFailed(entry)));
  }

  private void settled(StoreChanges.Settled change, ClaimedWork settled, boolean held) {
    QueueEntry entry = change.entry();
    forget(entry);
    if (held) {
      settled.report(change.settlement(), listener);
    } else {
      listener.claimLost(entry);
    }
    events.post(new QueueEvent.Settled(entry, held));
    if (held) {
      for (StoredEntry each : change.followers()) {
        events.post(new QueueEvent.Added(each.lane(), each.dueMillis()));
      }
    }
  }

  private void extended(List<QueueEntry> entries, StoreResult result) {
    for (QueueEntry each : entries) {
      if (result.lost().contains(each)) {
        listener.claimLost(each);
      }
    }
    events.post(new QueueEvent.LeasesExtended(result.lost()));
  }

  /** Forgets an entry, unless it was claimed anew meanwhile. */
  private void forget(QueueEntry entry) {
    work.computeIfPresent(
        entry.id(), (id, known) -> known.entry().claim() == entry.claim() ? null : known);
  }
}
