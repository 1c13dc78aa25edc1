package dev.rapid.emulator.queue;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.queue.QueueConfig;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.time.WallClock;
import dev.rapid.emulator.settings.NodeRole;
import dev.rapid.emulator.settings.QueueSettings;
import dev.rapid.lambda.FunctionReference;
import dev.rapid.lambda.Identifiers;
import dev.rapid.lambda.async.EventAcceptance;
import dev.rapid.lambda.async.EventIntake;
import dev.rapid.queue.AsyncQueue;
import dev.rapid.queue.QueueListener;
import dev.rapid.queue.QueueTime;
import dev.rapid.queue.sql.Stores;
import dev.rapid.queue.store.Attributes;
import dev.rapid.queue.store.EntryFilter;
import dev.rapid.queue.store.EntryStore;
import dev.rapid.queue.store.Lanes;
import dev.rapid.queue.store.StoreException;
import dev.rapid.queue.store.StoreSettings;
import dev.rapid.queue.store.StoredEntry;
import dev.rapid.status.queue.QueueAccess;
import dev.rapid.status.queue.QueueCounts;
import dev.rapid.status.queue.QueueMeters;
import dev.rapid.telemetry.metrics.LifecycleMeters;
import dev.rapid.telemetry.subscription.RecordStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous invocations of all functions. The queue is made with the first one, or at the
 * start if its store may have some of an earlier run, so that other starts load nothing of it.
 *
 * <p>Thread-safe.
 */
public final class EventQueue implements QueueAccess, AutoCloseable {

  private static final String SHUTTING_DOWN = "Rapid is shutting down";

  /** How long a claim of a node holds that has crashed. */
  private static final Duration LEASE = Duration.ofSeconds(30);

