package dev.rapid.cli;

import dev.rapid.cli.config.ManagedOptions;
import dev.rapid.cli.config.Settings;
import dev.rapid.runtimes.Doctor;
import dev.rapid.runtimes.Doctor.Finding;

/** {@code rapid doctor}: lists the runtimes of this machine. */
final class DoctorCommand {

  private final Settings settings;
  private final Shell shell;

  DoctorCommand(Settings settings, Shell shell) {
    this.settings = settings;
    this.shell = shell;
  }

  /** Prints a line for each runtime, and below it the command that installs what is missing. */
  ExitCode run() {
    StringBuilder text = new StringBuilder();
    for (Finding finding : new Doctor(shell.context().environment()).examine()) {
      text.append(
          switch (finding.status()) {
            case COMPLETE -> "ok       ";
            case SUFFICIENT -> "ok       ";
            case MISSING -> "missing  ";
          });
      text.append(finding.subject()).append(": ").append(finding.text()).append('\n');
      String install = finding.install();
      if (install != null) {
        text.append("           ").append(install).append('\n');
      }
    }
    settings
        .get(ManagedOptions.RUNTIMES)
        .forEach((runtime, command) ->
            text.append("chosen   ")
                .append(runtime)
                .append(": ")
                .append(String.join(" ", command))
                .append('\n'));
    shell.print(text.toString());
    return ExitCode.SUCCESS;
  }
}
