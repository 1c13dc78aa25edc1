package dev.rapid.cli;

import dev.rapid.cli.config.Option;
import dev.rapid.cli.config.Settings;
import dev.rapid.cli.config.UsageException;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.emulator.EmulatedFunction;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.ProgramSettings;

/** {@code rapid serve}: keeps a function ready for callers. */
final class ServeCommand {

  private final Settings settings;
  private final Shell shell;

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
    Log.configure(settings.get(Option.LOG_LEVEL), shell.err());
    ProgramSettings program = settings.programToServe();
    FunctionSettings function = program.functions().getFirst();
    boolean controlled = program.listeners().controlApi() != null;
    if (controlled && function.isAttached()) {
      throw new UsageException(
          "There is " + Option.CONTROL_API.flag() + " and no COMMAND",
          "The control API can only drive a function that Rapid starts.");
    }
    boolean lazy = settings.get(Option.LAZY_INIT) || controlled;
    return new Server(program, Option.LISTEN.flag(), lazy, settings.find(Option.EVENTS), shell)
        .run((running, callers) -> announce(function.isAttached(), lazy, running, callers));
  }

  private static void announce(
      boolean attached, boolean lazy, EmulatedFunction running, String callers) {
    FunctionDescription function = running.description();
    String functionName = function.identity().name();
    StringBuilder text = new StringBuilder();
    if (attached) {
      text.append("waiting for a runtime, which you start with these variables:\n");
      running
          .variablesOfRuntime()
          .forEach((name, value) -> text.append(ShellWords.export(name, value)).append('\n'));
      if (!function.timeout().isZero()) {
        text.append("  ").append(Notices.ADVICE_WHILE_DEBUGGING).append('\n');
      }
      text.append("its function '");
    } else if (running.isReady()) {
      text.append(lazy ? "ready (init comes with the first invocation): '" : "ready: function '");
    } else {
      text.append("not initialised: function '");
    }
    text.append(functionName).append("' at http://").append(callers).append('\n');
    text.append("  curl -d '{}' http://")
        .append(callers)
        .append("/2015-03-31/functions/")
        .append(functionName)
        .append("/invocations");
    Log.info(text.toString());
  }
}
