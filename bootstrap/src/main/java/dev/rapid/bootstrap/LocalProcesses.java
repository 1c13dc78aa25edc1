package dev.rapid.bootstrap;

import dev.rapid.core.process.OutputListener;
import dev.rapid.core.process.Processes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Starts and ends the processes of one sandbox on this machine (lifecycle contract, 1.3 to 1.6).
 *
 * <p><b>Start.</b> Program and working directory are checked before the fork, so that what Lambda
 * calls an invalid entry point or working directory is told as such and not as an exit. A program
 * given by a bare name is searched for in the {@code PATH} of its environment, then in ours. Stdin
 * is the null device; stdout and stderr are one pipe, read by a thread of its own.
 *
 * <p><b>Stop.</b> Every process leads a session of its own, and its environment has the variable
 * {@value #MARK}. {@link #stop} ends the session, all descendants, and on Linux every process with
 * that variable, which also finds daemons that hide in sessions of their own. It tries for two
 * seconds; then {@link dev.rapid.core.process.Processes.Listener#gone gone} is told even if
 * something hangs in the kernel. By default processes are killed at once, as the cloud does when
 * there are no extensions.
 *
 * <p>As process 1 of a container we also inherit orphans, and Java does not collect their exit
 * statuses; where sandboxes are reset often, give the container an init process.
 *
 * <p><b>Our own death.</b> A small shell process, started beside the first runtime, does the same
 * if this Java virtual machine ends without {@link #close}, be it by SIGKILL.
 *
 * <p><b>Threads.</b> Listeners are called by threads of this object; one that blocks delays only
 * its own sandbox. All methods may be called by any thread.
 */
public final class LocalProcesses implements Processes, AutoCloseable {

  /** The variable that marks our processes. */
  static final String MARK = "RAPID_SANDBOX_ID";

  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(3);

  private final IntFunction<LaunchSpec> specs;
  private final IntFunction<OutputListener> outputs;
  private final Duration grace;
  private final Machine machine;
  private final String id = UUID.randomUUID().toString();
  private final Watchdog watchdog;
  private final Map<Integer, SupervisedProcess> runtimes = new ConcurrentHashMap<>();

  // Both guarded by this.
  private @Nullable Thread watchdogStart;
  private boolean closed;

  /**
   * Creates processes that are killed without a warning when they are stopped.
   *
   * @param spec what to start, in each generation
   * @param outputs gives the receiver of a generation's output; called once for each start
   */
  public LocalProcesses(LaunchSpec spec, IntFunction<OutputListener> outputs) {
    this(generation -> spec, outputs, Duration.ZERO);
  }

  /**
   * Creates processes that may be given time to end.
   *
   * @param specs gives what to start in a generation
   * @param outputs gives the receiver of a generation's output; called once for each start
   * @param grace the time between SIGTERM and SIGKILL in {@link #stop}; zero for SIGKILL at once
   * @throws IllegalArgumentException if {@code grace} is negative
   */
  public LocalProcesses(
      IntFunction<LaunchSpec> specs, IntFunction<OutputListener> outputs, Duration grace) {
    this(specs, outputs, grace, Machine.local());
  }

  LocalProcesses(
      IntFunction<LaunchSpec> specs,
      IntFunction<OutputListener> outputs,
      Duration grace,
      Machine machine) {
    if (grace.isNegative()) {
      throw new IllegalArgumentException("the grace is negative: " + grace);
    }
    this.specs = specs;
    this.outputs = outputs;
    this.grace = grace;
    this.machine = machine;
    this.watchdog = new Watchdog(machine.session(), machine.searchPath(), MARK + "=" + id);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if the generation was started before, or after {@link #close}
   */
  @Override
  public void startRuntime(int generation, Listener listener) {
    SupervisedProcess runtime =
        new SupervisedProcess(
            generation,
            "runtime-" + generation,
            Map.entry(MARK, id + "." + generation),
            machine,
            watchdog);
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("generation " + generation + " starts after the close");
      }
      // Their peak memory was asked for long ago.
      runtimes.values().removeIf(SupervisedProcess::isStopped);
      if (runtimes.putIfAbsent(generation, runtime) != null) {
        throw new IllegalStateException("generation " + generation + " was started before");
      }
      runtime.start(specs, outputs, listener);
      if (watchdogStart == null) {
        // Beside the runtime, whose start must not wait for it.
        watchdogStart = Thread.ofPlatform().daemon().name("rapid-watchdog").start(watchdog::start);
      }
    }
  }

  @Override
  public void stop(int generation, Listener listener) {
    SupervisedProcess runtime = runtimes.get(generation);
    Thread unused =
        stopper(
            generation,
            () -> {
              try {
                if (runtime != null) {
                  runtime.stop(grace);
                }
              } finally {
                listener.gone(generation);
              }
            });
  }

  private static Thread stopper(int generation, Runnable task) {
    return Thread.ofPlatform().daemon().name("rapid-stop-" + generation).start(task);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Linux only, elsewhere 0. The sum of what each process of the tree had at most, which may be
   * more than the tree ever had at once. Measured at most every 100 ms; after the end of the
   * runtime the last value stays.
   */
  @Override
  public long peakMemoryBytes(int generation) {
    SupervisedProcess runtime = runtimes.get(generation);
    return runtime == null ? 0 : runtime.peakMemoryBytes();
  }

  /**
   * Returns whether a runtime has written something that its {@link OutputListener} has not got
   * yet. If this is false after a runtime has answered an invocation, then the listener has all
   * that the runtime wrote before the answer.
   *
   * <p>On systems other than Linux, bytes that are still in the pipe are not seen.
   */
  public boolean outputPending() {
    return runtimes.values().stream().anyMatch(SupervisedProcess::outputPending);
  }

  /**
   * Kills everything that was started, whatever its grace, and waits for that, at most 3 s. Nothing
   * can be started afterwards. Repeated calls do no harm.
   */
  @Override
  public void close() {
    long deadline = System.nanoTime() + CLOSE_PATIENCE.toNanos();
    Thread starting;
    synchronized (this) {
      closed = true;
      starting = watchdogStart;
    }
    List<Thread> stoppers = new ArrayList<>();
    runtimes.forEach((generation, runtime) ->
        stoppers.add(stopper(generation, () -> runtime.stop(Duration.ZERO))));
    try {
      for (Thread stopper : stoppers) {
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
