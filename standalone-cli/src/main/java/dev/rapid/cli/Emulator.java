package dev.rapid.cli;

import dev.rapid.bootstrap.AttachedRuntime;
import dev.rapid.bootstrap.LocalProcesses;
import dev.rapid.cli.config.LogLevel;
import dev.rapid.cli.config.Option;
import dev.rapid.control.ControlApi;
import dev.rapid.control.EventLog;
import dev.rapid.core.events.EventsApi;
import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.LogTail;
import dev.rapid.core.process.OutputListener;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.sandbox.SandboxPorts;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.ScheduledTimers;
import dev.rapid.core.time.WallClock;
import dev.rapid.emulator.settings.FrontEnd;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.ProgramSettings;
import dev.rapid.emulator.settings.SandboxOptions;
import dev.rapid.emulator.settings.StreamErrors;
import dev.rapid.emulator.settings.StrictRule;
import dev.rapid.extensionsapi.ExtensionsApi;
import dev.rapid.http.HttpListener;
import dev.rapid.http.HttpWorker;
import dev.rapid.http.request.FaultHandler;
import dev.rapid.http.request.PayloadMemory;
import dev.rapid.invokeapi.InvokeApi;
import dev.rapid.invokeapi.invoke.Strictness;
import dev.rapid.invokeapi.stream.ResponseStreaming;
import dev.rapid.runtimeapi.RuntimeApiServer;
import dev.rapid.status.EventStream;
import dev.rapid.status.HealthHandler;
import dev.rapid.status.MetricsHandler;
import dev.rapid.status.ProcessGauges;
import dev.rapid.status.Readiness;
import dev.rapid.status.StatePage;
import dev.rapid.telemetry.delivery.DeliveryThread;
import dev.rapid.telemetry.log.InvocationLog;
import dev.rapid.telemetry.log.LineWriter;
import dev.rapid.telemetry.metrics.LifecycleMeters;
import dev.rapid.telemetry.subscription.TelemetryApi;
import dev.rapid.telemetry.subscription.TelemetryHub;
import io.undertow.server.HttpHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The parts of the program, put together around one function.
 *
 * <p>The order of the start is made for speed: the Runtime API is bound first, so that the
 * runtime's process can be started while the front end comes up.
 */
final class Emulator implements AutoCloseable {

  private static final int IO_THREADS = 1;

  /** Names the class that makes MBean servers; if there is no such class, none is made. */
  private static final String MBEAN_SERVER_BUILDER = "javax.management.builder.initial";

  /** How long the function's end is waited for: the extensions' time, and two seconds to kill. */
  private static final Duration PATIENCE = Duration.ofMillis(4500);

  private static final long ANSWER_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final HttpWorker worker;
  private final ScheduledTimers timers;
  private final String runtimeApi;
  private final Readiness readiness;
  private final Fleet fleet;
  private final ConfiguredFunction function;
  private final TelemetryHub hub;
  private final LifecycleMeters meters;
  private final ProcessGauges counts;
  private final @Nullable ControlApi control;
  private final CountDownLatch endRequested;
  private final Gatekeeper gatekeeper;
  private final Set<StrictRule> strict;
  private final Duration patience;
  private final Lifecycle lifecycle;

  /** What has to happen while the function still runs. */
  private volatile Runnable beforeEnd = () -> {};

  private Emulator(
      ProgramSettings program,
      FunctionSettings configuration,
      HttpWorker worker,
      ScheduledTimers timers,
      String runtimeApi,
      Readiness readiness,
      Fleet fleet,
      ConfiguredFunction function,
      TelemetryHub hub,
      LifecycleMeters meters,
      ProcessGauges counts,
      @Nullable ControlApi control,
      CountDownLatch endRequested,
      Gatekeeper gatekeeper,
      Lifecycle lifecycle) {
    this.worker = worker;
    this.timers = timers;
    this.runtimeApi = runtimeApi;
    this.readiness = readiness;
    this.fleet = fleet;
    this.function = function;
    this.hub = hub;
    this.meters = meters;
    this.counts = counts;
    this.control = control;
    this.endRequested = endRequested;
    this.gatekeeper = gatekeeper;
    this.strict = program.strict();
    this.patience = PATIENCE.plus(configuration.sandbox().shutdownGrace());
    this.lifecycle = lifecycle;
  }

