package dev.rapid.azure;

import dev.rapid.azure.app.FunctionIndex;
import dev.rapid.core.process.OutputListener;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.worker.WorkerConnections;
import dev.rapid.core.worker.WorkerLog;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The worker of one sandbox. Each generation of its process has ids of its own and a session of its
 * own, so that an old process cannot speak for its successor.
 *
 * <p>The sandbox's processes are started through {@link #around}; the command line of each is made
 * with {@link #prepare}. Thread-safe.
 */
public final class AzureWorker implements WorkerConnections, AutoCloseable {

  private static final String HOST = "127.0.0.1";

  private final LateWorkerHost host;
  private final WorkerSettings settings;
  private final FunctionIndex index;
  private final Supplier<Map<String, String>> environment;

  // All guarded by this.
  private Consumer<SandboxEvent> sandbox = event -> {};
  private WorkerLog log = WorkerLog.NONE;
  private @Nullable Generation current;
  private boolean restoreFailed;

  /**
   * One process.
   *
   * @param hasApp whether it is no placeholder, or no more
   * @param errors the last that it printed
   */
  private record Generation(
      int number, WorkerSession session, AtomicBoolean hasApp, ErrorLines errors) {}

  /**
   * Creates the worker of a cold sandbox.
   *
   * @param environment of a process of the app, asked for at its restore
   */
  public AzureWorker(
      LateWorkerHost host,
      WorkerSettings settings,
      FunctionIndex index,
      Supplier<Map<String, String>> environment) {
    this.host = host;
    this.settings = settings;
    this.index = index;
    this.environment = environment;
  }

  /** Sets what takes the events and the log of the worker, before a process is started. */
  public synchronized void serve(Consumer<SandboxEvent> events, WorkerLog functionLog) {
    sandbox = events;
    log = functionLog;
  }

  /** Returns processes whose runtime is started as a worker. */
  public Processes around(Processes processes) {
    return new AzureProcesses(processes, this, host.timers(), host.clock());
  }

  /**
   * Returns what takes the output of a process.
   *
   * @param function takes what the function prints
   */
  public OutputListener output(ProcessName process, OutputListener function) {
    Generation printing = generation(process.generation());
    return process.extension() != null || printing == null
        ? function
        : new WorkerOutput(function, () -> !printing.hasApp().get(), printing.errors());
  }

  /** Returns why a process may have ended, null if it printed no error. */
  @Nullable String lastErrors(int generation) {
    Generation known = generation(generation);
    List<String> lines = known == null ? List.of() : known.errors().last();
    return lines.isEmpty() ? null : String.join(" | ", lines);
  }

  /** Returns how the worker is spoken with. */
  public WorkerSettings settings() {
    return settings;
  }

  /**
   * Expects a process, and returns what it gets on its command line. To be called right before the
   * process starts, by a thread that may wait: the first call of a program loads gRPC.
   *
   * <p>After a restore that failed, the next process is no placeholder.
   *
   * @throws IOException if workers cannot connect; the message says why
   */
  public WorkerStart prepare(int generation) throws IOException {
    WorkerHost listening = host.get();
    WorkerSession replaced;
    WorkerStart start;
    synchronized (this) {
      start =
          new WorkerStart(
              HOST,
              listening.port(),
              UUID.randomUUID().toString(),
              UUID.randomUUID().toString(),
              settings.placeholderDirectory() != null && !restoreFailed);
      restoreFailed = false;
      replaced = current == null ? null : current.session();
      AtomicBoolean hasApp = new AtomicBoolean(!start.isPlaceholder());
      Supplier<Map<String, String>> environmentOfApp =
          () -> {
            hasApp.set(true);
            return environment.get();
          };
      SessionSetup setup =
          new SessionSetup(generation, start, settings, index, environmentOfApp, sandbox, log);
      current = new Generation(generation, listening.open(setup), hasApp, new ErrorLines());
    }
    if (replaced != null) {
      replaced.close(() -> {});
    }
    return start;
  }

  /**
   * Cancels what a process runs, and asks it to end by itself within the time that the settings
   * give it for that.
   *
   * @return whether it is worth to wait for that
   */
  boolean terminate(int generation) {
    WorkerSession session = session(generation);
    Duration grace = settings.timers().terminateGrace();
    return session != null && session.terminate(grace);
  }

  /** Ends the host's side of the stream of a process. */
  void endStream(int generation) {
    WorkerSession session = session(generation);
    if (session != null) {
      session.endStream();
    }
  }

  /** A process is stopped where it is. */
  void frozen(int generation) {
    WorkerSession session = session(generation);
    if (session != null) {
      session.frozen();
    }
  }

  /** A process goes on. */
  void thawed(int generation) {
    WorkerSession session = session(generation);
    if (session != null) {
      session.thawed();
    }
  }

  private @Nullable WorkerSession session(int generation) {
    Generation known = generation(generation);
    return known == null ? null : known.session();
  }

  private synchronized @Nullable Generation generation(int number) {
    Generation known = current;
    return known != null && known.number() == number ? known : null;
  }

  @Override
  public void closeAll(Runnable closed) {
    Generation ended;
    synchronized (this) {
      ended = current;
      current = null;
      if (ended != null) {
        restoreFailed = ended.session().isRestoring();
      }
    }
    if (ended == null) {
      closed.run();
    } else {
      ended.session().close(closed);
    }
  }

  /** Ends the session of the process that runs, if there is one. */
  @Override
  public void close() {
    closeAll(() -> {});
  }
}
