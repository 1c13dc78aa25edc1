package dev.rapid.invokeapi;

import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.process.StartFailure;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Runtimes that are threads of the test, each following the script. */
final class ScriptedProcesses implements Processes {

  private record Running(RuntimeClient client, Thread thread, CompletableFuture<Void> gone) {}

  private final InetSocketAddress api;
  private final RuntimeScript script;
  private final @Nullable StartFailure startFailure;
  private final Queue<RuntimeClient.Event> seen = new ConcurrentLinkedQueue<>();
  private final List<Integer> starts = new CopyOnWriteArrayList<>();
  private final Map<Integer, Running> running = new ConcurrentHashMap<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  ScriptedProcesses(
      InetSocketAddress api, RuntimeScript script, @Nullable StartFailure startFailure) {
    this.api = api;
    this.script = script;
    this.startFailure = startFailure;
  }

  @Override
  public List<String> findExtensions() {
    return List.of();
  }

  @Override
  public void start(ProcessName process, Listener listener) {
    int generation = process.generation();
    starts.add(generation);
    if (startFailure != null) {
      listener.startFailed(process, startFailure);
      return;
    }
    RuntimeClient client = new RuntimeClient(api, seen);
    CompletableFuture<Void> gone = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("runtime " + generation)
            .unstarted(() -> {
              ProcessExit exit = live(client);
              client.close();
              listener.exited(process, exit);
              gone.complete(null);
            });
    running.put(generation, new Running(client, thread, gone));
    listener.started(process);
    thread.start();
  }

  private ProcessExit live(RuntimeClient client) {
    try {
      script.run(client);
      return new ProcessExit.Exited(0);
    } catch (RuntimeScript.Exit e) {
      return e.how();
    } catch (Exception e) {
      // What happens to a runtime whose connection is closed: see stop.
      return new ProcessExit.Signaled("killed");
    } catch (Error e) {
      failures.add(e);
      return new ProcessExit.Exited(99);
    }
  }

  /** A script does not listen to signals; it is stopped in the end. */
  @Override
  public void terminate(ProcessName process) {}

  @Override
  public void kill(ProcessName process) {}

  @Override
  public void stop(int generation, Listener listener) {
    Running process = running.remove(generation);
    if (process == null) {
      listener.gone(generation);
      return;
    }
    process.client().close();
    process.thread().interrupt();
    var unused = process.gone().thenRun(() -> listener.gone(generation));
  }

  @Override
  public long peakMemoryBytes(int generation) {
    return 0;
  }

  /** Returns the generations that were started, in order. */
  List<Integer> starts() {
    return starts;
  }

  /** Returns the events that any runtime got, in order. */
  List<RuntimeClient.Event> seen() {
    return List.copyOf(seen);
  }

  void failOnBadScript() {
    Throwable failure = failures.poll();
    if (failure != null) {
      throw new AssertionError("A runtime's script failed", failure);
    }
  }
}
