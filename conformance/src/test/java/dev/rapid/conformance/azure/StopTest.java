package dev.rapid.conformance.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.azure.protocol.InvocationRequest;
import dev.rapid.azure.protocol.WorkerTerminate;
import dev.rapid.conformance.Answer;
import dev.rapid.conformance.azure.fake.FakeWorker;
import dev.rapid.conformance.azure.fake.Trace;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** How workers are ended, willing or not (check 22). Closing checks that no process is left. */
@EnabledOnOs(OS.LINUX)
final class StopTest {

  private static final String SHORT = "azure.timers: {terminateGrace: 500ms, killWait: 500ms}";

  @TempDir Path directory;

  /** Ends when it is asked to. */
  static class Willing extends FakeWorker {
    @Override
    protected Map<String, String> capabilities() {
      return Map.of("HandlesWorkerTerminateMessage", "true");
    }

    @Override
    protected void terminate(WorkerTerminate request) {
      note(
          "grace "
              + (request.getGracePeriod().getSeconds() * 1000
                  + request.getGracePeriod().getNanos() / 1_000_000));
      super.terminate(request);
    }
  }

  /** Says that it ends when it is asked to, and does not. */
  static class IgnoresTerminate extends Willing {
    @Override
    protected void terminate(WorkerTerminate request) {
      note("terminate");
    }
  }

  /** Does not care that the stream ends. */
  static class IgnoresTheStreamEnd extends FakeWorker {
    @Override
    protected void streamEnded(Status status) {
      note("stream " + status.getCode());
      sleepForever();
    }
  }

  /** Can only be killed. */
  static class IgnoresEverything extends IgnoresTerminate {
    @Override
    protected void prepare() {
      ignoreSigterm();
    }

    @Override
    protected void streamEnded(Status status) {
      note("stream " + status.getCode());
      sleepForever();
    }
  }

  /** Starts a child that lives on. */
  static class HasChildren extends FakeWorker {
    @Override
    protected void invocation(InvocationRequest request) throws Exception {
      new ProcessBuilder("sleep", "1000").start();
      super.invocation(request);
    }
  }

  private Trace endOf(Class<? extends FakeWorker> worker) {
    try (FakeFunctions functions = FakeFunctions.of(directory, worker, SHORT)) {
      functions.result("function", "\"hello\"");
    }
    return Trace.all(FakeFunctions.traces(directory, "function")).getFirst();
  }

  @Test
  void check_22_a_worker_that_handles_terminate_is_asked_to_end() {
    assertThat(endOf(Willing.class).notes()).containsExactly("grace 500");
  }

  @Test
  void check_22_a_worker_that_ignores_terminate_is_ended() {
    assertThat(endOf(IgnoresTerminate.class).notes()).containsExactly("terminate");
  }

  @Test
  void check_22_a_worker_that_ignores_the_end_of_its_stream_is_ended() {
    Trace trace = endOf(IgnoresTheStreamEnd.class);

    assertThat(trace.messageCounts()).doesNotContainKey("WORKER_TERMINATE");
  }

  @Test
  void check_22_a_worker_that_ignores_everything_is_killed() {
    assertThat(endOf(IgnoresEverything.class).notes()).startsWith("terminate");
  }

  @Test
  void check_22_children_of_a_worker_end_with_it() {
    assertThat(endOf(HasChildren.class).isAlive()).isFalse();
  }

  @Test
  void check_22_a_reset_ends_a_worker_that_ignores_everything() {
    try (FakeFunctions functions =
        FakeFunctions.of(directory, IgnoresEverything.class, SHORT, "timeout: 5")) {
      functions.result("function", "\"hello\"");

      assertThat(functions.error("function", "\"never\"")).contains("\"Sandbox.Timedout\"");

      FakeFunctions.awaitEnd(functions.traces("function").getFirst());
      assertThat(functions.result("function", "\"hello\"")).isEqualTo("\"hello\"");
    }
  }

  @Test
  void the_caller_of_an_invocation_that_runs_while_rapid_ends_is_answered() {
    Path held = directory.resolve("held");
    try (FakeFunctions functions = FakeFunctions.of(directory, FakeWorker.class)) {
      CompletableFuture<Answer> answer = functions.begin("function", "\"hold " + held + "\"");
      FakeFunctions.awaitHeld(held);
      functions.rapid().signal("TERM");

      assertThat(answer.join().text()).contains("Rapid is shutting down");
      assertThat(functions.rapid().awaitEnd()).isZero();
    }
  }

  @Test
  void workers_end_when_rapid_is_killed() {
    try (FakeFunctions functions = FakeFunctions.of(directory, IgnoresEverything.class)) {
      functions.result("function", "\"hello\"");
      functions.rapid().signal("KILL");
      functions.rapid().awaitEnd();

      FakeFunctions.awaitEnd(functions.only("function"));
    }
  }
}
