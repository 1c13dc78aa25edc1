package dev.rapid.emulator;

import dev.rapid.bootstrap.LocalProcesses;
import dev.rapid.bootstrap.launch.LaunchSpec;
import dev.rapid.core.function.SandboxIdentity;
import dev.rapid.core.process.OutputListener;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.kapacitor.KapacitorWorker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * The protocol of Kapacitor's user-defined functions, with Rapid as the host (contract
 * kapacitor-udf, section 8).
 *
 * @param function whose agent it is
 * @param worker speaks with the agent
 */
record KapacitorProtocol(ConfiguredFunction function, KapacitorWorker worker)
    implements WorkerProtocol {

  @Override
  public LaunchSpec launchSpec(ProcessName process, SandboxIdentity sandbox) {
    try {
      worker.prepare(process.generation());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return function.agentLaunchSpec(worker::opened);
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
    worker.serve(sandbox::post);
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
