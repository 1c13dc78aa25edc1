package dev.rapid.core.testing;

import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.Processes;
import dev.rapid.core.process.StartFailure;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
  private final List<Integer> starts = new ArrayList<>();
  private final List<Integer> stops = new ArrayList<>();
  private final Map<Integer, Listener> alive = new TreeMap<>();
  private final Map<Integer, Listener> stopping = new TreeMap<>();

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

  @Override
  public void startRuntime(int generation, Listener listener) {
    starts.add(generation);
    StartFailure failure = startFailures.poll();
    if (failure == null) {
      alive.put(generation, listener);
      listener.started(generation);
    } else {
      listener.startFailed(generation, failure);
    }
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

  /** Ends the one process that is alive, by itself. */
  public void exit(ProcessExit exit) {
    Map.Entry<Integer, Listener> only = takeOnlyOneOf(alive);
    only.getValue().exited(only.getKey(), exit);
  }

  /** Ends the one stop that is under way; a process that is still alive is killed first. */
  public void gone() {
    Map.Entry<Integer, Listener> only = takeOnlyOneOf(stopping);
    int generation = only.getKey();
    Listener survivor = alive.remove(generation);
    if (survivor != null) {
      survivor.exited(generation, new ProcessExit.Signaled("killed"));
    }
    only.getValue().gone(generation);
  }

  /** Returns the generations that were started, in order. */
  public List<Integer> starts() {
    return List.copyOf(starts);
  }

  /** Returns the generations that were stopped, in order. */
  public List<Integer> stops() {
    return List.copyOf(stops);
  }

  /** Returns the generations whose process is alive. */
  public List<Integer> alive() {
    return List.copyOf(alive.keySet());
  }

  private static Map.Entry<Integer, Listener> takeOnlyOneOf(Map<Integer, Listener> generations) {
    if (generations.size() != 1) {
      throw new AssertionError("expected one generation, but found " + generations.keySet());
    }
    Map.Entry<Integer, Listener> only = Map.copyOf(generations).entrySet().iterator().next();
    generations.clear();
    return only;
  }
}
