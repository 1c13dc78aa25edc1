package dev.rapid.emulator;

import dev.rapid.azure.AzureWorker;
import dev.rapid.azure.WorkerStart;
import dev.rapid.bootstrap.LocalProcesses;
import dev.rapid.bootstrap.launch.LaunchSpec;
import dev.rapid.core.function.SandboxIdentity;
import dev.rapid.core.process.OutputListener;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.sandbox.Sandbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The worker protocol of Azure Functions (contract azure-functions-worker).
 *
 * @param function whose worker it is
 * @param launch how it is launched
 * @param worker expects its process
 */
record AzureProtocol(ConfiguredFunction function, AzureLaunch launch, AzureWorker worker)
    implements WorkerProtocol {

  @Override
  public LaunchSpec launchSpec(ProcessName process, SandboxIdentity sandbox) {
    WorkerStart start;
    try {
      start = worker.prepare(process.generation());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Path placeholder = worker.settings().placeholderDirectory();
    return start.isPlaceholder() && placeholder != null
        ? launch.ofPlaceholder(start, function.inheritedWithoutLambda(), placeholder)
        : launch.ofApp(start, function.variablesWithoutLambda());
  }

  @Override
  public Processes around(LocalProcesses processes, String sandbox) {
    return worker.around(processes);
  }

  @Override
  public OutputListener output(ProcessName process, OutputListener function) {
    return worker.output(process, function);
  }

  @Override
  public void serve(Sandbox sandbox, SandboxTelemetry telemetry) {
    worker.serve(sandbox::post, telemetry.workerLog(function.logLevel()));
  }

  @Override
  public Map<String, String> variables(SandboxIdentity sandbox) {
    return Map.of();
  }

  @Override
  public void closeAll(Runnable closed) {
    worker.closeAll(closed);
  }
}
