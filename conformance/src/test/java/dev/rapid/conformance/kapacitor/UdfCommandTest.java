package dev.rapid.conformance.kapacitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.conformance.Rapid;
import dev.rapid.conformance.kapacitor.scripted.Requests;
import dev.rapid.conformance.kapacitor.scripted.ScriptedHost;
import dev.rapid.conformance.kapacitor.scripted.Trace;
import dev.rapid.kapacitor.protocol.EdgeType;
import dev.rapid.kapacitor.protocol.Response.MessageCase;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code rapid udf}, started as Kapacitor starts a program of its configuration. */
@EnabledOnOs(OS.LINUX)
final class UdfCommandTest {

  private static final List<String> BATCH = List.of("--udf-wants=batch", "--udf-provides=batch");

  @TempDir Path directory;

  private Process start(List<String> options) {
    return Udfs.start(options, "trace=" + Agents.trace(directory, "function"));
  }

  private Trace trace() {
    return new Trace(Agents.trace(directory, "function"));
  }

  private static int awaitExit(Process process) throws InterruptedException {
    assertThat(process.waitFor(Rapid.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Test
  void an_info_probe_is_answered_without_a_function_and_ends_well() throws Exception {
    Process process = start(List.of());
    try (ScriptedHost host = ScriptedHost.of(process)) {
      assertThat(host.info().getWants()).isEqualTo(EdgeType.STREAM);
      host.endInput().awaitEnd();

      assertThat(awaitExit(process)).isZero();
      assertThat(trace().processes()).isEmpty();
    }
  }

  @Test
  void k17_points_come_back_and_the_end_of_input_drains() throws Exception {
    Process process = start(List.of());
    try (ScriptedHost host = ScriptedHost.of(process)) {
      host.use().write(Requests.point(1, 1), Requests.point(2, 2)).endInput().awaitEnd();

      assertThat(host.values()).containsExactly(1.0, 2.0);
      assertThat(awaitExit(process)).isZero();
    }
    Trace.awaitEnd(trace().latestProcess());
  }

  @Test
  void a_function_may_print_what_it_likes() throws Exception {
    Process process = start(BATCH);
    try (ScriptedHost host = ScriptedHost.of(process)) {
      host.use().write(Requests.batchAct("print not a frame")).await(MessageCase.END, 1);
      host.endInput().awaitEnd();

      assertThat(host.kinds())
          .containsExactly(MessageCase.INIT, MessageCase.BEGIN, MessageCase.POINT, MessageCase.END);
      assertThat(awaitExit(process)).isZero();
    }
  }

  @Test
  void a_function_error_ends_the_program_with_an_error() throws Exception {
    Process process = start(BATCH);
    try (ScriptedHost host = ScriptedHost.of(process)) {
      host.use().write(Requests.batchAct("error Sample no")).awaitEnd();

      assertThat(host.error()).contains("Sample").contains("no");
      assertThat(awaitExit(process)).isNotZero();
    }
    Trace.awaitEnd(trace().latestProcess());
  }

  @Test
  void sigterm_ends_the_program_and_the_function() throws Exception {
    Process process = start(BATCH);
    try (ScriptedHost host = ScriptedHost.of(process)) {
      host.use().write(Requests.batch(1)).await(MessageCase.END, 1);
      process.destroy();
      host.awaitEnd();
      awaitExit(process);
    }
    Trace.awaitEnd(trace().latestProcess());
  }

  @Test
  void a_host_that_is_gone_ends_the_program_and_the_function() throws Exception {
    Process process = start(BATCH);
    try (ScriptedHost host = ScriptedHost.of(process)) {
      host.use().write(Requests.batch(1)).await(MessageCase.END, 1);
    }
    process.getInputStream().close();

    awaitExit(process);
    Trace.awaitEnd(trace().latestProcess());
  }
}
