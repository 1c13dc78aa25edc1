package dev.rapid.core.fleet;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.process.StartFailure;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.testing.CountedPayload;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.Sandboxes;
import dev.rapid.core.testing.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One schedule: one to three real fleets with real sandboxes among simulated callers and runtimes,
 * in virtual time. All chance comes from the seed.
 */
final class FleetSimulation {

  private static final int MAX_STEPS = 20_000;
  private static final Duration MAX_TIME = Duration.ofHours(50);
  private static final int LARGEST_MEGABYTES = 256;

  private final VirtualTime time = new VirtualTime();
  private final SplittableRandom random;
  private final UnaryOperator<FleetTransition> sabotage;
  private final @Nullable StringBuilder trace;
  private final @Nullable ProgramLimit limit;
  private final int maxRunning;
  private final @Nullable MemoryBudget memory;
  private final boolean provisions;

  /** Whether the limit of the program has concerned the same functions all the time. */
  private boolean sameLimits = true;

  private final List<SimulatedFunction> functions = new ArrayList<>();
  private final List<FleetCaller> callers = new ArrayList<>();

  /** The last state of each fleet, as its machine saw it. */
  private final List<@Nullable FleetState> states = new ArrayList<>();

  private FleetSimulation(
      long seed, UnaryOperator<FleetTransition> sabotage, @Nullable StringBuilder trace) {
    this.random = new SplittableRandom(seed);
    this.sabotage = sabotage;
    this.trace = trace;
    this.maxRunning = chance(25) ? 1 + random.nextInt(5) : Integer.MAX_VALUE;
    this.limit = maxRunning == Integer.MAX_VALUE ? null : new ProgramLimit(maxRunning);
    boolean counted = chance(40);
    int count = counted ? 1 + random.nextInt(3) : limit != null && chance(60) ? 2 : 1;
    this.provisions = !counted || chance(30);
    // Provisioned sandboxes leave room for one of each function.
    int least = LARGEST_MEGABYTES * (counted && provisions ? count + 1 : 1);
    this.memory = counted ? new MemoryBudget(least + pick(0, 100, 300)) : null;
    for (int i = 0; i < count; i++) {
      functions.add(new SimulatedFunction("f" + i));
    }
  }

  /** Runs one schedule; throws an {@link AssertionError} that begins with the seed if it breaks. */
  static void run(long seed) {
    run(seed, UnaryOperator.identity());
  }

