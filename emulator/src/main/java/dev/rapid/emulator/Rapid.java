package dev.rapid.emulator;

import dev.rapid.control.ControlApi;
import dev.rapid.core.fleet.FleetConfig;
import dev.rapid.core.fleet.ProgramLimit;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.time.WallClock;
import dev.rapid.emulator.settings.ConcurrencySettings;
import dev.rapid.emulator.settings.FrontEnd;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.Listeners;
import dev.rapid.emulator.settings.StrictRule;
import dev.rapid.emulator.settings.WhenBusy;
import dev.rapid.http.HttpListener;
import dev.rapid.lambda.Identifiers;
import dev.rapid.lambda.Limits;
import dev.rapid.lambda.TraceHeader;
import dev.rapid.telemetry.log.InvocationLog;
import dev.rapid.telemetry.log.LineWriter;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The emulator: runs functions in their real runtime processes, and invokes them.
 *
 * <pre>{@code
 * FunctionSettings greeter =
 *     FunctionSettings.builder(List.of("./bootstrap"), directory).name("greeter").build();
 * try (Rapid rapid = Rapid.builder().function(greeter).start()) {
 *   InvokeResult result = rapid.invoke("greeter", "{}".getBytes(UTF_8)).join();
 * }
 * }</pre>
 *
 * <p>Each function has its own sandboxes, log and records; each sandbox has its own Runtime API
 * address. All functions share I/O threads, memory for payloads and meters. Thread-safe.
 *
 * <p>For a quick start, addresses are bound first and the front end is assembled last, while the
 * functions' processes start.
 */
public final class Rapid implements AutoCloseable {

  private static final Logger LOG = System.getLogger(Rapid.class.getName());

  /**
   * How long {@link #close} waits for the functions' end: the extensions' time, and two seconds to
   * kill.
   */
  private static final Duration PATIENCE = Duration.ofMillis(4500);

  private final Lifecycle lifecycle;
  private final Builder settings;
  private final Engine engine;
  private final Map<HostPort, AttachAddress> attached;
  private final Map<String, EmulatedFunction> functions;
  private final @Nullable HttpListener callers;
  private final @Nullable HttpListener functionUrl;
  private final @Nullable HttpListener controlApi;
  private final CountDownLatch endRequested;
  private final @Nullable ProgramLimit limit;
  private final Callbacks callbacks;

  private Rapid(Builder settings, Lifecycle lifecycle) throws IOException {
    this.settings = settings;
    this.lifecycle = lifecycle;
    this.endRequested = new CountDownLatch(1);
    this.limit = settings.programLimit();
    List<ConfiguredFunction> configured = new ArrayList<>();
    for (Configured each : settings.functions) {
      configured.add(new ConfiguredFunction(each.settings(), endRequested::countDown));
    }
    List<LineWriter> logs = openLogs(configured);
    this.callbacks = lifecycle.add(new Callbacks());
    this.engine =
        Engine.start(
            settings.ioThreads,
            new Gatekeeper(settings.allowedHosts, settings.hostAdvice),
            lifecycle);
    this.attached = bindAttached();
    Map<String, EmulatedFunction> made = new LinkedHashMap<>();
    for (int i = 0; i < configured.size(); i++) {
      Configured each = settings.functions.get(i);
      made.put(
          each.settings().name(),
          function(configured.get(i), sharedLog(logs, logs.get(i)), each.observer()));
    }
    this.functions = made;
    Listeners listeners = settings.listeners;
    this.callers = bind(ListenException.Use.CALLERS, listeners.callers());
    this.controlApi = bind(ListenException.Use.CONTROL_API, listeners.controlApi());
    this.functionUrl = bind(ListenException.Use.FUNCTION_URL, listeners.functionUrl());
  }