  /**
   * Starts everything but the function and the front end.
   *
   * @param logOnStderr whether function output and platform lines go to stderr, not stdout
   * @param records receives every record of telemetry, and is closed with the emulator; null if
   *     nobody wants them
   * @param notices are told of lifecycle events after the log
   * @param lazy whether init waits for the first invocation
   * @param controlled whether there is to be a control API
   * @throws UnavailableException if the address of the Runtime API cannot be used
   */
  static Emulator start(
      ProgramSettings program,
      Shell shell,
      boolean logOnStderr,
      @Nullable EventsOutput records,
      EventsApi notices,
      boolean lazy,
      boolean controlled)
      throws UnavailableException {
    Lifecycle lifecycle = new Lifecycle();
    try {
      if (records != null) {
        lifecycle.add(records);
      }
      return start(program, shell, logOnStderr, records, notices, lazy, controlled, lifecycle);
    } catch (UnavailableException | RuntimeException e) {
      try {
        lifecycle.close();
      } catch (IllegalStateException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
  }

  private static Emulator start(
      ProgramSettings program,
      Shell shell,
      boolean logOnStderr,
      @Nullable EventsOutput records,
      EventsApi notices,
      boolean lazy,
      boolean controlled,
      Lifecycle lifecycle)
      throws UnavailableException {
    CountDownLatch endRequested = new CountDownLatch(1);
    FunctionSettings configuration = program.functions().getFirst();
    ConfiguredFunction function = new ConfiguredFunction(configuration, endRequested::countDown);
    LineWriter lines =
        logOnStderr
            ? shell.err()
            : lifecycle.add(
                LineWriter.to(
                    shell.out(),
                    InvocationLog.lossReport(
                        () -> function.description().logFormat(), WallClock.SYSTEM),
                    e ->
                        Log.warn(
                            "Cannot write the function's log to stdout: "
                                + FileFaults.reason(e)
                                + "; the rest of it is lost")));
    ScheduledTimers timers = lifecycle.add(new ScheduledTimers(NanoClock.SYSTEM));
    HttpWorker worker;
    try {
      // Bodies are in direct memory, of which there may be as much as of heap.
      long payloadBytes = Runtime.getRuntime().maxMemory() / 4 * 3;
      worker = lifecycle.add(withoutJmx(() -> HttpWorker.start(IO_THREADS, payloadBytes)));
    } catch (IOException e) {
      throw new UnavailableException("Cannot start the I/O threads: " + e.getMessage());
    }
    RuntimeApiServer runtimeApi =
        lifecycle.add(
            Binding.to(
                configuration.runtimeApi(),
                Option.RUNTIME_API_ADDRESS.flag(),
                address -> RuntimeApiServer.bind(worker, address)));
    RunningProcesses running = new RunningProcesses();
    TelemetryHub hub =
        lifecycle.add(
            new TelemetryHub(
                function::description,
                running,
                new DeliveryThread(() -> withoutJmx(() -> HttpWorker.startOutgoing("telemetry"))),
                timers,
                NanoClock.SYSTEM,
                WallClock.SYSTEM));
    if (records != null) {
      hub.addSink(records);
    }
    InvocationLog log =
        new InvocationLog(
            function::description,
            lines,
            hub::emit,
            running,
            running,
            timers,
            NanoClock.SYSTEM,
            WallClock.SYSTEM);
    ProcessGauges counts = new ProcessGauges(hub);
    LifecycleMeters meters = new LifecycleMeters(counts::bindTo);
    ControlApi control =
        controlled
            ? new ControlApi(
                function, worker.payloads(), NanoClock.SYSTEM, timers, WallClock.SYSTEM)
            : null;
    EventsApi events =
        event -> {
          log.emit(event);
          meters.emit(event);
          if (control != null) {
            control.emit(event);
          }
          notices.emit(event);
        };
    Processes processes =
        processes(
            configuration,
            function,
            HostPort.reachable(runtimeApi.address()),
            log,
            hub,
            control,
            running,
            lifecycle);
    Readiness readiness = new Readiness(configuration.isAttached(), lazy);
    SandboxConfig config = sandboxConfig(configuration);
    Fleet fleet =
        new Fleet(
            program.strict().contains(StrictRule.CONCURRENCY) ? 0 : Fleet.DEFAULT_MAX_WAITING,
            config.capacity(),
            available ->
                new Sandbox(
                    config,
                    new SandboxPorts(
                        processes,
                        runtimeApi,
                        events,
                        new OrderedSubscriptions(hub, log),
                        readiness,
                        timers,
                        NanoClock.SYSTEM,
                        WallClock.SYSTEM,
                        ended -> {
                          LogTail tail = ended.sink().logTail();
                          if (tail != null) {
                            log.endTail(tail);
                          }
                          available.accept(ended);
                          if (control != null) {
                            control.ended(ended);
                          }
                        })));
    counts.fleet(fleet);
    Gatekeeper gatekeeper = new Gatekeeper(program.allowedHosts());
    runtimeApi.serve(
        gatekeeper.forProcesses(
            functionSide(configuration, function, worker, runtimeApi, hub, fleet.next())));
    return new Emulator(
        program,
        configuration,
        worker,
        timers,
        HostPort.reachable(runtimeApi.address()),
        readiness,
        fleet,
        function,
        hub,
        meters,
        counts,
        control,
        endRequested,
        gatekeeper,
        lifecycle);
  }

  /** The APIs for the function's processes, which share an address. */
  private static HttpHandler functionSide(
      FunctionSettings configuration,
      ConfiguredFunction function,
      HttpWorker worker,
      RuntimeApiServer runtimeApi,
      TelemetryHub hub,
      Sandbox sandbox) {
    HttpHandler runtime =
        runtimeApi.routes(sandbox, function.metadataEndpoint(), function.credentialStore());
    boolean off = configuration.sandbox().extensionsSwitchedOff();
    PayloadMemory memory = worker.payloads().withoutBudget();
    HttpHandler extensions =
        off
            ? ExtensionsApi.switchedOff()
            : ExtensionsApi.routes(sandbox, function::description, memory);
    HttpHandler real =
        off
            ? TelemetryApi.switchedOff()
            : TelemetryApi.routes(sandbox, hub, runtimeApi.address().getPort(), memory);
    HttpHandler telemetry =
        switch (configuration.sandbox().telemetry()) {
          case ON -> real;
          case STUB -> TelemetryApi.stub();
          case RIE -> off ? TelemetryApi.stub() : TelemetryApi.withStubForStrangers(real);
        };
    return exchange -> {
      String path = exchange.getRequestPath();
      HttpHandler handler = runtime;
      if (path.startsWith(ExtensionsApi.PREFIX)) {
        handler = extensions;
      } else if (TelemetryApi.has(path)) {
        handler = telemetry;
      }
      handler.handleRequest(exchange);
    };
  }

  /** Starts something that can fail. */
  @FunctionalInterface
  private interface Start<T> {
    T start() throws IOException;
  }

  /**
   * Keeps XNIO from registering itself with JMX: that would load the whole of JMX, which takes
   * longer than the rest of our start and 8 MB of memory. XNIO ignores that it cannot; others can
   * use JMX afterwards.
   */
  private static <T> T withoutJmx(Start<T> start) throws IOException {
    String before = System.getProperty(MBEAN_SERVER_BUILDER);
    System.setProperty(MBEAN_SERVER_BUILDER, "none");
    try {
      return start.start();
    } finally {
      if (before == null) {
        System.clearProperty(MBEAN_SERVER_BUILDER);
      } else {
        System.setProperty(MBEAN_SERVER_BUILDER, before);
      }
    }
  }

  private static Processes processes(
      FunctionSettings configuration,
      ConfiguredFunction function,
      String runtimeApi,
      InvocationLog log,
      TelemetryHub hub,
      @Nullable ControlApi control,
      RunningProcesses running,
      Lifecycle lifecycle) {
    if (configuration.isAttached()) {
      return new AttachedRuntime();
    }
    LocalProcesses processes =
        lifecycle.add(
            new LocalProcesses(
                process -> function.launchSpec(process, runtimeApi),
                process -> output(process, log, hub, control, running),
                function.extensions()));
    running.are(processes);
    return processes;
  }

  private static OutputListener output(
      ProcessName process,
      InvocationLog log,
      TelemetryHub hub,
      @Nullable ControlApi control,
      RunningProcesses running) {
    boolean ofRuntime = process.extension() == null;
    if (ofRuntime) {
      running.began(process.generation());
    }
    // The log last: it lets those events go on that wait for this output.
    OutputListener lines =
        new TwoOutputs(
            ofRuntime ? hub.functionOutput() : hub.extensionOutput(),
            ofRuntime ? log.output() : log.extensionOutput());
    if (control == null) {
      return lines;
    }
    EventLog kept = control.eventLog();
    return new TwoOutputs(ofRuntime ? kept.functionOutput() : kept.extensionOutput(), lines);
  }

  private static SandboxConfig sandboxConfig(FunctionSettings configuration) {
    SandboxOptions options = configuration.sandbox();
    SandboxConfig config =
        configuration.isAttached()
            ? SandboxConfig.ofUsersRuntime()
            : SandboxConfig.started(configuration.initTimeout());
    if (options.extensionsDirectory() != null) {
      config = config.withExtensions();
    }
    return config
        .withRestoreTimeout(options.restoreTimeout())
        .withShutdownGrace(options.shutdownGrace());
  }

  /** Begins the function's init, unless an invocation has done so. */
  void initialise() {
    fleet.initialise();
  }

  /** Runs an invocation. */
  void invoke(Invocation invocation) {
    fleet.invoke(invocation);
  }

  /**
   * Binds the address for callers, who wait until {@link #serve}. To be called before the function
   * is started: if it fails, nothing has run.
   *
   * @param flag the option that chooses the address, for messages
   * @throws UnavailableException if the address cannot be used
   */
  HttpListener bind(HostPort address, String flag) throws UnavailableException {
    return lifecycle.add(Binding.to(address, flag, socket -> HttpListener.bind(worker, socket)));
  }

  /**
   * Begins to answer callers.
   *
   * @param url where the function URL is besides its path on {@code listener}, null if nowhere
   */
  void serve(HttpListener listener, @Nullable HttpListener url, FrontEnd front) {
    ResponseStreaming streaming =
        switch (front.shaping()) {
          case ON -> ResponseStreaming.asInTheCloud(NanoClock.SYSTEM, timers);
          case OFF -> ResponseStreaming.unlimited(NanoClock.SYSTEM, timers);
        };
    InvokeApi invokeApi =
        new InvokeApi(
            function::description,
            fleet,
            worker.payloads(),
            WallClock.SYSTEM,
            front.async(),
            timers,
            NanoClock.SYSTEM,
            front.streamErrors() == StreamErrors.REPORT ? streaming : streaming.withoutErrors(),
            front.url(),
            front.pages(),
            new Strictness(
                strict.contains(StrictRule.REGION),
                strict.contains(StrictRule.ACCOUNT),
                strict.contains(StrictRule.TENANT),
                strict.contains(StrictRule.MODEL)));
    lifecycle.add(invokeApi);
    beforeEnd = () -> invokeApi.drain(front.asyncDrain());
    OpenRequests requests = new OpenRequests(invokeApi.handler());
    lifecycle.add(() -> requests.awaitNone(ANSWER_PATIENCE_NANOS));
    StatePage state =
        new StatePage(fleet::states, function::description, fleet::waitingCount, NanoClock.SYSTEM);
    counts.throttles(invokeApi::throttleCount);
    List<String> origins = front.pages().origins();
    HttpHandler metrics = gatekeeper.forWatchers(origins, new MetricsHandler(meters));
    HttpHandler health =
        gatekeeper.forWatchers(
            origins,
            new HealthHandler(readiness, state, new EventStream(hub), timers, NanoClock.SYSTEM));
    HttpHandler callers =
        exchange -> {
          String path = exchange.getRequestPath();
          HttpHandler handler = requests;
          // Where the name is a function URL's, all paths are the function's.
          if (!InvokeApi.isForUrlHost(exchange)) {
            if (path.startsWith(HealthHandler.PREFIX)) {
              handler = health;
            } else if (path.equals(MetricsHandler.PATH)) {
              handler = metrics;
            }
          }
          handler.handleRequest(exchange);
        };
    listener.serve(
        gatekeeper.forCallers(callers),
        (exchange, fault) -> {
          boolean own = HealthHandler.has(exchange.getRequestPath());
          (own ? FaultHandler.TEXT : (FaultHandler) invokeApi::answerFault).answer(exchange, fault);
        });
    if (url != null) {
      OpenRequests urlRequests = new OpenRequests(invokeApi.urlHandler());
      lifecycle.add(() -> urlRequests.awaitNone(ANSWER_PATIENCE_NANOS));
      url.serve(gatekeeper.forCallers(urlRequests), invokeApi::answerUrlFault);
    }
  }

  /** Begins to answer clients of the control API. */
  void serveControl(HttpListener listener) {
    if (control != null) {
      OpenRequests requests = new OpenRequests(control.handler(fleet));
      lifecycle.add(() -> requests.awaitNone(ANSWER_PATIENCE_NANOS));
      listener.serve(gatekeeper.forControl(requests), ControlApi::answerFault);
    }
  }

  /** Waits until a client of the control API wants the program to end. */
  void awaitEndRequest() throws InterruptedException {
    endRequested.await();
  }

  /** Returns the variables that a runtime needs which the user starts. */
  Map<String, String> variablesOfRuntime() {
    return function.variablesOfRuntime(runtimeApi);
  }

  /** Returns the function as it is configured now. */
  FunctionDescription function() {
    return function.description();
  }

  /** Returns whether the runtime is being initialised now. */
  boolean isInitialising() {
    return fleet.states().stream().anyMatch(state -> state.phase() instanceof Phase.Initializing);
  }

  /** Returns whether the function is ready; see {@link Readiness}. */
  boolean isReady() {
    return readiness.snapshot().ready();
  }

  /** Runs {@code task} when the function is ready; see {@link Readiness}. */
  void whenReady(Runnable task) {
    readiness.whenReady(task);
  }

  /**
   * Ends the function and everything else, within about three seconds, or five if there are
   * extensions, or what the function's grace and the wait for events are longer. Callers get their
   * answers before the connections are closed. Repeated calls do no harm.
   */
  @Override
  public void close() {
    beforeEnd.run();
    try {
      fleet.shutDown().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      Log.warn("the function's processes did not end in time");
    } catch (ExecutionException e) {
      Log.log(LogLevel.ERROR, "the function could not be ended", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    lifecycle.close();
  }
}
