package dev.rapid.conformance.fn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.conformance.Rapid;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a runner says about itself (cases C24 and C25). */
@EnabledOnOs(OS.LINUX)
final class StatusTest {

  @TempDir Path directory;

  private FnRapid withStatusFunction(String what) {
    return FnRapid.of(
        directory,
        FnRapid.tinyWorker("worker", "fn: {fnIds: [worker]}")
            + FnRapid.tinyWorker(
                "status", "fn: {images: [\"example/status\"]}", "env: {DO: \"" + what + "\"}"),
        "statusFunction: example/status");
  }

  @Test
  void c24_without_a_status_function_there_are_only_counters() {
    try (FnRapid runner = FnRapid.ofTinyWorker(directory)) {
      runner.call(CallJson.to("worker").doing("ok"));
      await()
          .atMost(Rapid.PATIENCE)
          .untilAsserted(() -> assertThat(runner.status().active()).isZero());
      RunnerStatus status = runner.status();

      assertThat(status.requestsReceived()).isEqualTo(1);
      assertThat(status.requestsHandled()).isEqualTo(1);
      assertThat(status.failed()).isFalse();
      assertThat(status.id()).isEmpty();
      assertThat(status.details()).isEmpty();
      assertThat(status.createdAt()).isEmpty();
      assertThat(status.cached()).isFalse();
    }
  }

  @Test
  void calls_that_run_are_active() {
    Path hold = directory.resolve("hold");
    try (FnRapid runner = FnRapid.ofTinyWorker(directory)) {
      FnCall call = runner.begin(CallJson.to("worker").doing("hold " + hold));
      TinyWorker.awaitHeld(hold);

      assertThat(runner.status().active()).isEqualTo(1);
      TinyWorker.release(hold);
      call.end();
    }
  }

  @Test
  void c24_the_status_function_runs_once_for_a_while() {
    try (FnRapid runner = withStatusFunction("variable FN_LISTENER")) {
      RunnerStatus first = runner.status();
      RunnerStatus second = runner.status();

      assertThat(first.failed()).as("%s", first).isFalse();
      assertThat(first.details()).startsWith("unix:/");
      assertThat(first.id()).isNotEmpty();
      assertThat(first.createdAt()).isNotEmpty();
      assertThat(first.startedAt()).isNotEmpty();
      assertThat(first.completedAt()).isNotEmpty();
      assertThat(first.cached()).isFalse();
      assertThat(second.cached()).isTrue();
      assertThat(second.id()).isEqualTo(first.id());
      await()
          .atMost(Rapid.PATIENCE)
          .untilAsserted(() -> assertThat(runner.status().id()).isNotEqualTo(first.id()));
    }
  }

  @Test
  void c24_a_status_function_that_fails_is_a_failed_status() {
    try (FnRapid runner = withStatusFunction("status 502")) {
      RunnerStatus status = runner.status();

      assertThat(status.failed()).isTrue();
      assertThat(status.errorCode()).isEqualTo(502);
    }
  }

  @Test
  void the_later_status_passes_its_input_to_the_status_function() {
    try (FnRapid runner = withStatusFunction("echo")) {
      RunnerStatus status =
          runner.unary(RunnerProtocol.STATUS2, RunnerProtocol.struct("question", "how"));

      assertThat(status.details().replace(" ", "")).isEqualTo("{\"question\":\"how\"}");
    }
  }

  @Test
  void c25_a_call_that_names_the_status_function_is_400() {
    try (FnRapid runner = withStatusFunction("ok")) {
      FnCall call = runner.call(CallJson.to("worker").with("image", "example/status").doing("ok"));

      assertThat(call.sequence()).isEqualTo("finished 400 | OK");
    }
  }

  @Test
  void a_configuration_is_accepted() {
    try (FnRapid runner = FnRapid.ofTinyWorker(directory)) {
      byte[] answer =
          runner.unary(RunnerProtocol.CONFIGURE, RunnerProtocol.configuration("a", "b"));

      assertThat(answer).isEmpty();
    }
  }
}