  /** Functions with the same log share its writer, so that their lines do not mix. */
  private List<LineWriter> openLogs(List<ConfiguredFunction> configured) {
    IdentityHashMap<FunctionLog, LineWriter> opened = new IdentityHashMap<>();
    List<LineWriter> logs = new ArrayList<>();
    for (int i = 0; i < configured.size(); i++) {
      ConfiguredFunction function = configured.get(i);
      logs.add(
          opened.computeIfAbsent(
              settings.functions.get(i).observer().log(),
              log ->
                  log.open(
                      InvocationLog.lossReport(
                          () -> function.description().logFormat(), WallClock.SYSTEM),
                      lifecycle)));
    }
    return logs;
  }

  @SuppressWarnings("ReferenceEquality") // A writer is equal to itself alone.
  private SharedLog sharedLog(List<LineWriter> logs, LineWriter log) {
    int functions = 0;
    int width = 0;
    for (int i = 0; i < logs.size(); i++) {
      if (logs.get(i) == log) {
        FunctionSettings function = settings.functions.get(i).settings();
        functions++;
        width = Math.max(width, LogLabels.width(function.name(), fleet(function).maxSandboxes()));
      }
    }
    return new SharedLog(log, functions > 1, width);
  }

  /** A client of the control API drives one sandbox, and a user starts one runtime. */
  private FleetConfig fleet(FunctionSettings function) {
    ConcurrencySettings chosen =
        settings.strict.contains(StrictRule.CONCURRENCY)
            ? function.concurrency().withWhenBusy(WhenBusy.THROTTLE)
            : function.concurrency();
    if (settings.listeners.controlApi() != null || function.isAttached()) {
      chosen = chosen.withOneSandbox();
    }
    return function.isAttached() ? chosen.fleet().ofUsersRuntime() : chosen.fleet();
  }

  /** Functions whose runtimes the user starts share an address, if they have the same. */
  private Map<HostPort, AttachAddress> bindAttached() throws ListenException {
    Map<HostPort, List<String>> names = new LinkedHashMap<>();
    for (Configured each : settings.functions) {
      FunctionSettings function = each.settings();
      if (function.isAttached()) {
        names
            .computeIfAbsent(function.runtimeApi(), address -> new ArrayList<>())
            .add(function.name());
      }
    }
    Map<HostPort, AttachAddress> bound = new LinkedHashMap<>();
    for (Map.Entry<HostPort, List<String>> each : names.entrySet()) {
      bound.put(
          each.getKey(), lifecycle.add(AttachAddress.bind(engine, each.getKey(), each.getValue())));
    }
    return bound;
  }

  private EmulatedFunction function(
      ConfiguredFunction configured, SharedLog log, FunctionObserver observer)
      throws ListenException {
    return new EmulatedFunction(
        engine,
        configured,
        configured.settings().isAttached()
            ? attached.get(configured.settings().runtimeApi())
            : null,
        log,
        observer,
        fleet(configured.settings()),
        limit,
        settings.lazyInit && !configured.settings().isAttached(),
        settings.listeners.controlApi() != null);
  }

  private @Nullable HttpListener bind(ListenException.Use use, @Nullable HostPort address)
      throws ListenException {
    return address == null ? null : engine.bind(use, address);
  }

  /** Returns a builder without functions and without addresses. */
  public static Builder builder() {
    return new Builder();
  }

  // ------------------------------------------------------------------ the start

  /**
   * Starts a {@link Builder#bind() bound} Rapid: begins the init of its functions, and begins to
   * answer callers. Call it once.
   */
  public void begin() {
    for (EmulatedFunction each : functions.values()) {
      // A runtime that the user starts decides itself when it begins.
      if (!settings.lazyInit || each.isProvisioned() || each.isAttached()) {
        each.initialise();
      }
    }
    attached.values().forEach(AttachAddress::serve);
    if (callers != null) {
      CallerFrontEnd.serve(
          engine,
          List.copyOf(functions.values()),
          settings.frontEnd,
          settings.strict,
          settings.maxRunning,
          callers,
          functionUrl);
    }
    EmulatedFunction controlled = functions.values().iterator().next();
    ControlApi control = controlled.control();
    if (control != null && controlApi != null) {
      controlApi.serve(
          engine
              .gatekeeper()
              .forControl(OpenRequests.of(engine, control.handler(controlled.fleet()))),
          ControlApi::answerFault);
    }
  }

