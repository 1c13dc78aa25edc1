package dev.rapid.telemetry.delivery;

import dev.rapid.core.extension.Extension;
import dev.rapid.core.time.Alarm;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The queue of one subscriber and its delivery (contract runtime-extensions-telemetry, section
 * 4.4).
 *
 * <p>Records come from any thread and never wait. They are collected into batches, which are sent
 * in order and one at a time. A batch that cannot be delivered is sent again after 100 ms, then
 * after twice as long each time, at most 2 s; meanwhile the queue fills. When it is full, new
 * records are dropped and counted until there is room for a batch again; then a subscriber to the
 * platform's records gets a report of the loss, in the place of the missing records.
 */
public final class Subscriber {

  /** The smallest queue, in bytes. */
  static final long MIN_CAPACITY_BYTES = 16L * 1024 * 1024;

  /** How long a flush waits for a subscriber that does not answer. */
  static final long FLUSH_PATIENCE_MILLIS = 500;

  private static final Logger LOG = System.getLogger(Subscriber.class.getName());

  /** The time for a subscriber that begins to listen a moment after it has subscribed. */
  private static final int FAILURES_TO_TELL = 3;

  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long MAX_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long FLUSH_PATIENCE_NANOS =
      TimeUnit.MILLISECONDS.toNanos(FLUSH_PATIENCE_MILLIS);

  /** Makes the record that reports a loss, without a line break at its end. */
  @FunctionalInterface
  public interface LossRecord {
    byte[] of(Loss loss);
  }

  /** A flush that waits until the records before it are delivered. */
  private record Flush(long target, Runnable done) {}

  private final String name;
  private final Buffering buffering;
  private final long capacityBytes;
  private final Destination destination;
  private final @Nullable LossRecord lossRecord;
  private final Delivery delivery;
  private final Alarm due;
  private final Alarm retry;

  // All guarded by this.
  private final Deque<Batch> complete = new ArrayDeque<>();
  private @Nullable Batch open;
  private long openDueNanos;
  private long queuedBytes;
  private boolean overflowing;
  private final Losses losses = new Losses();
  private boolean pumping;
  private @Nullable Batch underWay;
  private long sentNanos;
  private int failures;
  private boolean reached;
  private boolean unreachableTold;
  private long taken;
  private long settled;
  private final List<Flush> flushes = new ArrayList<>(0);
  private boolean closed;

  /**
   * Creates an empty queue.
   *
   * @param name the name of the subscriber
   * @param lossRecord null if the subscriber gets no reports of losses
   */
  public Subscriber(
      String name,
      Buffering buffering,
      Destination destination,
      @Nullable LossRecord lossRecord,
      Delivery delivery) {
    this.name = name;
    this.buffering = buffering;
    this.capacityBytes = Math.max(MIN_CAPACITY_BYTES, 2L * buffering.maxBytes());
    this.destination = destination;
    this.lossRecord = lossRecord;
    this.delivery = delivery;
    this.due = new Alarm(delivery.timers(), delivery.clock(), this::wake);
    this.retry =
        new Alarm(
            delivery.timers(), delivery.clock(), () -> delivery.thread().execute(this::sendAgain));
  }

  // ------------------------------------------------------------------ what comes in

  /** Takes a record, without a line break at its end, or drops and counts it. */
  public void add(byte[] bytes, int offset, int length) {
    synchronized (this) {
      if (closed) {
        return;
      }
      if (overflowing || queuedBytes + sizeOf(1, length) > capacityBytes) {
        overflowing = true;
        losses.add(new Loss(Loss.SLOW, 1, length));
        delivery.counters().dropped(1);
        return;
      }
      Batch batch = openBatch();
      batch.add(bytes, offset, length);
      if (!added(batch, length)) {
        return;
      }
    }
    wake();
  }

  private static long sizeOf(long records, long recordBytes) {
    return recordBytes + records;
  }

  private Batch openBatch() {
    Batch batch = open;
    if (batch == null) {
      batch = new Batch(destination.framing());
      open = batch;
      openDueNanos =
          delivery.clock().nanoTime() + TimeUnit.MILLISECONDS.toNanos(buffering.timeoutMillis());
      setDue();
    }
    return batch;
  }

  /** Returns whether there is something to deliver at once. */
  private boolean added(Batch batch, int length) {
    taken++;
    queuedBytes += sizeOf(1, length);
    if (batch.records() < buffering.maxItems() && batch.recordBytes() < buffering.maxBytes()) {
      return false;
    }
    complete.add(batch);
    open = null;
    return underWay == null;
  }

  private void setDue() {
    if (underWay == null) {
      due.set(openDueNanos);
    }
  }

  /** Makes all records so far due at {@code atNanos} at the latest. */
  public void hurry(long atNanos) {
    synchronized (this) {
      if (open != null && openDueNanos - atNanos > 0) {
        openDueNanos = atNanos;
        setDue();
      }
    }
  }

  /**
   * Delivers all records so far.
   *
   * @param done runs once, on any thread: when they are delivered, when they cannot be, or when the
   *     subscriber has not answered for {@value #FLUSH_PATIENCE_MILLIS} ms
   */
  public void flush(Runnable done) {
    boolean over;
    synchronized (this) {
      over = closed || settled == taken || failures > 0 || isSilent();
      if (!over) {
        flushes.add(new Flush(taken, done));
      }
    }
    if (over) {
      done.run();
    } else {
      hurry(delivery.clock().nanoTime());
      wake();
      watchFlush();
    }
  }

