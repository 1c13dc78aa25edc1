package dev.rapid.telemetry.subscription;

import dev.rapid.core.events.EventsApi;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.SubscriptionApi;
import dev.rapid.core.events.Subscriptions;
import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.OutputListener;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.time.WallClock;
import dev.rapid.lambda.Utf8Buffer;
import dev.rapid.telemetry.delivery.Buffering;
import dev.rapid.telemetry.delivery.Delivery;
import dev.rapid.telemetry.delivery.DeliveryThread;
import dev.rapid.telemetry.delivery.Destination;
import dev.rapid.telemetry.delivery.HttpDestination;
import dev.rapid.telemetry.delivery.Loss;
import dev.rapid.telemetry.delivery.Subscriber;
import dev.rapid.telemetry.delivery.Target;
import dev.rapid.telemetry.delivery.TcpDestination;
import dev.rapid.telemetry.delivery.TelemetryCounters;
import dev.rapid.telemetry.format.LossRecords;
import dev.rapid.telemetry.format.ObservedSandbox;
import dev.rapid.telemetry.log.LineEnds;
import dev.rapid.telemetry.log.OutputLines;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes the records of one sandbox: lifecycle events and lines of output become records, in one
 * order, and go to the queues of its subscribers and to the stream of its function.
 *
 * <p>A caller that brings a record never waits for a receiver. Without receivers, an event or a
 * piece of output costs one read of a variable.
 */
public final class TelemetryHub implements EventsApi, Subscriptions, AutoCloseable {

  /**
   * How long after an invocation its records are on their way at the latest, in milliseconds. Not
   * at once: a busy function would cost a request for each invocation. A subscriber cannot choose a
   * shorter time.
   */
  static final int REPORTED_MILLIS = Buffering.MIN_MILLIS;

  private static final int LOSS_BYTES = 256;

  /** The outcome of a request to subscribe. */
  enum Answer {
    /** The subscription begins. */
    SUBSCRIBED,
    /** The extension has a subscription by this API already, which goes on unchanged. */
    SUBSCRIBED_BEFORE,
    /** The extension has a subscription by the other API. */
    SUBSCRIBED_ELSEWHERE,
    /** The extension belongs to an earlier generation of processes. */
    GONE
  }

  private record Subscription(
      int generation,
      String extension,
      Schema schema,
      Set<RecordCategory> categories,
      Subscriber subscriber) {

    void take(Rendering rendering) {
      if (categories.contains(rendering.category())) {
        Utf8Buffer record = rendering.as(schema);
        if (!record.isEmpty()) {
          subscriber.add(record.array(), 0, record.length() - 1);
        }
      }
    }
  }

  private final ObservedSandbox sandbox;
  private final boolean shared;
  private final RecordStream stream;
  private final DeliveryThread thread;
  private final Delivery delivery;
  private final WallClock wallClock;
  private final TelemetryCounters counters;

  /** Whether there is a subscription, or will be one. */
  private volatile boolean subscribed;

  /** The invocation that has the runtime for itself, null if there is none. */
  private volatile @Nullable String requestId;

  // All guarded by this. Subscribers have locks of their own, which are taken inside of it.
  private final Rendering rendering;
  private List<Subscription> subscriptions = List.of();
  private final List<Output> outputs = new ArrayList<>(1);
  private @Nullable Replay replay;
  private int generation;

  /**
   * Creates a hub.
   *
   * @param stream gets all records too
   * @param thread delivers
   * @param counters count for all sandboxes of the function
   * @param timers follow {@code clock}
   */
  public TelemetryHub(
      ObservedSandbox sandbox,
      RecordStream stream,
      DeliveryThread thread,
      TelemetryCounters counters,
      Timers timers,
      NanoClock clock,
      WallClock wallClock) {
    this.sandbox = sandbox;
    this.shared = sandbox.isShared();
    this.rendering = new Rendering(sandbox);
    this.stream = stream;
    this.thread = thread;
    this.counters = counters;
    this.delivery = new Delivery(thread, timers, clock, counters);
    this.wallClock = wallClock;
  }

  /** Returns the counters. */
  TelemetryCounters counters() {
    return counters;
  }

  /** Returns whether there is a receiver of records. */
  private boolean isWanted() {
    return subscribed || stream.isWatched();
  }

  // ------------------------------------------------------------------ records

  @Override
  public void emit(LifecycleEvent event) {
    emit(event, wallClock.epochMillis());
  }

