package dev.rapid.emulator;

import dev.rapid.azure.http.AzureHttpGateway;
import dev.rapid.control.ControlApi;
import dev.rapid.core.events.EventsApi;
import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.fleet.FleetConfig;
import dev.rapid.core.fleet.ProgramLimit;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.emulator.fn.FnFunction;
import dev.rapid.emulator.queue.QueuedFunction;
import dev.rapid.emulator.settings.FunctionListing;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.WorkerContract;
import dev.rapid.fnfdk.FnHttpGateway;
import dev.rapid.fnrunner.CallModel;
import dev.rapid.fnrunner.RunnerFunction;
import dev.rapid.invokeapi.errors.ServiceException;
import dev.rapid.invokeapi.function.FunctionProfile;
import dev.rapid.invokeapi.function.FunctionVersions;
import dev.rapid.invokeapi.function.PublishedVersion;
import dev.rapid.invokeapi.invoke.InvokedFunction;
import dev.rapid.invokeapi.invoke.InvokedVersion;
import dev.rapid.invokeapi.invoke.RequestRate;
import dev.rapid.invokeapi.invoke.RequestsPerSecond;
import dev.rapid.invokeapi.invoke.VersionedFunction;
import dev.rapid.invokeapi.read.ServedFunction;
import dev.rapid.kapacitor.UdfSandboxes;
import dev.rapid.lambda.async.EventIntake;
import dev.rapid.lambda.event.HttpForwarding;
import dev.rapid.status.Readiness;
import dev.rapid.status.WatchedFunction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One function: its current configuration, its telemetry, and a pool of sandboxes for each of its
 * versions that was invoked. Made by {@link Rapid}. Thread-safe.
 *
 * <p>A published version has nothing of its own before its first invocation, unless it has
 * provisioned concurrency (decision 0028).
 */
public final class EmulatedFunction {

  private final Engine engine;
  private final @Nullable AttachAddress attach;
  private final SharedLog log;
  private final LogLabels labels;
  private final FunctionTelemetry telemetry;
  private final EventIntake events;
  private final @Nullable ControlApi control;
  private final Readiness readiness;

  /** Closes what belongs to the function and to its sandboxes. */
  private final Lifecycle parts;

  /** How many invocations all versions together run at once; null if that is not limited. */
  private final @Nullable ProgramLimit ownLimit;

  private final @Nullable ProgramLimit limit;

  /** What runs without a qualifier. */
  private final FunctionPool latest;

  /** What calls of Fn and uses by Kapacitor have. */
  private final CallerPools callers;

  // Guarded by itself, with the configuration and the limits that new pools get.
  private final Map<String, FunctionPool> published = new LinkedHashMap<>();
  private ConfiguredFunction configured;
  private FleetConfig limits;
  private boolean retired;

  /** When the code or the configuration was last changed. */
  private volatile Instant modified;

  private final LongAdder throttles = new LongAdder();
  private volatile RequestRate rate;

  /**
   * Creates a function whose sandboxes are cold, and binds the address of the first one.
   *
   * @param attach the address for the runtime that the user starts, null if Rapid starts it
   * @param log its log
   * @param limits the limits of the fleet of one version
   * @param callWait how long calls of Fn wait for room
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
      Duration callWait,
      @Nullable ProgramLimit limit,
      boolean lazy,
      boolean controlled)
      throws ListenException {
    FunctionSettings settings = configured.settings();
    this.engine = engine;
    this.modified = now();
    this.configured = configured;
    this.events = engine.events().intakeOf(settings.name());
    this.limits = limits;
    this.rate = rate(settings);
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
    this.labels = log.add(settings.name(), mostSandboxes(settings, limits));
    this.telemetry =
        new FunctionTelemetry(engine, settings.name(), log.writer(), labels, control, observer);
    // A function that may run nothing has no init to wait for.
    boolean unwaited = lazy || settings.concurrency().runsNothing() || !settings.isRunnable();
    this.readiness = new Readiness(settings.isAttached(), unwaited);
    this.parts = engine.lifecycle().child();
    this.ownLimit = ownLimit(settings);
    this.limit = ownLimit == null ? limit : ownLimit;
    this.latest =
        new FunctionPool(
            engine,
            configured,
            attach,
            labels,
            telemetry,
            readiness,
            limitsOf(FunctionIdentity.LATEST),
            this.limit,
            null,
            settings.isRunnable(),
            parts);
    this.callers =
        new CallerPools(this::newPool, configured, withFunctionLimit(limits), callWait, engine);
    telemetry.gauges().fleets(this::fleets);
    telemetry.gauges().throttles(throttles::sum);
  }

  /** Each version has sandboxes, so that a function with versions has several. */
  private static int mostSandboxes(FunctionSettings settings, FleetConfig limits) {
    boolean versions = !settings.listing().versions().published().isEmpty();
    return versions ? Math.max(2, limits.maxSandboxes()) : limits.maxSandboxes();
  }

