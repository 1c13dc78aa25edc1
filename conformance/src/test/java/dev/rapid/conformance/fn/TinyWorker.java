package dev.rapid.conformance.fn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.conformance.Command;
import dev.rapid.conformance.Rapid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The worker without an FDK, {@code fn/worker.py}, which does what each call says. */
final class TinyWorker {

  private TinyWorker() {}

  /** Returns what starts one. */
  static List<String> command() {
    return List.of(
        "python3",
        "-S",
        "-E",
        Command.ROOT.resolve("conformance/src/test/resources/fn/worker.py").toString());
  }

  /** Waits until a call that says {@code hold PATH} runs, and returns the worker's process. */
  static long awaitHeld(Path path) {
    Path held = path.resolveSibling(path.getFileName() + ".held");
    await()
        .atMost(Rapid.PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> Files.exists(held));
    return Long.parseLong(read(held));
  }

  /** Lets a call that says {@code hold PATH} end. */
  static void release(Path path) {
    try {
      Files.createFile(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until a process has ended. */
  static void awaitEnd(long pid) {
    await()
        .atMost(Rapid.PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(() -> assertThat(isAlive(pid)).as("worker %s lives", pid).isFalse());
  }

  static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }
}
