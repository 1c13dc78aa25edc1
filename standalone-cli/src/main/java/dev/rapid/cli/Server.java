package dev.rapid.cli;

import dev.rapid.cli.config.FileFaults;
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
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs an emulator with a front end until a signal or the control API ends the process. */
final class Server {

  private final ProgramSettings program;
  private final FunctionSettings function;
  private final String listenFlag;
  private final boolean lazy;
  private final @Nullable String eventsTo;
  private final Shell shell;

  /** Becomes zero when the first init has succeeded or failed. */
  private final CountDownLatch initEnded = new CountDownLatch(1);

  /**
   * Creates a server that does not run yet.
   *
   * @param listenFlag the option that chooses the address, for messages
   * @param lazy whether init waits for the first invocation; with a control API it always waits for
   *     its client
   * @param eventsTo the output of all telemetry records, null for none
   */
  Server(
      ProgramSettings program,
      String listenFlag,
      boolean lazy,
      @Nullable String eventsTo,
      Shell shell) {
    this.program = program;
    this.function = program.functions().getFirst();
    this.listenFlag = listenFlag;
    this.lazy = (lazy || program.listeners().controlApi() != null) && !function.isAttached();
    this.eventsTo = eventsTo;
    this.shell = shell;
  }

  /** Announces the server. */
  @FunctionalInterface
  interface Announcement {

    /**
     * Called when the server listens and the first init, if there is one, has ended.
     *
     * @param callers the address for callers, as {@code host:port}
     */
    void listening(EmulatedFunction function, String callers);
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
    Notices notices = new Notices(function.initTimeout(), function.isAttached(), true);
    boolean several = program.functions().size() > 1;
    Function<String, EventsApi> events =
        sandbox -> {
          // The first sandbox of the only function needs no name.
          boolean named = several || !sandbox.equals(function.name() + "/1");
          EventsApi noticed = notices.ofSandbox(named ? sandbox : "");
          return event -> {
            noticed.emit(event);
            if (event instanceof LifecycleEvent.InitReport report
                && report.status() != Status.SUCCESS) {
              initEnded.countDown();
            }
          };
        };
    EventsOutput output = eventsTo == null ? null : EventsOutput.to(eventsTo, shell);
    FunctionObserver observer = new FunctionObserver(log(), events, output);
    Rapid.Builder builder =
        Emulation.builder(program, observer).listeners(program.listeners()).lazyInit(lazy);
    try (output;
        Rapid rapid = Emulation.bind(builder, listenFlag)) {
      ShutdownHook hook =
          ShutdownHook.install(() -> end(rapid, output, notices), () -> exitCode(output));
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

  private void run(Rapid rapid, Announcement announcement) throws InterruptedException {
    EmulatedFunction running = rapid.function(function.name());
    running.whenReady(initEnded::countDown);
    rapid.begin();
    InetSocketAddress url = rapid.functionUrlAddress();
    if (url != null) {
      Log.info("function URL at http://" + HostPort.reachable(url));
    }
    InetSocketAddress control = rapid.controlApiAddress();
    if (control != null) {
      Log.info("control API at http://" + HostPort.reachable(control));
    }
    if (!function.isAttached()) {
      initEnded.await();
    }
    announcement.listening(running, HostPort.reachable(rapid.address()));
    if (function.isAttached()) {
      initEnded.await();
      Log.info("a runtime is connected");
    }
    rapid.awaitEndRequest();
  }

  private static ExitCode exitCode(@Nullable EventsOutput output) {
    return output != null && output.isIncomplete() ? ExitCode.INTERNAL : ExitCode.SUCCESS;
  }

  private static void end(Rapid rapid, @Nullable EventsOutput output, Notices notices) {
    notices.silence();
    try (output) {
      rapid.close();
    }
  }
}