  private Instant now() {
    return Instant.ofEpochMilli(engine.wallClock().epochMillis());
  }

  private RequestRate rate(FunctionSettings settings) {
    Integer requestsPerSecond = settings.concurrency().requestsPerSecond();
    return requestsPerSecond == null
        ? RequestRate.UNLIMITED
        : new RequestsPerSecond(settings.name(), requestsPerSecond, engine.clock());
  }

  // ------------------------------------------------------------------ versions

  /** What is reserved for a function is for all its versions together. */
  private static @Nullable ProgramLimit ownLimit(FunctionSettings settings) {
    Integer reserved = settings.concurrency().reserved();
    return reserved == null || settings.listing().versions().published().isEmpty()
        ? null
        : ProgramLimit.ofFunction(reserved);
  }

  /**
   * Returns whether the function can go on with other settings; if not, another one has to take its
   * place, because the limit of a fleet is chosen once, and what workers of one contract can take
   * waits for them.
   */
  boolean canHave(FunctionSettings next) {
    return (ownLimit == null) == (ownLimit(next) == null)
        && next.contract() == settings().contract();
  }

  private static FunctionVersions versionsOf(FunctionSettings settings) {
    return settings.listing().versions().withProvisioned(settings.concurrency().provisioned());
  }

  /** If versions are published, the provisioned concurrency is theirs, as in the cloud. */
  private FleetConfig limitsOf(String version) {
    FunctionVersions versions = versionsOf(configured.settings());
    FleetConfig own = withFunctionLimit(limits);
    boolean ofVersions = !versions.published().isEmpty();
    return ofVersions
        ? own.withProvisioned(Math.min(versions.provisioned(version), own.maxSandboxes()))
        : own;
  }

  private FleetConfig withFunctionLimit(FleetConfig config) {
    return ownLimit == null ? config : config.withFunctionLimit();
  }

  private FunctionPool pool(String version) {
    // A client of the control API may call what runs without a qualifier by any version.
    if (version.equals(latest.settings().version())
        || settings().listing().versions().version(version) == null
        || attach != null) {
      return latest;
    }
    synchronized (published) {
      FunctionPool pool = published.get(version);
      if (pool == null) {
        pool = newPool(configured.ofVersion(version), limitsOf(version), null);
        published.put(version, pool);
        if (retired) {
          CompletableFuture<Void> unused = pool.retire();
        }
      }
      return pool;
    }
  }

  private FunctionPool newPool(
      ConfiguredFunction function, FleetConfig config, @Nullable EventsApi events) {
    try {
      return new FunctionPool(
          engine,
          function,
          null,
          labels,
          telemetry,
          new Readiness(false, true),
          config,
          limit,
          events,
          false,
          parts);
    } catch (ListenException e) {
      throw new AssertionError("No address is bound yet", e);
    }
  }

  private List<FunctionPool> pools() {
    List<FunctionPool> all = new ArrayList<>();
    all.add(latest);
    synchronized (published) {
      all.addAll(published.values());
    }
    all.addAll(callers.all());
    return all;
  }

  private List<Fleet> fleets() {
    return pools().stream().map(FunctionPool::fleet).toList();
  }

  private InvokedFunction invoked(FunctionPool pool) {
    return new InvokedFunction(
        pool::description,
        pool.fleet(),
        events,
        throttles,
        pool.settings().concurrency().isolatesTenants(),
        rate);
  }

  // ------------------------------------------------------------------ callers

  /** Returns the current description of the function. */
  public FunctionDescription description() {
    return latest.description();
  }

  /**
   * Returns Lambda's variables for a runtime that the user starts, sorted by name; none of them is
   * secret.
   */
  public Map<String, String> variablesOfRuntime() {
    return latest.variablesOfRuntime();
  }

