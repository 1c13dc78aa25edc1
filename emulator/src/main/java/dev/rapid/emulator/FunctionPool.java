package dev.rapid.emulator;

import dev.rapid.bootstrap.launch.FunctionEnvironment;
import dev.rapid.control.ControlApi;
import dev.rapid.core.events.EventsApi;
import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.fleet.FleetConfig;
import dev.rapid.core.fleet.Membership;
import dev.rapid.core.fleet.ProgramLimit;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.SandboxIdentity;
import dev.rapid.core.sandbox.PhaseListener;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.WorkerContract;
import dev.rapid.http.HttpWorker;
import dev.rapid.kapacitor.KapacitorSettings;
import dev.rapid.status.Readiness;
import dev.rapid.status.WatchedFleet;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The sandboxes of one version of a function. Thread-safe.
 *
 * <p>A sandbox keeps the configuration with which it was made.
 */
final class FunctionPool {

  private static final Logger LOG = System.getLogger(FunctionPool.class.getName());

  private final Engine engine;
  private final @Nullable AttachAddress attach;
  private final LogLabels labels;
  private final FunctionTelemetry telemetry;
  private final Readiness readiness;
  private final @Nullable EventsApi events;
  private final Lifecycle parts;
  private final Fleet fleet;

  /** New sandboxes take it; those that exist keep what they have. */
  private volatile ConfiguredFunction configured;

  private volatile FleetConfig limits;

  private final Map<Integer, LocalSandbox> live = new ConcurrentHashMap<>();

  /** The newest sandbox. */
  private volatile @Nullable LocalSandbox newest;

  // Both guarded by this: of the first sandbox, until it is created.
  private @Nullable Lifecycle firstParts;
  private @Nullable OwnAddress firstAddress;

  /**
   * Creates a pool whose sandboxes are cold.
   *
   * @param attach the address for the runtime that the user starts, null if Rapid starts it
   * @param labels label the lines of its log
   * @param telemetry what all sandboxes of the function share
   * @param limits the limits of its fleet
   * @param limit the limit of the program or of the function, null if there is none
   * @param events receives the lifecycle events of its sandboxes too, null if nothing does
   * @param bindNow whether the address of the first sandbox is bound before anything runs, so that
   *     a wrong one costs nothing
   * @param parts closes what belongs to the pool
   * @throws ListenException if that address cannot be used
   */
  FunctionPool(
      Engine engine,
      ConfiguredFunction configured,
      @Nullable AttachAddress attach,
      LogLabels labels,
      FunctionTelemetry telemetry,
      Readiness readiness,
      FleetConfig limits,
      @Nullable ProgramLimit limit,
      @Nullable EventsApi events,
      boolean bindNow,
      Lifecycle parts)
      throws ListenException {
    this.engine = engine;
    this.configured = configured;
    this.attach = attach;
    this.labels = labels;
    this.telemetry = telemetry;
    this.readiness = readiness;
    this.limits = limits;
    this.events = events;
    this.parts = parts;
    prepareFirst(bindNow);
    this.fleet =
        new Fleet(
            limits,
            this::newSandbox,
            engine.timers(),
            engine.clock(),
            limit,
            engine.sandboxMemory());
  }

  private void prepareFirst(boolean bindNow) throws ListenException {
    if (attach != null || configured.settings().contract() != WorkerContract.LAMBDA_RUNTIME_API) {
      return;
    }
    Lifecycle ofFirst = parts.child();
    FunctionSettings settings = configured.settings();
    HttpWorker thread =
        settings.concurrency().isShared() ? engine.threads().next() : engine.worker();
    OwnAddress address = new OwnAddress(thread, settings.runtimeApi(), ofFirst);
    if (bindNow) {
      address.bindNow();
    }
    synchronized (this) {
      firstParts = ofFirst;
      firstAddress = address;
    }
  }