  /**
   * Takes the next event.
   *
   * @param epochMillis when it happened
   */
  public void emit(LifecycleEvent event, long epochMillis) {
    if (isWanted()) {
      endLines(event);
    }
    if (!shared && event instanceof LifecycleEvent.Start(var invocation)) {
      requestId = invocation.requestId();
    }
    if (isWanted()) {
      synchronized (this) {
        if (replay != null) {
          replay.add(event, epochMillis);
        }
        rendering.event(event, epochMillis);
        pass(null);
      }
    }
    if (event instanceof LifecycleEvent.Report) {
      requestId = null;
      hurry(TimeUnit.MILLISECONDS.toNanos(REPORTED_MILLIS));
    }
  }

  private synchronized void endLines(LifecycleEvent event) {
    for (Output output : outputs) {
      if (LineEnds.at(event, output.category == RecordCategory.EXTENSION, shared)) {
        output.lines.endEarly();
      }
    }
  }

  /**
   * Takes a message that a worker sent over its protocol.
   *
   * @param of the invocation that it belongs to, null for none
   * @param bytes has it at its beginning
   */
  public void message(@Nullable String of, byte[] bytes, int length, long epochMillis) {
    if (isWanted()) {
      synchronized (this) {
        line(RecordCategory.FUNCTION, bytes, 0, length, epochMillis, of);
      }
    }
  }

  /**
   * Called under the lock.
   *
   * @param of the invocation that the line belongs to, null if none is known
   */
  private void line(
      RecordCategory category,
      byte[] bytes,
      int offset,
      int length,
      long epochMillis,
      @Nullable String of) {
    if (replay != null) {
      replay.add(category, bytes, offset, length, epochMillis);
    }
    rendering.line(category, bytes, offset, length, epochMillis);
    pass(of);
  }

  private void pass(@Nullable String of) {
    for (Subscription subscription : subscriptions) {
      subscription.take(rendering);
    }
    if (!stream.isWatched()) {
      return;
    }
    Utf8Buffer json = rendering.complete();
    if (json.isEmpty()) {
      return;
    }
    TelemetryRecord record =
        new TelemetryRecord(
            rendering.category(),
            rendering.epochMillis(),
            sandbox.identity().get(),
            of,
            json.toBytesWithoutLast());
    stream.record(record);
  }

  /** Makes all records so far due {@code nanos} from now at the latest. */
  private void hurry(long nanos) {
    if (!subscribed) {
      return;
    }
    List<Subscription> now;
    synchronized (this) {
      now = subscriptions;
    }
    long at = delivery.clock().nanoTime() + nanos;
    now.forEach(subscription -> subscription.subscriber().hurry(at));
  }

  /** Returns a receiver for the output of one more runtime. */
  public OutputListener functionOutput() {
    return opened(new Output(RecordCategory.FUNCTION));
  }

  /** Returns a receiver for the output of one more external extension. */
  public OutputListener extensionOutput() {
    return opened(new Output(RecordCategory.EXTENSION));
  }

  private synchronized Output opened(Output output) {
    outputs.add(output);
    return output;
  }

  /** The output of one process, which comes on one thread. */
  private final class Output implements OutputListener {

    private final RecordCategory category;

    /** Guarded by the hub's lock, because events end its incomplete line. */
    private final OutputLines lines;

    /** Whether output was skipped, and whether it ended inside a line. */
    private boolean ignored;

    private boolean insideLine;

    Output(RecordCategory category) {
      this.category = category;
      this.lines =
          new OutputLines((bytes, offset, length) ->
              line(category, bytes, offset, length, wallClock.epochMillis(), requestId));
    }

    @Override
    public void message(
        byte[] bytes,
        int offset,
        int length,
        long epochMicros,
        @Nullable ApplicationLogLevel level) {
      if (isWanted()) {
        int text = OutputLines.lengthWithoutEnd(bytes, offset, length);
        long epochMillis =
            epochMicros == NO_TIME
                ? wallClock.epochMillis()
                : TimeUnit.MICROSECONDS.toMillis(epochMicros);
        synchronized (TelemetryHub.this) {
          lines.endEarly();
          line(category, bytes, offset, text, epochMillis, requestId);
        }
      }
    }