  static void run(long seed, UnaryOperator<FleetTransition> sabotage) {
    try {
      new FleetSimulation(seed, sabotage, null).live();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "seed "
              + seed
              + " fails: "
              + e.getMessage()
              + "\nreplay: mvn -q -pl rapid-core test -Dtest=FleetSimulationTest"
              + " -Dsimulation.seed="
              + seed
              + "\n"
              + trace(seed, sabotage),
          e);
    }
  }

  /** Returns what happens in one schedule, up to its end or failure. */
  static String trace(long seed, UnaryOperator<FleetTransition> sabotage) {
    StringBuilder trace = new StringBuilder();
    try {
      new FleetSimulation(seed, sabotage, trace).live();
    } catch (RuntimeException | AssertionError e) {
      trace.append("failed: ").append(e.getMessage()).append('\n');
    }
    return trace.toString();
  }

  private void live() {
    functions.forEach(SimulatedFunction::begin);
    rest();
    for (SimulatedFunction each : functions) {
      if (!each.closing) {
        each.atRest();
        each.end();
      }
    }
    rest();
    functions.forEach(SimulatedFunction::atTheEnd);
    for (FleetCaller each : callers) {
      each.atTheEnd();
    }
    check(memory == null || memory.reservedMegabytes() == 0, "memory was not given back");
    check(memory == null || !memory.isAwaited(), "a claim of memory was not withdrawn");
  }

  private void rest() {
    int steps = 0;
    while (time.advance()) {
      steps++;
      if (steps > MAX_STEPS || time.elapsed().compareTo(MAX_TIME) > 0) {
        throw new AssertionError("does not come to rest");
      }
    }
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private Duration millis(int bound) {
    return Duration.ofMillis(random.nextInt(bound + 1));
  }

  private int pick(int... values) {
    return values[random.nextInt(values.length)];
  }

  private void note(Object what) {
    if (trace != null) {
      trace.append(time.elapsed().toMillis()).append(" ms: ").append(what).append('\n');
    }
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  private void checkLimit() {
    int all = 0;
    for (SimulatedFunction each : functions) {
      all += each.runningHere();
    }
    check(!sameLimits || all <= maxRunning, "the program runs more invocations than it may");
  }

  private void checkMemory() {
    int all = 0;
    for (SimulatedFunction each : functions) {
      all += each.megabytes();
    }
    check(
        memory == null || all <= memory.totalMegabytes(),
        "sandboxes have more memory than there is");
  }

  // ------------------------------------------------------------------ a function

  private final class SimulatedFunction {

    private final String name;
    private final boolean breaks;
    private final Duration timeout;
    private final Fleet fleet;
    private final List<SimulatedSandbox> sandboxes = new ArrayList<>();
    private FleetConfig config;
    private int renewals;
    private boolean closing;
    private @Nullable CompletableFuture<Void> ended;
    private boolean reservedOnce;

    SimulatedFunction(String name) {
      this.name = name;
      this.config = anyConfig(true);
      this.breaks = chance(50);
      this.timeout = Duration.ofMillis(pick(0, 100, 3000));
      note(name + ": " + config + ", " + maxRunning + " for the program");
      if (memory != null) {
        note(memory.totalMegabytes() + " MiB for the program");
      }
      this.fleet =
          new Fleet(new ObservedMachine(this), config, this::newSandbox, time, time, limit, memory);
    }

    private FleetConfig anyConfig(boolean underProgramLimit) {
      int max = 2 + random.nextInt(4);
      int idle = pick(-1, -1, 0, 50, 2000);
      FleetConfig any =
          FleetConfig.of(max, pick(1, 1, 4))
              .withProvisioned(anyProvisioned(max))
              .withMaxRunning(pick(Integer.MAX_VALUE, Integer.MAX_VALUE, 1, 3))
              .withIdleTimeout(idle < 0 ? null : Duration.ofMillis(idle))
              .withMaxWaiting(pick(0, 3, 1000, 1000))
              .withMemory(memory == null ? 0 : pick(0, 64, 100, LARGEST_MEGABYTES));
      int wait = pick(-1, -1, 0, 0, 100);
      any = wait < 0 ? any : any.withCapacityWait(Duration.ofMillis(wait));
      any = chance(30) ? any.withoutRepeatedInit() : any;
      any = chance(30) ? any.withTenantIsolation() : any;
      return underProgramLimit ? any : any.withoutProgramLimit();
    }

    private int anyProvisioned(int max) {
      if (!provisions || chance(70)) {
        return 0;
      }
      return memory == null ? 1 + random.nextInt(max) : 1;
    }

    /** Returns the memory of its sandboxes that were ever started. */
    int megabytes() {
      int all = 0;
      for (SimulatedSandbox each : sandboxes) {
        boolean counts = each.started && !each.sandbox().terminated().isDone();
        all += counts ? each.config.megabytes() : 0;
      }
      return all;
    }

    private Sandbox newSandbox(Membership member) {
      int alive = 0;
      for (SimulatedSandbox each : sandboxes) {
        boolean counts = each.renewal == renewals && !each.sandbox().terminated().isDone();
        alive += counts ? 1 : 0;
      }
      check(alive < config.maxSandboxes(), "more sandboxes than allowed");
      if (breaks && member.number() > 1 && chance(5)) {
        note(name + "/" + member.number() + " cannot be made");
        throw new IllegalStateException("no address is left");
      }
      SimulatedSandbox made = new SimulatedSandbox(this, member);
      sandboxes.add(made);
      return made.sandbox();
    }

    void begin() {
      if (chance(70)) {
        time.after(millis(20), fleet::initialise);
      }
      int count = 1 + random.nextInt(20);
      int spread = pick(5, 100, 4000);
      for (int i = 0; i < count; i++) {
        time.after(millis(spread), this::arrive);
      }
      if (chance(20)) {
        time.after(millis(1000), this::reserve);
      }
      if (breaks) {
        int crashes = random.nextInt(4);
        for (int i = 0; i < crashes; i++) {
          time.after(millis(spread * 2), this::crashOne);
        }
      }
      int changes = chance(50) ? 1 + random.nextInt(4) : 0;
      for (int i = 0; i < changes; i++) {
        time.after(millis(spread * 2), this::change);
      }
      if (chance(20)) {
        time.after(millis(pick(100, 5000)), this::end);
      }
    }

    /** The code is written; usually the function is renewed after it. */
    private void change() {
      if (chance(50)) {
        note(name + " expects a renewal");
        fleet.expectRenewal(time.nanoTime() + millis(300).toNanos());
        if (chance(80)) {
          time.after(millis(200), this::renew);
        }
      } else {
        renew();
      }
    }

    private void renew() {
      if (closing) {
        return;
      }
      boolean restarts = chance(70);
      boolean limitStays = limit == null || chance(80);
      if (!restarts) {
        config = anyConfig(config.underProgramLimit() == limitStays);
        sameLimits &= limitStays;
      }
      renewals++;
      note(name + " is renewed: " + config);
      fleet.renew(config);
    }

    private FleetCaller newCaller() {
      String tenant = config.isolatesTenants() ? "tenant" + random.nextInt(3) : null;
      FleetCaller caller =
          new FleetCaller(name + "-" + callers.size(), tenant, timeout, renewals, breaks);
      callers.add(caller);
      return caller;
    }

    private void arrive() {
      FleetCaller caller = newCaller();
      note(caller + " arrives");
      fleet.invoke(caller.invocation);
      if (chance(15)) {
        time.after(
            millis(300),
            () -> {
              if (caller.outcome == null) {
                // The next one has an init inside of its time.
                caller.cancelled = breaks && chance(50);
                note(caller + (caller.cancelled ? " cancels" : " goes"));
                if (caller.cancelled) {
                  fleet.cancel(caller.invocation);
                } else {
                  fleet.callerGone(caller.invocation);
                }
              }
            });
      }
    }

    /** A client reserves a sandbox, runs an invocation in it, and releases it later. */
    private void reserve() {
      if (limit != null || config.isolatesTenants() || config.maxRunning() < Integer.MAX_VALUE) {
        return;
      }
      fleet.reserve(reservation -> {
        note("reservation: " + (reservation != null));
        if (reservation == null) {
          return;
        }
        reservedOnce = true;
        FleetCaller caller = newCaller();
        caller.reserved = true;
        reservation.invoke(caller.invocation);
        time.after(millis(500), reservation::release);
      });
    }

    private void crashOne() {
      List<SimulatedSandbox> alive =
          sandboxes.stream().filter(each -> each.runtime != null).toList();
      if (!alive.isEmpty()) {
        alive.get(random.nextInt(alive.size())).crash();
      }
    }

    void end() {
      if (!closing) {
        closing = true;
        boolean atOnce = chance(50);
        note(name + (atOnce ? " ends" : " retires"));
        ended = atOnce ? fleet.shutDown() : fleet.retire();
      }
    }

    int runningHere() {
      return sandboxes.stream().mapToInt(each -> each.running.size()).sum();
    }

    void atRest() {
      check(fleet.waitingCount() == 0, "an invocation waits for ever");
      check(runningHere() == 0, "an invocation runs for ever");
      int warm = 0;
      for (Member each : fleet.members()) {
        boolean ready = MemberPhase.of(each.sandbox().state().phase()) == MemberPhase.READY;
        warm += each.provisioned() && ready ? 1 : 0;
      }
      FleetState state = states.get(functions.indexOf(this));
      if (state != null && state.begun()) {
        check(warm == config.provisioned(), "a provisioned sandbox is missing");
        for (MemberState each : state.members()) {
          check(mayStay(each), "an idle sandbox does not end");
        }
      }
    }

    private boolean mayStay(MemberState member) {
      Duration timeout = config.idleTimeout();
      if (timeout == null || member.provisioned() || reservedOnce) {
        return true;
      }
      return timeout.isZero() ? !member.used() : !member.begun();
    }

    void atTheEnd() {
      check(ended != null && ended.isDone(), "the fleet does not end");
      check(fleet.members().isEmpty(), "a sandbox was not forgotten");
      for (SimulatedSandbox each : sandboxes) {
        check(each.sandbox().terminated().isDone(), "a sandbox was leaked");
        check(each.runtime == null, "a process outlives its sandbox");
      }
    }
  }

  // ------------------------------------------------------------------ a sandbox

  private final class SimulatedSandbox implements Processes {

    private final SimulatedFunction function;
    private final FleetConfig config;
    private final int renewal;
    private final Membership member;
    private final Sandbox sandbox;
    private final List<Invocation> running = new ArrayList<>();
    private @Nullable SimulatedWorkers runtime;
    private @Nullable String tenant;
    private boolean started;

    SimulatedSandbox(SimulatedFunction function, Membership member) {
      this.function = function;
      this.config = function.config;
      this.renewal = function.renewals;
      this.member = member;
      this.sandbox =
          new Sandbox(
              config(config),
              Sandboxes.sandbox()
                  .processes(this)
                  .connections(closed -> time.after(millis(5), closed))
                  .time(time)
                  .phases(member)
                  .available(invocation -> {
                    running.remove(invocation);
                    member.ended(invocation);
                  })
                  .ports());
    }

    private static SandboxConfig config(FleetConfig config) {
      SandboxConfig started =
          SandboxConfig.started(Duration.ofMillis(200)).withCapacity(config.capacity());
      return config.repeatsInits() ? started : started.withoutRepeatedInit();
    }

    Sandbox sandbox() {
      return sandbox;
    }

    void crash() {
      SimulatedWorkers crashed = runtime;
      if (crashed != null) {
        note(this + " crashes");
        crashed.exit(new ProcessExit.Exited(1));
      }
    }

    void delivered(Invocation invocation) {
      note(this + " runs " + invocation);
      running.add(invocation);
      check(running.size() <= config.capacity(), "a sandbox runs more than it may");
      String its = invocation.tenantId();
      check(
          !config.isolatesTenants() || tenant == null || tenant.equals(its),
          "a sandbox serves two tenants");
      tenant = its;
      for (FleetCaller each : callers) {
        if (each.invocation.equals(invocation)) {
          each.delivered(renewal);
        }
      }
      checkLimit();
    }

    @Override
    public List<String> findExtensions() {
      return List.of();
    }

    @Override
    public void start(ProcessName process, Listener listener) {
      if (function.breaks && chance(4)) {
        listener.startFailed(
            process, new StartFailure(StartFailure.Kind.NO_RESOURCES, "no process is left"));
        return;
      }
      started = true;
      checkMemory();
      listener.started(process);
      SimulatedWorkers workers =
          new SimulatedWorkers(
              this,
              exit -> {
                runtime = null;
                listener.exited(process, exit);
              });
      runtime = workers;
      int fate = function.breaks ? random.nextInt(100) : 99;
      if (fate < 8) {
        time.after(millis(30), () -> workers.exit(new ProcessExit.Exited(1)));
      } else if (fate >= 14 || function.timeout.isZero()) {
        // Without a timeout, an init inside of an invocation may take for ever.
        time.after(millis(100), workers::begin);
      }
    }

    @Override
    public void terminate(ProcessName process) {
      kill(process);
    }

    @Override
    public void kill(ProcessName process) {
      SimulatedWorkers killed = runtime;
      if (killed != null) {
        killed.exit(new ProcessExit.Signaled("killed"));
      }
    }

    @Override
    public void stop(int generation, Listener listener) {
      time.after(
          millis(10),
          () -> {
            SimulatedWorkers killed = runtime;
            if (killed != null) {
              killed.exit(new ProcessExit.Signaled("killed"));
            }
            listener.gone(generation);
          });
    }

    @Override
    public void freeze(int generation) {}

    @Override
    public void thaw(int generation) {}

    @Override
    public long peakMemoryBytes(int generation) {
      return 0;
    }

    @Override
    public String toString() {
      return function.name + "/" + member.number();
    }
  }

  /** What a worker does with an invocation. */
  private void work(SimulatedSandbox sandbox, SimulatedWorkers workers, Invocation invocation) {
    sandbox.delivered(invocation);
    boolean fails = sandbox.function.breaks && chance(10);
    if (fails && chance(50)) {
      time.after(millis(50), () -> workers.exit(new ProcessExit.Exited(1)));
    } else if (fails && !sandbox.function.timeout.isZero()) {
      note("no answer for " + invocation);
    } else {
      time.after(millis(pick(1, 10, 60)), () -> workers.answer(invocation));
    }
  }

  /** The processes of a runtime: as many workers as the sandbox has room for, and one more. */
  private final class SimulatedWorkers extends FleetWorkers {

    private final SimulatedSandbox of;

    SimulatedWorkers(SimulatedSandbox of, Consumer<ProcessExit> exited) {
      super(of.sandbox(), of.config.capacity() + 1, exited);
      this.of = of;
    }

    @Override
    void work(Invocation invocation) {
      FleetSimulation.this.work(of, this, invocation);
    }
  }

  // ------------------------------------------------------------------ the machine, watched

  private final class ObservedMachine extends FleetMachine {

    private final SimulatedFunction function;
    private final FleetInvariants invariants = new FleetInvariants();
    private final int index;
    private long lastNanos;
    private int eventsAtOnce;

    ObservedMachine(SimulatedFunction function) {
      this.function = function;
      this.index = states.size();
      states.add(null);
    }

    @Override
    FleetTransition apply(FleetState state, FleetEvent event, long nowNanos) {
      FleetTransition transition = sabotage.apply(super.apply(state, event, nowNanos));
      if (trace != null) {
        boolean reservation = event instanceof FleetEvent.ReservationRequested;
        note(
            function.name
                + ": "
                + (reservation ? "ReservationRequested" : event + " -> " + transition.effects()));
      }
      eventsAtOnce = nowNanos == lastNanos ? eventsAtOnce + 1 : 0;
      lastNanos = nowNanos;
      check(eventsAtOnce < MAX_STEPS, "does not come to rest");
      invariants.transition(state, event, transition, nowNanos);
      states.set(index, transition.next());
      return transition;
    }
  }

  /** One caller and what it got. */
  private static final class FleetCaller {

    private final Invocation invocation;
    private final CountedPayload payload;
    private final String id;
    private final int renewal;
    private final boolean mayFail;
    private boolean reserved;
    private boolean cancelled;
    private int deliveries;
    private @Nullable Outcome outcome;

    /**
     * A caller of a function.
     *
     * @param renewal how often the function was renewed before
     * @param mayFail whether the function has faults
     */
    FleetCaller(
        String id, @Nullable String tenant, Duration timeout, int renewal, boolean mayFail) {
      this.id = id;
      this.renewal = renewal;
      this.mayFail = mayFail;
      this.payload = new CountedPayload(id);
      Invocations builder =
          Invocations.invocation()
              .requestId(id)
              .timeout(timeout)
              .payload(payload)
              .sink(this::complete);
      this.invocation = (tenant == null ? builder : builder.tenantId(tenant)).build();
    }

    private void complete(Outcome given) {
      check(outcome == null, "a second outcome for " + id);
      outcome = given;
      check(
          deliveries > 0 || !(given instanceof Outcome.Returned),
          "an answer without a delivery for " + id);
      check(
          mayFail || reserved || cancelled || !(given instanceof Outcome.Failed),
          id + " fails although the code is sound");
    }

    void delivered(int renewalOfSandbox) {
      check(reserved || renewalOfSandbox >= renewal, id + " runs in an old sandbox");
      deliveries++;
      check(deliveries == 1, id + " was run twice");
      check(outcome == null, id + " runs after its outcome");
    }

    void atTheEnd() {
      check(outcome != null, id + (reserved ? " (reserved)" : "") + " was lost");
      check(payload.readers() == 0, "the payload of " + id + " was not released");
    }

    @Override
    public String toString() {
      return id;
    }
  }
}