  private Sandbox newSandbox(Membership member) {
    ConfiguredFunction function = configured;
    Lifecycle ofSandbox;
    OwnAddress prepared;
    synchronized (this) {
      ofSandbox = firstParts == null ? parts.child() : firstParts;
      prepared = firstAddress;
      firstParts = null;
      firstAddress = null;
    }
    WorkerProtocol protocol = protocol(function, prepared, ofSandbox);
    String logStream =
        FunctionEnvironment.newLogStream(function.description().identity().version());
    // Pools of calls share the names of the sandboxes of the function.
    int number = function.isPublished() ? member.number() : telemetry.nextNumber();
    PhaseListener ready = readiness.sandbox();
    Runnable over = onlyOnce(labels.began());
    LocalSandbox made =
        LocalSandbox.create(
            engine,
            LocalSandbox.config(function),
            function,
            () -> function.identity(number, member.provisioned(), logStream),
            protocol,
            telemetry,
            events,
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
              ControlApi control = telemetry.control();
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

  /**
   * Returns what the processes of a new sandbox speak.
   *
   * @param prepared its address, null if it has none yet
   */
  private WorkerProtocol protocol(
      ConfiguredFunction function, @Nullable OwnAddress prepared, Lifecycle ofSandbox) {
    FunctionSettings settings = function.settings();
    if (settings.contract() == WorkerContract.FN_HTTP_STREAM) {
      return engine.fdks().protocol(function, ofSandbox);
    }
    AzureLaunch azure = function.azure();
    if (azure != null) {
      return engine.azureWorkers().protocol(function, azure, ofSandbox);
    }
    KapacitorSettings agent = settings.kapacitor();
    if (agent != null) {
      return engine.agents().protocol(function, agent, ofSandbox);
    }
    SandboxAddress address = prepared;
    if (attach != null) {
      address = attach.of(settings.name());
    } else if (address == null) {
      address = new OwnAddress(engine.threads().next(), settings.runtimeApi(), ofSandbox);
    }
    return new RuntimeApiProtocol(engine, function, address, ofSandbox);
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
  static void close(Lifecycle parts, String name) {
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

  // ------------------------------------------------------------------ what there is

  /** Returns the current description of the version. */
  FunctionDescription description() {
    return configured.description();
  }

  /** Returns the settings of the function, without the control API's changes. */
  FunctionSettings settings() {
    return configured.settings();
  }

  Fleet fleet() {
    return fleet;
  }

  /** Returns its sandboxes for the status pages. */
  WatchedFleet watched() {
    return new WatchedFleet(fleet, this::identityOf);
  }

  /** Returns what the sandbox with a number is called, null if there is none any more. */
  private @Nullable SandboxIdentity identityOf(int number) {
    LocalSandbox sandbox = live.get(number);
    return sandbox == null ? null : sandbox.identity().get();
  }

  /**
   * Returns Lambda's variables for a runtime that the user starts, sorted by name; none of them is
   * secret.
   */
  Map<String, String> variablesOfRuntime() {
    LocalSandbox sandbox = newest;
    try {
      return sandbox == null ? Map.of() : sandbox.protocol().variables(sandbox.identity().get());
    } catch (ListenException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ------------------------------------------------------------------ its life

  /** Begins the init, unless an invocation has begun it. */
  void initialise() {
    fleet.initialise();
  }

  /** Announces a renewal; see {@link Fleet#expectRenewal}. */
  void expectRenewal(Duration atMost) {
    fleet.expectRenewal(engine.clock().nanoTime() + atMost.toNanos());
  }

  /** Replaces the sandboxes, because the code has changed. */
  void renew() {
    fleet.renew(limits);
  }

  /** Replaces the configuration and then the sandboxes. */
  void renew(ConfiguredFunction next, FleetConfig nextLimits) {
    configured = next;
    limits = nextLimits;
    fleet.renew(nextLimits);
  }

  /** Ends the sandboxes when their invocations are over. */
  CompletableFuture<Void> retire() {
    return fleet.retire();
  }

  /** Ends all sandboxes; completes when all processes have ended. */
  CompletableFuture<Void> shutDown() {
    return fleet.shutDown();
  }
}