  /**
   * Runs an invocation of what has no qualifier, and releases its payload. The sink gets exactly
   * one outcome, on any thread, and must not block.
   */
  public void invoke(Invocation invocation) {
    latest.fleet().invoke(invocation);
  }

  /** Returns whether the user starts the runtime. */
  public boolean isAttached() {
    return attach != null;
  }

  /** Returns whether a runtime is being initialised now. */
  public boolean isInitialising() {
    return fleets().stream()
        .flatMap(fleet -> fleet.states().stream())
        .anyMatch(state -> state.phase() instanceof Phase.Initializing);
  }

  /**
   * Returns whether an invocation waits for an init because no sandbox serves: with each renewal
   * during the init, it waits longer.
   */
  public boolean isAwaitedInInit() {
    return fleets().stream().anyMatch(fleet -> fleet.waitingCount() > 0)
        && isInitialising()
        && fleets().stream()
            .flatMap(fleet -> fleet.states().stream())
            .noneMatch(state -> state.phase() instanceof Phase.Serving);
  }

  /** Returns whether an invocation would reach the function; see {@link Readiness}. */
  public boolean isReady() {
    return readiness.snapshot().ready();
  }

  /** Runs {@code task} once the function is ready: at once, or later on any thread. */
  public void whenReady(Runnable task) {
    readiness.whenReady(task);
  }

  /**
   * Returns what an invocation with a qualifier runs.
   *
   * @param qualifier a version or an alias, null for none
   * @throws IllegalArgumentException if there is no such version or alias
   * @throws IllegalStateException if the function cannot run
   */
  InvokedVersion target(@Nullable String qualifier) {
    String name = settings().name();
    try {
      InvokedVersion target =
          versioned().target(qualifier, () -> ThreadLocalRandom.current().nextDouble());
      if (target == null) {
        throw new IllegalArgumentException(
            "The function '" + name + "' has no version or alias '" + qualifier + "'");
      }
      return target;
    } catch (ServiceException e) {
      throw new IllegalStateException("The function '" + name + "': " + e.getMessage(), e);
    }
  }

  /** Returns the function with its versions, as it is configured now. */
  VersionedFunction versioned() {
    FunctionSettings settings = settings();
    InvokedFunction unqualified = invoked(latest);
    FunctionListing listing = settings.listing();
    return new VersionedFunction(
        this::description,
        listing.names(),
        versionsOf(settings),
        version -> {
          FunctionPool pool = pool(version);
          return pool == latest ? unqualified : invoked(pool);
        },
        listing.notRunnable());
  }

  /** Returns the function for callers over HTTP, as it is configured now. */
  ServedFunction serve() {
    FunctionSettings settings = settings();
    return new ServedFunction(
        versioned(),
        settings.url(),
        forwardingOf(settings.contract()),
        settings.async(),
        profile(settings));
  }

  private static @Nullable HttpForwarding forwardingOf(WorkerContract contract) {
    return switch (contract) {
      case LAMBDA_RUNTIME_API, KAPACITOR_UDF -> null;
      case FN_HTTP_STREAM -> new FnHttpGateway();
      case AZURE_FUNCTIONS -> new AzureHttpGateway();
    };
  }

  /** Returns the function for the runner of Fn. */
  FnFunction called() {
    FunctionSettings settings = settings();
    return new FnFunction(settings.name(), settings.fn(), this::workersOf, this::fleets);
  }

  /** A runtime that the user starts, or whose sandbox a client drives, has no other environment. */
  private RunnerFunction workersOf(CallModel call) {
    return attach == null && control == null ? callers.of(call) : PoolWorkers.of(latest);
  }

  /** Returns the sandboxes for uses of the function by Kapacitor. */
  UdfSandboxes udfSandboxes() {
    return callers.udfSandboxes();
  }

  private FunctionProfile profile(FunctionSettings settings) {
    FunctionListing listing = settings.listing();
    return new FunctionProfile(
        listing.runtime(),
        settings.variables(),
        listing.code(),
        settings.logGroup(),
        settings.sandbox().snapStart(),
        settings.concurrency().isolatesTenants(),
        settings.concurrency().reserved(),
        listing.versions().published().isEmpty() ? settings.concurrency().provisioned() : 0,
        modified,
        listing.details());
  }

  // ------------------------------------------------------------------ renewal

  /** Returns the settings, without the control API's changes. */
  public FunctionSettings settings() {
    return latest.settings();
  }

