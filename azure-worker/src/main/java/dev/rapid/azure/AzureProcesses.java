package dev.rapid.azure;

import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.process.StartFailure;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Processes of a sandbox, of which the runtime is a worker: it is ended by a {@link StopLadder}.
 */
final class AzureProcesses implements Processes {

  private final Processes processes;
  private final AzureWorker worker;
  private final Timers timers;
  private final NanoClock clock;
  private final Map<Integer, StopLadder> ladders = new ConcurrentHashMap<>();

  AzureProcesses(Processes processes, AzureWorker worker, Timers timers, NanoClock clock) {
    this.processes = processes;
    this.worker = worker;
    this.timers = timers;
    this.clock = clock;
  }

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
    StopLadder ladder = new StopLadder(process, processes, worker, timers, clock);
    ladders.put(process.generation(), ladder);
    processes.start(process, new Started(listener, ladder, worker));
  }

  @Override
  public void terminate(ProcessName process) {
    StopLadder ladder = ladders.get(process.generation());
    if (process.extension() == null && ladder != null) {
      ladder.terminate();
    } else {
      processes.terminate(process);
    }
  }

  @Override
  public void kill(ProcessName process) {
    processes.kill(process);
  }

  @Override
  public void stop(int generation, Listener listener) {
    StopLadder ladder = ladders.get(generation);
    if (ladder == null) {
      processes.stop(generation, listener);
    } else {
      ladder.stop(new Stopped(listener, ladders));
    }
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

  /** Tells the ladder of the end of its process, and the sandbox what may have caused it. */
  private record Started(Listener listener, StopLadder ladder, AzureWorker worker)
      implements Listener {

    @Override
    public void started(ProcessName process) {
      listener.started(process);
    }

    @Override
    public void startFailed(ProcessName process, StartFailure failure) {
      listener.startFailed(process, failure);
      ladder.ended();
    }

    @Override
    public void exited(ProcessName process, ProcessExit exit) {
      String reason = worker.lastErrors(process.generation());
      listener.exited(process, reason == null ? exit : new ProcessExit.Explained(exit, reason));
      ladder.ended();
    }

    @Override
    public void gone(int generation) {
      listener.gone(generation);
    }
  }

  /** Forgets the ladder when nothing is left. */
  private record Stopped(Listener listener, Map<Integer, StopLadder> ladders) implements Listener {

    @Override
    public void started(ProcessName process) {
      listener.started(process);
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
      StopLadder unused = ladders.remove(generation);
      listener.gone(generation);
    }
  }
}
