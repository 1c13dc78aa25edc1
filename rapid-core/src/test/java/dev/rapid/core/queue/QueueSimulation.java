package dev.rapid.core.queue;

import dev.rapid.core.queue.SimulatedStore.Changes;
import dev.rapid.core.queue.SimulatedStore.Holder;
import dev.rapid.core.queue.SimulatedStore.Stored;
import dev.rapid.core.testing.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One schedule: the queues of one to three nodes with one store, in virtual time. Nodes crash,
 * stop, are suspended and lose their connection; the store goes away and comes back, also between a
 * transaction and its answer; lanes come, change and go. Then the trouble ends, and every entry has
 * to end. All chance comes from the seed.
 */
final class QueueSimulation {

  private static final Duration LEASE = Duration.ofSeconds(3);
  private static final Duration BACK_OFF = Duration.ofMillis(100);
  private static final Duration MAX_BACK_OFF = Duration.ofSeconds(2);
  private static final Duration MAX_AGE = Duration.ofSeconds(40);
  private static final int MAX_ATTEMPTS = 3;
  private static final int MAX_STEPS = 20_000;
  private static final int TROUBLE_MILLIS = 10_000;

  /** When each entry has ended: the last may come when the trouble ends. */
  private static final long LAST_MILLIS =
      TROUBLE_MILLIS + MAX_AGE.plus(LEASE.multipliedBy(2)).plus(MAX_BACK_OFF).toMillis() + 2000;

  private final VirtualTime time = new VirtualTime();
  private final SplittableRandom random;
  private final UnaryOperator<QueueTransition> sabotage;
  private final @Nullable StringBuilder trace;
  private final boolean shared;
  private final boolean troubled;
  private final int maxLatency;
  private final SimulatedStore store;
  private final List<Node> nodes = new ArrayList<>();
  private final List<SimulatedLane> lanes = new ArrayList<>();
  private boolean storeIsAway;
  private boolean over;
  private long lastId;
  private int steps;

  private QueueSimulation(
      long seed, UnaryOperator<QueueTransition> sabotage, @Nullable StringBuilder trace) {
    this.random = new SplittableRandom(seed);
    this.sabotage = sabotage;
    this.trace = trace;
    this.store = new SimulatedStore(LEASE.toMillis(), this::hadTrouble);
    int count = pick(1, 1, 2, 3);
    this.shared = count > 1 || chance(30);
    this.troubled = chance(70);
    this.maxLatency = pick(0, 5, 50);
    int laneCount = 1 + random.nextInt(3);
    for (int i = 0; i < laneCount; i++) {
      lanes.add(new SimulatedLane("lane" + i));
    }
    for (int i = 0; i < count; i++) {
      nodes.add(new Node(i));
    }
  }

