package dev.rapid.cli;

import dev.rapid.cli.config.FileFaults;
import dev.rapid.cli.config.LazyRuntimes;
import dev.rapid.core.events.EventsApi;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.emulator.EmulatedFunction;
import dev.rapid.emulator.FunctionLog;
import dev.rapid.emulator.FunctionObserver;
import dev.rapid.emulator.Rapid;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.ProgramSettings;
import dev.rapid.kapacitor.UdfExposure;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs an emulator with a front end until a signal or the control API ends the process. */
final class Server {

  private final Reloading.Configuration configuration;
  private final @Nullable Reloading reloading;
  private final @Nullable LazyRuntimes runtimes;
  private final String listenFlag;
  private final boolean lazy;
  private final @Nullable String eventsTo;
  private final Shell shell;
  private final boolean several;
  private final Map<String, Served> served = new ConcurrentHashMap<>();

  /**
   * Creates a server that does not run yet.
   *
   * @param configuration the settings
   * @param reloading how files and clients change them; null if nothing does
   * @param runtimes what a signal closes after the functions, because the caller gets no chance;
   *     null for nothing
   * @param listenFlag the option that chooses the address, for messages
   * @param lazy whether init waits for the first invocation; with a control API it always waits for
   *     its client
   * @param eventsTo the output of all telemetry records, null for none
   */
  Server(
      Reloading.Configuration configuration,
      @Nullable Reloading reloading,
      @Nullable LazyRuntimes runtimes,
      String listenFlag,
      boolean lazy,
      @Nullable String eventsTo,
      Shell shell) {
    this.configuration = configuration;
    this.reloading = reloading;
    this.runtimes = runtimes;
    this.listenFlag = listenFlag;
    this.lazy = lazy || configuration.program().listeners().controlApi() != null;
    this.eventsTo = eventsTo;
    this.shell = shell;
    this.several = configuration.program().functions().size() > 1;
  }

  /** Announces the server. */
  @FunctionalInterface
  interface Announcement {

    /**
     * Called when the server listens and the first inits, if there are any, have ended.
     *
     * @param functions in the order of the settings
     * @param callers the address for callers, as {@code host:port}
     */
    void listening(List<EmulatedFunction> functions, String callers);
  }

  /** A function that is served. */
  private static final class Served {

    private final FunctionSettings settings;
    private final boolean oneOfSeveral;
    private final Notices notices;

    /** Becomes zero when the first init has succeeded or failed. */
    private final CountDownLatch initEnded = new CountDownLatch(1);

    Served(FunctionSettings settings, boolean oneOfSeveral) {
      this.settings = settings;
      this.oneOfSeveral = oneOfSeveral;
      this.notices = new Notices(settings.initTimeout(), settings.isAttached(), true);
    }

    EventsApi events(String sandbox) {
      // The first sandbox of the only function needs no name.
      boolean named = oneOfSeveral || !sandbox.equals(settings.name() + "/1");
      EventsApi noticed = notices.ofSandbox(named ? sandbox : "");
      return event -> {
        noticed.emit(event);
        if (event instanceof LifecycleEvent.InitReport report
            && report.status() != Status.SUCCESS
            && !report.isInterrupted()) {
          initEnded.countDown();
        }
      };
    }
  }

  /**
   * Serves until SIGTERM or SIGINT, which end the process, or until a client of the control API
   * asks for the end.
   *
   * @return the exit status, also after a signal; not 0 if records are missing in the output of
   *     {@code --events}
   * @throws UnavailableException if an address cannot be used
   */
  ExitCode run(Announcement announcement) throws UnavailableException {
    EventsOutput output = eventsTo == null ? null : EventsOutput.to(eventsTo, shell);
    FunctionLog log = log();
    ProgramSettings program = configuration.program();
    Rapid.Builder builder =
        Emulation.builder(
                program, function -> new FunctionObserver(log, serve(function)::events, output))
            .listeners(program.listeners())
            .lazyInit(lazy);
    if (reloading != null) {
      builder.settingsSource(reloading);
    }
    try (output;
        Rapid rapid = Emulation.bind(builder, listenFlag);
        reloading) {
      ShutdownHook hook = ShutdownHook.install(() -> end(rapid, output), () -> exitCode(output));
      try {
        run(rapid, announcement);
      } finally {
        hook.remove();
      }
    } catch (InterruptedException e) {
      // Only tests interrupt this thread.
      Thread.currentThread().interrupt();
    }
    return exitCode(output);
  }

  private Served of(String function) {
    return Objects.requireNonNull(served.get(function));
  }

  /** A function that comes later is never the only one. */
  private Served serve(FunctionSettings function) {
    Served made = new Served(function, several || !served.isEmpty());
    served.put(function.name(), made);
    return made;
  }

  /** If stdout is for {@code --events}, the log goes to stderr. */
  private FunctionLog log() {
    return EventsOutput.STDOUT.equals(eventsTo)
        ? FunctionLog.sharing(shell.err())
        : FunctionLog.to(
            shell.out(),
            e ->
                Log.warn(
                    "Cannot write the function's log to stdout: "
                        + FileFaults.reason(e)
                        + "; the rest of it is lost"));
  }

  private void run(Rapid rapid, Announcement announcement)
      throws InterruptedException, UnavailableException {
    List<EmulatedFunction> functions = rapid.functions();
    for (EmulatedFunction function : functions) {
      function.whenReady(of(function.description().identity().name()).initEnded::countDown);
    }
    Emulation.begin(rapid);
    if (reloading != null) {
      reloading.begin(rapid, configuration);
    }
    InetSocketAddress url = rapid.functionUrlAddress();
    if (url != null) {
      Log.info("function URL at http://" + HostPort.reachable(url));
    }
    InetSocketAddress api = rapid.apiAddress();
    if (api != null) {
      Log.info(ApiAnnouncement.of(configuration.program().apis(), HostPort.reachable(api)));
    }
    InetSocketAddress fn = rapid.fnRunnerAddress();
    if (fn != null) {
      Log.info("runner of Fn at " + HostPort.reachable(fn));
    }
    for (EmulatedFunction function : functions) {
      UdfExposure udf = function.settings().udf();
      if (udf != null) {
        Log.info("function of Kapacitor '" + function.settings().name() + "' at " + udf.socket());
      }
    }
    InetSocketAddress control = rapid.controlApiAddress();
    if (control != null) {
      Log.info("control API at http://" + HostPort.reachable(control));
    }
    for (EmulatedFunction function : functions) {
      if (!function.isAttached()) {
        Served one = of(function.description().identity().name());
        // A function whose init has not ended may be removed.
        while (!one.initEnded.await(1, TimeUnit.SECONDS)) {
          if (!rapid.functions().contains(function)) {
            break;
          }
        }
      }
    }
    announcement.listening(functions, HostPort.reachable(rapid.address()));
    for (EmulatedFunction function : functions) {
      if (function.isAttached()) {
        String name = function.description().identity().name();
        String whose = functions.size() == 1 ? "" : " of '" + name + "'";
        function.whenReady(() -> Log.info("a runtime" + whose + " is connected"));
      }
    }
    rapid.awaitEndRequest();
  }

  private static ExitCode exitCode(@Nullable EventsOutput output) {
    return output != null && output.isIncomplete() ? ExitCode.INTERNAL : ExitCode.SUCCESS;
  }

  private void end(Rapid rapid, @Nullable EventsOutput output) {
    served.values().forEach(function -> function.notices.silence());
    try (output;
        runtimes;
        reloading) {
      rapid.close();
    }
  }
}
