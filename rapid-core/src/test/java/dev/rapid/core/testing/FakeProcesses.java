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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Processes of which the test says what they do, when one exits and when a stop is over. They can
 * be used by any thread; listeners are called without a lock.
 */
public final class FakeProcesses implements Processes {

  /** What a process does once it runs. */
  @FunctionalInterface
  public interface Program {

    /** Does nothing until the test ends it or it is killed, which it obeys at once. */
    Program IDLE = (process, exit) -> () -> exit.accept(new ProcessExit.Signaled("killed"));

    /**
     * Begins to run, and returns at once.
     *
     * @param exit to be called once, when the process has ended
     * @return kills the process; {@code exit} may be called later
     */
    Runnable start(ProcessName process, Consumer<ProcessExit> exit);
  }

  private static final class Life {

    private final ProcessName process;
    private final Listener listener;
    private volatile Runnable kill = () -> {};
    private boolean exited;

    Life(ProcessName process, Listener listener) {
      this.process = process;
      this.listener = listener;
    }
  }

  private static final class Stop {

    private final Listener listener;
    private boolean killed;

    Stop(Listener listener) {
      this.listener = listener;
    }
  }

  private final Program program;
  private final boolean stopsAtOnce;
  private final Queue<StartFailure> startFailures = new ArrayDeque<>();
  private final List<ProcessName> starts = new ArrayList<>();
  private final List<Integer> stops = new ArrayList<>();
  private final List<String> signals = new ArrayList<>();
  private final Map<ProcessName, Life> lives = new LinkedHashMap<>();
  private final Map<Integer, Stop> stopping = new TreeMap<>();
  private List<String> extensions = List.of();
  private @Nullable StartFailure everyStart;

  private FakeProcesses(Program program, boolean stopsAtOnce) {
    this.program = program;
    this.stopsAtOnce = stopsAtOnce;
  }

  /** Returns idle processes whose stop is over when the test calls {@link #gone()}. */
  public static FakeProcesses stoppedByTheTest() {
    return new FakeProcesses(Program.IDLE, false);
  }

  /** Returns idle processes whose stop is over at once. */
  public static FakeProcesses stoppedAtOnce() {
    return running(Program.IDLE);
  }

  /** Returns processes that run {@code program} and are killed when they are stopped. */
  public static FakeProcesses running(Program program) {
    return new FakeProcesses(program, true);
  }

  /** Lets the next start that has no failure yet fail. */
  public synchronized void failNextStart(StartFailure failure) {
    startFailures.add(failure);
  }

  /** Lets every start fail. */
  public synchronized void failEveryStart(StartFailure failure) {
    everyStart = failure;
  }

  /** Sets which external extensions are installed. */
  public synchronized void installExtensions(String... names) {
    extensions = List.of(names);
  }

  @Override
  public synchronized List<String> findExtensions() {
    return extensions;
  }

  @Override
  public void start(ProcessName process, Listener listener) {
    Life life = new Life(process, listener);
    StartFailure failure;
    synchronized (this) {
      starts.add(process);
      failure = everyStart == null ? startFailures.poll() : everyStart;
      if (failure == null) {
        lives.put(process, life);
      }
    }
    if (failure == null) {
      listener.started(process);
      life.kill = program.start(process, exit -> exit(process, exit));
    } else {
      listener.startFailed(process, failure);
    }
  }

  @Override
  public synchronized void terminate(ProcessName process) {
    signals.add("TERM " + process);
  }

  @Override
  public synchronized void kill(ProcessName process) {
    signals.add("KILL " + process);
  }

  @Override
  public synchronized void freeze(int generation) {
    signals.add("STOP generation " + generation);
  }

  @Override
  public synchronized void thaw(int generation) {
    signals.add("CONT generation " + generation);
  }

  @Override
  public void stop(int generation, Listener listener) {
    synchronized (this) {
      stops.add(generation);
      stopping.put(generation, new Stop(listener));
    }
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
    exit(extension(name), exit);
  }

  private void exit(ProcessName process, ProcessExit exit) {
    Life life;
    synchronized (this) {
      life = lives.get(process);
      if (life == null || life.exited) {
        throw new AssertionError(process + " is not among " + living());
      }
      life.exited = true;
    }
    life.listener.exited(process, exit);
    synchronized (this) {
      lives.remove(process);
    }
    endStop(process.generation());
  }

  /** Ends the one stop that is under way; processes that are still alive are killed first. */
  public void gone() {
    int generation;
    List<Life> survivors;
    synchronized (this) {
      List<Map.Entry<Integer, Stop>> waiting =
          stopping.entrySet().stream().filter(stop -> !stop.getValue().killed).toList();
      if (waiting.size() != 1) {
        throw new AssertionError("expected one stop, but found " + waiting.size());
      }
      generation = waiting.getFirst().getKey();
      waiting.getFirst().getValue().killed = true;
      survivors =
          lives.values().stream()
              .filter(life -> life.process.generation() == generation && !life.exited)
              .toList();
    }
    survivors.forEach(life -> life.kill.run());
    endStop(generation);
  }

  private void endStop(int generation) {
    Stop stop;
    synchronized (this) {
      stop = stopping.get(generation);
      if (stop == null
          || !stop.killed
          || lives.keySet().stream().anyMatch(each -> each.generation() == generation)) {
        return;
      }
      stopping.remove(generation);
    }
    stop.listener.gone(generation);
  }

  private synchronized ProcessName extension(String name) {
    return living().stream()
        .filter(process -> name.equals(process.extension()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no extension " + name + " among " + living()));
  }

  private synchronized ProcessName onlyRuntime() {
    List<ProcessName> runtimes =
        living().stream().filter(process -> process.extension() == null).toList();
    if (runtimes.size() != 1) {
      throw new AssertionError("expected one runtime, but found " + runtimes);
    }
    return runtimes.getFirst();
  }

  private synchronized List<ProcessName> living() {
    return lives.values().stream().filter(life -> !life.exited).map(life -> life.process).toList();
  }

  /** Returns the generations whose runtime was started, in order. */
  public synchronized List<Integer> starts() {
    return starts.stream()
        .filter(process -> process.extension() == null)
        .map(ProcessName::generation)
        .toList();
  }

  /** Returns all processes that were started, in order, for example {@code runtime-1}. */
  public synchronized List<String> allStarts() {
    return starts.stream().map(ProcessName::toString).toList();
  }

  /** Returns the generations that were stopped, in order. */
  public synchronized List<Integer> stops() {
    return List.copyOf(stops);
  }

  /** Returns the signals that were sent to single processes, for example {@code TERM runtime-1}. */
  public synchronized List<String> signals() {
    return List.copyOf(signals);
  }

  /** Returns the generations whose runtime is alive. */
  public List<Integer> alive() {
    return living().stream()
        .filter(process -> process.extension() == null)
        .map(ProcessName::generation)
        .toList();
  }
}
