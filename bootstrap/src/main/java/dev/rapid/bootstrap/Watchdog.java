package dev.rapid.bootstrap;

import dev.rapid.bootstrap.command.SearchPath;
import dev.rapid.bootstrap.family.FamilyFreezer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A shell that outlives Rapid for a moment and kills the function's processes if Rapid was killed.
 * While Rapid lives, it sends the signals that Java cannot send.
 *
 * <p>Its input ends when Rapid ends, for any reason. It runs in a session of its own and ignores
 * the signals that a terminal or a service manager sends to groups. Where there is no {@code sh},
 * there is no watchdog, and all calls do nothing.
 */
final class Watchdog implements FamilyFreezer.Signals {

  private static final String SCRIPT = "watchdog.sh";

  /** No family has this mark. */
  private static final long OWN_MARK = 0;

  private final Machine machine;
  private final String markPattern;

  // All guarded by this.
  private final List<String> unsent = new ArrayList<>();
  private @Nullable Process process;
  private boolean closed;

  /**
   * Creates a watchdog that does not run yet.
   *
   * @param machine what the watchdog is started with
   * @param markPattern the shell pattern for the marks of the function's processes
   */
  Watchdog(Machine machine, String markPattern) {
    this.machine = machine;
    this.markPattern = markPattern;
  }

  /** Starts the watchdog and returns when it runs. What was sent before is kept for it. */
  void start() {
    Optional<String> shell =
        SearchPath.find("sh", machine.searchPath(), new File("/").toPath()).map(Object::toString);
    if (shell.isEmpty()) {
      return;
    }
    List<String> command = List.of(shell.get(), "-c", script(), "rapid", markPattern);
    // An emulator that runs under another one must not hand on the other's mark: the other would
    // kill this watchdog before it has done its work.
    ProcessBuilder builder =
        new ProcessBuilder(machine.mark().wrap(OWN_MARK, machine.session().wrap(command)))
            .directory(new File("/"))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().putAll(Map.of("PATH", machine.searchPath(), "LC_ALL", "C"));
    try {
      started(builder.start());
    } catch (IOException unavailable) {
      // The emulator works without; only its own violent death leaves processes behind.
    }
  }

  private synchronized void started(Process started) {
    process = started;
    unsent.forEach(line -> write(started, line));
    unsent.clear();
    if (closed) {
      leave(started);
    }
  }

  /** Adds a process group to those that die with us. */
  void watch(long group) {
    send("watch " + group);
  }

  /** Removes a process group from those that die with us. */
  void forget(long group) {
    send("forget " + group);
  }

  /** Sends SIGKILL to all members of a process group. */
  void kill(long group) {
    send("kill " + group);
  }

  @Override
  public void stop(long group, Set<Long> further) {
    send("stop " + group + listed(further));
  }

  @Override
  public void goOn(long group, Set<Long> further) {
    send("go-on " + group + listed(further));
  }

  private static String listed(Set<Long> processes) {
    StringBuilder list = new StringBuilder();
    processes.forEach(process -> list.append(' ').append(process));
    return list.toString();
  }

  private synchronized void send(String line) {
    if (closed) {
      return;
    }
    if (process == null) {
      unsent.add(line);
    } else {
      write(process, line);
    }
  }

  /** Sends the watchdog home. */
  synchronized void close() {
    if (!closed) {
      closed = true;
      if (process != null) {
        leave(process);
      }
    }
  }

  /** Waits until the watchdog is gone; kills it if it does not go in time. */
  void awaitEnd(Duration patience) {
    Process ending;
    synchronized (this) {
      ending = process;
    }
    try {
      if (ending != null && !ending.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        ending.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void leave(Process process) {
    write(process, "leave");
    try {
      process.getOutputStream().close();
    } catch (IOException alreadyGone) {
      // It was killed.
    }
  }

  private static void write(Process process, String line) {
    try {
      OutputStream out = process.getOutputStream();
      out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
      out.flush();
    } catch (IOException gone) {
      // It was killed. Processes are also signalled one by one, so they still end.
    }
  }

  private static String script() {
    try (InputStream in = Watchdog.class.getResourceAsStream(SCRIPT)) {
      if (in == null) {
        throw new IllegalStateException(SCRIPT + " is missing beside " + Watchdog.class);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
