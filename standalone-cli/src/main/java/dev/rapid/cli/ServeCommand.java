package dev.rapid.cli;

import dev.rapid.cli.config.Option;
import dev.rapid.cli.config.Settings;
import dev.rapid.cli.config.UsageException;
import dev.rapid.cli.settings.Configuration;
import dev.rapid.cli.settings.HostPort;
import java.util.List;

/** {@code rapid serve}: keeps a function ready for callers. */
final class ServeCommand {

  private final Settings settings;
  private final List<String> command;
  private final Shell shell;

  ServeCommand(Settings settings, List<String> command, Shell shell) {
    this.settings = settings;
    this.command = command;
    this.shell = shell;
  }

  /**
   * Serves until the process is asked to end.
   *
   * @throws UsageException if an option is wrong
   * @throws UnavailableException if an address cannot be used
   */
  ExitCode run() throws UnavailableException {
    Log.configure(settings.logLevel(), shell.err());
    Configuration configuration = settings.configuration(command);
    HostPort controlApi = settings.controlApi();
    if (controlApi != null && configuration.isAttached()) {
      throw new UsageException(
          "There is " + Option.CONTROL_API.flag() + " and no COMMAND",
          "The control API can only drive a function that Rapid starts.");
    }
    configuration.warnings().forEach(Log::warn);
    boolean lazy = settings.lazyInit() || controlApi != null;
    return new Server(
            configuration,
            settings.listen(),
            Option.LISTEN.flag(),
            lazy,
            controlApi,
            settings.frontEnd(),
            settings.events(),
            shell)
        .run((emulator, callers) -> announce(configuration, lazy, emulator, callers));
  }

  private static void announce(
      Configuration configuration, boolean lazy, Emulator emulator, String callers) {
    StringBuilder text = new StringBuilder();
    if (configuration.isAttached()) {
      text.append("waiting for a runtime, which you start with these variables:\n");
      emulator
          .variablesOfRuntime()
          .forEach((name, value) -> text.append(ShellWords.export(name, value)).append('\n'));
      if (!configuration.functionTimeout().isZero()) {
        text.append("  ").append(Notices.ADVICE_WHILE_DEBUGGING).append('\n');
      }
      text.append("its function '");
    } else if (emulator.isReady()) {
      text.append(lazy ? "ready (init comes with the first invocation): '" : "ready: function '");
    } else {
      text.append("not initialised: function '");
    }
    text.append(configuration.functionName()).append("' at http://").append(callers).append('\n');
    text.append("  curl -d '{}' http://")
        .append(callers)
        .append("/2015-03-31/functions/")
        .append(configuration.functionName())
        .append("/invocations");
    Log.info(text.toString());
  }
}
