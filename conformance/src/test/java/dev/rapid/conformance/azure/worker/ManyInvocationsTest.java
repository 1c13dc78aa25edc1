package dev.rapid.conformance.azure.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.conformance.Answer;
import dev.rapid.conformance.ClientProject;
import dev.rapid.conformance.Http;
import dev.rapid.conformance.Rapid;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Many invocations at once on the Python worker of PyPI, which is killed meanwhile. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@ResourceLock(ClientProject.SHARED)
final class ManyInvocationsTest {

  private static final int INVOCATIONS = 1000;
  private static final int AT_ONCE = 8;
  private static final int KILLS = 6;

  @TempDir Path directory;

  private static AzureApp app() throws IOException {
    return PublishedPython.app()
        .variable("PYTHON_THREADPOOL_THREAD_COUNT", AT_ONCE)
        .option("max-concurrency", AT_ONCE)
        .option("concurrency", 1);
  }

  /** Begins an invocation with a payload of its own when one of those that run has ended. */
  private static CompletableFuture<Answer> invoke(URI url, int payload, Semaphore room) {
    room.acquireUninterruptibly();
    String event = "{\"do\": \"return\", \"value\": \"payload " + payload + "\"}";
    return Http.post(url, event).whenComplete((answer, failure) -> room.release());
  }

  @Test
  void each_of_a_thousand_invocations_has_the_answer_to_its_own_payload() throws IOException {
    try (Rapid rapid = app().serve(directory, "works")) {
      List<CompletableFuture<Answer>> answers = new ArrayList<>();
      Semaphore room = new Semaphore(AT_ONCE);
      for (int i = 0; i < INVOCATIONS; i++) {
        answers.add(invoke(WorkerTest.invokeUrl(rapid, "works"), i, room));
      }

      for (int i = 0; i < INVOCATIONS; i++) {
        assertThat(answers.get(i).join().text()).isEqualTo("\"payload " + i + "\"");
      }
    }
  }

  @Test
  void with_workers_that_are_killed_each_invocation_has_its_answer_or_the_error_of_the_exit()
      throws IOException {
    Random random = new Random(16);
    try (Rapid rapid = app().serve(directory, "works")) {
      List<CompletableFuture<Answer>> answers = new ArrayList<>();
      Semaphore room = new Semaphore(AT_ONCE);
      for (int i = 0; i < INVOCATIONS; i++) {
        answers.add(invoke(WorkerTest.invokeUrl(rapid, "works"), i, room));
        if (random.nextInt(INVOCATIONS / KILLS) == 0) {
          kill(rapid.offspring());
        }
      }

      int failed = 0;
      for (int i = 0; i < INVOCATIONS; i++) {
        Answer answer = answers.get(i).join();
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        if (answer.functionError().isEmpty()) {
          assertThat(answer.text()).isEqualTo("\"payload " + i + "\"");
        } else {
          assertThat(answer.text()).contains("Runtime.ExitError");
          failed++;
        }
      }
      assertThat(failed).as("invocations that a kill ended").isBetween(1, INVOCATIONS / 2);
    }
  }

  private static void kill(List<Long> processes) {
    processes.stream()
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .forEach(ProcessHandle::destroyForcibly);
  }
}
