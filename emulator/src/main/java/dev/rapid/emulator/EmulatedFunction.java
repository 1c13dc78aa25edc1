package dev.rapid.emulator;

import dev.rapid.bootstrap.launch.FunctionEnvironment;
import dev.rapid.control.ControlApi;
import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.fleet.FleetConfig;
import dev.rapid.core.fleet.Membership;
import dev.rapid.core.fleet.ProgramLimit;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.SandboxIdentity;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.PhaseListener;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.emulator.settings.FunctionListing;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.http.HttpWorker;
import dev.rapid.invokeapi.async.AsyncInvocations;
import dev.rapid.invokeapi.function.FunctionProfile;
import dev.rapid.invokeapi.invoke.InvokedFunction;
import dev.rapid.invokeapi.invoke.RequestRate;
import dev.rapid.invokeapi.invoke.RequestsPerSecond;
import dev.rapid.invokeapi.invoke.VersionedFunction;
import dev.rapid.invokeapi.read.ServedFunction;
import dev.rapid.status.Readiness;
import dev.rapid.status.WatchedFunction;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One function: its current configuration, the fleet of its sandboxes, and its telemetry. Made by
 * {@link Rapid}. Thread-safe.
 */
public final class EmulatedFunction {

  private static final Logger LOG = System.getLogger(EmulatedFunction.class.getName());

  private final Engine engine;
  private final @Nullable AttachAddress attach;
  private final SharedLog log;
  private final LogLabels labels;
  private final FunctionTelemetry telemetry;
  private final @Nullable ControlApi control;
  private final Readiness readiness;
  private final Fleet fleet;

  /** New sandboxes take it; those that exist keep what they have. */
  private volatile ConfiguredFunction configured;

  private volatile FleetConfig limits;

  /** When the code or the configuration was last changed. */
  private volatile Instant modified;

  /** Null as long as there are no callers over HTTP. */
  private volatile @Nullable AsyncInvocations async;

  private final LongAdder throttles = new LongAdder();
  private volatile RequestRate rate;

  /** Closes what belongs to the function and to its sandboxes. */
  private final Lifecycle parts;

  private final Map<Integer, LocalSandbox> live = new ConcurrentHashMap<>();

  /** The newest sandbox. */
  private volatile @Nullable LocalSandbox newest;

  // Both guarded by this: of the first sandbox, until it is created.
  private @Nullable Lifecycle firstParts;
  private @Nullable OwnAddress firstAddress;

  /**
   * Creates a function whose sandboxes are cold, and binds the address of the first one.
   *
   * @param attach the address for the runtime that the user starts, null if Rapid starts it
   * @param log its log
   * @param limits the limits of its fleet
   * @param limit the limit of the program, null if there is none
   * @param lazy whether init waits for the first invocation
   * @param controlled whether it has a control API
   * @throws ListenException if the address of the Runtime API cannot be used
   */
  EmulatedFunction(
      Engine engine,
      ConfiguredFunction configured,
      @Nullable AttachAddress attach,
      SharedLog log,
      FunctionObserver observer,
      FleetConfig limits,
      @Nullable ProgramLimit limit,
      boolean lazy,
      boolean controlled)
      throws ListenException {
    this.engine = engine;
    this.modified = now();
    this.configured = configured;
    this.limits = limits;
    this.rate = rate(configured.settings());
    this.attach = attach;
    this.control =
        controlled
            ? new ControlApi(
                configured,
                engine.worker().payloads(),
                engine.clock(),
                engine.timers(),
                engine.wallClock())
            : null;
    this.log = log;
    this.labels = log.add(configured.settings().name(), limits.maxSandboxes());
    this.telemetry =
        new FunctionTelemetry(
            engine, configured.settings().name(), log.writer(), labels, control, observer);
    // A function that may run nothing has no init to wait for.
    boolean unwaited = lazy || configured.settings().concurrency().runsNothing();
    this.readiness = new Readiness(configured.settings().isAttached(), unwaited);
    this.parts = engine.lifecycle().child();
    bindFirst();
    this.fleet = new Fleet(limits, this::newSandbox, engine.timers(), engine.clock(), limit);
    telemetry.gauges().fleet(fleet);
  }

  private Instant now() {
    return Instant.ofEpochMilli(engine.wallClock().epochMillis());
  }

