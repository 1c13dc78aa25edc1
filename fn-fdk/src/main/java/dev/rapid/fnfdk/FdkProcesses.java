package dev.rapid.fnfdk;

import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.process.StartFailure;
import java.io.IOException;
import java.util.List;

/**
 * Processes of a sandbox, of which the runtime is a worker: its directory is made before it starts.
 */
record FdkProcesses(Processes processes, FdkWorker worker) implements Processes {

  @Override
  public List<String> findExtensions() {
    return processes.findExtensions();
  }

  @Override
  public void start(ProcessName process, Listener listener) {
    if (process.extension() != null) {
      processes.start(process, listener);
      return;
    }
    try {
      worker.prepare(process.generation());
    } catch (IOException e) {
      listener.startFailed(
          process,
          new StartFailure(
              StartFailure.Kind.NO_RESOURCES, "Cannot make a directory for the worker: " + e));
      return;
    }
    processes.start(process, new StartedWorker(listener, worker));
  }

  @Override
  public void terminate(ProcessName process) {
    processes.terminate(process);
  }

  @Override
  public void kill(ProcessName process) {
    processes.kill(process);
  }

  @Override
  public void stop(int generation, Listener listener) {
    processes.stop(generation, listener);
  }

  @Override
  public void freeze(int generation) {
    processes.freeze(generation);
  }

  @Override
  public void thaw(int generation) {
    processes.thaw(generation);
  }

  @Override
  public long peakMemoryBytes(int generation) {
    return processes.peakMemoryBytes(generation);
  }

  private record StartedWorker(Listener listener, FdkWorker worker) implements Listener {

    @Override
    public void started(ProcessName process) {
      listener.started(process);
      worker.started(process.generation());
    }

    @Override
    public void startFailed(ProcessName process, StartFailure failure) {
      listener.startFailed(process, failure);
    }

    @Override
    public void exited(ProcessName process, ProcessExit exit) {
      listener.exited(process, exit);
    }

    @Override
    public void gone(int generation) {
      listener.gone(generation);
    }
  }
}
