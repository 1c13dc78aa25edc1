package dev.rapid.cli;

import dev.rapid.cli.config.ApiOptions;
import dev.rapid.cli.config.LogLevel;
import dev.rapid.cli.config.Message;
import dev.rapid.cli.config.Options;
import dev.rapid.cli.config.Settings;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.cli.reload.IgnoredFiles;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.emulator.EmulatedFunction;
import dev.rapid.emulator.settings.ProgramSettings;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** {@code rapid serve}: keeps functions ready for callers. */
final class ServeCommand {

  private final Settings settings;
  private final Shell shell;
  private final Set<Message> told = ConcurrentHashMap.newKeySet();

  ServeCommand(Settings settings, Shell shell) {
    this.settings = settings;
    this.shell = shell;
  }

  /**
   * Serves until a signal or the control API ends the process.
   *
   * @throws UsageException if an option is wrong
   * @throws UnavailableException if an address cannot be used
   */
  ExitCode run() throws UnavailableException {
    Log.configure(settings.get(Options.LOG_LEVEL), shell.err());
    settings.warningsOfTemplate().forEach(this::warn);
    ProgramSettings program = settings.programToServe(this::tell);
    boolean controlled = program.listeners().controlApi() != null;
    if (controlled && program.functions().getFirst().isAttached()) {
      throw new UsageException(
          "There is " + Options.CONTROL_API.flag() + " and no COMMAND",
          "The control API can only drive a function that Rapid starts.");
    }
    boolean lazy = settings.get(Options.LAZY_INIT) || controlled;
    return new Server(
            new Reloading.Configuration(program, settings.files()),
            reloading(),
            settings.runtimes(),
            Options.LISTEN.flag(),
            lazy,
            settings.find(Options.EVENTS),
            shell)
        .run((functions, callers) -> announce(functions, lazy, callers));
  }

  private void warn(String text) {
    tell(new Message(LogLevel.WARN, text));
  }

  /** What was told at the start is not told again when files have changed. */
  private void tell(Message message) {
    if (told.add(message)) {
      Log.message(message);
    }
  }

  private Reloading reloading() {
    return new Reloading(
        () -> {
          Settings now = settings.readAgain();
          now.warningsOfTemplate().forEach(this::warn);
          ProgramSettings program = now.programToServe(this::tell);
          return new Reloading.Configuration(program, now.files());
        },
        shell.directory(),
        settings.watchesFiles(Shell.isTerminal()) ? ignoredFiles() : null);
  }

  private IgnoredFiles ignoredFiles() {
    Set<Path> outputs = new HashSet<>(Shell.outputFiles());
    String events = settings.find(Options.EVENTS);
    if (events != null) {
      outputs.add(shell.directory().resolve(events).normalize());
    }
    try {
      return IgnoredFiles.usualAnd(settings.get(ApiOptions.WATCH_IGNORE), outputs);
    } catch (IllegalArgumentException e) {
      throw new UsageException(ApiOptions.WATCH_IGNORE.flag() + ": " + e.getMessage());
    }
  }

  private static void announce(List<EmulatedFunction> functions, boolean lazy, String callers) {
    if (functions.size() == 1) {
      announceOne(functions.getFirst(), lazy, callers);
    } else {
      announceSeveral(functions, callers);
    }
  }

  private static void announceOne(EmulatedFunction running, boolean lazy, String callers) {
    FunctionDescription function = running.description();
    StringBuilder text = new StringBuilder();
    if (running.isAttached()) {
      text.append("waiting for a runtime, which you start with these variables:\n");
      running
          .variablesOfRuntime()
          .forEach((name, value) -> text.append(ShellWords.export(name, value)).append('\n'));
      if (!function.timeout().isZero()) {
        text.append("  ").append(Notices.ADVICE_WHILE_DEBUGGING).append('\n');
      }
      text.append("its function '");
    } else if (running.isReady()) {
      boolean waits = lazy || running.settings().isCalledByFn() || running.settings().udf() != null;
      text.append(waits ? "ready (init comes with the first invocation): '" : "ready: function '");
    } else {
      text.append("not initialised: function '");
    }
    text.append(function.identity().name()).append("' at http://").append(callers).append('\n');
    text.append("  ").append(call(running, callers));
    Log.info(text.toString());
  }

  /** Writes one line for each function, and one more for each whose runtime the user starts. */
  private static void announceSeveral(List<EmulatedFunction> functions, String callers) {
    StringBuilder text =
        new StringBuilder()
            .append(functions.size())
            .append(" functions at http://")
            .append(callers);
    boolean debugging = false;
    for (EmulatedFunction function : functions) {
      text.append("\n  ").append(call(function, callers));
      if (function.isAttached()) {
        debugging |= !function.description().timeout().isZero();
        text.append("\n    waiting for its runtime: export");
        function
            .variablesOfRuntime()
            .forEach((name, value) -> text.append(' ').append(ShellWords.assignment(name, value)));
      } else if (!function.isReady()) {
        text.append("  (not initialised)");
      }
    }
    if (debugging) {
      text.append("\n  ").append(Notices.ADVICE_WHILE_DEBUGGING);
    }
    Log.info(text.toString());
  }

  /** Returns the command line that calls a function; it has the function's name and its URL. */
  private static String call(EmulatedFunction function, String callers) {
    return "curl -d '{}' http://"
        + callers
        + "/2015-03-31/functions/"
        + function.description().identity().name()
        + "/invocations";
  }
}
