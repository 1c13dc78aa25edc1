package dev.rapid.kapacitor;

import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.process.StartFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Connections to an agent that others have started, in place of processes of it (contract
 * kapacitor-udf, section 4): a start connects, with growing pauses between two attempts, and the
 * end of the agent's output is an exit.
 */
final class AgentConnections implements Processes {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final KapacitorSettings settings;
  private final Path socket;
  private final KapacitorWorker worker;
  private final LateAgentHost host;
  private final Processes extensions;
  private final Map<Integer, Connection> connections = new ConcurrentHashMap<>();

  /**
   * @param extensions the processes of external extensions
   */
  AgentConnections(
      KapacitorSettings settings,
      KapacitorWorker worker,
      LateAgentHost host,
      Processes extensions) {
    this.settings = settings;
    this.socket = Objects.requireNonNull(settings.socket());
    this.worker = worker;
    this.host = host;
    this.extensions = extensions;
  }

  /** One connection from the first attempt to its end. */
  private final class Connection {

    private final ProcessName process;
    private final Listener listener;
    private final long giveUpAt;

    // Both guarded by this.
    private @Nullable AgentStreams streams;
    private boolean closed;

    Connection(ProcessName process, Listener listener) {
      this.process = process;
      this.listener = listener;
      this.giveUpAt = host.clock().nanoTime() + settings.initTimeout().toNanos();
    }

    void begin() {
      try {
        worker.prepare(process.generation());
      } catch (IOException e) {
        failed(String.valueOf(e.getMessage()));
        return;
      }
      attempt(FIRST_PAUSE);
    }

    private void attempt(Duration pause) {
      AgentStreams open;
      try {
        open = host.get().connect(socket);
      } catch (IOException e) {
        String reason = "Cannot connect to " + socket + ": " + e.getMessage();
        long next = host.clock().nanoTime() + pause.toNanos();
        if (isClosed() || next - giveUpAt >= 0) {
          failed(reason);
        } else {
          Duration longer = pause.multipliedBy(2);
          Duration following = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
          host.timers().schedule(next, () -> start(process, () -> attempt(following)));
        }
        return;
      }
      synchronized (this) {
        streams = open;
      }
      if (isClosed()) {
        open.close();
        failed("The sandbox ends");
        return;
      }
      listener.started(process);
      AgentSession session = worker.session(process.generation());
      if (session != null) {
        session.opened(open, () -> listener.exited(process, new ProcessExit.Exited(0)));
      }
    }

    private synchronized boolean isClosed() {
      return closed;
    }

    private void failed(String reason) {
      listener.startFailed(process, new StartFailure(StartFailure.Kind.NO_RESOURCES, reason));
    }

    void close() {
      AgentStreams open;
      synchronized (this) {
        closed = true;
        open = streams;
      }
      if (open != null) {
        open.close();
      }
    }
  }

  /** An agent with a full backlog lets a connection wait. */
  private static void start(ProcessName process, Runnable task) {
    Thread unused = Thread.ofVirtual().name("rapid-connect-" + process).start(task);
  }

  @Override
  public List<String> findExtensions() {
    return extensions.findExtensions();
  }

  @Override
  public void start(ProcessName process, Listener listener) {
    if (process.extension() != null) {
      extensions.start(process, listener);
      return;
    }
    Connection connection = new Connection(process, listener);
    connections.put(process.generation(), connection);
    start(process, connection::begin);
  }

  @Override
  public void terminate(ProcessName process) {
    if (process.extension() != null) {
      extensions.terminate(process);
    } else {
      close(process.generation());
    }
  }

  @Override
  public void kill(ProcessName process) {
    if (process.extension() != null) {
      extensions.kill(process);
    } else {
      close(process.generation());
    }
  }

  private void close(int generation) {
    Connection connection = connections.get(generation);
    if (connection != null) {
      connection.close();
    }
  }

  @Override
  public void stop(int generation, Listener listener) {
    close(generation);
    Connection unused = connections.remove(generation);
    extensions.stop(generation, listener);
  }

  @Override
  public void freeze(int generation) {
    extensions.freeze(generation);
  }

  @Override
  public void thaw(int generation) {
    extensions.thaw(generation);
  }

  /** The memory of an agent that others have started is not known. */
  @Override
  public long peakMemoryBytes(int generation) {
    return 0;
  }
}