  // ------------------------------------------------------------------ invocations

  /**
   * Invokes a function.
   *
   * @param function its name
   * @param payload the payload, JSON for most runtimes; if it is empty, the function gets {@code
   *     {}}
   * @return completes with the result, also if the function fails. Its dependent stages may block
   * @throws IllegalArgumentException if there is no such function, or the payload is larger than 6
   *     MiB
   */
  public CompletableFuture<InvokeResult> invoke(String function, byte[] payload) {
    return invoke(function, payload, InvokeOptions.DEFAULT);
  }

  /**
   * Invokes a function as {@link #invoke(String, byte[])} does.
   *
   * @throws IllegalArgumentException if there is no such function, or the payload is larger than 6
   *     MiB
   */
  public CompletableFuture<InvokeResult> invoke(
      String function, byte[] payload, InvokeOptions options) {
    EmulatedFunction target = function(function);
    if (payload.length > Limits.MAX_REQUEST_BYTES) {
      throw new IllegalArgumentException(
          "The payload has " + payload.length + " bytes, more than " + Limits.MAX_REQUEST_BYTES);
    }
    FunctionDescription description = target.description();
    FunctionIdentity identity = description.identity();
    String requestId = options.requestId();
    String id = requestId == null ? Identifiers.random() : requestId;
    FutureSink sink = new FutureSink(id, options.logTail(), callbacks);
    target.invoke(
        new Invocation(
            id,
            description,
            identity.arn(),
            identity.version(),
            TraceHeader.complete(null, identity, engine.wallClock().epochMillis()),
            options.clientContext(),
            null,
            payload.length == 0 ? Payload.of("{}") : Payload.of(payload.clone()),
            sink,
            Limits.MAX_RESPONSE_BYTES,
            false));
    return sink.result();
  }

  // ------------------------------------------------------------------ what there is

  /**
   * Returns a function.
   *
   * @param name its name in the settings
   * @throws IllegalArgumentException if there is no such function
   */
  public EmulatedFunction function(String name) {
    EmulatedFunction function = functions.get(name);
    if (function == null) {
      throw new IllegalArgumentException(
          "There is no function '" + name + "', but " + String.join(", ", functions.keySet()));
    }
    return function;
  }

  /**
   * Returns the address for callers over HTTP.
   *
   * @throws IllegalStateException if {@link Builder#listen} was not called
   */
  public InetSocketAddress address() {
    if (callers == null) {
      throw new IllegalStateException("There is no address for callers");
    }
    return callers.address();
  }

  /** Returns the address of the function URL, null if it has none of its own. */
  public @Nullable InetSocketAddress functionUrlAddress() {
    return functionUrl == null ? null : functionUrl.address();
  }

  /** Returns the address of the control API, null if there is none. */
  public @Nullable InetSocketAddress controlApiAddress() {
    return controlApi == null ? null : controlApi.address();
  }

  /** Waits until a client of the control API asks for the end of the program. */
  public void awaitEndRequest() throws InterruptedException {
    endRequested.await();
  }

  // ------------------------------------------------------------------ the end

