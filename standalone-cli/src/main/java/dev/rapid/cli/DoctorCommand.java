package dev.rapid.cli;

import dev.rapid.azure.launch.WorkerDirectories;
import dev.rapid.cli.config.ManagedOptions;
import dev.rapid.cli.config.Settings;
import dev.rapid.runtimes.Doctor;
import dev.rapid.runtimes.Doctor.Finding;
import java.util.List;

/** {@code rapid doctor}: lists the runtimes and the workers of this machine. */
final class DoctorCommand {

  private static final String AZURE = "Azure Functions";

  /** Installs Python's worker of 2020, the only one that a package registry has. */
  private static final String AZURE_WORKER =
      "pip install --no-deps --target azure-python-worker azure-functions-worker==1.1.9"
          + " azure-functions==1.5.0 grpcio protobuf==3.20.3 typing_extensions";

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
    appendAzureWorkers(text);
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

  /** Lists the workers that are used without {@code --worker-dir}. */
  private void appendAzureWorkers(StringBuilder text) {
    List<WorkerDirectories.Found> workers =
        WorkerDirectories.of(shell.context().environment()).find();
    for (WorkerDirectories.Found worker : workers) {
      text.append("ok       ")
          .append(AZURE)
          .append(", ")
          .append(worker.language())
          .append(": ")
          .append(worker.directory())
          .append('\n');
    }
    if (workers.isEmpty()) {
      text.append("missing  ")
          .append(AZURE)
          .append(
              ": Azure Functions Core Tools are not installed; name a worker with --worker-dir\n")
          .append("           ")
          .append(AZURE_WORKER)
          .append('\n');
    }
  }
}
