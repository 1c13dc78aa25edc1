package dev.rapid.cli;

import dev.rapid.cli.config.LogLevel;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is done when SIGTERM or SIGINT asks the process to end. */
final class ShutdownHook {

  private final Thread thread;

  private ShutdownHook(Thread thread) {
    this.thread = thread;
  }

  /** Runs {@code stop} at the end; the exit status is the usual one of the signal. */
  static ShutdownHook install(Runnable stop) {
    return install(stop, null);
  }

  /**
   * Runs {@code stop} at the end.
   *
   * @param code says the exit status instead of the usual one of the signal; null to keep that
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

  /** The process ends in another way, which needs no hook. */
  void remove() {
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException e) {
      // A signal came first; then the hook does its work.
    }
  }
}
