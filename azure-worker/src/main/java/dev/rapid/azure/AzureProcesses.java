package dev.rapid.azure;

import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import java.util.List;

/** Processes of a sandbox, of which the runtime is a worker. */
record AzureProcesses(Processes processes, AzureWorker worker) implements Processes {

  @Override
  public List<String> findExtensions() {
    return processes.findExtensions();
  }

  @Override
  public void start(ProcessName process, Listener listener) {
    processes.start(process, listener);
  }

  @Override
  public void terminate(ProcessName process) {
    boolean unused = worker.terminate(process.generation());
    worker.endStream(process.generation());
    processes.terminate(process);
  }

  @Override
  public void kill(ProcessName process) {
    processes.kill(process);
  }

  @Override
  public void stop(int generation, Listener listener) {
    boolean unused = worker.terminate(generation);
    worker.endStream(generation);
    processes.stop(generation, listener);
  }

  @Override
  public void freeze(int generation) {
    worker.frozen(generation);
    processes.freeze(generation);
  }

  @Override
  public void thaw(int generation) {
    processes.thaw(generation);
    worker.thawed(generation);
  }

  @Override
  public long peakMemoryBytes(int generation) {
    return processes.peakMemoryBytes(generation);
  }
}