  /** Returns the number of a revision of the function that is newer than all others. */
  long nextRevision() {
    return description().revision() + 1;
  }

  /** Announces a renewal; see {@link Fleet#expectRenewal}. */
  void expectRenewal(Duration atMost) {
    pools().forEach(pool -> pool.expectRenewal(atMost));
  }

  /** Replaces the sandboxes, because the code has changed. */
  void renew() {
    modified = now();
    pools().forEach(FunctionPool::renew);
  }

  /**
   * Replaces the configuration and then the sandboxes. Versions that the function does not have any
   * more end when their invocations are over.
   *
   * @param next of the same name, and started by the user or by Rapid as before
   */
  void renew(ConfiguredFunction next, FleetConfig nextLimits) {
    FunctionSettings settings = next.settings();
    boolean sameRate =
        Objects.equals(
            settings().concurrency().requestsPerSecond(),
            settings.concurrency().requestsPerSecond());
    modified = now();
    if (!sameRate) {
      rate = rate(settings);
    }
    Integer reserved = settings.concurrency().reserved();
    if (ownLimit != null && reserved != null) {
      ownLimit.resize(reserved);
    }
    synchronized (published) {
      configured = next;
      limits = nextLimits;
      latest.renew(next, limitsOf(FunctionIdentity.LATEST));
      published
          .entrySet()
          .removeIf(each -> {
            boolean exists = settings.listing().versions().version(each.getKey()) != null;
            if (exists) {
              each.getValue().renew(next.ofVersion(each.getKey()), limitsOf(each.getKey()));
            } else {
              CompletableFuture<Void> unused = each.getValue().retire();
            }
            return !exists;
          });
    }
    callers.renew(next, withFunctionLimit(nextLimits));
    initialiseProvisioned();
  }

  /**
   * Ends the function when its invocations are over. It has no callers any more, and the queue runs
   * none of its events.
   */
  void retire() {
    log.remove(labels);
    List<CompletableFuture<Void>> ends;
    synchronized (published) {
      retired = true;
    }
    callers.retire();
    ends = pools().stream().map(FunctionPool::retire).toList();
    var unused =
        CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new))
            .thenRun(() -> {
              readiness.end();
              FunctionPool.close(parts, settings().name());
            });
  }

  /** Ends a function that has never run; nothing of it is left then. */
  void discard() {
    log.remove(labels);
    parts.close();
  }

  private int seats() {
    synchronized (published) {
      return limits.seats();
    }
  }

  /** Returns the function for the queue of asynchronous invocations. */
  QueuedFunction queued() {
    return new QueuedFunction(this::settings, this::seats, this::target, telemetry.records());
  }

  /** Returns the fleet of what runs without a qualifier. */
  Fleet fleet() {
    return latest.fleet();
  }

  /** Returns the function for the status pages. */
  WatchedFunction watched() {
    return new WatchedFunction(
        this::description,
        () -> pools().stream().map(FunctionPool::watched).toList(),
        readiness,
        telemetry.records());
  }

  /** Returns the control API, null if there is none. */
  @Nullable ControlApi control() {
    return control;
  }

  /**
   * Begins the init: of what runs without a qualifier, unless that waits for an invocation, and of
   * the versions with provisioned concurrency.
   *
   * @param lazy whether init waits for the first invocation
   */
  void begin(boolean lazy) {
    if (!settings().isRunnable()) {
      return;
    }
    boolean provisioned =
        settings().concurrency().provisioned() > 0
            && settings().listing().versions().published().isEmpty();
    // A runtime that the user starts decides itself when it begins.
    if (!lazy || provisioned || isAttached()) {
      latest.initialise();
    }
    initialiseProvisioned();
  }

  private void initialiseProvisioned() {
    FunctionVersions versions = versionsOf(settings());
    if (!settings().isRunnable() || settings().concurrency().runsNothing()) {
      return;
    }
    for (PublishedVersion each : versions.published()) {
      if (versions.provisioned(each.version()) > 0) {
        pool(each.version()).initialise();
      }
    }
  }

  /** Ends all sandboxes; completes when all processes have ended. */
  CompletableFuture<Void> shutDown() {
    readiness.end();
    callers.retire();
    return CompletableFuture.allOf(
        pools().stream().map(FunctionPool::shutDown).toArray(CompletableFuture<?>[]::new));
  }
}
