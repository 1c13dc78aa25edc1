package dev.rapid.emulator;

import dev.rapid.emulator.fn.FnCalls;
import dev.rapid.emulator.settings.FnSettings;
import dev.rapid.fnrunner.FnRunner;
import dev.rapid.fnrunner.FnRunnerSettings;
import dev.rapid.libraries.LateLibraries;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What load balancers of Fn reach: a runner, whose server is loaded when it begins. Before that the
 * address is only tried, so that a wrong one is noticed before a process runs.
 */
final class FnFrontEnd implements AutoCloseable {

  /** Makes the runner: a class that uses libraries of its own. */
  private static final String FACTORY = "dev.rapid.fnrunner.server.ServerFactory";

  private final FnSettings settings;
  private final FnRunner.@Nullable Factory factory;
  private final FnCalls calls;
  private volatile @Nullable FnRunner runner;

  /**
   * Creates a front end that does not listen yet.
   *
   * @param factory makes the runner, null for the usual one
   * @param totalMegabytes returns the most memory that workers may be counted with, in MiB
   * @throws ListenException if the address cannot be used
   */
  FnFrontEnd(
      FnSettings settings,
      FnRunner.@Nullable Factory factory,
      List<EmulatedFunction> functions,
      IntSupplier totalMegabytes)
      throws ListenException {
    this.settings = settings;
    this.factory = factory;
    this.calls =
        new FnCalls(functions.stream().map(EmulatedFunction::called).toList(), totalMegabytes);
    tryAddress();
  }

  private void tryAddress() throws ListenException {
    Engine.bind(
        ListenException.Use.FN_RUNNER,
        settings.listen(),
        socket -> {
          try (ServerSocket tried = new ServerSocket()) {
            tried.bind(socket);
          }
          return socket;
        });
  }

  /**
   * Begins to take calls.
   *
   * @throws ListenException if the address or the files for TLS cannot be used, or the libraries
   *     are missing
   */
  void begin() throws ListenException {
    runner = Engine.bind(ListenException.Use.FN_RUNNER, settings.listen(), this::start);
  }

  private FnRunner start(InetSocketAddress listen) throws IOException {
    FnRunner.Factory chosen = factory;
    if (chosen == null) {
      chosen = LateLibraries.PROTOCOLS.create(FnRunner.Factory.class, FACTORY);
    }
    FnSettings.Tls tls = settings.tls();
    return chosen.start(
        new FnRunnerSettings(
            listen,
            tls == null
                ? null
                : new FnRunnerSettings.Tls(tls.certificate(), tls.key(), tls.clientAuthorities()),
            settings.waitForCapacity(),
            settings.detached(),
            settings.statusFunction(),
            settings.requestBytes(),
            settings.responseBytes()),
        calls);
  }

  /** Returns where it listens, null before it does. */
  @Nullable InetSocketAddress address() {
    FnRunner running = runner;
    return running == null ? null : running.address();
  }

  /** Calls are for these functions from now on, as they are configured now. */
  void replace(List<EmulatedFunction> functions) {
    calls.replace(functions.stream().map(EmulatedFunction::called).toList());
  }

  /** Refuses new calls, so that the load balancer takes another runner. */
  void drain() {
    FnRunner running = runner;
    if (running != null) {
      running.drain();
    }
  }

  /**
   * Waits until all calls have ended.
   *
   * @return whether they have
   */
  boolean awaitIdle(Duration atMost) {
    FnRunner running = runner;
    try {
      return running == null || running.awaitIdle(atMost);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    FnRunner running = runner;
    if (running != null) {
      running.close();
    }
  }
}
