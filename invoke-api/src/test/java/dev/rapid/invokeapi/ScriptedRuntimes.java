package dev.rapid.invokeapi;

import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.testing.FakeProcesses;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** Runtimes that are threads of the test, each following the script. */
final class ScriptedRuntimes implements FakeProcesses.Program {

  private final InetSocketAddress api;
  private final RuntimeScript script;
  private final Queue<RuntimeClient.Event> seen = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  ScriptedRuntimes(InetSocketAddress api, RuntimeScript script) {
    this.api = api;
    this.script = script;
  }

  @Override
  public Runnable start(ProcessName process, Consumer<ProcessExit> exit) {
    RuntimeClient client = new RuntimeClient(api, seen);
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name(process.toString())
            .start(() -> {
              ProcessExit how = live(client);
              client.close();
              exit.accept(how);
            });
    return () -> {
      client.close();
      thread.interrupt();
    };
  }

  private ProcessExit live(RuntimeClient client) {
    try {
      script.run(client);
      return new ProcessExit.Exited(0);
    } catch (RuntimeScript.Exit e) {
      return e.how();
    } catch (Exception e) {
      // What happens to a runtime whose connection is closed when it is killed.
      return new ProcessExit.Signaled("killed");
    } catch (Error e) {
      failures.add(e);
      return new ProcessExit.Exited(99);
    }
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