  /**
   * Ends all functions and everything else. That takes at most about three seconds, or five with
   * extensions; the functions' grace and the wait for asynchronous invocations can make it longer.
   * Callers get their answers before the connections are closed. Repeated calls do nothing.
   *
   * @throws IllegalStateException if a part could not be closed
   */
  @Override
  public void close() {
    long drained = System.nanoTime() + settings.frontEnd.asyncDrain().toNanos();
    for (EmulatedFunction function : functions.values()) {
      function.drain(Duration.ofNanos(Math.max(0, drained - System.nanoTime())));
    }
    List<CompletableFuture<Void>> ends =
        functions.values().stream().map(EmulatedFunction::shutDown).toList();
    Duration patience = PATIENCE.plus(settings.longestGrace());
    try {
      CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new))
          .get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.log(Level.WARNING, "the function's processes did not end in time");
    } catch (ExecutionException e) {
      LOG.log(Level.ERROR, "the function could not be ended", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    lifecycle.close();
  }

  // ------------------------------------------------------------------ the builder

  private record Configured(FunctionSettings settings, FunctionObserver observer) {}

  /** Builds one Rapid. Not thread-safe. */
  public static final class Builder {

    private final List<Configured> functions = new ArrayList<>();
    private Listeners listeners = Listeners.NONE;
    private FrontEnd frontEnd = FrontEnd.DEFAULT;
    private List<String> allowedHosts = List.of();
    private UnaryOperator<String> hostAdvice = name -> "allow it when you build Rapid.";
    private Set<StrictRule> strict = Set.of();
    private @Nullable Integer maxRunning;
    private boolean lazyInit;
    private int ioThreads = IoThreads.defaultCount();

    private Builder() {}

    /**
     * Adds a function without a log.
     *
     * @throws InvalidSettingsException if the settings are invalid, or another function has the
     *     name
     */
    public Builder function(FunctionSettings settings) {
      return function(settings, FunctionObserver.logging(FunctionLog.none()));
    }

    /**
     * Adds a function.
     *
     * @throws InvalidSettingsException if the settings are invalid, or another function has the
     *     name
     */
    public Builder function(FunctionSettings settings, FunctionObserver observer) {
      check(settings);
      functions.add(new Configured(settings, observer));
      return this;
    }

    private void check(FunctionSettings settings) {
      String name = settings.name();
      if (name.isEmpty()) {
        throw new InvalidSettingsException("A function has no name");
      }
      if (functions.stream().anyMatch(other -> other.settings().name().equals(name))) {
        throw new InvalidSettingsException("There are two functions '" + name + "'");
      }
      if (settings.timeout().isNegative() || settings.initTimeout().isNegative()) {
        throw new InvalidSettingsException("A timeout of function '" + name + "' is negative");
      }
      if (settings.concurrency().isShared() && settings.sandbox().snapStart()) {
        throw new InvalidSettingsException(
            "Function '"
                + name
                + "' has both SnapStart and several invocations at once; a function has only one"
                + " of them");
      }
      if (settings.isAttached() && settings.concurrency().isolatesTenants()) {
        throw new InvalidSettingsException(
            "Function '"
                + name
                + "' isolates tenants, which is not possible for a runtime that the user starts");
      }
      if (settings.memoryMegabytes() < 1) {
        throw new InvalidSettingsException(
            "The memory of function '" + name + "' is less than 1 MB");
      }
      if (settings.isAttached() && settings.concurrency().freeze()) {
        throw new InvalidSettingsException(
            "The runtime of function '" + name + "' cannot be frozen, because the user starts it");
      }
    }

    /**
     * Serves callers over HTTP. They invoke a function with {@code POST
     * /2015-03-31/functions/NAME/invocations}. If there is one function, it can also be called
     * {@code function}. The pages of the module {@code status-api} show all functions.
     *
     * @param host a name or address of this machine
     * @param port 0 picks a free one, which {@link Rapid#address()} returns
     * @throws IllegalArgumentException if the port is not between 0 and 65535
     */
    public Builder listen(String host, int port) {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("The port " + port + " is not between 0 and 65535");
      }
      return listeners(Listeners.callersAt(new HostPort(host, port)));
    }

    /** Sets all addresses; default: none. */
    public Builder listeners(Listeners value) {
      listeners = value;
      return this;
    }

    /** Sets how callers over HTTP are served; default: as in the cloud. */
    public Builder frontEnd(FrontEnd value) {
      frontEnd = value;
      return this;
    }

    /**
     * Sets the host names in requests that Rapid accepts besides those of this machine.
     *
     * @param hosts as of {@link dev.rapid.http.browser.AllowedHosts}
     * @param advice returns advice on how to allow a host name; the end of a sentence
     */
    public Builder allowedHosts(List<String> hosts, UnaryOperator<String> advice) {
      allowedHosts = List.copyOf(hosts);
      hostAdvice = advice;
      return this;
    }

    /**
     * Sets rules of the cloud that are enforced although they do not matter here; default: none.
     */
    public Builder strict(Set<StrictRule> rules) {
      strict = Set.copyOf(rules);
      return this;
    }

    /**
     * Sets how many invocations all functions together run at once, null for no limit. Of them,
     * those are set aside that functions have reserved.
     */
    public Builder maxRunning(@Nullable Integer invocations) {
      maxRunning = invocations;
      return this;
    }

    /** Sets whether init waits for the first invocation; default: it begins with the start. */
    public Builder lazyInit(boolean value) {
      lazyInit = value;
      return this;
    }

    /** Sets how many I/O threads there may be; default: what is of use on this machine. */
    Builder ioThreads(int count) {
      ioThreads = count;
      return this;
    }

    /**
     * Binds all addresses. No process runs yet, and callers that connect wait for {@link
     * Rapid#begin()}.
     *
     * @throws ListenException if an address cannot be used
     * @throws IOException if the operating system refuses I/O threads
     * @throws InvalidSettingsException if there is no function, a function's variables cannot be
     *     used, or there are several functions for a control API or one address of the function URL
     */
    public Rapid bind() throws IOException {
      if (functions.isEmpty()) {
        throw new InvalidSettingsException("There is no function");
      }
      if (functions.size() > 1 && listeners.controlApi() != null) {
        throw new InvalidSettingsException(
            "A control API drives one function only, and there are " + functions.size());
      }
      if (functions.size() > 1 && listeners.functionUrl() != null) {
        throw new InvalidSettingsException(
            "An address of a function URL is for one function only, and there are "
                + functions.size()
                + "; each has its URL at the address for callers, below /lambda-url/NAME/");
      }
      ConcurrencySettings first = functions.getFirst().settings().concurrency();
      if (listeners.controlApi() != null && (first.runsNothing() || first.isolatesTenants())) {
        throw new InvalidSettingsException(
            "A control API drives one sandbox that stays, so that it is not possible with a"
                + " concurrency of 0 or with tenants");
      }
      if (listeners.controlApi() != null
          && functions.getFirst().settings().concurrency().isShared()) {
        throw new InvalidSettingsException(
            "A control API is for a function that runs one invocation at a time in a sandbox");
      }
      Lifecycle lifecycle = new Lifecycle();
      try {
        return new Rapid(this, lifecycle);
      } catch (IOException | RuntimeException e) {
        try {
          lifecycle.close();
        } catch (IllegalStateException alsoFailed) {
          e.addSuppressed(alsoFailed);
        }
        throw e;
      }
    }

    /**
     * Binds all addresses and starts. The functions may still be initialising when this returns;
     * invocations wait for it.
     *
     * @throws ListenException if an address cannot be used
     * @throws IOException if the operating system refuses I/O threads
     * @throws InvalidSettingsException if there is no function, a function's variables cannot be
     *     used, or there are several functions for a control API or one address of the function URL
     */
    public Rapid start() throws IOException {
      Rapid rapid = bind();
      try {
        rapid.begin();
        return rapid;
      } catch (RuntimeException e) {
        try (rapid) {
          throw e;
        }
      }
    }

    /** Returns the limit of the functions that have reserved nothing, null if there is none. */
    private @Nullable ProgramLimit programLimit() {
      if (maxRunning == null) {
        return null;
      }
      int shared = maxRunning;
      for (Configured each : functions) {
        Integer reserved = each.settings().concurrency().reserved();
        shared -= reserved == null ? 0 : reserved;
      }
      return new ProgramLimit(Math.max(0, shared));
    }

    private Duration longestGrace() {
      return functions.stream()
          .map(each -> each.settings().sandbox().shutdownGrace())
          .max(Duration::compareTo)
          .orElse(Duration.ZERO);
    }
  }
}
