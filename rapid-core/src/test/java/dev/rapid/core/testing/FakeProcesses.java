package dev.rapid.core.testing;

import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.process.StartFailure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;

/**
 * Processes that do nothing by themselves: the test says when one exits and when a stop is over.
 */
public final class FakeProcesses implements Processes {

  private final boolean stopsAtOnce;
  private final Queue<StartFailure> startFailures = new ArrayDeque<>();
  private final List<ProcessName> starts = new ArrayList<>();
  private final List<Integer> stops = new ArrayList<>();
  private final List<String> signals = new ArrayList<>();
  private final Map<ProcessName, Listener> alive = new LinkedHashMap<>();
  private final Map<Integer, Listener> stopping = new TreeMap<>();
  private List<String> extensions = List.of();

  private FakeProcesses(boolean stopsAtOnce) {
    this.stopsAtOnce = stopsAtOnce;
  }

  /** Returns processes whose stop is over when the test calls {@link #gone()}. */
  public static FakeProcesses stoppedByTheTest() {
    return new FakeProcesses(false);
  }

  /** Returns processes whose stop is over at once. */
  public static FakeProcesses stoppedAtOnce() {
    return new FakeProcesses(true);
  }

  /** Lets the next start that has no failure yet fail. */
  public void failNextStart(StartFailure failure) {
    startFailures.add(failure);
  }

  /** Sets which external extensions are installed. */
  public void installExtensions(String... names) {
    extensions = List.of(names);
  }

  @Override
  public List<String> findExtensions() {
    return extensions;
  }

  @Override
  public void start(ProcessName process, Listener listener) {
    starts.add(process);
    StartFailure failure = startFailures.poll();
    if (failure == null) {
      alive.put(process, listener);
      listener.started(process);
    } else {
      listener.startFailed(process, failure);
    }
  }

  @Override
  public void terminate(ProcessName process) {
    signals.add("TERM " + process);
  }

  @Override
  public void kill(ProcessName process) {
    signals.add("KILL " + process);
  }

  @Override
  public void stop(int generation, Listener listener) {
    stops.add(generation);
    stopping.put(generation, listener);
    if (stopsAtOnce) {
      gone();
    }
  }

  @Override
  public long peakMemoryBytes(int generation) {
    return 0;
  }

  /** Ends the runtime that is alive, by itself. */
  public void exit(ProcessExit exit) {
    exit(onlyRuntime(), exit);
  }

  /** Ends the extension that is alive and has this name, by itself. */
  public void exitExtension(String name, ProcessExit exit) {
    exit(
        alive.keySet().stream()
            .filter(process -> name.equals(process.extension()))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no extension " + name + " among " + alive)),
        exit);
  }

  private void exit(ProcessName process, ProcessExit exit) {
    Listener listener = alive.remove(process);
    if (listener == null) {
      throw new AssertionError(process + " is not among " + alive.keySet());
    }
    listener.exited(process, exit);
  }

  private ProcessName onlyRuntime() {
    List<ProcessName> runtimes =
        alive.keySet().stream().filter(process -> process.extension() == null).toList();
    if (runtimes.size() != 1) {
      throw new AssertionError("expected one runtime, but found " + runtimes);
    }
    return runtimes.getFirst();
  }

  /** Ends the one stop that is under way; processes that are still alive are killed first. */
  public void gone() {
    if (stopping.size() != 1) {
      throw new AssertionError("expected one stop, but found " + stopping.keySet());
    }
    Map.Entry<Integer, Listener> only = Map.copyOf(stopping).entrySet().iterator().next();
    stopping.clear();
    int generation = only.getKey();
    for (ProcessName survivor : List.copyOf(alive.keySet())) {
      if (survivor.generation() == generation) {
        exit(survivor, new ProcessExit.Signaled("killed"));
      }
    }
    only.getValue().gone(generation);
  }

  /** Returns the generations whose runtime was started, in order. */
  public List<Integer> starts() {
    return starts.stream()
        .filter(process -> process.extension() == null)
        .map(ProcessName::generation)
        .toList();
  }

  /** Returns all processes that were started, in order, for example {@code runtime-1}. */
  public List<String> allStarts() {
    return starts.stream().map(ProcessName::toString).toList();
  }

  /** Returns the generations that were stopped, in order. */
  public List<Integer> stops() {
    return List.copyOf(stops);
  }

  /** Returns the signals that were sent to single processes, for example {@code TERM runtime-1}. */
  public List<String> signals() {
    return List.copyOf(signals);
  }

  /** Returns the generations whose runtime is alive. */
  public List<Integer> alive() {
    return alive.keySet().stream()
        .filter(process -> process.extension() == null)
        .map(ProcessName::generation)
        .toList();
  }
}
