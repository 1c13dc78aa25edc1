package dev.rapid.kapacitor;

import dev.rapid.core.process.OutputListener;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.worker.WorkerConnections;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The agent of one sandbox (contract kapacitor-udf, section 8). Each generation of its process, or
 * of its connection, has a session of its own, so that an old one cannot speak for its successor.
 *
 * <p>The sandbox's processes are started through {@link #around}. {@link #prepare} comes before
 * each start of a process, {@link #opened} as soon as it runs; an agent on a socket needs neither.
 * Thread-safe.
 */
public final class KapacitorWorker implements WorkerConnections, AutoCloseable {

  private final LateAgentHost host;
  private final AgentSetup setup;

  // All guarded by this.
  private Consumer<SandboxEvent> sandbox = event -> {};
  private @Nullable Generation current;
  private boolean failed;

  /** One process or connection. */
  private static final class Generation {

    private final int number;
    private final AgentSession session;
    private volatile @Nullable LastLines lines;

    Generation(int number, AgentSession session) {
      this.number = number;
      this.session = session;
    }

    List<String> lastErrors() {
      LastLines kept = lines;
      return kept == null ? List.of() : kept.lines();
    }
  }

  /** Creates the agent of a cold sandbox. */
  public KapacitorWorker(LateAgentHost host, AgentSetup setup) {
    this.host = host;
    this.setup = setup;
  }

  /** Sets what takes the events of the agent, before a process is started. */
  public synchronized void serve(Consumer<SandboxEvent> events) {
    sandbox = events;
  }

  /** Returns processes whose runtime is an agent. */
  public Processes around(Processes processes) {
    Processes agents =
        setup.settings().socket() == null
            ? processes
            : new AgentConnections(setup.settings(), this, host, processes);
    Processes probed =
        setup.settings().separateInfoProbe() ? new ProbedProcesses(agents, this) : agents;
    return new KapacitorProcesses(probed, this, host.timers(), host.clock());
  }

  /**
   * Returns what takes the output of a process.
   *
   * @param function takes what the function logs
   */
  public OutputListener output(ProcessName process, OutputListener function) {
    Generation printing = generation(process.generation());
    if (process.extension() != null || printing == null) {
      return function;
    }
    LastLines lines = new LastLines(function);
    printing.lines = lines;
    return lines;
  }

  /**
   * Expects a process. To be called right before the process starts, by a thread that may wait: the
   * first call of a program loads protobuf.
   *
   * @param generation of the process, negative for one that is only asked what the agent is
   * @throws IOException if that cannot be loaded; the message says why
   */
  public void prepare(int generation) throws IOException {
    AgentHost loaded = host.get();
    AgentSession replaced;
    int number = Math.abs(generation);
    synchronized (this) {
      replaced = current == null ? null : current.session;
      SessionSetup session =
          new SessionSetup(
              number,
              setup,
              generation < 0,
              probedInfo(number),
              failed && setup.settings().restoreAfterFailure(),
              () -> lastErrors(number),
              sandbox);
      current = new Generation(number, loaded.open(session));
    }
    if (replaced != null) {
      replaced.close(() -> {});
    }
  }

  /**
   * A process runs, and speaks over its stdin and stdout.
   *
   * @param toAgent the stdin of the process
   * @param fromAgent the stdout of the process
   */
  public void opened(ProcessName process, OutputStream toAgent, InputStream fromAgent) {
    AgentSession session = session(process.generation());
    if (process.extension() == null && session != null) {
      session.opened(new ProcessStreams(fromAgent, toAgent), () -> {});
    }
  }

  private synchronized @Nullable AgentInfo probedInfo(int generation) {
    Generation known = generation(generation);
    return known == null ? null : known.session.probedInfo();
  }

  /** Returns whether a process of a generation has said what the agent is, and only that. */
  boolean hasProbed(int generation) {
    return probedInfo(generation) != null;
  }

  private List<String> lastErrors(int generation) {
    Generation known = generation(generation);
    return known == null ? List.of() : known.lastErrors();
  }

  /** Returns how the agent is spoken with. */
  KapacitorSettings settings() {
    return setup.settings();
  }

  /** Returns the session of a process or connection, null if it is over. */
  @Nullable AgentSession session(int generation) {
    Generation known = generation(generation);
    return known == null ? null : known.session;
  }

  private synchronized @Nullable Generation generation(int number) {
    Generation known = current;
    return known != null && known.number == Math.abs(number) ? known : null;
  }

  @Override
  public void closeAll(Runnable closed) {
    Generation ended;
    synchronized (this) {
      ended = current;
      current = null;
      if (ended != null) {
        failed = ended.session.hasFailed();
      }
    }
    if (ended == null) {
      closed.run();
    } else {
      ended.session.close(closed);
    }
  }

  /** Ends the session of the process that runs, if there is one. */
  @Override
  public void close() {
    closeAll(() -> {});
  }
}