  /** Runs one schedule; throws an {@link AssertionError} that begins with the seed if it breaks. */
  static void run(long seed) {
    try {
      new QueueSimulation(seed, UnaryOperator.identity(), null).live();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "seed "
              + seed
              + " fails: "
              + e.getMessage()
              + "\nreplay: mvn -q -pl rapid-core test -Dtest=QueueSimulationTest"
              + " -Dsimulation.seed="
              + seed
              + "\n"
              + trace(seed),
          e);
    }
  }

  /** Returns what breaks in a schedule with a wrong machine, empty if nothing does. */
  static String failure(long seed, UnaryOperator<QueueTransition> sabotage) {
    try {
      new QueueSimulation(seed, sabotage, null).live();
      return "";
    } catch (RuntimeException | AssertionError e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Returns what happens in one schedule, up to its end or failure. */
  static String trace(long seed) {
    StringBuilder trace = new StringBuilder();
    try {
      new QueueSimulation(seed, UnaryOperator.identity(), trace).live();
    } catch (RuntimeException | AssertionError e) {
      trace.append("failed: ").append(e.getMessage()).append('\n');
    }
    return trace.toString();
  }

  // ------------------------------------------------------------------ one schedule

  private void live() {
    nodes.forEach(Node::start);
    int entries = 1 + random.nextInt(30);
    int spread = pick(10, 1000, TROUBLE_MILLIS);
    for (int i = 0; i < entries; i++) {
      at(random.nextInt(spread + 1), this::accept);
    }
    int changes = chance(50) ? random.nextInt(6) : 0;
    for (int i = 0; i < changes; i++) {
      at(random.nextInt(TROUBLE_MILLIS), this::changeLane);
    }
    int faults = troubled ? 1 + random.nextInt(6) : 0;
    for (int i = 0; i < faults; i++) {
      at(random.nextInt(TROUBLE_MILLIS), this::fault);
    }
    runUntil(TROUBLE_MILLIS);
    endTrouble();
    runUntilAllEnded();
    over = true;
    nodes.forEach(Node::drain);
    long end = millis() + 10 * LEASE.toMillis();
    while (nodes.stream().anyMatch(Node::drains) && millis() < end && time.waiting() > 0) {
      advance();
    }
    nodes.forEach(Node::atTheEnd);
  }

  private void runUntil(long millis) {
    while (millis() < millis && time.waiting() > 0) {
      advance();
    }
  }

  private void advance() {
    steps++;
    check(steps < MAX_STEPS, "does not come to rest");
    time.advance();
  }

  private void runUntilAllEnded() {
    while (unfinished() != null || nodes.stream().anyMatch(each -> !each.attempts.isEmpty())) {
      Stored waiting = unfinished();
      if (time.waiting() == 0 || millis() > LAST_MILLIS) {
        throw new AssertionError(waiting + " waits for ever");
      }
      advance();
    }
  }

  private @Nullable Stored unfinished() {
    for (Stored each : store.entries.values()) {
      if (each.end == null) {
        return each;
      }
    }
    return null;
  }

  private void accept() {
    Node node = nodes.get(random.nextInt(nodes.size()));
    if (node.alive && node.wrongMillis == 0) {
      lastId++;
      String lane = lanes.get(random.nextInt(lanes.size())).name;
      Stored entry = new Stored(new UUID(0, lastId), lane, node.now());
      note(entry + " comes to " + node);
      node.pending.added.add(entry);
      node.commit();
    }
  }

  private void changeLane() {
    SimulatedLane lane = lanes.get(random.nextInt(lanes.size()));
    switch (random.nextInt(4)) {
      case 0 -> {
        note(lane.name + " is withdrawn");
        lane.served = false;
      }
      default -> lane.change();
    }
    for (Node each : nodes) {
      each.applyLane(lane);
    }
  }

  private void fault() {
    Node node = nodes.get(random.nextInt(nodes.size()));
    int lasts = pick(10, 500, 2000, 5000);
    switch (random.nextInt(6)) {
      case 0 -> node.crash(lasts);
      case 1 -> node.suspend(lasts);
      case 2 -> node.partition(lasts);
      case 3 -> node.drainAndRestart(lasts);
      case 4 -> {
        note("the store is away");
        storeIsAway = true;
        nodes.forEach(Node::hasTrouble);
        at(millis() + lasts, () -> storeIsAway = false);
      }
      default -> node.changeClock();
    }
  }

  private void endTrouble() {
    note("the trouble ends");
    storeIsAway = false;
    for (SimulatedLane each : lanes) {
      if (!each.served || each.capacity == 0) {
        each.served = true;
        each.capacity = 1;
        nodes.forEach(node -> node.applyLane(each));
      }
    }
    nodes.forEach(each -> each.partitioned = false);
    Node first = nodes.getFirst();
    if (!first.alive || first.draining) {
      first.end();
      first.start();
    }
  }

  private boolean hadTrouble(Holder holder, long sinceMillis) {
    Node node = nodes.get(holder.node());
    return node.life != holder.life() || !node.alive || node.troubleUntil >= sinceMillis;
  }

  // ------------------------------------------------------------------ chance and time

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private int pick(int... values) {
    return values[random.nextInt(values.length)];
  }

  private long millis() {
    return time.elapsed().toMillis();
  }

  private void at(long millis, Runnable task) {
    time.after(Duration.ofMillis(Math.max(0, millis - millis())), task);
  }

  private void note(Object what) {
    if (trace != null) {
      trace.append(millis()).append(" ms: ").append(what).append('\n');
    }
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  // ------------------------------------------------------------------ a lane

  private final class SimulatedLane {

    private final String name;
    private final int longest;
    private final int fails;
    private final boolean counted;
    private boolean served = true;
    private int capacity;
    private RetryPolicy policy;

    SimulatedLane(String name) {
      this.name = name;
      this.longest = pick(0, 5, 100, 4000);
      this.fails = pick(0, 20, 100);
      this.counted = chance(75);
      this.capacity = pick(1, 2, 5);
      this.policy = anyPolicy();
    }

    void change() {
      served = true;
      capacity = pick(0, 1, 2, 5);
      policy = anyPolicy();
      note(name + " has capacity " + capacity + ", " + policy);
    }

    private RetryPolicy anyPolicy() {
      return new RetryPolicy(
          1 + random.nextInt(MAX_ATTEMPTS),
          Duration.ofMillis(pick(0, 100, 1000)),
          Duration.ofMillis(pick(1000, 10_000, (int) MAX_AGE.toMillis())),
          BACK_OFF,
          MAX_BACK_OFF,
          chance(5));
    }

    AttemptResult anyResult() {
      if (!chance(fails)) {
        return new AttemptResult.Succeeded();
      }
      return switch (random.nextInt(8)) {
        case 0, 1, 2 -> new AttemptResult.NotRun("no room");
        case 3 -> new AttemptResult.Hopeless("gone");
        default -> new AttemptResult.Failed("broken");
      };
    }
  }

  // ------------------------------------------------------------------ a node

  private final class Node {

    private final QueueMachine machine = new QueueMachine();
    private final int number;
    private final QueueConfig config;
    private int life;
    private long clockMillis;
    private long wrongMillis;
    private boolean alive;
    private boolean draining;
    private boolean partitioned;
    private long suspendedUntil;
    private long troubleUntil = Long.MIN_VALUE;

    private QueueState state;
    private QueueInvariants invariants;
    private final Map<UUID, QueueEntry> attempts = new HashMap<>();
    private Changes pending = new Changes();
    private boolean committing;
    private int timer;

    Node(int number) {
      this.number = number;
      Integer maxRunning = chance(40) ? 1 + random.nextInt(4) : null;
      this.clockMillis = shared ? random.nextInt(20) : 0;
      Duration poll = shared ? Duration.ofMillis(500) : null;
      this.config = new QueueConfig(LEASE, poll, maxRunning);
      this.state = QueueState.initial(config);
      this.invariants = new QueueInvariants(config);
    }

    /** Returns the time by the clock of the store. */
    long storeTime() {
      return time.epochMillis() + clockMillis;
    }

    /** Returns the time; by the node's own clock until it has reached the store. */
    long now() {
      return storeTime() + wrongMillis;
    }

    /** Does something in this life, when the node is not suspended. */
    private void later(long millis, Runnable task) {
      int itsLife = life;
      at(millis() + millis, () -> now(itsLife, task));
    }

    private void now(int itsLife, Runnable task) {
      if (alive && life == itsLife) {
        if (millis() < suspendedUntil) {
          at(suspendedUntil, () -> now(itsLife, task));
        } else {
          task.run();
        }
      }
    }

    // ---------------------------------------------------------------- life

    void start() {
      if (alive || over) {
        return;
      }
      life++;
      alive = true;
      draining = false;
      wrongMillis = shared && chance(20) ? pick(-1, 1) * Duration.ofHours(1).toMillis() : 0;
      committing = false;
      pending = new Changes();
      state = QueueState.initial(config);
      invariants = new QueueInvariants(config);
      note(this + " starts");
      lanes.forEach(this::applyLane);
    }

    void end() {
      alive = false;
      attempts.clear();
    }

    void applyLane(SimulatedLane lane) {
      if (alive) {
        post(
            lane.served
                ? new QueueEvent.LaneServed(lane.name, lane.capacity, lane.counted, lane.policy)
                : new QueueEvent.LaneWithdrawn(lane.name));
      }
    }

    void crash(long lasts) {
      note(this + " crashes");
      end();
      at(millis() + lasts, this::start);
    }

    void drainAndRestart(long lasts) {
      if (!alive || draining) {
        return;
      }
      note(this + " drains");
      draining = true;
      post(new QueueEvent.DrainRequested(chance(50) ? null : now() + lasts));
      int itsLife = life;
      at(
          millis() + lasts + 100,
          () -> {
            if (life == itsLife) {
              end();
              start();
            }
          });
    }

    void suspend(long lasts) {
      note(this + " is suspended for " + lasts + " ms");
      suspendedUntil = millis() + lasts;
      troubleUntil = Math.max(troubleUntil, storeTime() + lasts);
    }

    void partition(long lasts) {
      note(this + " cannot reach the store for " + lasts + " ms");
      partitioned = true;
      hasTrouble();
      at(millis() + lasts, () -> partitioned = false);
    }

    void changeClock() {
      if (shared) {
        clockMillis = random.nextInt(20);
      }
    }

    void hasTrouble() {
      troubleUntil = Math.max(troubleUntil, storeTime() + 100);
    }

    void drain() {
      if (alive && !draining) {
        draining = true;
        post(new QueueEvent.DrainRequested(null));
      }
    }

    boolean drains() {
      return alive && !state.isDrained();
    }

    void atTheEnd() {
      if (alive) {
        check(state.isDrained(), this + " is not drained");
        check(attempts.isEmpty(), this + " runs an attempt for ever");
      }
    }

    // ---------------------------------------------------------------- the machine

    private void post(QueueEvent event) {
      QueueState before = state;
      long now = now();
      QueueTransition transition = sabotage.apply(machine.apply(before, event, now));
      if (trace != null) {
        note(this + ": " + event + " -> " + transition.effects());
      }
      invariants.transition(before, event, transition, now);
      state = transition.state();
      for (QueueEffect effect : transition.effects()) {
        switch (effect) {
          case QueueEffect.Begin e -> begin(e.entry());
          case QueueEffect.Claim e -> pending.claim = e;
          case QueueEffect.ExtendLeases e -> pending.extended = e;
          case QueueEffect.Settle e -> pending.settled.add(e);
          case QueueEffect.WakeAt e -> wakeAt(e.millis());
          case QueueEffect.Forget e -> {}
        }
      }
      commit();
    }

    private void wakeAt(long millis) {
      timer++;
      int its = timer;
      later(
          Math.max(0, millis - now()),
          () -> {
            if (timer == its) {
              post(new QueueEvent.Woken());
            }
          });
    }

    private void begin(QueueEntry entry) {
      Stored stored = store.entries.get(entry.id());
      if (stored == null) {
        throw new AssertionError("an entry begins that was not accepted");
      }
      stored.begins++;
      check(
          stored.begins <= 1 + stored.agains + stored.expired,
          stored + " is repeated without a reason");
      check(attempts.put(entry.id(), entry) == null, stored + " runs twice on a node");
      SimulatedLane lane = lanes.get(Integer.parseInt(entry.lane().substring(4)));
      later(
          random.nextInt(lane.longest + 1),
          () -> {
            attempts.remove(entry.id());
            AttemptResult result = lane.anyResult();
            stored.succeeded |= result instanceof AttemptResult.Succeeded;
            post(new QueueEvent.AttemptEnded(entry, result, random.nextDouble()));
          });
    }

    // ---------------------------------------------------------------- the store

    private boolean reachesStore() {
      return !storeIsAway && !partitioned;
    }

    /** Sends all that is pending as one transaction, if none is under way. */
    private void commit() {
      if (committing || pending.isEmpty()) {
        return;
      }
      committing = true;
      Changes changes = pending;
      pending = new Changes();
      Holder holder = new Holder(number, life);
      int there = random.nextInt(maxLatency + 1);
      int back = random.nextInt(maxLatency + 1);
      // A transaction that was sent arrives also if its node ends meanwhile.
      long sent = storeTime();
      at(
          millis() + there,
          () -> {
            List<QueueEvent> answers =
                reachesStore() ? store.commit(holder, changes, sent) : failures(changes);
            later(
                back,
                () -> {
                  if (reachesStore()) {
                    wrongMillis = 0;
                    answered(answers);
                  } else {
                    answered(failures(changes));
                  }
                });
          });
    }

    private void answered(List<QueueEvent> answers) {
      committing = false;
      List<QueueEvent> any = new ArrayList<>(answers);
      if (chance(20)) {
        shuffle(any);
      }
      any.forEach(this::post);
      commit();
    }

    private void shuffle(List<QueueEvent> events) {
      for (int i = events.size() - 1; i > 0; i--) {
        Collections.swap(events, i, random.nextInt(i + 1));
      }
    }

    private List<QueueEvent> failures(Changes changes) {
      hasTrouble();
      List<QueueEvent> failures = new ArrayList<>();
      for (Stored each : changes.added) {
        failures.add(new QueueEvent.Added(each.lane, each.due));
      }
      for (QueueEffect.Settle each : changes.settled) {
        failures.add(new QueueEvent.SettlementFailed(each.entry()));
      }
      if (changes.extended != null) {
        failures.add(new QueueEvent.ExtensionFailed());
      }
      if (changes.claim != null) {
        failures.add(new QueueEvent.ClaimFailed());
      }
      return failures;
    }

    @Override
    public String toString() {
      return "node " + number + "." + life;
    }
  }
}
