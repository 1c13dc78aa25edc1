package dev.rapid.emulator;

import dev.rapid.control.ControlApi;
import dev.rapid.core.fleet.MemoryBudget;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.emulator.queue.QueuedFunction;
import dev.rapid.emulator.settings.FnSettings;
import dev.rapid.emulator.settings.FrontEnd;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.Listeners;
import dev.rapid.emulator.settings.ProgramSettings;
import dev.rapid.emulator.settings.QueueSettings;
import dev.rapid.emulator.settings.StrictRule;
import dev.rapid.emulator.settings.TotalMemory;
import dev.rapid.fnrunner.FnRunner;
import dev.rapid.gateway.api.Api;
import dev.rapid.http.HttpListener;
import dev.rapid.invokeapi.invoke.InvokedVersion;
import dev.rapid.kapacitor.UdfExposure;
import dev.rapid.kapacitor.UdfFrontEnd;
import dev.rapid.lambda.Identifiers;
import dev.rapid.lambda.Limits;
import dev.rapid.lambda.TraceHeader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
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

  /** Where SDKs find Lambda. */
  private static final String LAMBDA_ENDPOINT = "AWS_ENDPOINT_URL_LAMBDA";

  /**
   * How long {@link #close} waits for the functions' end: the extensions' time, and two seconds to
   * kill.
   */
  private static final Duration PATIENCE = Duration.ofMillis(4500);

  /** How long requests of a function without a timeout may take: as long as the cloud allows. */
  private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(15);

  private final Lifecycle lifecycle;
  private final Builder settings;
  private final Engine engine;
  private final FunctionLogs logs;
  private final RunningFunctions functions;
  private final @Nullable HttpListener callers;
  private final @Nullable HttpListener functionUrl;
  private final @Nullable HttpListener controlApi;
  private final @Nullable HttpListener api;
  private final CountDownLatch endRequested;
  private final AnnouncedEnd end;
  private final Callbacks callbacks;

  /** Held while the functions are changed. */
  private final Object changing = new Object();

  /** Null if the settings have no front end for Fn. */
  private final @Nullable FnFrontEnd fn;

  /** Null until a function is exposed as a user-defined function. */
  private volatile @Nullable UdfFrontEnds udfs;

  /** Null before {@link #begin}, and if there is no address for callers. */
  private volatile @Nullable CallerFrontEnd frontEnd;

  /** Null before {@link #begin}, and if there is no address for APIs. */
  private volatile @Nullable ApiFrontEnd apiFrontEnd;

  private Rapid(Builder settings, Lifecycle lifecycle) throws IOException {
    this.settings = settings;
    this.lifecycle = lifecycle;
    this.endRequested = new CountDownLatch(1);
    this.logs = new FunctionLogs(lifecycle);
    this.callbacks = lifecycle.add(new Callbacks());
    this.engine =
        Engine.start(
            settings.ioThreads,
            new Gatekeeper(settings.allowedHosts, settings.hostAdvice),
            settings.queue,
            settings.maxRunning,
            settings.totalMemory,
            lifecycle);
    Listeners listeners = settings.listeners;
    // The first address: functions may find it in their environment.
    this.callers = bind(ListenException.Use.CALLERS, listeners.callers());
    List<RunningFunctions.Planned> planned = new ArrayList<>();
    for (Configured each : settings.functions) {
      planned.add(plan(withEndpoint(each.settings()), each.observer()));
    }
    this.functions = new RunningFunctions(engine, settings.rules(), planned);
    this.controlApi = bind(ListenException.Use.CONTROL_API, listeners.controlApi());
    this.functionUrl = bind(ListenException.Use.FUNCTION_URL, listeners.functionUrl());
    this.api = bind(ListenException.Use.API, listeners.api());
    this.fn =
        settings.fn == null
            ? null
            : lifecycle.add(
                new FnFrontEnd(
                    settings.fn, settings.fnFactory, functions.all(), this::totalMegabytes));
    this.end =
        new AnnouncedEnd(
            Stream.of(callers, functionUrl, api).filter(Objects::nonNull).toList(),
            engine.requests(),
            this::endAnnounced);
  }

  private int totalMegabytes() {
    MemoryBudget memory = engine.sandboxMemory();
    return memory == null ? Integer.MAX_VALUE : memory.totalMegabytes();
  }

  /** Returns a function that finds this Rapid, if it is to and the user has named no other. */
  private FunctionSettings withEndpoint(FunctionSettings function) {
    if (!settings.frontEnd.lambdaEndpoint()
        || callers == null
        || function.variables().containsKey(LAMBDA_ENDPOINT)
        || function.inherited().containsKey(LAMBDA_ENDPOINT)) {
      return function;
    }
    // It is not the function's own, so that the reads of the Invoke API do not show it.
    Map<String, String> inherited = new HashMap<>(function.inherited());
    inherited.put(LAMBDA_ENDPOINT, "http://" + HostPort.reachable(callers.address()));
    return function.toBuilder().inherited(inherited).build();
  }

  private RunningFunctions.Planned plan(FunctionSettings function, FunctionObserver observer) {
    ConfiguredFunction configured = configured(function, 1);
    return new RunningFunctions.Planned(
        configured, observer, logs.open(observer.log(), configured));
  }

  private ConfiguredFunction configured(FunctionSettings function, long revision) {
    return new ConfiguredFunction(function, revision, endRequested::countDown);
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
   *
   * @throws UncheckedIOException with a {@link ListenException} if the front end for Fn cannot be
   *     started, or the socket of a user-defined function cannot be used
   */
  public void begin() {
    functions.begin();
    engine.events().begin(queued());
    // Early: a daemon that finds no socket does not start.
    if (UdfFrontEnds.areNeededFor(functions.all())) {
      try {
        udfFrontEnds().begin(functions.all());
      } catch (ListenException e) {
        throw new UncheckedIOException(e);
      }
    }
    if (callers != null) {
      CallerFrontEnd front =
          new CallerFrontEnd(
              engine,
              functions.all(),
              settings.frontEnd,
              settings.strict,
              settings.maxRunning,
              new Reload(this, settings.settingsSource),
              end);
      front.serve(callers, functionUrl);
      frontEnd = front;
    }
    if (api != null) {
      ApiFrontEnd front = new ApiFrontEnd(engine, functions.all(), settings.frontEnd);
      front.serve(settings.apis, api);
      apiFrontEnd = front;
    }
    if (fn != null) {
      try {
        fn.begin();
      } catch (ListenException e) {
        throw new UncheckedIOException(e);
      }
    }
    EmulatedFunction controlled = functions.all().getFirst();
    ControlApi control = controlled.control();
    if (control != null && controlApi != null) {
      controlApi.serve(
          engine
              .gatekeeper()
              .forControl(OpenRequests.of(engine, control.handler(controlled.fleet()))),
          ControlApi::answerFault);
    }
  }

  /** Other nodes take what this one does not begin any more. */
  private void endAnnounced() {
    engine.events().leaveToOthers();
    if (fn != null) {
      fn.drain();
    }
    UdfFrontEnds ofHosts = udfs;
    if (ofHosts != null) {
      ofHosts.drain();
    }
  }

  private synchronized UdfFrontEnds udfFrontEnds() {
    UdfFrontEnds known = udfs;
    if (known == null) {
      known = lifecycle.add(new UdfFrontEnds(engine));
      udfs = known;
    }
    return known;
  }

  private List<QueuedFunction> queued() {
    return functions.all().stream().map(EmulatedFunction::queued).toList();
  }

  // ------------------------------------------------------------------ invocations

  /**
   * Invokes a function.
   *
   * @param function its name
   * @param payload the payload, JSON for most runtimes; if it is empty, the function gets {@code
   *     {}}
   * @return completes with the result, also if the function fails. Its dependent stages may block
   * @throws IllegalArgumentException if there is no such function, version or alias, or the payload
   *     is larger than 6 MiB
   * @throws IllegalStateException if the function is known but cannot run
   */
  public CompletableFuture<InvokeResult> invoke(String function, byte[] payload) {
    return invoke(function, payload, InvokeOptions.DEFAULT);
  }

  /**
   * Invokes a function as {@link #invoke(String, byte[])} does.
   *
   * @throws IllegalArgumentException if there is no such function, version or alias, or the payload
   *     is larger than 6 MiB
   * @throws IllegalStateException if the function is known but cannot run
   */
  public CompletableFuture<InvokeResult> invoke(
      String function, byte[] payload, InvokeOptions options) {
    EmulatedFunction target = function(function);
    if (payload.length > Limits.MAX_REQUEST_BYTES) {
      throw new IllegalArgumentException(
          "The payload has " + payload.length + " bytes, more than " + Limits.MAX_REQUEST_BYTES);
    }
    InvokedVersion invoked = target.target(options.qualifier());
    String requestId = options.requestId();
    String id = requestId == null ? Identifiers.random() : requestId;
    FutureSink sink = new FutureSink(id, options.logTail(), callbacks);
    invoked
        .function()
        .fleet()
        .invoke(
            new Invocation(
                id,
                invoked.description(),
                invoked.arn(),
                invoked.version(),
                TraceHeader.complete(
                    null, invoked.description().identity(), engine.wallClock().epochMillis()),
                options.clientContext(),
                null,
                payload.length == 0 ? Payload.of("{}") : Payload.of(payload.clone()),
                sink,
                Limits.MAX_RESPONSE_BYTES,
                false));
    return sink.result();
  }

  /**
   * Serves a host of Kapacitor's protocol at the far end of two streams with a function, whose
   * settings say how it is exposed.
   *
   * @param name its name
   * @param ended run when the conversation is over
   * @throws IllegalArgumentException if there is no such function, or its settings do not expose it
   * @throws IOException if the libraries for the protocol are missing
   */
  public void serveHost(String name, InputStream in, OutputStream out, UdfFrontEnd.Ended ended)
      throws IOException {
    EmulatedFunction function = function(name);
    UdfExposure exposure = function.settings().udf();
    if (exposure == null) {
      throw new IllegalArgumentException(
          "The function '" + name + "' is not exposed as a user-defined function");
    }
    udfFrontEnds().serve(function, exposure, in, out, ended);
  }

  // ------------------------------------------------------------------ changes

  /**
   * Changes the functions to those of {@code next}: a function with the same settings keeps its
   * processes, one with other settings is {@link #renew renewed} with them, new ones come, and
   * missing ones end when their invocations are over. APIs are replaced. Addresses and the settings
   * of the front end stay as they are; {@link Changes#unapplied} says which of them would change.
   *
   * @return what has changed
   * @throws InvalidSettingsException if the settings are invalid; then nothing has changed
   * @throws ListenException if the address of a Runtime API cannot be used; then nothing has
   *     changed
   * @throws IllegalStateException if a client of the control API drives the function
   */
  public Changes apply(ProgramSettings next) throws ListenException {
    refuseIfControlled();
    SettingsChecks.check(next.functions(), settings.listeners);
    synchronized (changing) {
      Changes changes =
          functions.apply(
              next.functions().stream().map(this::withEndpoint).toList(),
              function -> plan(function, settings.observers.apply(function)),
              this::configured,
              () -> replaceInFrontEnds(next.apis()));
      if (!changes.renewed().isEmpty()) {
        forgetAnswers();
      }
      List<String> unapplied = new ArrayList<>(settings.unchangeable(next));
      unapplied.addAll(changes.unapplied());
      return new Changes(changes.renewed(), changes.added(), changes.removed(), unapplied);
    }
  }

  private void replaceInFrontEnds(List<Api> apis) {
    engine.events().serve(queued());
    CallerFrontEnd front = frontEnd;
    if (front != null) {
      front.replace(functions.all());
    }
    ApiFrontEnd ofApis = apiFrontEnd;
    if (ofApis != null) {
      ofApis.replace(apis, functions.all());
    }
    if (fn != null) {
      fn.replace(functions.all());
    }
    if (udfs != null || UdfFrontEnds.areNeededFor(functions.all())) {
      udfFrontEnds().replace(functions.all());
    }
  }

  /**
   * Gives a function new sandboxes, because its code has changed. Invocations that run go on in the
   * old ones; those that wait, and all later ones, get new ones. None fails because of that. A
   * runtime that the user starts stays.
   *
   * @throws IllegalArgumentException if there is no such function
   * @throws IllegalStateException if a client of the control API drives the function
   */
  public void renew(String function) {
    refuseIfControlled();
    synchronized (changing) {
      function(function).renew();
      forgetAnswers();
    }
  }

  /** An answer of an authorizer's old code must not decide about requests after its renewal. */
  private void forgetAnswers() {
    ApiFrontEnd front = apiFrontEnd;
    if (front != null) {
      front.forgetAnswers();
    }
  }

  /**
   * Announces that a function will perhaps be {@link #renew renewed}, for example because a file of
   * its code is being written. Until then none of its sandboxes is initialised, because the runtime
   * could find half of the code; those that are there go on.
   *
   * @param atMost how long to wait for the renewal
   * @throws IllegalArgumentException if there is no such function
   */
  public void expectRenewal(String function, Duration atMost) {
    function(function).expectRenewal(atMost);
  }

  private void refuseIfControlled() {
    if (settings.listeners.controlApi() != null) {
      throw new IllegalStateException(
          "A client of the control API drives the function, and decides when it starts again");
    }
  }

  // ------------------------------------------------------------------ what there is

  /** Returns the functions that there are now, in the order of the settings. */
  public List<EmulatedFunction> functions() {
    return functions.all();
  }

  /**
   * Returns a function.
   *
   * @param name its name in the settings
   * @throws IllegalArgumentException if there is no such function
   */
  public EmulatedFunction function(String name) {
    return functions.named(name);
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

  /** Returns the address of the HTTP APIs and REST APIs, null if there is none. */
  public @Nullable InetSocketAddress apiAddress() {
    return api == null ? null : api.address();
  }

  /** Returns the address for load balancers of Fn, null if there is none or before the start. */
  public @Nullable InetSocketAddress fnRunnerAddress() {
    return fn == null ? null : fn.address();
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
   * <p>If the settings have a {@link FrontEnd#drainDelay}, or a client has announced the end with
   * {@code POST /_rapid/drain}, callers are served for that time, and running requests and attempts
   * of asynchronous invocations finish before the functions end.
   *
   * <p>Calls of Fn always finish (contract fn-runner, section 3.2). Those that come are refused
   * from the beginning, because their load balancer then takes another runner.
   *
   * @throws IllegalStateException if a part could not be closed
   */
  @Override
  public void close() {
    List<EmulatedFunction> all = functions.all();
    Duration delay = settings.frontEnd.drainDelay();
    boolean announced = delay != null || end.hasBegun();
    if (announced) {
      end.finish(delay == null ? Duration.ZERO : delay, longestTimeout(all));
    } else {
      end.begin();
    }
    engine.events().drain(settings.frontEnd.asyncDrain());
    if (announced) {
      engine.events().awaitRunning(longestTimeout(all));
    }
    // As in Fn, always: its load balancer repeats no call that has begun.
    if (fn != null && !fn.awaitIdle(LONGEST_TIMEOUT)) {
      LOG.log(Level.WARNING, "some calls of Fn have not finished in time");
    }
    // Kapacitor never ends a conversation by itself, so there is nothing to wait for.
    UdfFrontEnds ofHosts = udfs;
    if (ofHosts != null) {
      ofHosts.close();
    }
    List<CompletableFuture<Void>> ends = all.stream().map(EmulatedFunction::shutDown).toList();
    Duration patience = PATIENCE.plus(longestEnd(all));
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
    // Callers whose events are being stored still get their answers.
    engine.events().close();
    lifecycle.close();
  }

  private static Duration longestTimeout(List<EmulatedFunction> functions) {
    return functions.stream()
        .map(each -> each.description().timeout())
        .map(timeout -> timeout.isZero() ? LONGEST_TIMEOUT : timeout)
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  private static Duration longestEnd(List<EmulatedFunction> functions) {
    return functions.stream()
        .map(each -> each.settings().longestEnd())
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  // ------------------------------------------------------------------ the builder

  private record Configured(FunctionSettings settings, FunctionObserver observer) {}

  /** Builds one Rapid. Not thread-safe. */
  public static final class Builder {

    private final List<Configured> functions = new ArrayList<>();
    private Function<FunctionSettings, FunctionObserver> observers =
        function -> FunctionObserver.logging(FunctionLog.none());
    private List<Api> apis = List.of();
    private Listeners listeners = Listeners.NONE;
    private FrontEnd frontEnd = FrontEnd.DEFAULT;
    private List<String> allowedHosts = List.of();
    private UnaryOperator<String> hostAdvice = name -> "allow it when you build Rapid.";
    private Set<StrictRule> strict = Set.of();
    private @Nullable Integer maxRunning;
    private @Nullable TotalMemory totalMemory;
    private QueueSettings queue = QueueSettings.DEFAULT;
    private @Nullable FnSettings fn;
    private FnRunner.@Nullable Factory fnFactory;
    private @Nullable SettingsSource settingsSource;
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
      SettingsChecks.check(settings);
      if (functions.stream().anyMatch(other -> other.settings().name().equals(settings.name()))) {
        throw new InvalidSettingsException("There are two functions '" + settings.name() + "'");
      }
      functions.add(new Configured(settings, observer));
      return this;
    }

    /**
     * Sets how functions are observed that come with {@link Rapid#apply}; default: without a log.
     */
    public Builder observers(Function<FunctionSettings, FunctionObserver> value) {
      observers = value;
      return this;
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

    /**
     * Sets the HTTP APIs and REST APIs; default: none. Their address is {@link Listeners#api()}. Of
     * several that take a request, the first one gets it.
     */
    public Builder apis(List<Api> value) {
      apis = List.copyOf(value);
      return this;
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

    /**
     * Sets how much memory sandboxes may have, all together, null for no limit. Each counts with
     * the memory size of its function. If memory is short, idle sandboxes are ended for others.
     */
    public Builder totalMemory(@Nullable TotalMemory value) {
      totalMemory = value;
      return this;
    }

    /** Sets the queue of asynchronous invocations; default: in memory. */
    public Builder queue(QueueSettings value) {
      queue = value;
      return this;
    }

    /** Sets the front end for load balancers of the Fn Project; null, the default, for none. */
    public Builder fnRunner(@Nullable FnSettings value) {
      fn = value;
      return this;
    }

    /** Sets what makes the runner; default: the one that speaks gRPC. */
    Builder fnFactory(FnRunner.Factory value) {
      fnFactory = value;
      return this;
    }

    /**
     * Sets from where {@code POST /_rapid/reload} gets settings; default: the settings stay, and it
     * renews all functions.
     */
    public Builder settingsSource(SettingsSource value) {
      settingsSource = value;
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
      SettingsChecks.check(functions.stream().map(Configured::settings).toList(), listeners);
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
      } catch (UncheckedIOException e) {
        try (rapid) {
          throw e.getCause();
        }
      } catch (RuntimeException e) {
        try (rapid) {
          throw e;
        }
      }
    }

    private RunningFunctions.Rules rules() {
      return new RunningFunctions.Rules(
          strict.contains(StrictRule.CONCURRENCY),
          listeners.controlApi() != null,
          lazyInit,
          maxRunning,
          fn == null ? Duration.ZERO : fn.waitForCapacity(),
          totalMemory != null && totalMemory.ofAllFunctions());
    }

    /** Returns which settings of {@code next} are other ones and cannot change any more. */
    private List<String> unchangeable(ProgramSettings next) {
      List<String> names = new ArrayList<>();
      if (!next.listeners().equals(listeners)) {
        names.add("the addresses");
      }
      if (!next.frontEnd().equals(frontEnd)) {
        names.add("how callers are served");
      }
      if (!next.allowedHosts().equals(allowedHosts)) {
        names.add("the host names that are allowed");
      }
      if (!next.strict().equals(strict)) {
        names.add("the strict rules");
      }
      if (!Objects.equals(next.maxRunning(), maxRunning)) {
        names.add("how many invocations run at once in all");
      }
      if (!Objects.equals(next.totalMemory(), totalMemory)) {
        names.add("how much memory the sandboxes have in all");
      }
      if (!next.queue().equals(queue)) {
        names.add("the queue of asynchronous invocations");
      }
      if (!Objects.equals(next.fn(), fn)) {
        names.add("how calls of Fn are taken");
      }
      return names;
    }
  }
}
