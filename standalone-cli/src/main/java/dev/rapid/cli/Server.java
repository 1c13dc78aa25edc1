package dev.rapid.cli;

import dev.rapid.core.events.EventsApi;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.http.HttpListener;
import java.util.concurrent.CountDownLatch;

/** Runs an emulator with a front end until the process is asked to end. */
final class Server {

  private final Configuration configuration;
  private final HostPort listen;
  private final String listenFlag;
  private final boolean lazy;
  private final Shell shell;

  /** Becomes zero when the first init has ended, well or not. */
  private final CountDownLatch initEnded = new CountDownLatch(1);

  /**
   * Creates a server that does not run yet.
   *
   * @param listenFlag the option that chooses the address, for messages
   * @param lazy whether init waits for the first invocation
   */
  Server(
      Configuration configuration, HostPort listen, String listenFlag, boolean lazy, Shell shell) {
    this.configuration = configuration;
    this.listen = listen;
    this.listenFlag = listenFlag;
    this.lazy = lazy && !configuration.isAttached();
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
   * Serves until SIGTERM or SIGINT, then ends the process with status 0.
   *
   * @throws UnavailableException if an address cannot be used
   */
  void run(Announcement announcement) throws UnavailableException {
    Notices notices = new Notices(configuration.initTimeout(), true);
    EventsApi events =
        event -> {
          notices.emit(event);
          if (event instanceof LifecycleEvent.InitReport report
              && report.status() != Status.SUCCESS) {
            initEnded.countDown();
          }
        };
    try (Emulator emulator = Emulator.start(configuration, shell.out(), events, lazy)) {
      ShutdownHook hook = ShutdownHook.install(() -> end(emulator, notices), ExitCode.SUCCESS);
      try {
        run(emulator, announcement);
      } finally {
        hook.remove();
      }
    } catch (InterruptedException e) {
      // Only tests interrupt this thread.
      Thread.currentThread().interrupt();
    }
  }

  private void run(Emulator emulator, Announcement announcement)
      throws UnavailableException, InterruptedException {
    HttpListener listener = emulator.bind(listen, listenFlag);
    emulator.whenReady(initEnded::countDown);
    if (!lazy) {
      emulator.initialise();
    }
    emulator.serve(listener);
    if (!configuration.isAttached()) {
      initEnded.await();
    }
    announcement.listening(emulator, HostPort.reachable(listener.address()));
    if (configuration.isAttached()) {
      initEnded.await();
      Log.info("a runtime is connected");
    }
    new CountDownLatch(1).await();
  }

  private static void end(Emulator emulator, Notices notices) {
    notices.silence();
    emulator.close();
  }
}
