package dev.rapid.bootstrap;

import static org.awaitility.Awaitility.await;

import dev.rapid.bootstrap.family.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Asks the operating system about processes. */
final class Running {

  private static final ProcFs PROC = new ProcFs(Path.of("/proc"));

  private Running() {}

  static boolean isRunning(long pid) {
    return PROC.isPresent()
        ? PROC.running().containsKey(pid)
        : ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  /** Waits until a process is stopped by a signal. */
  static void awaitStopped(long pid) {
    await("the stop of process " + pid).atMost(Duration.ofSeconds(20)).until(() -> isStopped(pid));
  }

  /** Waits until a process is not stopped. */
  static void awaitGoingOn(long pid) {
    await("the continuation of process " + pid)
        .atMost(Duration.ofSeconds(20))
        .until(() -> isRunning(pid) && !isStopped(pid));
  }

  private static boolean isStopped(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.startsWith("T", stat.lastIndexOf(')') + 2);
    } catch (IOException gone) {
      return false;
    }
  }

  static void awaitEnd(long pid) {
    await("the end of process " + pid).atMost(Duration.ofSeconds(20)).until(() -> !isRunning(pid));
  }
}
