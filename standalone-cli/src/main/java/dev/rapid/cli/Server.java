package dev.rapid.cli;

import dev.rapid.cli.config.Option;
import dev.rapid.core.events.EventsApi;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.ProgramSettings;
import dev.rapid.http.HttpListener;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Runs an emulator with a front end until the process is asked to end. */
final class Server {

  private final ProgramSettings program;
  private final FunctionSettings function;
  private final String listenFlag;
  private final boolean lazy;
  private final @Nullable String eventsTo;
  private final Shell shell;

  /** Becomes zero when the first init has ended, well or not. */
  private final CountDownLatch initEnded = new CountDownLatch(1);

  /**
   * Creates a server that does not run yet.
   *
   * @param listenFlag the option that chooses the address, for messages
   * @param lazy whether init waits for the first invocation; with a control API it always waits for
   *     its client
   * @param eventsTo where every record of telemetry is written, null if nowhere
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

  /** Says where the server is. */
  @FunctionalInterface
  interface Announcement {

    /**
     * The server listens, and the first init has ended if there was one to wait for.
     *
     * @param callers the address for callers, as {@code host:port}
     */
    void listening(Emulator emulator, String callers);
  }

  /**
   * Serves until SIGTERM or SIGINT, which end the process, or until the control API is asked for
   * the end.
   *
   * @return the exit status, also of a process that a signal ended: no success if events are
   *     missing in the output of {@code --events}
   * @throws UnavailableException if an address cannot be used
   */
  ExitCode run(Announcement announcement) throws UnavailableException {
    Notices notices = new Notices(function.initTimeout(), function.isAttached(), true);
    EventsApi events =
        event -> {
          notices.emit(event);
          if (event instanceof LifecycleEvent.InitReport report
              && report.status() != Status.SUCCESS) {
            initEnded.countDown();
          }
        };
    EventsOutput output = eventsTo == null ? null : EventsOutput.to(eventsTo, shell);
    try (Emulator emulator =
        Emulator.start(
            program,
            shell,
            EventsOutput.STDOUT.equals(eventsTo),
            output,
            events,
            lazy,
            program.listeners().controlApi() != null)) {
      ShutdownHook hook =
          ShutdownHook.install(() -> end(emulator, notices), () -> exitCode(output));
      try {
        run(emulator, announcement);
      } finally {
        hook.remove();
      }
    } catch (InterruptedException e) {
      // Only tests interrupt this thread.
      Thread.currentThread().interrupt();
    }
    return exitCode(output);
  }

  private void run(Emulator emulator, Announcement announcement)
      throws UnavailableException, InterruptedException {
    HttpListener listener = emulator.bind(program.listeners().callers(), listenFlag);
    HostPort controlApi = program.listeners().controlApi();
    HttpListener control =
        controlApi == null ? null : emulator.bind(controlApi, Option.CONTROL_API_ADDRESS.flag());
    HostPort urlAddress = program.listeners().functionUrl();
    HttpListener url =
        urlAddress == null ? null : emulator.bind(urlAddress, Option.FUNCTION_URL_ADDRESS.flag());
    emulator.whenReady(initEnded::countDown);
    if (!lazy) {
      emulator.initialise();
    }
    emulator.serve(listener, url, program.frontEnd());
    if (url != null) {
      Log.info("function URL at http://" + HostPort.reachable(url.address()));
    }
    if (control != null) {
      emulator.serveControl(control);
      Log.info("control API at http://" + HostPort.reachable(control.address()));
    }
    if (!function.isAttached()) {
      initEnded.await();
    }
    announcement.listening(emulator, HostPort.reachable(listener.address()));
    if (function.isAttached()) {
      initEnded.await();
      Log.info("a runtime is connected");
    }
    emulator.awaitEndRequest();
  }

  private static ExitCode exitCode(@Nullable EventsOutput output) {
    return output != null && output.isIncomplete() ? ExitCode.INTERNAL : ExitCode.SUCCESS;
  }

  private static void end(Emulator emulator, Notices notices) {
    notices.silence();
    emulator.close();
  }
}