  /** How often a node looks for events that others have accepted. */
  private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);

  /** How long the end waits for deliveries that are under way. */
  private static final Duration LAST_DELIVERIES = Duration.ofSeconds(1);

  private final QueueSettings settings;
  private final @Nullable Integer maxRunning;
  private final NanoClock clock;
  private final Timers timers;
  private final WallClock wallClock;
  private final LifecycleMeters meters;

  // Guarded by this.
  private List<QueuedFunction> functions = List.of();
  private boolean leaving;
  private boolean draining;
  private @Nullable QueueCounts counts;
  private @Nullable QueueMeters queueMeters;

  // Both null before there is a queue.
  private @Nullable DeliveryLanes deliveries;
  private @Nullable FunctionLanes functionLanes;

  /** Null before it is needed. */
  private volatile @Nullable AsyncQueue queue;

  /**
   * Creates a queue that is not made yet.
   *
   * @param maxRunning how many invocations all functions together run at once, null for no limit
   * @param timers follow {@code clock}
   * @param meters show what happens
   */
  public EventQueue(
      QueueSettings settings,
      @Nullable Integer maxRunning,
      NanoClock clock,
      Timers timers,
      WallClock wallClock,
      LifecycleMeters meters) {
    this.settings = settings;
    this.maxRunning = maxRunning;
    this.clock = clock;
    this.timers = timers;
    this.wallClock = wallClock;
    this.meters = meters;
  }

  // ------------------------------------------------------------------ functions

  /** Begins to run what the store has of an earlier run, or of other nodes. */
  public void begin(List<QueuedFunction> first) {
    serve(first);
    if (!(settings.store() instanceof StoreSettings.InMemory)
        && settings.roles().contains(NodeRole.RUN)) {
      AsyncQueue unused = queue();
    }
  }

  /** Runs the events of these functions from now on, as they are configured now. */
  public synchronized void serve(List<QueuedFunction> now) {
    functions = List.copyOf(now);
    AsyncQueue made = queue;
    if (made != null && deliveries != null && functionLanes != null) {
      serveLanes(made, deliveries, functionLanes);
    }
  }

  private void serveLanes(AsyncQueue made, DeliveryLanes destinations, FunctionLanes attempts) {
    QueueMeters watching = queueMeters;
    if (watching != null) {
      functions.forEach(each -> watching.watch(each.settings().get().name()));
    }
    if (!settings.roles().contains(NodeRole.RUN)) {
      return;
    }
    // Attempts must not end before it is known what follows them.
    destinations.serve(made, functions.stream().map(each -> each.settings().get()).toList());
    attempts.serve(made, functions);
  }

  // ------------------------------------------------------------------ events

  /** Returns what takes the events of a function. */
  public EventIntake intakeOf(String function) {
    return (event, acceptance) -> accept(function, event, acceptance);
  }

  private void accept(String function, Invocation event, EventAcceptance acceptance) {
    AsyncQueue open = settings.roles().contains(NodeRole.ACCEPT) ? queue() : null;
    if (open == null) {
      event.payload().release();
      if (settings.roles().contains(NodeRole.ACCEPT)) {
        acceptance.refused(EventAcceptance.Refusal.SHUTTING_DOWN, SHUTTING_DOWN);
      } else {
        acceptance.refused(
            EventAcceptance.Refusal.NOT_ITS_ROLE, "This node does not accept events: see --roles");
      }
      return;
    }
    StoredEntry entry = entry(function, event, open.nowMillis());
    event.payload().release();
    open.accept(entry, acceptance);
  }

  private static StoredEntry entry(String function, Invocation event, long nowMillis) {
    Map<String, String> attributes = new HashMap<>();
    String arn = event.invokedFunctionArn();
    attributes.put(Attributes.INVOKED_ARN, arn);
    FunctionReference reference = FunctionReference.parse(arn);
    if (reference != null && reference.qualifier() != null) {
      attributes.put(Attributes.QUALIFIER, reference.qualifier());
    }
    if (event.traceId() != null) {
      attributes.put(Attributes.TRACE_ID, event.traceId());
    }
    if (event.tenantId() != null) {
      attributes.put(Attributes.TENANT_ID, event.tenantId());
    }
    return StoredEntry.queued(
        Identifiers.sortedByTime(nowMillis),
        Lanes.ofFunction(function),
        function,
        event.requestId(),
        attributes,
        event.payload().toByteArray(),
        nowMillis,
        nowMillis);
  }

  // ------------------------------------------------------------------ the queue

  /** Returns the queue, null if there is none and none is needed any more. */
  private @Nullable AsyncQueue queue() {
    AsyncQueue made = queue;
    return made == null ? make() : made;
  }

  private synchronized @Nullable AsyncQueue make() {
    if (queue == null && !draining) {
      DeliveryLanes destinations = new DeliveryLanes(settings);
      FunctionLanes attempts = new FunctionLanes(settings);
      boolean shared = settings.store() instanceof StoreSettings.InDatabase;
      AsyncQueue made =
          new AsyncQueue(
              new QueueConfig(LEASE, shared ? POLL_INTERVAL : null, maxRunning),
              nodeName(),
              Stores.opener(settings.store()),
              new QueueTime(
                  clock, timers, wallClock, () -> ThreadLocalRandom.current().nextDouble()),
              destinations,
              listener());
      deliveries = destinations;
      functionLanes = attempts;
      queue = made;
      serveLanes(made, destinations, attempts);
      if (leaving) {
        made.leaveToOthers();
      }
    }
    return queue;
  }

  private QueueListener listener() {
    QueueMeters shown = new QueueMeters(meters, counts());
    queueMeters = shown;
    boolean inMemory = settings.store() instanceof StoreSettings.InMemory;
    return QueueListener.of(
        QueueListener.of(shown, new QueueLog(inMemory, this::nowMillis)),
        new QueueRecords(this::recordsOf, wallClock));
  }

  /** Returns the records of a function, null if there is none with this name. */
  private synchronized @Nullable RecordStream recordsOf(String function) {
    for (QueuedFunction each : functions) {
      if (each.settings().get().name().equals(function)) {
        return each.records();
      }
    }
    return null;
  }

  private long nowMillis() {
    AsyncQueue made = queue;
    return made == null ? wallClock.epochMillis() : made.nowMillis();
  }

  // ------------------------------------------------------------------ for those who look at it

  @Override
  public boolean isInUse() {
    return queue != null || !(settings.store() instanceof StoreSettings.InMemory);
  }

  @Override
  public EntryStore store() throws StoreException {
    return open().store();
  }

  @Override
  public int retry(EntryFilter filter) throws StoreException {
    return open().retry(filter);
  }

  private AsyncQueue open() throws StoreException {
    AsyncQueue made = queue();
    if (made == null) {
      throw new StoreException(SHUTTING_DOWN, true, null);
    }
    return made;
  }

  @Override
  public synchronized QueueCounts counts() {
    QueueCounts known = counts;
    if (known == null) {
      known = new QueueCounts(this, clock);
      counts = known;
    }
    return known;
  }

  /** Returns a name for people that no other node has. */
  private static String nodeName() {
    String host = System.getenv().getOrDefault("HOSTNAME", "rapid");
    String unique = Integer.toHexString(ThreadLocalRandom.current().nextInt(0x1000, 0x1_0000));
    return host + "-" + ProcessHandle.current().pid() + "-" + unique;
  }

  // ------------------------------------------------------------------ the end

  /** Begins no more attempts if other nodes can. Accepts events as before. */
  public synchronized void leaveToOthers() {
    leaving = settings.store() instanceof StoreSettings.InDatabase;
    AsyncQueue made = queue;
    if (leaving && made != null) {
      made.leaveToOthers();
    }
  }

  /**
   * Accepts nothing more, and waits until all that is due has run, at most {@code patience}. What
   * would run later stays in the store.
   */
  public void drain(Duration patience) {
    AsyncQueue made;
    synchronized (this) {
      draining = true;
      made = queue;
    }
    if (made != null) {
      made.drain(patience);
    }
  }

  /** Waits after a drain until the attempts that run have ended, at most {@code patience}. */
  public void awaitRunning(Duration patience) {
    AsyncQueue made = queue;
    if (made != null) {
      made.awaitRunning(patience);
    }
  }

  /** Writes what became of the attempts that have ended, and closes the store. */
  @Override
  public void close() {
    drain(Duration.ZERO);
    awaitRunning(LAST_DELIVERIES);
    DeliveryLanes destinations;
    synchronized (this) {
      destinations = deliveries;
    }
    // Those that hang end now, so that their claims do not outlive this node.
    if (destinations != null) {
      destinations.close();
    }
    AsyncQueue made = queue;
    if (made != null) {
      made.close();
    }
  }
}