  /** All addresses are bound before anything runs, so that a wrong one costs nothing. */
  private void bindFirst() throws ListenException {
    if (attach != null) {
      return;
    }
    Lifecycle ofFirst = parts.child();
    FunctionSettings settings = configured.settings();
    HttpWorker thread =
        settings.concurrency().isShared() ? engine.threads().next() : engine.worker();
    OwnAddress address = new OwnAddress(thread, settings.runtimeApi(), ofFirst);
    address.bindNow();
    synchronized (this) {
      firstParts = ofFirst;
      firstAddress = address;
    }
  }

  private Sandbox newSandbox(Membership member) {
    ConfiguredFunction function = configured;
    FunctionSettings settings = function.settings();
    Lifecycle ofSandbox;
    SandboxAddress address;
    synchronized (this) {
      ofSandbox = firstParts == null ? parts.child() : firstParts;
      address =
          attach != null
              ? attach.of(settings.name())
              : firstAddress != null
                  ? firstAddress
                  : new OwnAddress(engine.threads().next(), settings.runtimeApi(), ofSandbox);
      firstParts = null;
      firstAddress = null;
    }
    String logStream =
        FunctionEnvironment.newLogStream(function.description().identity().version());
    PhaseListener ready = readiness.sandbox();
    Runnable over = onlyOnce(labels.began());
    LocalSandbox made =
        LocalSandbox.create(
            engine,
            LocalSandbox.config(settings),
            function,
            () -> function.identity(member.number(), member.provisioned(), logStream),
            address,
            telemetry,
            phase -> {
              member.entered(phase);
              ready.entered(phase);
              if (LogLabels.isOver(phase)) {
                over.run();
              }
            },
            invocation -> {
              member.ended(invocation);
              // The fleet must free the sandbox first.
              if (control != null) {
                control.ended(invocation);
              }
            },
            ofSandbox);
    live.put(member.number(), made);
    newest = made;
    var unused =
        made.sandbox()
            .terminated()
            .thenRun(() -> {
              live.remove(member.number());
              close(ofSandbox, made.identity().get().name());
            });
    return made.sandbox();
  }

  private static Runnable onlyOnce(Runnable task) {
    AtomicBoolean done = new AtomicBoolean();
    return () -> {
      if (done.compareAndSet(false, true)) {
        task.run();
      }
    };
  }

  /** Closes what a sandbox or a function used: by a thread, because it may wait for processes. */
  private static void close(Lifecycle parts, String name) {
    Thread unused =
        Thread.ofPlatform()
            .daemon()
            .name("rapid-end-" + name)
            .start(() -> {
              try {
                parts.close();
              } catch (IllegalStateException e) {
                LOG.log(Level.ERROR, "Could not close all of " + name, e);
              }
            });
  }

  /** Returns what the sandbox with a number is called, null if there is none any more. */
  @Nullable SandboxIdentity identityOf(int number) {
    LocalSandbox sandbox = live.get(number);
    return sandbox == null ? null : sandbox.identity().get();
  }

  /** Returns the current description of the function. */
  public FunctionDescription description() {
    return configured.description();
  }

