package dev.rapid.conformance.fn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.conformance.Rapid;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** How many workers there are and how long they live (cases C19 to C21 and C26). */
@EnabledOnOs(OS.LINUX)
final class CapacityTest {

  @TempDir Path directory;

  private FnRapid serve(String... more) {
    List<String> lines = new ArrayList<>(List.of(more));
    lines.add("totalMemory: 256");
    return FnRapid.of(
        directory,
        FnRapid.tinyWorker("a", "fn: {fnIds: [a]}") + FnRapid.tinyWorker("b", "fn: {fnIds: [b]}"),
        lines.toArray(String[]::new));
  }

  private static void assertAnswered(FnCall call) {
    assertThat(call.sequence()).isEqualTo("start 200, data, finished | OK");
  }

  @Test
  void c19_a_call_is_refused_while_busy_workers_have_the_memory() {
    Path hold = directory.resolve("hold");
    try (FnRapid runner = serve()) {
      FnCall busy = runner.begin(CallJson.to("a").doing("hold " + hold).memory(200));
      TinyWorker.awaitHeld(hold);
      CallJson refused = CallJson.to("b").doing("ok").memory(100);
      FnCall call = runner.call(refused);

      assertThat(call.sequence()).isEqualTo("finished 503 | OK");
      assertThat(call.finished().details()).isEqualTo(refused.id());
      assertThat(call.finished().startedAt()).isEmpty();
      TinyWorker.release(hold);
      assertAnswered(busy.end());
    }
  }

  @Test
  void a_call_may_wait_until_there_is_memory() {
    Path hold = directory.resolve("hold");
    try (FnRapid runner = serve("waitForCapacity: 30s")) {
      FnCall busy = runner.begin(CallJson.to("a").doing("hold " + hold).memory(200));
      TinyWorker.awaitHeld(hold);
      FnCall waiting = runner.begin(CallJson.to("b").doing("ok").memory(100));
      await().atMost(Rapid.PATIENCE).until(() -> runner.status().active() == 2);
      TinyWorker.release(hold);

      assertAnswered(busy.end());
      assertAnswered(waiting.end());
    }
  }

  @Test
  void c20_an_idle_worker_of_another_function_makes_room() {
    try (FnRapid runner = serve()) {
      FnCall first = runner.call(CallJson.to("a").doing("ok").memory(200));
      FnCall second = runner.call(CallJson.to("b").doing("ok").memory(100));

      assertAnswered(first);
      assertAnswered(second);
      TinyWorker.awaitEnd(first.worker());
    }
  }

  @Test
  void an_idle_worker_stays_while_there_is_room() {
    try (FnRapid runner = serve()) {
      CallJson json = CallJson.to("a").doing("ok").memory(100);
      long worker = runner.call(json).worker();
      assertAnswered(runner.call(CallJson.to("b").doing("ok").memory(100)));

      assertThat(runner.call(json).worker()).isEqualTo(worker);
    }
  }

  @Test
  void c21_two_calls_at_once_have_two_workers() {
    Path one = directory.resolve("one");
    Path two = directory.resolve("two");
    try (FnRapid runner = serve()) {
      FnCall first = runner.begin(CallJson.to("a").doing("hold " + one).memory(64));
      FnCall second = runner.begin(CallJson.to("a").doing("hold " + two).memory(64));

      assertThat(TinyWorker.awaitHeld(one)).isNotEqualTo(TinyWorker.awaitHeld(two));
      TinyWorker.release(one);
      TinyWorker.release(two);
      assertAnswered(first.end());
      assertAnswered(second.end());
    }
  }

  @Test
  void c26_a_worker_ends_when_it_was_idle_for_its_time() {
    try (FnRapid runner = serve()) {
      CallJson json = CallJson.to("a").doing("ok").idleTimeout(1);
      long began = System.nanoTime();
      FnCall call = runner.call(json);

      TinyWorker.awaitEnd(call.worker());
      assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(1_000_000_000L);
      assertThat(runner.call(json).worker()).isNotEqualTo(call.worker());
    }
  }

  @Test
  void a_call_for_more_memory_than_there_is_is_400() {
    try (FnRapid runner = serve()) {
      assertThat(runner.call(CallJson.to("a").doing("ok").memory(300)).sequence())
          .isEqualTo("finished 400 | OK");
      assertThat(
              runner
                  .call(CallJson.to("a").doing("ok").memory(200).with("tmpfs_size", 100))
                  .sequence())
          .isEqualTo("finished 400 | OK");
    }
  }
}
