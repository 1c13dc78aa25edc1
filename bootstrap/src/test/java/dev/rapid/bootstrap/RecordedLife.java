package dev.rapid.bootstrap;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.process.StartFailure;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what happened to processes, in order. */
final class RecordedLife implements Processes.Listener {

  private static final long PATIENCE_SECONDS = 20;

  private final List<String> events = new CopyOnWriteArrayList<>();
  private final Map<ProcessName, CompletableFuture<StartFailure>> failures =
      new ConcurrentHashMap<>();
  private final Map<ProcessName, CompletableFuture<ProcessExit>> exits = new ConcurrentHashMap<>();
  private final CompletableFuture<Integer> gone = new CompletableFuture<>();

  @Override
  public void started(ProcessName process) {
    events.add("started " + process);
  }

  @Override
  public void startFailed(ProcessName process, StartFailure reason) {
    events.add("startFailed " + process);
    failure(process).complete(reason);
  }

  @Override
  public void exited(ProcessName process, ProcessExit how) {
    events.add("exited " + process);
    exit(process).complete(how);
  }

  @Override
  public void gone(int generation) {
    events.add("gone " + generation);
    gone.complete(generation);
  }

  private CompletableFuture<StartFailure> failure(ProcessName process) {
    return failures.computeIfAbsent(process, name -> new CompletableFuture<>());
  }

  private CompletableFuture<ProcessExit> exit(ProcessName process) {
    return exits.computeIfAbsent(process, name -> new CompletableFuture<>());
  }

  List<String> events() {
    return events;
  }

  StartFailure awaitFailure(ProcessName process) {
    return failure(process).orTimeout(PATIENCE_SECONDS, SECONDS).join();
  }

  ProcessExit awaitExit(ProcessName process) {
    return exit(process).orTimeout(PATIENCE_SECONDS, SECONDS).join();
  }

  void awaitGone() {
    gone.orTimeout(PATIENCE_SECONDS, SECONDS).join();
  }
}
