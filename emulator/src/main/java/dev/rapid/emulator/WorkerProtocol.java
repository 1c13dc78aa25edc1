package dev.rapid.emulator;

import dev.rapid.bootstrap.LocalProcesses;
import dev.rapid.bootstrap.launch.LaunchSpec;
import dev.rapid.core.function.SandboxIdentity;
import dev.rapid.core.process.OutputListener;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.worker.WorkerConnections;
import java.util.Map;

/** What the processes of one sandbox speak with it. */
interface WorkerProtocol extends WorkerConnections {

  /** Returns how a process is launched now. */
  LaunchSpec launchSpec(ProcessName process, SandboxIdentity sandbox);

  /**
   * Returns the processes as the sandbox drives them: what the protocol needs of a process is there
   * before it starts.
   *
   * @param sandbox the name of the sandbox, for the log
   */
  Processes around(LocalProcesses processes, String sandbox);

  /**
   * Returns what takes the output of a process. Processes may print what is not for the function.
   *
   * @param function takes what the function prints
   */
  default OutputListener output(ProcessName process, OutputListener function) {
    return function;
  }

  /** Begins to serve a sandbox. Called once, before any process starts. */
  void serve(Sandbox sandbox, SandboxTelemetry telemetry);

  /**
   * Returns the variables for a runtime that the user starts, sorted by name; none of them is
   * secret.
   *
   * @throws ListenException if the sandbox has no address
   */
  Map<String, String> variables(SandboxIdentity sandbox) throws ListenException;
}
