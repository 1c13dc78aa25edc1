package dev.rapid.bootstrap;

import dev.rapid.bootstrap.command.FramedLogCommand;
import dev.rapid.bootstrap.family.FamilyMarks;
import dev.rapid.bootstrap.family.WorkerPeers;
import dev.rapid.bootstrap.launch.ExtensionsDirectory;
import dev.rapid.bootstrap.launch.LaunchSpec;
import dev.rapid.core.process.OutputListener;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.process.StartFailure;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Starts and ends the processes of one sandbox on this machine: the runtime and the external
 * extensions (contract lifecycle-and-control, sections 1.3 to 1.7).
 *
 * <p><b>Start.</b> Program and working directory are checked before the fork, so that an invalid
 * entry point or working directory is reported as Lambda reports it and not as an exit. A program
 * given by a bare name is searched for in the {@code PATH} of its environment, then in ours. Stdin
 * is the null device; stdout and stderr are one pipe (unless the worker protocol runs over stdin
 * and stdout), read by a thread of its own. On Linux a runtime can write a framed log into the same
 * pipe (see {@link FramedLogCommand}).
 *
 * <p><b>Families.</b> Every process leads a session of its own, and on Linux has a mark that all
 * its descendants inherit (see {@link FamilyMarks}). To its family belong the session, all
 * descendants, and every process with the mark, which also finds daemons that left the session and
 * their parents. A signal reaches one family and no other.
 *
 * <p><b>End.</b> {@link #terminate} and {@link #kill} signal one family, as soon as its fork is
 * over; they do nothing when its first process has ended, because {@link #stop} kills what that
 * leaves behind. {@link #stop} tries to kill for two seconds; then it calls {@link
 * Processes.Listener#gone gone}, even if a process hangs in the kernel.
 *
 * <p><b>The end of Rapid.</b> A small shell process, started beside the first process, kills all
 * families if this Java virtual machine ends without {@link #close}, for example by SIGKILL.
 *
 * <p><b>Threads.</b> Listeners are called by threads of this object; one that blocks delays only
 * its own sandbox. All methods may be called by any thread.
 */
public final class LocalProcesses implements Processes, AutoCloseable {

  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(3);

  private final Function<ProcessName, LaunchSpec> specs;
  private final Function<ProcessName, OutputListener> outputs;
  private final @Nullable ExtensionsDirectory extensions;
  private final Machine machine;
  private final FamilyMarks marks = new FamilyMarks();
  private final Watchdog watchdog;
  private final Map<ProcessName, SupervisedProcess> processes = new ConcurrentHashMap<>();

  // Both guarded by this.
  private @Nullable Thread watchdogStart;
  private boolean closed;

  /**
   * Creates processes of which none runs yet.
   *
   * @param specs gives what to start; asked at each start by a thread that may wait, so that its
   *     answers may change. It throws an {@link java.io.UncheckedIOException} if the machine lacks
   *     what the process needs besides
   * @param outputs gives the receiver of a process's output; asked once for each start that is not
   *     refused
   * @param extensions where {@link #findExtensions} looks, null for a function without external
   *     extensions
   */
  public LocalProcesses(
      Function<ProcessName, LaunchSpec> specs,
      Function<ProcessName, OutputListener> outputs,
      @Nullable ExtensionsDirectory extensions) {
    this(specs, outputs, extensions, Machine.local());
  }

  LocalProcesses(
      Function<ProcessName, LaunchSpec> specs,
      Function<ProcessName, OutputListener> outputs,
      @Nullable ExtensionsDirectory extensions,
      Machine machine) {
    this.specs = specs;
    this.outputs = outputs;
    this.extensions = extensions;
    this.machine = machine;
    this.watchdog = new Watchdog(machine, marks.pattern());
  }

  @Override
  public List<String> findExtensions() {
    return extensions == null ? List.of() : extensions.names();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if the process was started before, or after {@link #close}
   */
  @Override
  public void start(ProcessName process, Listener listener) {
    SupervisedProcess starting =
        new SupervisedProcess(process, machine.mark().next(marks), machine, watchdog);
    String refusal = null;
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException(process + " starts after the close");
      }
      // Their peak memory was asked for long ago.
      processes.values().removeIf(SupervisedProcess::isStopped);
      if (processes.putIfAbsent(process, starting) != null) {
        throw new IllegalStateException(process + " was started before");
      }
      try {
        starting.start(specs, outputs, listener);
      } catch (OutOfMemoryError e) {
        // Java has no other sign for a thread that the system refuses.
        refusal = String.valueOf(e.getMessage());
        boolean unused = processes.remove(process, starting);
      }
      if (refusal == null && watchdogStart == null) {
        // Beside the process, whose start must not wait for it.
        watchdogStart = daemon("rapid-watchdog", watchdog::start);
      }
    }
    if (refusal != null) {
      listener.startFailed(process, new StartFailure(StartFailure.Kind.NO_RESOURCES, refusal));
    }
  }

  @Override
  public void terminate(ProcessName process) {
    SupervisedProcess known = processes.get(process);
    if (known != null) {
      Thread unused = daemon("rapid-terminate-" + process, known::terminate);
    }
  }

  @Override
  public void kill(ProcessName process) {
    SupervisedProcess known = processes.get(process);
    if (known != null) {
      Thread unused = daemon("rapid-kill-" + process, known::kill);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>Returns before they are stopped. Where there is no {@code sh}, nothing happens.
   */
  @Override
  public void freeze(int generation) {
    List<SupervisedProcess> all = of(generation);
    all.forEach(SupervisedProcess::freeze);
    Thread unused =
        daemon("rapid-freeze-" + generation, () -> all.forEach(SupervisedProcess::stopFamily));
  }

  @Override
  public void thaw(int generation) {
    of(generation).forEach(SupervisedProcess::thaw);
  }

  private List<SupervisedProcess> of(int generation) {
    return processes.values().stream()
        .filter(process -> process.name().generation() == generation)
        .toList();
  }

  @Override
  public void stop(int generation, Listener listener) {
    List<SupervisedProcess> left = of(generation);
    Thread unused =
        daemon(
            "rapid-stop-" + generation,
            () -> {
              try {
                for (Thread stopper : stopEach(left)) {
                  stopper.join();
                }
              } catch (InterruptedException e) {
                // An interrupt asks the thread to end.
                Thread.currentThread().interrupt();
              } finally {
                listener.gone(generation);
              }
            });
  }

  /** Stops processes side by side, each by a thread. */
  private static List<Thread> stopEach(Collection<SupervisedProcess> processes) {
    return processes.stream()
        .map(process -> daemon("rapid-stop-" + process.name(), process::stop))
        .toList();
  }

  private static Thread daemon(String name, Runnable task) {
    return Thread.ofPlatform().daemon().name(name).start(task);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Linux only, elsewhere 0. The sum of what each process of the tree had at most, which may be
   * more than the tree ever had at once. Measured at most every 100 ms; after the end of the
   * runtime the last value stays until another generation starts.
   */
  @Override
  public long peakMemoryBytes(int generation) {
    SupervisedProcess runtime = processes.get(ProcessName.runtime(generation));
    return runtime == null ? 0 : runtime.peakMemoryBytes();
  }

  /**
   * Marks the end of what processes have written. Each {@link OutputListener} that does not have
   * all of it yet gets {@code mark} when it has, before any later output. This separates what a
   * process wrote before it answered an invocation from what it writes afterwards.
   *
   * <p>On systems other than Linux, bytes that are still in the pipe are not seen.
   *
   * @param extensions whether extensions count as well as runtimes
   * @return how many listeners will get {@code mark}
   */
  public int markOutput(long mark, boolean extensions) {
    int listeners = 0;
    for (SupervisedProcess process : processes.values()) {
      boolean counts = extensions || process.name().extension() == null;
      if (counts && process.markOutput(mark)) {
        listeners++;
      }
    }
    return listeners;
  }

  /**
   * Returns an observer of the workers that the runtimes of this sandbox fork; it finds none on
   * systems other than Linux.
   */
  public WorkerPeers workerPeers() {
    return new WorkerPeers(machine.proc(), this::leaders);
  }

  private Set<Long> leaders() {
    return processes.values().stream()
        .flatMap(process -> process.pid().stream())
        .collect(Collectors.toSet());
  }

  /**
   * Kills everything that was started and waits for that, at most 3 s. Nothing can be started
   * afterwards. Repeated calls do no harm.
   */
  @Override
  public void close() {
    long deadline = System.nanoTime() + CLOSE_PATIENCE.toNanos();
    Thread starting;
    synchronized (this) {
      closed = true;
      starting = watchdogStart;
    }
    try {
      for (Thread stopper : stopEach(processes.values())) {
        stopper.join(left(deadline));
      }
      if (starting != null) {
        starting.join(left(deadline));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    watchdog.close();
    watchdog.awaitEnd(left(deadline));
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }
}
