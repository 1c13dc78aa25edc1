package dev.rapid.cli;

import dev.rapid.cli.config.ManagedOptions;
import dev.rapid.cli.config.Options;
import dev.rapid.cli.config.Settings;
import dev.rapid.cli.config.value.UsageException;

/** {@code rapid config}: prints the configuration file that a template stands for. */
final class ConfigCommand {

  private final Settings settings;
  private final Shell shell;

  ConfigCommand(Settings settings, Shell shell) {
    this.settings = settings;
    this.shell = shell;
  }

  /**
   * Prints the file on stdout, and warnings on stderr.
   *
   * @throws UsageException if there is no template
   */
  ExitCode run() {
    Log.configure(settings.get(Options.LOG_LEVEL), shell.err());
    String text = settings.textOfTemplate();
    if (text == null) {
      throw new UsageException(
          "There is no template", "Name it with " + ManagedOptions.TEMPLATE + ".");
    }
    settings.warningsOfTemplate().forEach(Log::warn);
    String directory = settings.otherDirectoryOfTemplate();
    if (directory != null) {
      Log.info("keep this in a file in " + directory + ", where its relative paths start");
    }
    shell.print(text);
    return ExitCode.SUCCESS;
  }
}
