package dev.rapid.emulator;

import dev.rapid.bootstrap.LocalProcesses;
import dev.rapid.bootstrap.launch.LaunchSpec;
import dev.rapid.core.function.SandboxIdentity;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.fnfdk.FdkWorker;
import java.util.Map;

/**
 * Fn's http-stream format (contract fn-runner, section 2).
 *
 * @param function how its worker is launched
 * @param worker makes the socket
 */
record FdkProtocol(ConfiguredFunction function, FdkWorker worker) implements WorkerProtocol {

  @Override
  public LaunchSpec launchSpec(ProcessName process, SandboxIdentity sandbox) {
    return function.fdkLaunchSpec(worker.listener());
  }

  @Override
  public Processes around(LocalProcesses processes, String sandbox) {
    return worker.around(processes);
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
