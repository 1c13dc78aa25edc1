package dev.rapid.bootstrap;

import dev.rapid.bootstrap.command.ClientCommand;
import dev.rapid.bootstrap.command.FramedLogCommand;
import dev.rapid.bootstrap.family.FamilyFreezer;
import dev.rapid.bootstrap.family.PeakMemory;
import dev.rapid.bootstrap.family.ProcessFamily;
import dev.rapid.bootstrap.launch.Entrypoint;
import dev.rapid.bootstrap.launch.FramedLog;
import dev.rapid.bootstrap.launch.LaunchSpec;
import dev.rapid.bootstrap.launch.ProtocolStreams;
import dev.rapid.bootstrap.launch.StartRefusedException;
import dev.rapid.bootstrap.output.OutputPipe;
import dev.rapid.core.process.OutputListener;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes.Listener;
import dev.rapid.core.process.StartFailure;
import dev.rapid.core.time.NanoClock;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One process from its start to its end.
 *
 * <pre>
 * new -> start -> startFailed
 *              -> started -> exited
 * </pre>
 *
 * <p>{@link #terminate}, {@link #kill} and {@link #stop} may be called at any time after {@link
 * #start}, also more than once: they wait for the fork that may be under way. The output is
 * connected before the process counts as started, and what the process wrote is read before its
 * exit is reported.
 */
final class SupervisedProcess {

  /** How long to wait for the last output after the exit. */
  private static final Duration OUTPUT_PATIENCE = Duration.ofMillis(200);

  /** How long to go on killing processes that do not end. */
  private static final Duration KILL_PATIENCE = Duration.ofSeconds(2);

  /**
   * How long to wait for the report of a killed process's exit; covers {@link #OUTPUT_PATIENCE}.
   */
  private static final Duration EXIT_PATIENCE = Duration.ofSeconds(1);

  /** The pump calls little; a runtime should not cost a megabyte of stack. */
  private static final long PUMP_STACK_BYTES = 256 * 1024;

  private static final File NULL_DEVICE = new File("/dev/null");

  /** How Java words that a signal ended the process before it turned into the program. */
  private static final Pattern KILLED = Pattern.compile("spawn helper: pid: \\d+, signal: (\\d+)");

  /** The two ways in which Java words a failed start: with its number and the system's reason. */
  private static final Pattern SYSTEM_ERROR = Pattern.compile("error[=:] ?\\d+(?:, | \\()([^()]*)");

  private final ProcessName name;
  private final long mark;
  private final Machine machine;
  private final Watchdog watchdog;
  private final FamilyFreezer freezer;

  private final CompletableFuture<Optional<Running>> spawned = new CompletableFuture<>();
  private final CountDownLatch reported = new CountDownLatch(1);
  private volatile boolean stopped;

  /** Set before the process can report anything, because the first report may come very soon. */
  private volatile @Nullable PeakMemory memory;

  /** Set before the process can write anything. */
  private volatile @Nullable OutputPipe pipe;

  SupervisedProcess(ProcessName name, long mark, Machine machine, Watchdog watchdog) {
    this.name = name;
    this.mark = mark;
    this.machine = machine;
    this.watchdog = watchdog;
    this.freezer = new FamilyFreezer(watchdog);
  }

  /** A process was started, but a signal ended it before it turned into the program. */
  private static final class KilledWhileStartingException extends Exception {

    private final int signal;

    KilledWhileStartingException(int signal) {
      super("signal " + signal);
      this.signal = signal;
    }
  }

  /** A process that was started, with its family and its output. */
  private record Running(Process process, ProcessFamily family, OutputPipe output, Thread pump) {}

  ProcessName name() {
    return name;
  }

  /** Returns the number of the process, nothing if it has not started. */
  Optional<Long> pid() {
    return spawned.getNow(Optional.empty()).map(running -> running.process().pid());
  }

  /** Starts a thread that starts the process and waits for its end. */
  void start(
      Function<ProcessName, LaunchSpec> specs,
      Function<ProcessName, OutputListener> outputs,
      Listener listener) {
    Thread.ofPlatform().daemon().name("rapid-" + name).start(() -> run(specs, outputs, listener));
  }

  private void run(
      Function<ProcessName, LaunchSpec> specs,
      Function<ProcessName, OutputListener> outputs,
      Listener listener) {
    try {
      Running running;
      try {
        running = spawn(specs.apply(name), outputs);
      } catch (StartRefusedException e) {
        refused(e.failure(), listener);
        return;
      } catch (KilledWhileStartingException e) {
        spawned.complete(Optional.empty());
        listener.started(name);
        listener.exited(name, ExitStatus.ofSignal(e.signal));
        return;
      } catch (UncheckedIOException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        refused(
            new StartFailure(StartFailure.Kind.NO_RESOURCES, String.valueOf(cause.getMessage())),
            listener);
        return;
      } catch (RuntimeException e) {
        // A supplier failed. Without this report the sandbox would wait for the process forever.
        refused(new StartFailure(StartFailure.Kind.INVALID_ENTRYPOINT, e.toString()), listener);
        return;
      }
      spawned.complete(Optional.of(running));
      listener.started(name);
      int exitValue = running.process().waitFor();
      // Reported at once: a process that polls from now on is one that this process left behind.
      if (!running.output().awaitDrained(OUTPUT_PATIENCE)) {
        running.pump().join(OUTPUT_PATIENCE);
      }
      listener.exited(name, ExitStatus.decode(exitValue));
    } catch (InterruptedException e) {
      // An interrupt asks the thread to end.
      Thread.currentThread().interrupt();
    } finally {
      spawned.complete(Optional.empty());
      reported.countDown();
    }
  }

  private void refused(StartFailure failure, Listener listener) {
    spawned.complete(Optional.empty());
    listener.startFailed(name, failure);
  }

  private Running spawn(LaunchSpec spec, Function<ProcessName, OutputListener> outputs)
      throws StartRefusedException, KilledWhileStartingException {
    Path program = Entrypoint.check(spec, machine.searchPath());
    List<String> command = new ArrayList<>(spec.command());
    command.set(0, program.toString());
    Map<String, String> environment = spec.environment();
    ProtocolStreams protocol = spec.protocol();
    ProcessBuilder builder = new ProcessBuilder().directory(spec.workingDirectory().toFile());
    if (protocol == null) {
      builder.redirectInput(NULL_DEVICE);
    }
    OutputListener listener = outputs.apply(name);
    OutputPipe output = machine.pipes().get();
    output.attach(builder, protocol != null);
    FramedLogCommand framedLog = machine.framedLog().orElse(null);
    if (framedLog != null
        && protocol == null
        && isWanted(spec.framedLog(), program, command)
        && FramedLogCommand.fits(command, environment)
        && output.attachFramedLog(builder)) {
      command = framedLog.wrap(command, environment);
      environment = FramedLogCommand.environment(environment);
    }
    Process process = null;
    pipe = output;
    try {
      builder.command(machine.mark().wrap(mark, machine.session().wrap(command)));
      builder.environment().clear();
      builder.environment().putAll(environment);
      process = builder.start();
      Process started = process;
      memory =
          new PeakMemory(
              () -> started.isAlive() ? machine.proc().peakResidentBytes(started.pid()) : 0,
              NanoClock.SYSTEM);
      watchdog.watch(process.pid());
      output.opened(process);
      if (protocol != null) {
        protocol.opened(name, process.getOutputStream(), process.getInputStream());
      }
    } catch (IOException | RuntimeException e) {
      pipe = null;
      output.close();
      listener.ended();
      if (process != null) {
        Process useless = process;
        new ProcessFamily(process, machine.proc(), mark)
            .kill(() -> watchdog.kill(useless.pid()), KILL_PATIENCE);
        watchdog.forget(process.pid());
      }
      Matcher killed = KILLED.matcher(String.valueOf(e.getMessage()));
      if (killed.find()) {
        throw new KilledWhileStartingException(Integer.parseInt(killed.group(1)));
      }
      throw Entrypoint.refused(program, reason(e));
    }
    return new Running(
        process,
        new ProcessFamily(process, machine.proc(), mark),
        output,
        Thread.ofPlatform()
            .daemon()
            .name("rapid-output-" + name)
            .stackSize(PUMP_STACK_BYTES)
            .start(() -> pump(output, listener)));
  }

  private static boolean isWanted(FramedLog framedLog, Path program, List<String> command) {
    return switch (framedLog) {
      case AUTO -> ClientCommand.startsClient(program, command);
      case ON -> true;
      case OFF -> false;
    };
  }

  private static void pump(OutputPipe output, OutputListener listener) {
    try {
      output.pump(listener);
    } catch (IOException e) {
      // A pipe that cannot be read has no more bytes for us.
    } finally {
      listener.ended();
    }
  }

  /** Returns the operating system's reason without the words that Java puts around it. */
  private static String reason(Exception failure) {
    String message = String.valueOf(failure.getMessage());
    Matcher matcher = SYSTEM_ERROR.matcher(message);
    return matcher.find() ? Entrypoint.lowerFirst(matcher.group(1)) : message;
  }

  /** Asks the process and its family to end (SIGTERM), if it runs. */
  void terminate() {
    spawned
        .join()
        .filter(running -> running.process().isAlive())
        .ifPresent(running -> running.family().terminate());
  }

  /** Kills the process and its family (SIGKILL), if it runs. */
  void kill() {
    spawned.join().filter(running -> running.process().isAlive()).ifPresent(this::kill);
  }

  /** Decides that the process and its family are to be stopped; {@link #stopFamily} does it. */
  void freeze() {
    freezer.freeze();
  }

  /** Stops the process and its family, unless {@link #thaw} comes first. */
  void stopFamily() {
    spawned
        .join()
        .ifPresent(running -> freezer.stopMembers(running.family(), running.process().pid()));
  }

  /** Lets the process and its family go on. */
  void thaw() {
    freezer.thaw();
  }

  private void kill(Running running) {
    long pid = running.process().pid();
    running.family().kill(() -> watchdog.kill(pid), KILL_PATIENCE);
  }

  /**
   * Kills what is left of the process and its family, and returns when it is gone and its exit was
   * reported.
   */
  void stop() {
    spawned.join().ifPresent(this::stop);
    stopped = true;
  }

  /** Returns whether {@link #stop} has ended the process and its family. */
  boolean isStopped() {
    return stopped;
  }

  private void stop(Running running) {
    kill(running);
    watchdog.forget(running.process().pid());
    try {
      boolean unused = reported.await(EXIT_PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
      running.pump().join(OUTPUT_PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    running.output().close();
  }

  /**
   * Marks the end of what has been written.
   *
   * @return whether the listener will get {@code mark}, because it does not have all of it
   */
  boolean markOutput(long mark) {
    OutputPipe written = pipe;
    return written != null && written.mark(mark);
  }

  /** Returns the peak resident memory in bytes, 0 if it is not known. */
  long peakMemoryBytes() {
    PeakMemory known = memory;
    return known == null ? 0 : known.bytes();
  }
}