    @Override
    public void output(byte[] bytes, int offset, int length) {
      if (!isWanted()) {
        if (!ignored) {
          ignored = true;
          synchronized (TelemetryHub.this) {
            lines.forget();
          }
        }
        insideLine = bytes[offset + length - 1] != '\n';
        return;
      }
      int from = offset;
      int end = offset + length;
      if (ignored && insideLine) {
        // The beginning of this line was skipped.
        while (from < end && bytes[from] != '\n') {
          from++;
        }
        if (from == end) {
          return;
        }
        from++;
      }
      ignored = false;
      if (from < end) {
        synchronized (TelemetryHub.this) {
          lines.append(bytes, from, end - from);
        }
      }
    }

    @Override
    public void ended() {
      synchronized (TelemetryHub.this) {
        outputs.remove(this);
        if (isWanted()) {
          lines.end();
        }
      }
      hurry(0);
    }
  }

  // ------------------------------------------------------------------ subscriptions

  private void look() {
    subscribed = !subscriptions.isEmpty() || replay != null;
  }

  /** Returns a destination for {@code target} that is not connected yet. */
  Destination destination(Target target) {
    return switch (target) {
      case Target.Http http -> new HttpDestination(http, thread, delivery);
      case Target.Tcp tcp -> new TcpDestination(tcp, thread, delivery);
    };
  }

  /** Returns the thread that delivers. */
  DeliveryThread thread() {
    return thread;
  }

  /**
   * Starts a subscription, and gives it the records of the replay.
   *
   * @param ofGeneration the generation of processes to which the extension belongs
   * @param destination is closed if it is not needed
   */
  Answer subscribe(
      int ofGeneration, String extension, SubscriptionRequest request, Destination destination) {
    Answer answer = tryToSubscribe(ofGeneration, extension, request, destination);
    if (answer != Answer.SUBSCRIBED) {
      thread.execute(destination::close);
    }
    return answer;
  }

  private synchronized Answer tryToSubscribe(
      int ofGeneration, String extension, SubscriptionRequest request, Destination destination) {
    if (ofGeneration != generation) {
      return Answer.GONE;
    }
    SubscriptionApi api = request.schema().api();
    for (Subscription other : subscriptions) {
      if (other.extension().equals(extension)) {
        return other.schema().api() == api ? Answer.SUBSCRIBED_BEFORE : Answer.SUBSCRIBED_ELSEWHERE;
      }
    }
    Subscription subscription =
        new Subscription(
            ofGeneration,
            extension,
            request.schema(),
            EnumSet.copyOf(request.types()),
            new Subscriber(
                extension,
                request.buffering(),
                destination,
                request.types().contains(RecordCategory.PLATFORM) ? this::lossRecord : null,
                delivery));
    if (replay != null) {
      replay.over(rendering, subscription::take);
    }
    List<Subscription> more = new ArrayList<>(subscriptions);
    more.add(subscription);
    subscriptions = List.copyOf(more);
    counters.began();
    look();
    return Answer.SUBSCRIBED;
  }

  private byte[] lossRecord(Loss loss) {
    Utf8Buffer record = new Utf8Buffer(LOSS_BYTES);
    LossRecords.append(
        loss.records(), loss.bytes(), loss.reason(), wallClock.epochMillis(), record);
    return record.toBytesWithoutLast();
  }

  @Override
  public void open(int begun) {
    end(subscription -> true);
    synchronized (this) {
      generation = begun;
      replay = new Replay();
      look();
    }
  }

  @Override
  public synchronized void close(int over) {
    if (generation == over) {
      replay = null;
      look();
    }
  }

  @Override
  public void flush(int of, Runnable done) {
    List<Subscription> now;
    synchronized (this) {
      now = subscriptions.stream().filter(s -> s.generation() == of).toList();
    }
    if (now.isEmpty()) {
      done.run();
      return;
    }
    AtomicInteger left = new AtomicInteger(now.size());
    for (Subscription subscription : now) {
      subscription
          .subscriber()
          .flush(() -> {
            if (left.decrementAndGet() == 0) {
              done.run();
            }
          });
    }
  }

  @Override
  public void end(int of) {
    close(of);
    end(subscription -> subscription.generation() == of);
  }

  private void end(Predicate<Subscription> which) {
    List<Subscription> ended;
    synchronized (this) {
      ended = subscriptions.stream().filter(which).toList();
      subscriptions = subscriptions.stream().filter(which.negate()).toList();
      look();
    }
    ended.forEach(subscription -> {
      counters.ended();
      subscription.subscriber().close();
    });
  }

  /** Ends all subscriptions. The stream still gets later records. */
  @Override
  public void close() {
    end(subscription -> true);
  }
}
