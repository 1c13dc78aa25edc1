package dev.rapid.cli;

import dev.rapid.cli.config.LogLevel;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A task for the end of the process by SIGTERM or SIGINT. */
final class ShutdownHook {

  private final Thread thread;

  private ShutdownHook(Thread thread) {
    this.thread = thread;
  }

  /** Runs {@code stop} at the end; the exit status is the signal's usual one. */
  static ShutdownHook install(Runnable stop) {
    return install(stop, null);
  }

  /**
   * Runs {@code stop} at the end.
   *
   * @param code gives the exit status; null for the signal's usual one
   */
  static ShutdownHook install(Runnable stop, @Nullable Supplier<ExitCode> code) {
    Thread thread =
        new Thread(
            () -> {
              try {
                stop.run();
              } catch (RuntimeException e) {
                Log.log(LogLevel.ERROR, "the end was not orderly", e);
              }
              Log.close();
              if (code != null) {
                // The only way to another status once the virtual machine is ending.
                Runtime.getRuntime().halt(code.get().status());
              }
            },
            "rapid-shutdown");
    Runtime.getRuntime().addShutdownHook(thread);
    return new ShutdownHook(thread);
  }

  /** Removes the hook: the process ends without a signal. */
  void remove() {
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException e) {
      // A signal came first, and the hook runs.
    }
  }
}
