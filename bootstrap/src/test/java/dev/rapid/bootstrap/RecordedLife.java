package dev.rapid.bootstrap;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.Processes;
import dev.rapid.core.process.StartFailure;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what happened to a process, in order. */
final class RecordedLife implements Processes.Listener {

  private static final long PATIENCE_SECONDS = 20;

  private final List<String> events = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Integer> started = new CompletableFuture<>();
  private final CompletableFuture<StartFailure> failure = new CompletableFuture<>();
  private final CompletableFuture<ProcessExit> exit = new CompletableFuture<>();
  private final CompletableFuture<Integer> gone = new CompletableFuture<>();

  @Override
  public void started(int generation) {
    events.add("started " + generation);
    started.complete(generation);
  }

  @Override
  public void startFailed(int generation, StartFailure reason) {
    events.add("startFailed " + generation);
    failure.complete(reason);
  }

  @Override
  public void exited(int generation, ProcessExit how) {
    events.add("exited " + generation);
    exit.complete(how);
  }

  @Override
  public void gone(int generation) {
    events.add("gone " + generation);
    gone.complete(generation);
  }

  List<String> events() {
    return events;
  }

  void awaitStarted() {
    started.orTimeout(PATIENCE_SECONDS, SECONDS).join();
  }

  StartFailure awaitFailure() {
    return failure.orTimeout(PATIENCE_SECONDS, SECONDS).join();
  }

  ProcessExit awaitExit() {
    return exit.orTimeout(PATIENCE_SECONDS, SECONDS).join();
  }

  void awaitGone() {
    gone.orTimeout(PATIENCE_SECONDS, SECONDS).join();
  }
}
