package dev.rapid.bootstrap;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.bootstrap.launch.FramedLog;
import dev.rapid.bootstrap.launch.LaunchSpec;
import dev.rapid.bootstrap.output.RecordedOutput;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.Sandboxes;
import dev.rapid.core.testing.worker.FrameProtocol;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.ScheduledTimers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sandbox whose worker is a real process that speaks over its own stdin and stdout. */
final class StdioWorkerTest {

  @TempDir Path directory;

  private LaunchSpec echo(FrameProtocol protocol, CompletableFuture<Sandbox> sandbox) {
    return new LaunchSpec(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            EchoWorker.class.getName()),
        directory,
        Map.of(),
        FramedLog.OFF,
        (process, toWorker, fromWorker) -> protocol.serve(sandbox.join(), fromWorker, toWorker));
  }

  private static Invocation invoke(
      Sandbox sandbox, String requestId, CompletableFuture<Outcome> outcome) {
    Invocation invocation =
        Invocations.invocation()
            .requestId(requestId)
            .payload(Payload.of("payload of " + requestId))
            .sink(outcome::complete)
            .build();
    sandbox.post(new SandboxEvent.InvokeRequested(invocation));
    return invocation;
  }

  @Test
  void a_worker_over_stdin_and_stdout_handles_invocations_and_logs_on_stderr() throws Exception {
    FrameProtocol protocol = new FrameProtocol();
    CompletableFuture<Sandbox> future = new CompletableFuture<>();
    RecordedOutput log = new RecordedOutput();
    try (ScheduledTimers timers = new ScheduledTimers(NanoClock.SYSTEM);
        LocalProcesses processes =
            new LocalProcesses(process -> echo(protocol, future), process -> log, null)) {
      Sandbox sandbox =
          Sandboxes.sandbox()
              .config(SandboxConfig.started(SandboxConfig.DEFAULT_INIT_TIMEOUT))
              .processes(processes)
              .connections(protocol)
              .realTime(timers)
              .build();
      future.complete(sandbox);
      CompletableFuture<Outcome> outcome = new CompletableFuture<>();

      invoke(sandbox, "a", outcome);

      assertThat(outcome.get(20, SECONDS))
          .isInstanceOfSatisfying(
              Outcome.Returned.class,
              returned ->
                  assertThat(new String(returned.payload().toByteArray(), StandardCharsets.UTF_8))
                      .isEqualTo("payload of a"));
      sandbox.post(new SandboxEvent.ShutdownRequested());
      sandbox.terminated().get(20, SECONDS);
      assertThat(log.text()).isEqualTo("the worker logs\n");
    }
  }
}
