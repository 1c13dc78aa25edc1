package dev.rapid.kapacitor;

import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.process.StartFailure;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Processes of which the agent has another one before it, which is only asked what it is (contract
 * kapacitor-udf, sections 5.1 and 8.1), as Kapacitor does. That one has the negative number of the
 * generation.
 */
final class ProbedProcesses implements Processes {

  private final Processes processes;
  private final KapacitorWorker worker;
  private final Map<Integer, Probe> probes = new ConcurrentHashMap<>();

  ProbedProcesses(Processes processes, KapacitorWorker worker) {
    this.processes = processes;
    this.worker = worker;
  }

  /** One process that is only asked, and what follows. */
  private final class Probe implements Listener {

    private final ProcessName process;
    private final Listener listener;

    // All guarded by this.
    private ProcessExit exit = new ProcessExit.Exited(0);
    private @Nullable Listener stopping;
    private boolean gone;

    Probe(ProcessName process, Listener listener) {
      this.process = process;
      this.listener = listener;
    }

    ProcessName name() {
      return ProcessName.runtime(-process.generation());
    }

    @Override
    public void started(ProcessName probe) {}

    @Override
    public void startFailed(ProcessName probe, StartFailure failure) {
      forget();
      listener.startFailed(process, failure);
    }

    @Override
    public void exited(ProcessName probe, ProcessExit how) {
      synchronized (this) {
        exit = how;
      }
      AgentSession session = worker.session(process.generation());
      Runnable clear = () -> processes.stop(probe.generation(), this);
      if (session == null) {
        clear.run();
      } else {
        session.exited(how, clear);
      }
    }

    void stop(Listener stopped) {
      synchronized (this) {
        stopping = stopped;
      }
      processes.stop(-process.generation(), this);
    }

    @Override
    public void gone(int generation) {
      Listener waiting;
      ProcessExit how;
      synchronized (this) {
        if (gone) {
          return;
        }
        gone = true;
        waiting = stopping;
        how = exit;
      }
      forget();
      if (waiting != null) {
        processes.stop(process.generation(), waiting);
      } else if (worker.hasProbed(process.generation())) {
        processes.start(process, listener);
      } else {
        listener.started(process);
        listener.exited(process, how);
      }
    }

    private void forget() {
      boolean unused = probes.remove(process.generation(), this);
    }
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
    Probe probe = new Probe(process, listener);
    probes.put(process.generation(), probe);
    processes.start(probe.name(), probe);
  }

  /** Returns the process that is signalled in place of an agent. */
  private ProcessName running(ProcessName process) {
    Probe probe = process.extension() == null ? probes.get(process.generation()) : null;
    return probe == null ? process : probe.name();
  }

  @Override
  public void terminate(ProcessName process) {
    processes.terminate(running(process));
  }

  @Override
  public void kill(ProcessName process) {
    processes.kill(running(process));
  }

  @Override
  public void stop(int generation, Listener listener) {
    Probe probe = probes.get(generation);
    if (probe == null) {
      processes.stop(generation, listener);
    } else {
      probe.stop(listener);
    }
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
}
