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
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.emulator.settings.ConcurrencySettings;
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
  private final ConfiguredFunction configured;
  private final @Nullable AttachAddress attach;
  private final LogLabels labels;
  private final FunctionTelemetry telemetry;
  private final @Nullable ControlApi control;
  private final Readiness readiness;
  private final SandboxConfig sandboxConfig;
  private final Fleet fleet;
  private final Instant made;

  /** Null as long as there are no callers over HTTP. */
  private volatile @Nullable AsyncInvocations async;

  private final Lifecycle sandboxes;
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
   * @param log the writer of the log
   * @param limits the limits of its fleet
   * @param limit how many invocations the functions run at once that have reserved nothing, null
   *     for no limit
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
    this.made = Instant.ofEpochMilli(engine.wallClock().epochMillis());
    this.configured = configured;
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
    this.labels = log.labels(limits.maxSandboxes());
    this.telemetry =
        new FunctionTelemetry(
            engine,
            configured.settings().name(),
            configured::description,
            log.writer(),
            labels,
            control,
            observer);
    // A function that may run nothing has no init to wait for.
    boolean unwaited = lazy || configured.settings().concurrency().runsNothing();
    this.readiness = new Readiness(configured.settings().isAttached(), unwaited);
    this.sandboxConfig = LocalSandbox.config(configured.settings());
    this.sandboxes = engine.lifecycle().child();
    bindFirst();
    this.fleet =
        new Fleet(
            limits,
            this::newSandbox,
            engine.timers(),
            engine.clock(),
            controlled
                    || configured.settings().isAttached()
                    || configured.settings().concurrency().reserved() != null
                ? null
                : limit);
    telemetry.gauges().fleet(fleet);
  }

  /** All addresses are bound before anything runs, so that a wrong one costs nothing. */
  private void bindFirst() throws ListenException {
    if (attach != null) {
      return;
    }
    Lifecycle parts = sandboxes.child();
    HttpWorker thread = sandboxConfig.capacity() > 1 ? engine.threads().next() : engine.worker();
    OwnAddress address = new OwnAddress(thread, configured.settings().runtimeApi(), parts);
    address.bindNow();
    synchronized (this) {
      firstParts = parts;
      firstAddress = address;
    }
  }

  private Sandbox newSandbox(Membership member) {
    Lifecycle parts;
    SandboxAddress address;
    synchronized (this) {
      parts = firstParts == null ? sandboxes.child() : firstParts;
      address =
          attach != null
              ? attach.of(configured.settings().name())
              : firstAddress != null
                  ? firstAddress
                  : new OwnAddress(
                      engine.threads().next(), configured.settings().runtimeApi(), parts);
      firstParts = null;
      firstAddress = null;
    }
    String logStream =
        FunctionEnvironment.newLogStream(configured.description().identity().version());
    PhaseListener ready = readiness.sandbox();
    Runnable over = onlyOnce(labels.began());
    LocalSandbox made =
        LocalSandbox.create(
            engine,
            sandboxConfig,
            configured,
            () -> configured.identity(member.number(), member.provisioned(), logStream),
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
            parts);
    live.put(member.number(), made);
    newest = made;
    var unused =
        made.sandbox()
            .terminated()
            .thenRun(() -> {
              live.remove(member.number());
              close(parts, made.identity().get().name());
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

  /** Closes what a sandbox used: by a thread, because it may wait for processes. */
  private static void close(Lifecycle parts, String sandbox) {
    Thread unused =
        Thread.ofPlatform()
            .daemon()
            .name("rapid-end-" + sandbox)
            .start(() -> {
              try {
                parts.close();
              } catch (IllegalStateException e) {
                LOG.log(Level.ERROR, "Could not close all of " + sandbox, e);
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

  /** Returns the function for callers over HTTP. */
  ServedFunction serve() {
    FunctionSettings settings = configured.settings();
    ConcurrencySettings concurrency = settings.concurrency();
    AsyncInvocations unwaited =
        engine
            .lifecycle()
            .add(
                new AsyncInvocations(
                    fleet,
                    settings.async(),
                    concurrency.runsNothing(),
                    engine.timers(),
                    engine.clock()));
    async = unwaited;
    LongAdder throttles = new LongAdder();
    telemetry.gauges().throttles(throttles::sum);
    Integer requestsPerSecond = concurrency.requestsPerSecond();
    InvokedFunction invoked =
        new InvokedFunction(
            configured::description,
            fleet,
            unwaited,
            throttles,
            concurrency.isolatesTenants(),
            requestsPerSecond == null
                ? RequestRate.UNLIMITED
                : new RequestsPerSecond(
                    description().identity().name(), requestsPerSecond, engine.clock()));
    FunctionListing listing = settings.listing();
    return new ServedFunction(
        new VersionedFunction(
            configured::description,
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
        made,
        listing.details());
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
        configured::description, fleet, readiness, telemetry.records(), this::identityOf);
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
