package dev.rapid.kapacitor;

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
 * Processes of a sandbox, of which the runtime is an agent: it is ended by a {@link StopLadder},
 * and its session learns of its end before the sandbox, so that an invocation ends with what the
 * agent said last.
 */
final class KapacitorProcesses implements Processes {

  private final Processes processes;
  private final KapacitorWorker worker;
  private final Timers timers;
  private final NanoClock clock;
  private final Map<Integer, StopLadder> ladders = new ConcurrentHashMap<>();

  KapacitorProcesses(Processes processes, KapacitorWorker worker, Timers timers, NanoClock clock) {
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

  /** An agent that others have started is not stopped. */
  @Override
  public void freeze(int generation) {
    AgentSession session = worker.session(generation);
    if (session != null && worker.settings().socket() == null) {
      session.frozen();
    }
    processes.freeze(generation);
  }

  @Override
  public void thaw(int generation) {
    processes.thaw(generation);
    AgentSession session = worker.session(generation);
    if (session != null && worker.settings().socket() == null) {
      session.thawed();
    }
  }

  @Override
  public long peakMemoryBytes(int generation) {
    return processes.peakMemoryBytes(generation);
  }

  /** Tells the session and the ladder of the end of their process, and then the sandbox. */
  private record Started(Listener listener, StopLadder ladder, KapacitorWorker worker)
      implements Listener {

    @Override
    public void started(ProcessName process) {
      listener.started(process);
    }

    @Override
    public void startFailed(ProcessName process, StartFailure failure) {
      AgentSession session = worker.session(process.generation());
      Runnable report =
          () -> {
            listener.startFailed(process, failure);
            ladder.ended();
          };
      if (session == null) {
        report.run();
      } else {
        session.startFailed(failure.message(), report);
      }
    }

    @Override
    public void exited(ProcessName process, ProcessExit exit) {
      AgentSession session = worker.session(process.generation());
      Runnable report =
          () -> {
            listener.exited(process, exit);
            ladder.ended();
          };
      if (session == null) {
        report.run();
      } else {
        session.exited(exit, report);
      }
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
