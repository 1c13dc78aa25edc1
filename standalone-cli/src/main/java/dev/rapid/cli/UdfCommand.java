package dev.rapid.cli;

import dev.rapid.cli.config.LazyRuntimes;
import dev.rapid.cli.config.Options;
import dev.rapid.cli.config.Settings;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.emulator.FunctionLog;
import dev.rapid.emulator.FunctionObserver;
import dev.rapid.emulator.Rapid;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.ProgramSettings;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * {@code rapid udf}: runs a function as a user-defined function of the Kapacitor that has started
 * it. Stdin and stdout are for the frames of the protocol and nothing else.
 */
final class UdfCommand {

  private final Settings settings;
  private final Shell shell;

  UdfCommand(Settings settings, Shell shell) {
    this.settings = settings;
    this.shell = shell;
  }

  /**
   * Serves the host until it ends its input, or until a signal.
   *
   * @throws UsageException if an option is wrong
   * @throws UnavailableException if the libraries for the protocol are missing
   */
  ExitCode run() throws UnavailableException {
    Log.configure(settings.get(Options.LOG_LEVEL), shell.err());
    ProgramSettings program = settings.programToExpose(Log::message);
    FunctionSettings function = program.functions().getFirst();
    String notRunnable = function.listing().notRunnable();
    if (notRunnable != null) {
      throw new UsageException("Function '" + function.name() + "' cannot run: " + notRunnable);
    }
    if (function.isAttached()) {
      throw new UsageException(
          settings.hasFunctions()
              ? "Function '" + function.name() + "' has no command"
              : "There is no COMMAND to start",
          "Say what to run, for example: rapid udf -- ./bootstrap");
    }
    Notices notices = new Notices(function.initTimeout(), false, true);
    EventsOutput records = EventsOutput.notOnStdout(settings, "the frames of the protocol", shell);
    FunctionObserver observer =
        new FunctionObserver(
            FunctionLog.sharing(shell.err()), sandbox -> notices.ofSandbox(""), records);
    try (records;
        Rapid rapid =
            Emulation.bind(
                Emulation.builder(program, single -> observer).lazyInit(true),
                Options.LISTEN.flag())) {
      ShutdownHook hook = ShutdownHook.install(() -> end(rapid, notices, records));
      try {
        return serve(rapid, function.name()) ? ExitCode.SUCCESS : ExitCode.FUNCTION_ERROR;
      } finally {
        notices.silence();
        hook.remove();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.INTERNAL;
    }
  }

  private boolean serve(Rapid rapid, String function)
      throws InterruptedException, UnavailableException {
    CompletableFuture<Boolean> ended = new CompletableFuture<>();
    try {
      rapid.serveHost(function, shell.in(), shell.out(), ended::complete);
      return ended.get();
    } catch (IOException e) {
      throw new UnavailableException(String.valueOf(e.getMessage()));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void end(Rapid rapid, Notices notices, @Nullable EventsOutput records) {
    notices.silence();
    LazyRuntimes runtimes = settings.runtimes();
    try (records;
        runtimes) {
      rapid.close();
    }
  }
}
