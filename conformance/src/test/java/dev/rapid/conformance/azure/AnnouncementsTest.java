package dev.rapid.conformance.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.conformance.Answer;
import dev.rapid.conformance.azure.fake.FakeWorker;
import dev.rapid.conformance.azure.fake.Trace;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is sent to workers that announce nothing, and what of the rest (check 23). */
@EnabledOnOs(OS.LINUX)
final class AnnouncementsTest {

  @TempDir Path directory;

  /** Announces nothing but its health. */
  static class Healthy extends FakeWorker {
    @Override
    protected Map<String, String> capabilities() {
      return Map.of("WorkerStatus", "true");
    }
  }

  @Test
  void check_23_a_worker_that_announces_nothing_gets_nothing_but_the_base_protocol() {
    try (FakeFunctions functions = FakeFunctions.of(directory, FakeWorker.class, "timeout: 5")) {
      functions.result("function", "\"hello\"");
      Answer answer = functions.invoke("function", "\"never\"");
      assertThat(answer.text()).contains("Sandbox.Timedout");
      functions.result("function", "\"hello\"");
    }

    assertThat(Trace.all(FakeFunctions.traces(directory, "function")))
        .hasSize(2)
        .allSatisfy(trace -> {
          assertThat(trace.messageCounts())
              .containsOnlyKeys(
                  "WORKER_INIT_REQUEST", "FUNCTION_LOAD_REQUEST", "INVOCATION_REQUEST");
          assertThat(trace.notes()).isEmpty();
        });
  }

  @Test
  void a_worker_that_announces_its_health_is_asked_for_it() {
    try (FakeFunctions functions = FakeFunctions.of(directory, Healthy.class)) {
      functions.result("function", "\"hello\"");

      functions.awaitTrace(
          "function", trace -> trace.messageCounts().containsKey("WORKER_STATUS_REQUEST"));
      assertThat(functions.result("function", "\"hello\"")).isEqualTo("\"hello\"");
      assertThat(functions.traces("function")).hasSize(1);
    }
  }
}
