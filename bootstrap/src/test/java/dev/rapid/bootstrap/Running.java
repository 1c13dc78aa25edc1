package dev.rapid.bootstrap;

import static org.awaitility.Awaitility.await;

import dev.rapid.bootstrap.family.ProcFs;
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

  static void awaitEnd(long pid) {
    await("the end of process " + pid).atMost(Duration.ofSeconds(20)).until(() -> !isRunning(pid));
  }
}