  private boolean isSilent() {
    return underWay != null && delivery.clock().nanoTime() - sentNanos >= FLUSH_PATIENCE_NANOS;
  }

  /** Checks again when the time of the current batch is over. */
  private void watchFlush() {
    long since;
    synchronized (this) {
      since = underWay == null ? delivery.clock().nanoTime() : sentNanos;
    }
    delivery.timers().schedule(since + FLUSH_PATIENCE_NANOS, this::checkFlushes);
  }

  private void checkFlushes() {
    List<Flush> over;
    boolean waiting;
    synchronized (this) {
      over = isSilent() ? allFlushes() : List.of();
      waiting = !flushes.isEmpty();
    }
    over.forEach(flush -> flush.done().run());
    if (waiting) {
      watchFlush();
    }
  }

  private List<Flush> allFlushes() {
    List<Flush> all = List.copyOf(flushes);
    flushes.clear();
    return all;
  }

  private List<Flush> reachedFlushes() {
    List<Flush> reached = new ArrayList<>(0);
    for (Iterator<Flush> i = flushes.iterator(); i.hasNext(); ) {
      Flush flush = i.next();
      if (settled - flush.target() >= 0) {
        reached.add(flush);
        i.remove();
      }
    }
    return reached;
  }

  /** Drops the queue, cancels the batch that is being sent and closes the connection. */
  public void close() {
    List<Flush> over;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      complete.clear();
      open = null;
      underWay = null;
      due.clear();
      retry.clear();
      over = allFlushes();
    }
    delivery.thread().execute(destination::close);
    over.forEach(flush -> flush.done().run());
  }

  // ------------------------------------------------------------------ what goes out

  private void wake() {
    synchronized (this) {
      if (pumping || underWay != null || closed) {
        return;
      }
      pumping = true;
    }
    delivery.thread().execute(this::pump);
  }

  /** Sends the next batch if one is due and none is being sent. */
  private void pump() {
    Batch batch;
    synchronized (this) {
      pumping = false;
      if (closed || underWay != null) {
        return;
      }
      batch = nextDue();
      if (batch == null) {
        return;
      }
      underWay = batch;
      sentNanos = delivery.clock().nanoTime();
    }
    destination.send(batch, new Attempt(batch));
  }

  private @Nullable Batch nextDue() {
    Batch batch = complete.poll();
    if (batch == null && open != null) {
      if (openDueNanos - delivery.clock().nanoTime() > 0) {
        setDue();
      } else {
        batch = open;
        open = null;
      }
    }
    return batch;
  }

  private void sendAgain() {
    Batch batch;
    synchronized (this) {
      batch = underWay;
      sentNanos = delivery.clock().nanoTime();
    }
    if (batch != null) {
      destination.send(batch, new Attempt(batch));
    }
  }

  /** The outcome of one attempt to send a batch. */
  private final class Attempt implements Destination.Outcome {

    private final Batch batch;

    Attempt(Batch batch) {
      this.batch = batch;
    }

    @Override
    public void delivered() {
      synchronized (Subscriber.this) {
        reached = true;
      }
      delivery.counters().sent(batch.records());
      settle(null);
    }

    @Override
    public void refused(int status) {
      settle(batch.lostBecause(Loss.refused(status)));
    }

    @Override
    public void failed() {
      List<Flush> over;
      boolean unreachable;
      synchronized (Subscriber.this) {
        if (closed) {
          return;
        }
        long pause = FIRST_PAUSE_NANOS << Math.min(failures, 10);
        failures++;
        unreachable = !reached && !unreachableTold && failures == FAILURES_TO_TELL;
        unreachableTold |= unreachable;
        retry.set(delivery.clock().nanoTime() + Math.min(pause, MAX_PAUSE_NANOS));
        over = allFlushes();
      }
      if (unreachable) {
        LOG.log(
            Level.WARNING,
            "{0} subscribed to telemetry and cannot be reached at {1}; its records wait{2}",
            Extension.forPeople(name),
            destination,
            SandboxHostName.hint());
      }
      over.forEach(flush -> flush.done().run());
    }

    private void settle(@Nullable Loss lost) {
      List<Flush> over;
      synchronized (Subscriber.this) {
        if (closed) {
          return;
        }
        underWay = null;
        failures = 0;
        settled += batch.records();
        queuedBytes -= sizeOf(batch.records(), batch.recordBytes());
        if (lost != null) {
          losses.takeBack(batch.told());
          losses.add(lost);
          delivery.counters().dropped(lost.records());
        }
        tellLosses();
        over = reachedFlushes();
      }
      over.forEach(flush -> flush.done().run());
      wake();
    }
  }

  private void tellLosses() {
    if (overflowing && queuedBytes + buffering.maxBytes() > capacityBytes) {
      return;
    }
    overflowing = false;
    if (!losses.due()) {
      return;
    }
    List<Loss> told = losses.tell();
    LossRecord records = lossRecord;
    if (records == null) {
      return;
    }
    for (Loss loss : told) {
      byte[] record = records.of(loss);
      Batch batch = openBatch();
      batch.add(loss, record, 0, record.length);
      boolean unused = added(batch, record.length);
    }
  }
}
