package dev.rapid.conformance.fn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.conformance.Rapid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** What is left of calls and workers that have ended. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Isolated("counts what the program holds")
final class LeaksTest {

  /** Ends of a call; most end the worker too. */
  private static final List<String> ENDS =
      List.of(
          "ok",
          "until-eof",
          "status 502",
          "status 500",
          "drop",
          "garbage",
          "cut",
          "bad-chunk",
          "exit 1",
          "big-head 30000",
          "leave-child",
          "length 200000");

  @TempDir Path directory;

  private FnRapid serve(String... runner) {
    return FnRapid.of(
        directory,
        FnRapid.tinyWorker(
            "worker", "fn: {fnIds: [worker]}", "env: {TMPDIR: \"" + directory + "\"}"),
        runner);
  }

  /** Returns the open sockets and pipes. Threads and jars, which also have files, come later. */
  private static List<String> openFiles(FnRapid runner) {
    try (Stream<Path> files = Files.list(Path.of("/proc", "" + runner.rapid().pid(), "fd"))) {
      return files
          .map(LeaksTest::target)
          .filter(target -> target.startsWith("socket:") || target.startsWith("pipe:"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns what a descriptor is, empty if it is closed by now. */
  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException closed) {
      return "";
    }
  }

  private static void awaitNoWorker(FnRapid runner) {
    await()
        .atMost(Rapid.PATIENCE)
        .untilAsserted(() -> {
          assertThat(runner.status().active()).isZero();
          assertThat(runner.rapid().offspring()).isEmpty();
        });
  }

  private static void callAndEnd(FnRapid runner, String what) {
    runner.call(CallJson.to("worker").doing(what).idleTimeout(1));
  }

  @Test
  void calls_and_workers_that_have_ended_leave_no_process_and_no_descriptor() {
    try (FnRapid runner = serve("limits: {headBytes: 20000}")) {
      ENDS.forEach(what -> callAndEnd(runner, what));
      awaitNoWorker(runner);
      List<String> before = openFiles(runner);
      for (int i = 0; i < 5; i++) {
        ENDS.forEach(what -> callAndEnd(runner, what));
      }
      awaitNoWorker(runner);

      await()
          .atMost(Rapid.PATIENCE)
          .untilAsserted(
              () -> assertThat(openFiles(runner)).hasSizeLessThanOrEqualTo(before.size()));
    }
  }

  @Test
  void calls_that_are_cancelled_at_any_moment_leave_no_worker_busy_and_no_descriptor() {
    try (FnRapid runner = serve("totalMemory: 1024")) {
      cancelSome(runner, 20, 1);
      awaitNoWorker(runner);
      List<String> before = openFiles(runner);
      cancelSome(runner, 200, 2);
      awaitNoWorker(runner);

      await()
          .atMost(Rapid.PATIENCE)
          .untilAsserted(
              () -> assertThat(openFiles(runner)).hasSizeLessThanOrEqualTo(before.size()));
      FnCall call = runner.call(CallJson.to("worker").doing("ok").memory(1024));
      assertThat(call.sequence())
          .as("all memory is free")
          .isEqualTo("start 200, data, finished | OK");
    }
  }

  private static void cancelSome(FnRapid runner, int calls, long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < calls; i++) {
      String what = random.nextBoolean() ? "sleep 0.01" : "length 300000";
      FnCall call =
          runner.begin(CallJson.to("worker").doing(what).idleTimeout(1), "x".repeat(30_000));
      long until = System.nanoTime() + random.nextInt(40_000_000);
      while (System.nanoTime() < until && !call.hasEnded()) {
        Thread.onSpinWait();
      }
      call.cancel().end();
    }
  }

  @Test
  void the_directory_of_a_worker_goes_with_it() {
    try (FnRapid runner = serve()) {
      CallJson json = CallJson.to("worker").idleTimeout(1);
      String listener = runner.call(json.doing("variable FN_LISTENER")).text();
      Path worker = Path.of(listener.substring("unix:".length())).getParent();
      assertThat(worker).isDirectory();
      awaitNoWorker(runner);

      await().atMost(Rapid.PATIENCE).untilAsserted(() -> assertThat(worker).doesNotExist());
    }
  }

  @Test
  void a_drain_finishes_the_calls_that_run_and_takes_no_others() {
    Path hold = directory.resolve("hold");
    try (FnRapid runner = serve()) {
      FnCall call = runner.begin(CallJson.to("worker").doing("hold " + hold));
      TinyWorker.awaitHeld(hold);
      runner.rapid().signal("TERM");
      await().atMost(Rapid.PATIENCE).until(() -> isRefused(runner));
      assertThat(call.hasEnded()).isFalse();
      TinyWorker.release(hold);

      assertThat(call.sequence()).isEqualTo("start 200, data, finished | OK");
      assertThat(runner.rapid().awaitEnd()).isZero();
    }
  }

  /** Refused by the runner, or because it does not listen any more. */
  private static boolean isRefused(FnRapid runner) {
    FnCall call = runner.openNow().send(CallJson.to("worker").doing("ok"), new byte[0]).end();
    return !call.status().isOk() || !call.finished().success();
  }
}
