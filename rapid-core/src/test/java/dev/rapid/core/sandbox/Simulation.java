package dev.rapid.core.sandbox;

import dev.rapid.core.error.FailureMessages;
import dev.rapid.core.extension.Extension;
import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.fleet.FleetConfig;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.testing.CountedPayload;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.Sandboxes;
import dev.rapid.core.testing.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One schedule: a real fleet and a real sandbox among simulated callers and runtimes, in virtual
 * time. All chance comes from the seed, and each part has a source of its own.
 */
final class Simulation {

  private static final int MAX_STEPS = 5_000;
  private static final Duration MAX_TIME = Duration.ofHours(50);
  private static final int MAX_WAITING = 3;
  private static final int[] CAPACITIES = {1, 1, 1, 2, 2, 8};

  /** What is wrong on purpose, to see that the invariants notice. */
  record Sabotage(UnaryOperator<Transition> machine, boolean survivors, int throwingTransition) {

    static final Sabotage NONE = new Sabotage(UnaryOperator.identity(), false, 0);

    static Sabotage throwingAt(int transition) {
      return new Sabotage(UnaryOperator.identity(), false, transition);
    }
  }

  private final VirtualTime time = new VirtualTime();
  private final List<SimulatedRuntime> runtimes = new ArrayList<>();
  private final List<SimulatedExtension> extensions = new ArrayList<>();
  private final @Nullable StringBuilder trace;
  private final boolean countVisits;
  private final SandboxConfig config;
  private Duration functionTimeout;
  private final Invariants invariants;
  private final Fleet fleet;
  private final Sandbox sandbox;

  private final SplittableRandom runtimeRandom;
  private final SplittableRandom callerRandom;
  private final SplittableRandom lifeRandom;
  private final SplittableRandom extensionRandom;
  private final SplittableRandom controlRandom;
  private final SplittableRandom streamRandom;
  private final SplittableRandom payloadRandom;
  private final SimulatedSubscriptions subscriptions;
  private final boolean snapStart;

  private final List<Consumer<Invocation>> endListeners = new ArrayList<>();
  private final List<Runnable> whileFrozen = new ArrayList<>();
  private boolean frozen;
  private boolean shutDown;

  private Simulation(
      long seed, Sabotage sabotage, boolean countVisits, @Nullable StringBuilder trace) {
    SplittableRandom root = new SplittableRandom(seed);
    this.trace = trace;
    this.countVisits = countVisits;
    SplittableRandom configRandom = root.split();
    this.functionTimeout = pick(configRandom, 0, 100, 1000, 1000, 3000, 3000);
    SplittableRandom drawnLater = new SplittableRandom(~seed);
    SandboxConfig drawn = config(configRandom).withCapacity(CAPACITIES[drawnLater.nextInt(6)]);
    drawn = drawnLater.nextInt(100) < 25 ? drawn.withoutRepeatedInit() : drawn;
    this.config = drawnLater.nextInt(100) < 30 ? drawn.withInitAfterFailedRestore() : drawn;
    this.runtimeRandom = root.split();
    this.callerRandom = root.split();
    this.lifeRandom = root.split();
    this.extensionRandom = root.split();
    this.controlRandom = root.split();
    this.subscriptions = new SimulatedSubscriptions(this, root.split());
    this.snapStart = controlRandom.nextInt(100) < 20;
    this.invariants = new Invariants(config, time);

    Processes processes =
        config.owner() == RuntimeOwner.USER
            ? new UsersProcesses()
            : new SimulatedProcesses(this, root.split(), sabotage.survivors());
    this.streamRandom = root.split();
    this.payloadRandom = root.split();
    SandboxMachine machine = new ObservedMachine(sabotage);
    Sandbox[] made = new Sandbox[1];
    this.fleet =
        new Fleet(
            // Invocations wait in the sandbox, so that it has them in every phase.
            FleetConfig.of(1, config.capacity()).withMaxWaiting(MAX_WAITING).ofUsersRuntime(),
            member -> {
              made[0] =
                  new Sandbox(
                      machine,
                      Sandboxes.sandbox()
                          .processes(processes)
                          .connections(closed -> {
                            disconnectAll();
                            if (lifeRandom.nextInt(100) < 50) {
                              closed.run();
                            } else {
                              time.after(millis(lifeRandom, 10), closed);
                            }
                          })
                          .events(invariants::lifecycleEvent)
                          .subscriptions(subscriptions)
                          .time(time)
                          .available(invocation -> {
                            invariants.available(invocation);
                            member.ended(invocation);
                            List.copyOf(endListeners).forEach(each -> each.accept(invocation));
                          })
                          .phases(member)
                          .ports());
              return made[0];
            },
            time,
            time);
    this.sandbox = made[0];
  }