  /**
   * Returns Lambda's variables for a runtime that the user starts, sorted by name; none of them is
   * secret.
   */
  public Map<String, String> variablesOfRuntime() {
    LocalSandbox sandbox = newest;
    try {
      return sandbox == null
          ? Map.of()
          : configured.variablesOfRuntime(sandbox.identity().get(), sandbox.address().open());
    } catch (ListenException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs an invocation and releases its payload. The sink gets exactly one outcome, on any thread,
   * and must not block.
   */
  public void invoke(Invocation invocation) {
    fleet.invoke(invocation);
  }

  /** Returns whether the user starts the runtime. */
  public boolean isAttached() {
    return attach != null;
  }

  /** Returns whether a runtime is being initialised now. */
  public boolean isInitialising() {
    return fleet.states().stream().anyMatch(state -> state.phase() instanceof Phase.Initializing);
  }

  /** Returns whether an invocation would reach the function; see {@link Readiness}. */
  public boolean isReady() {
    return readiness.snapshot().ready();
  }

  /** Runs {@code task} once the function is ready: at once, or later on any thread. */
  public void whenReady(Runnable task) {
    readiness.whenReady(task);
  }

  /** Returns the function for callers over HTTP, as it is configured now. */
  ServedFunction serve() {
    FunctionSettings settings = configured.settings();
    InvokedFunction invoked =
        new InvokedFunction(
            this::description,
            fleet,
            asyncInvocations(),
            throttles,
            settings.concurrency().isolatesTenants(),
            rate);
    FunctionListing listing = settings.listing();
    return new ServedFunction(
        new VersionedFunction(
            this::description,
            listing.names(),
            listing.versions(),
            version -> invoked,
            listing.notRunnable()),
        settings.url(),
        settings.async(),
        profile(settings));
  }

  private FunctionProfile profile(FunctionSettings settings) {
    FunctionListing listing = settings.listing();
    return new FunctionProfile(
        listing.runtime(),
        settings.variables(),
        listing.code() == null ? settings.directory() : listing.code(),
        settings.logGroup(),
        settings.sandbox().snapStart(),
        settings.concurrency().isolatesTenants(),
        settings.concurrency().reserved(),
        settings.concurrency().provisioned(),
        modified,
        listing.details());
  }

  private synchronized AsyncInvocations asyncInvocations() {
    AsyncInvocations queue = async;
    if (queue == null) {
      FunctionSettings settings = configured.settings();
      queue =
          parts.add(
              new AsyncInvocations(
                  fleet,
                  settings.async(),
                  settings.concurrency().runsNothing(),
                  engine.timers(),
                  engine.clock()));
      async = queue;
      telemetry.gauges().throttles(throttles::sum);
    }
    return queue;
  }

  private RequestRate rate(FunctionSettings settings) {
    Integer requestsPerSecond = settings.concurrency().requestsPerSecond();
    return requestsPerSecond == null
        ? RequestRate.UNLIMITED
        : new RequestsPerSecond(settings.name(), requestsPerSecond, engine.clock());
  }

  // ------------------------------------------------------------------ renewal

  /** Returns the settings, without the control API's changes. */
  FunctionSettings settings() {
    return configured.settings();
  }

  /** Returns the number of a revision of the function that is newer than all others. */
  long nextRevision() {
    return description().revision() + 1;
  }

  /** Announces a renewal; see {@link Fleet#expectRenewal}. */
  void expectRenewal(Duration atMost) {
    fleet.expectRenewal(engine.clock().nanoTime() + atMost.toNanos());
  }

  /** Replaces the sandboxes, because the code has changed. */
  void renew() {
    modified = now();
    fleet.renew(limits);
  }

  /**
   * Replaces the configuration and then the sandboxes.
   *
   * @param next of the same name, and started by the user or by Rapid as before
   */
  void renew(ConfiguredFunction next, FleetConfig nextLimits) {
    boolean sameRate =
        Objects.equals(
            settings().concurrency().requestsPerSecond(),
            next.settings().concurrency().requestsPerSecond());
    configured = next;
    limits = nextLimits;
    modified = now();
    if (!sameRate) {
      rate = rate(next.settings());
    }
    AsyncInvocations unwaited = async;
    if (unwaited != null) {
      unwaited.configure(next.settings().async(), next.settings().concurrency().runsNothing());
    }
    fleet.renew(nextLimits);
  }

  /**
   * Ends the function when its invocations are over. It has no callers any more; asynchronous
   * invocations that wait for another attempt are given up.
   */
  void retire() {
    AsyncInvocations unwaited = async;
    if (unwaited != null) {
      unwaited.close();
    }
    log.remove(labels);
    var unused =
        fleet
            .retire()
            .thenRun(() -> {
              readiness.end();
              close(parts, settings().name());
            });
  }

  /** Ends a function that has never run; nothing of it is left then. */
  void discard() {
    log.remove(labels);
    parts.close();
  }

  /**
   * Waits until the asynchronous invocations have run, at most {@code patience}. Accepts no more of
   * them.
   */
  void drain(Duration patience) {
    AsyncInvocations unwaited = async;
    if (unwaited != null) {
      unwaited.drain(patience);
    }
  }

  Fleet fleet() {
    return fleet;
  }

  /** Returns the function for the status pages. */
  WatchedFunction watched() {
    return new WatchedFunction(
        this::description, fleet, readiness, telemetry.records(), this::identityOf);
  }

  /** Returns the control API, null if there is none. */
  @Nullable ControlApi control() {
    return control;
  }

  /** Returns whether sandboxes are initialised before there is work, whatever the program does. */
  boolean isProvisioned() {
    return configured.settings().concurrency().provisioned() > 0;
  }

  /** Begins the init, unless an invocation has begun it. */
  void initialise() {
    fleet.initialise();
  }

  /** Ends all sandboxes; completes when all processes have ended. */
  CompletableFuture<Void> shutDown() {
    readiness.end();
    return fleet.shutDown();
  }
}
