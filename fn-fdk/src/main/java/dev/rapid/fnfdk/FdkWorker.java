package dev.rapid.fnfdk;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.process.Processes;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.worker.WorkerConnections;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The worker of one sandbox. Each generation of its process has a directory of its own, which is
 * there before the process starts and is deleted when it has gone.
 *
 * <p>The sandbox's processes are started through {@link #around}; their environment has {@link
 * FdkEnvironment} with {@link #listener}. Thread-safe.
 */
public final class FdkWorker implements WorkerConnections, AutoCloseable {

  private static final Logger LOG = System.getLogger(FdkWorker.class.getName());

  private final LateConnector connector;
  private final SocketDirectories directories;
  private final FdkLimits limits;

  // All guarded by this.
  private Consumer<SandboxEvent> sandbox = event -> {};
  private @Nullable Generation current;

  /** One process, with the directory of its socket, and its link when it runs. */
  private static final class Generation {

    final int number;
    final SocketDirectory directory;
    @Nullable FdkLink link;

    Generation(int number, SocketDirectory directory) {
      this.number = number;
      this.directory = directory;
    }
  }

  /** Creates the worker of a cold sandbox. */
  public FdkWorker(LateConnector connector, SocketDirectories directories, FdkLimits limits) {
    this.connector = connector;
    this.directories = directories;
    this.limits = limits;
  }

  /** Sets what takes the events of the worker, before a process is started. */
  public synchronized void serve(Consumer<SandboxEvent> events) {
    sandbox = events;
  }

  /** Returns processes whose runtime is started as a worker. */
  public Processes around(Processes processes) {
    return new FdkProcesses(processes, this);
  }

  /**
   * Returns where the process that is started now is to listen.
   *
   * @throws IllegalStateException if nothing was prepared for it
   */
  public synchronized String listener() {
    Generation starting = current;
    if (starting == null) {
      throw new IllegalStateException("A worker starts without a directory");
    }
    return starting.directory.listener();
  }

  /** Makes the directory of a process. */
  void prepare(int generation) throws IOException {
    Generation made = new Generation(generation, directories.make());
    Generation old;
    synchronized (this) {
      old = current;
      current = made;
    }
    if (old != null) {
      end(old, () -> {});
    }
  }

  /** The process runs. May take long: the first call of a program loads Netty. */
  void started(int generation) {
    FdkConnector loaded;
    try {
      loaded = connector.get();
    } catch (IOException e) {
      Consumer<SandboxEvent> events;
      synchronized (this) {
        events = sandbox;
      }
      events.accept(
          new SandboxEvent.WorkerBroken(
              generation, ErrorType.SANDBOX_FAILURE, String.valueOf(e.getMessage()), false));
      return;
    }
    synchronized (this) {
      Generation running = current;
      if (running != null && running.number == generation) {
        running.link = loaded.open(generation, running.directory, limits, sandbox);
      }
    }
    loaded.prepareCalls();
  }

  @Override
  public void closeAll(Runnable closed) {
    Generation ended;
    synchronized (this) {
      ended = current;
      current = null;
    }
    if (ended == null) {
      closed.run();
    } else {
      end(ended, closed);
    }
  }

  private static void end(Generation ended, Runnable closed) {
    Runnable last =
        () -> {
          delete(ended.directory);
          closed.run();
        };
    FdkLink link = ended.link;
    if (link == null) {
      last.run();
    } else {
      // Files are not deleted by the thread of the connections.
      link.close(() -> {
        Thread unused = Thread.ofVirtual().name("rapid-fn-end").start(last);
      });
    }
  }

  private static void delete(SocketDirectory directory) {
    try {
      directory.delete();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "Cannot delete {0}: {1}", directory, e);
    }
  }

  /** Deletes what is left. To be called when no process runs any more. */
  @Override
  public void close() {
    closeAll(() -> {});
  }
}