  private static SandboxConfig config(SplittableRandom random) {
    if (random.nextInt(100) < 20) {
      return SandboxConfig.ofUsersRuntime();
    }
    return new SandboxConfig(
        pick(random, 0, 50, 500, 10_000, 10_000),
        pick(random, 20, 2000),
        SandboxConfig.DEFAULT_SETTLE_TIME,
        RuntimeOwner.RAPID,
        random.nextInt(100) < 60,
        pick(random, 0, 40, 10_000),
        pick(random, 0, 0, 30, 1500),
        1,
        random.nextInt(100) < 30,
        pick(random, 0, 0, 0, 50, 1000),
        FailureMessages.PLAIN,
        true,
        false);
  }

  private static Duration pick(SplittableRandom random, int... millis) {
    return Duration.ofMillis(millis[random.nextInt(millis.length)]);
  }

  /** Runs one schedule; throws an {@link AssertionError} that begins with the seed if it breaks. */
  static void run(long seed) {
    run(seed, Sabotage.NONE, true);
  }

  /** As {@link #run(long)}, without telling the matrix. */
  static void runFast(long seed) {
    run(seed, Sabotage.NONE, false);
  }

  static void run(long seed, Sabotage sabotage, boolean countVisits) {
    try {
      new Simulation(seed, sabotage, countVisits, null).live();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "seed "
              + seed
              + " fails: "
              + e.getMessage()
              + "\nreplay: mvn -q -pl rapid-core -am test -Dtest=SandboxSimulationTest"
              + " -Dsimulation.seed="
              + seed
              + " -Dsurefire.failIfNoSpecifiedTests=false\n"
              + trace(seed, sabotage),
          e);
    }
  }

  /** Returns what happens in one schedule, up to its end or failure. */
  static String trace(long seed, Sabotage sabotage) {
    StringBuilder trace = new StringBuilder();
    try {
      new Simulation(seed, sabotage, false, trace).live();
    } catch (RuntimeException | AssertionError e) {
      trace.append("failed: ").append(e.getMessage()).append('\n');
    }
    return trace.toString();
  }

  private void live() {
    note(config + ", timeout of the function: " + functionTimeout);
    scheduleInputs();
    rest();
    if (!shutDown) {
      invariants.atRest(fleet.waitingCount(), sandbox.state());
      requestShutdown();
      rest();
    }
    invariants.atTheEnd(sandbox);
  }

  private void scheduleInputs() {
    if (config.owner() == RuntimeOwner.USER || lifeRandom.nextInt(100) < 50) {
      time.after(millis(lifeRandom, 20), () -> post(new SandboxEvent.InitRequested()));
    }
    if (config.owner() == RuntimeOwner.USER) {
      userStartsRuntime(1);
    }
    if (controlRandom.nextInt(100) < 30) {
      new SimulatedControl(this, controlRandom.split(), fleet).begin();
    }
    subscriptions.begin();
    int callers = 1 + callerRandom.nextInt(config.capacity() == 1 ? 6 : 14);
    int spread = callerRandom.nextInt(100) < 50 ? 60 : 4000;
    for (int i = 0; i < callers; i++) {
      time.after(millis(callerRandom, spread), this::arrive);
    }
    if (lifeRandom.nextInt(100) < 30) {
      time.after(
          millis(lifeRandom, lifeRandom.nextInt(100) < 50 ? 150 : 5000), this::requestShutdown);
    }
  }

  private void arrive() {
    Invocation invocation = newInvocation(false);
    if (callerRandom.nextInt(100) < 15) {
      List.copyOf(runtimes).forEach(SimulatedRuntime::suffer);
    }
    fleet.invoke(invocation);
    if (callerRandom.nextInt(100) < 25) {
      time.after(millis(callerRandom, 400), () -> leave(invocation));
    }
  }

  private void leave(Invocation invocation) {
    if (!invariants.hasOutcome(invocation)) {
      if (streamRandom.nextInt(100) < 50) {
        note("the caller of " + invocation + " goes");
        fleet.callerGone(invocation);
      } else {
        note("the caller of " + invocation + " cancels");
        fleet.cancel(invocation);
        invariants.cancelled(invocation, sandbox.hasPendingEvents());
      }
    }
  }

  /** Makes an invocation that the invariants follow. */
  Invocation newInvocation(boolean reserved) {
    String id = "invocation " + invariants.nextArrival();
    Payload payload = newPayload(id);
    boolean streamed = streamRandom.nextInt(100) < 40;
    Invocations builder =
        Invocations.invocation()
            .requestId(id)
            .timeout(functionTimeout)
            .payload(payload)
            .sink(
                streamed
                    ? new SimulatedStream(id, invariants)
                    : new SimulatedCaller(id, invariants));
    Invocation invocation = (reserved ? builder.reserved() : builder).build();
    invariants.arrived(invocation);
    note(id + " arrives");
    return invocation;
  }

  /** Returns an event, which arrives while its invocation runs if the worker can take that. */
  private Payload newPayload(String id) {
    if (config.owner() == RuntimeOwner.USER || payloadRandom.nextInt(100) < 60) {
      CountedPayload whole = new CountedPayload("event");
      invariants.payloadCreated(whole);
      return whole;
    }
    SimulatedArrival arrival = new SimulatedArrival(this, payloadRandom.split(), id);
    arrival.begin();
    return arrival.payload();
  }

  /** Lets {@code listener} know of each invocation that has ended. */
  void whenEnded(Consumer<Invocation> listener) {
    endListeners.add(listener);
  }

  private void requestShutdown() {
    shutDown = true;
    note("shutdown");
    invariants.shutdownRequested();
    var ignored = fleet.shutDown();
  }

  private void rest() {
    int steps = 0;
    while (time.advance()) {
      steps++;
      if (steps > MAX_STEPS || time.elapsed().compareTo(MAX_TIME) > 0) {
        throw new AssertionError("does not come to rest: " + sandbox.state());
      }
      invariants.pollsAreKept(sandbox.state(), SimulatedRuntime.openPolls(runtimes));
    }
  }

  // ---------------------------------------------------------------- for the parts

  Duration functionTimeout() {
    return functionTimeout;
  }

  /** Gives all invocations from now on another timeout. */
  void describe(Duration timeout) {
    note("timeout of the function: " + timeout);
    functionTimeout = timeout;
  }

  SandboxConfig config() {
    return config;
  }

  SandboxState state() {
    return sandbox.state();
  }

  VirtualTime time() {
    return time;
  }

  Invariants invariants() {
    return invariants;
  }

  List<String> extensionIds() {
    return sandbox.state().extensions().stream().map(Extension::id).toList();
  }

  int generation() {
    return sandbox.state().generation();
  }

  void post(SandboxEvent event) {
    sandbox.post(event);
  }

  SimulatedRuntime newRuntime(String name, Consumer<ProcessExit> onExit) {
    SimulatedRuntime runtime = new SimulatedRuntime(this, runtimeRandom.split(), name, onExit);
    runtimes.add(runtime);
    return runtime;
  }

  SimulatedExtension newExtension(String name, Consumer<ProcessExit> onExit) {
    SimulatedExtension extension =
        SimulatedExtension.external(this, extensionRandom.split(), name, onExit);
    extensions.add(extension);
    return extension;
  }

  SimulatedExtension newInternalExtension(String name, Consumer<ProcessExit> onExit) {
    SimulatedExtension extension =
        SimulatedExtension.internal(this, extensionRandom.split(), name, onExit);
    extensions.add(extension);
    return extension;
  }

  void processStarted(ProcessName process) {
    invariants.processStarted(process, extensions);
  }

  /** Stops all programs where they are. */
  void freeze() {
    frozen = true;
  }

  /** Lets all programs go on with what they would have done meanwhile. */
  void thaw() {
    frozen = false;
    List<Runnable> due = List.copyOf(whileFrozen);
    whileFrozen.clear();
    due.forEach(step -> time.after(Duration.ZERO, step));
  }

  /** Runs a step of a program, which waits while the program is stopped. */
  void step(Runnable step) {
    if (frozen) {
      whileFrozen.add(() -> step(step));
    } else {
      step.run();
    }
  }

  /** Returns whether the runtime's program waits for its restore before it asks for events. */
  boolean snapStart() {
    return snapStart && !(config.initsAfterFailedRestore() && invariants.restoreFailed());
  }

  boolean isShutDown() {
    return shutDown;
  }

  private void disconnectAll() {
    runtimes.forEach(SimulatedRuntime::disconnect);
    runtimes.clear();
    extensions.forEach(SimulatedExtension::disconnect);
    extensions.clear();
  }

  private static Duration millis(SplittableRandom random, int bound) {
    return Duration.ofMillis(random.nextInt(bound + 1));
  }

  void note(Object what) {
    if (trace != null) {
      trace.append(time.elapsed().toMillis()).append(" ms: ").append(what).append('\n');
    }
  }

  /** The user starts his runtime, and again after each end, until Rapid is shut down. */
  private void userStartsRuntime(int count) {
    SimulatedRuntime[] runtime = new SimulatedRuntime[1];
    runtime[0] =
        newRuntime(
            "runtime of the user " + count,
            exit -> {
              note("the user's runtime ends: " + exit);
              runtime[0].die();
              time.after(
                  millis(lifeRandom, 100),
                  () -> {
                    if (!shutDown) {
                      userStartsRuntime(count + 1);
                    }
                  });
            });
    runtime[0].boot();
  }

  /** The processes of attached mode: there are none. */
  private final class UsersProcesses implements Processes {

    @Override
    public List<String> findExtensions() {
      return List.of();
    }

    @Override
    public void start(ProcessName process, Listener listener) {
      listener.started(process);
    }

    @Override
    public void terminate(ProcessName process) {}

    @Override
    public void kill(ProcessName process) {}

    @Override
    public void freeze(int generation) {
      throw new AssertionError("froze a runtime of the user");
    }

    @Override
    public void thaw(int generation) {
      throw new AssertionError("thawed a runtime of the user");
    }

    @Override
    public void stop(int generation, Listener listener) {
      if (lifeRandom.nextInt(100) < 50) {
        listener.gone(generation);
      } else {
        time.after(millis(lifeRandom, 20), () -> listener.gone(generation));
      }
    }

    @Override
    public long peakMemoryBytes(int generation) {
      return 0;
    }
  }

  /** The real machine, watched. */
  private final class ObservedMachine extends SandboxMachine {

    private final Sabotage sabotage;
    private int transitions;

    ObservedMachine(Sabotage sabotage) {
      super(config);
      this.sabotage = sabotage;
    }

    @Override
    public Transition apply(SandboxState state, SandboxEvent event, long nowNanos) {
      if (countVisits) {
        MatrixVisits.visit(state, config, event);
      }
      transitions++;
      if (transitions == sabotage.throwingTransition()) {
        throw new IllegalStateException("A rule is wrong");
      }
      Transition transition = sabotage.machine().apply(super.apply(state, event, nowNanos));
      if (trace != null) {
        note(event + " -> " + transition.next().phase() + " " + transition.effects());
      }
      invariants.transition(state, event, transition, extensions);
      return transition;
    }

    @Override
    public Transition recover(SandboxState state, SandboxEvent event, long nowNanos) {
      Transition transition = super.recover(state, event, nowNanos);
      if (trace != null) {
        note("recovers from " + event + " -> " + transition.next().phase());
      }
      invariants.recovers();
      invariants.transition(state, event, transition, extensions);
      return transition;
    }
  }
}
