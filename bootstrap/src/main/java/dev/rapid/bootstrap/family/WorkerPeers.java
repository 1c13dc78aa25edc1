package dev.rapid.bootstrap.family;

import dev.rapid.core.process.ConnectionPeers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds worker processes at the other end of connections, with Linux's table of processes.
 *
 * <p>A worker is a process that a runtime has forked to run the same program: it belongs to the
 * runtime's session, does not lead it, and has the executable of its parent. A tool that a runtime
 * starts for one call, for example {@code curl}, is none: its end says nothing of the invocation
 * that it fetched. Neither is the runtime's first process, whose end is seen anyway.
 *
 * <p>The owner of a connection can be read while the connection is open, so that a process that
 * ends within the first milliseconds of its first connection is not found. One daemon thread does
 * all, and ends when it has nothing to do.
 */
public final class WorkerPeers implements ConnectionPeers, AutoCloseable {

  /**
   * When after the end of a connection its process is looked at. The first look leaves time to read
   * what the process had sent; a process closes its connections a moment before it has ended.
   */
  private static final List<Integer> LOOKS_MILLIS = List.of(50, 150, 500, 2000);

  private static final int IDLE_SECONDS = 5;

  /** How often the table is read for a runtime without workers, which may open many connections. */
  private static final int REST_MILLIS = 200;

  private final ProcFs proc;
  private final Supplier<Set<Long>> leaders;
  private final ScheduledThreadPoolExecutor thread;

  /** Whether the last look at the table found a worker; the first one is not delayed. */
  private volatile boolean hasWorkers = true;

  /** Guarded by itself. */
  private final List<Connection> unresolved = new ArrayList<>();

  /**
   * Creates an observer of the processes of one sandbox.
   *
   * @param leaders the first processes of its runtimes, which lead their sessions
   */
  public WorkerPeers(ProcFs proc, Supplier<Set<Long>> leaders) {
    this.proc = proc;
    this.leaders = leaders;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().daemon().name("rapid-peers").unstarted(task));
    thread.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    thread.allowCoreThreadTimeOut(true);
  }

  @Override
  public Peer find(int clientPort, int serverPort) {
    Connection connection = new Connection(clientPort, serverPort);
    boolean first;
    synchronized (unresolved) {
      first = unresolved.isEmpty();
      unresolved.add(connection);
    }
    if (first) {
      later(hasWorkers ? 0 : REST_MILLIS, this::resolve);
    }
    return connection;
  }

  /** Returns whether the process of {@code peer} is known to be a worker. */
  boolean found(Peer peer) {
    return peer instanceof Connection connection && connection.worker != null;
  }

  /** Returns whether no connection waits for its process to be found. */
  boolean isIdle() {
    return thread.getActiveCount() == 0 && thread.getQueue().isEmpty();
  }

  @Override
  public void close() {
    List<Runnable> unused = thread.shutdownNow();
  }

  private void later(int millis, Runnable task) {
    try {
      var unused = thread.schedule(task, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      // The sandbox has ended.
    }
  }

  /** Finds the workers behind all connections that wait for it, with one look at the table. */
  private void resolve() {
    List<Connection> batch;
    synchronized (unresolved) {
      batch = List.copyOf(unresolved);
      unresolved.clear();
    }
    Map<String, Long> owners = ownersOfSockets();
    hasWorkers = !owners.isEmpty();
    if (!hasWorkers) {
      return;
    }
    Map<Integer, Map<Integer, String>> tables = new HashMap<>();
    for (Connection each : batch) {
      String socket =
          tables
              .computeIfAbsent(each.serverPort, proc::connectionsTo)
              .getOrDefault(each.clientPort, "");
      each.worker = owners.get(socket);
    }
  }

  private Map<String, Long> ownersOfSockets() {
    Map<String, Long> owners = new HashMap<>();
    Set<Long> sessions = leaders.get();
    proc.running()
        .forEach((pid, entry) -> {
          if (sessions.contains(entry.session())
              && entry.session() != pid
              && isSameProgram(pid, entry.parent())) {
            proc.sockets(pid).forEach(socket -> owners.put(socket, pid));
          }
        });
    return owners;
  }

  private boolean isSameProgram(long pid, long parent) {
    String program = proc.program(pid);
    return !program.isEmpty() && program.equals(proc.program(parent));
  }

  private final class Connection implements Peer {

    private final int clientPort;
    private final int serverPort;
    private volatile @Nullable Long worker;

    Connection(int clientPort, int serverPort) {
      this.clientPort = clientPort;
      this.serverPort = serverPort;
    }

    @Override
    public void disconnected(Runnable ended) {
      Long pid = worker;
      if (pid != null) {
        look(pid, 0, ended);
      }
    }

    private void look(long pid, int count, Runnable ended) {
      if (count == LOOKS_MILLIS.size()) {
        return;
      }
      later(
          LOOKS_MILLIS.get(count),
          () -> {
            if (proc.entry(pid).filter(ProcFs.Entry::runs).isPresent()) {
              look(pid, count + 1, ended);
            } else {
              ended.run();
            }
          });
    }
  }
}
