package dev.rapid.conformance.fn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What becomes of a call and of its worker when the worker fails (cases C06 to C09, C11 to C13).
 */
@EnabledOnOs(OS.LINUX)
final class WorkerFaultsTest {

  private static FnRapid runner;
  private static Path directory;

  @BeforeAll
  static void start(@TempDir Path shared) {
    directory = shared;
    runner = FnRapid.ofTinyWorker(shared, "initTimeout: 30s", "limits: {headBytes: 20000}");
  }

  @AfterAll
  static void end() {
    runner.close();
  }

  /** Runs a call between two others that want the same worker. */
  private record Neighbours(FnCall between, FnCall before, FnCall after) {

    static Neighbours of(String what) {
      return of(what, 30);
    }

    static Neighbours of(String what, int timeout) {
      String own = UUID.randomUUID().toString();
      FnCall before = call("ok", own, timeout);
      FnCall between = call(what, own, timeout);
      return new Neighbours(between, before, call("ok", own, timeout));
    }

    private static FnCall call(String what, String own, int timeout) {
      return runner.call(CallJson.to("worker").doing(what).ownWorkers(own).timeout(timeout));
    }

    void assertWorkerIsKept() {
      assertThat(after.worker()).isEqualTo(before.worker());
    }

    void assertWorkerIsReplaced() {
      assertThat(after.sequence()).isEqualTo("start 200, data, finished | OK");
      assertThat(after.worker()).isNotEqualTo(before.worker());
      assertThat(after.finished().initDuration()).as("cold").isPositive();
      TinyWorker.awaitEnd(before.worker());
    }
  }

  @Test
  void c06_a_502_fails_the_call_and_keeps_the_worker() {
    Neighbours calls = Neighbours.of("status 502");

    assertThat(calls.between().sequence()).isEqualTo("finished 502 of the user | OK");
    calls.assertWorkerIsKept();
  }

  @Test
  void c07_a_504_fails_the_call_and_keeps_the_worker() {
    Neighbours calls = Neighbours.of("status 504");

    assertThat(calls.between().sequence()).isEqualTo("finished 504 of the user | OK");
    calls.assertWorkerIsKept();
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 404, 204, 201, 302, 503})
  void c08_another_status_fails_the_call_with_502_and_ends_the_worker(int status) {
    Neighbours calls = Neighbours.of("status " + status);

    assertThat(calls.between().sequence()).isEqualTo("finished 502 of the user | OK");
    calls.assertWorkerIsReplaced();
  }

  @ParameterizedTest
  @ValueSource(strings = {"drop", "garbage", "exit 0", "exit 3", "big-head 30000"})
  void c09_a_worker_without_a_proper_answer_fails_the_call_with_502_and_is_ended(String what) {
    Neighbours calls = Neighbours.of(what);

    assertThat(calls.between().sequence()).isEqualTo("finished 502 of the user | OK");
    calls.assertWorkerIsReplaced();
  }

  @Test
  void a_body_that_is_cut_short_ends_the_worker() {
    Neighbours.of("cut").assertWorkerIsReplaced();
  }

  @Test
  void broken_chunks_end_the_worker() {
    Neighbours.of("bad-chunk").assertWorkerIsReplaced();
  }

  @Test
  void c11_a_call_beyond_its_timeout_is_504_and_ends_the_worker() {
    Neighbours calls = Neighbours.of("sleep 60", 2);

    assertThat(calls.between().sequence()).isEqualTo("finished 504 of the user | OK");
    assertThat(Duration.ofNanos(calls.between().finished().executionDuration()))
        .isCloseTo(Duration.ofSeconds(2), Duration.ofSeconds(1));
    calls.assertWorkerIsReplaced();
  }

  @Test
  void c12_a_body_beyond_the_timeout_is_504_after_its_begin() {
    Neighbours calls = Neighbours.of("head-then-sleep 60", 2);

    assertThat(calls.between().sequence())
        .isEqualTo("start 200, data, finished 504 of the user | OK");
    assertThat(calls.between().text()).isEqualTo("o");
    calls.assertWorkerIsReplaced();
  }

  @Test
  void a_caller_that_never_ends_its_body_is_504_at_the_timeout() {
    FnCall call = runner.open();
    call.tryCall(CallJson.to("worker").doing("echo").ownWorkers("no end").timeout(1));
    call.data("begin", false);

    assertThat(call.sequence()).isEqualTo("finished 504 of the user | OK");
  }

  private static FnCall start(String how) {
    return start(runner, how);
  }

  private static FnCall start(FnRapid runner, String how) {
    return runner.call(
        CallJson.to("worker")
            .config("INIT", how)
            .config("INIT_LOG", directory.resolve("started").toString())
            .ownWorkers(UUID.randomUUID().toString()));
  }

  @Test
  void c13_a_worker_that_does_not_listen_in_time_is_504_and_ended(@TempDir Path own)
      throws Exception {
    try (FnRapid impatient = FnRapid.ofTinyWorker(own)) {
      long began = System.nanoTime();
      FnCall call = start(impatient, "sleep");

      assertThat(call.sequence()).isEqualTo("finished 504 of the user | OK");
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isGreaterThanOrEqualTo(Duration.ofSeconds(5));
      RunnerMessage.Finished end = call.finished();
      assertThat(end.startedAt()).isEmpty();
      assertThat(end.completedAt()).isEmpty();
      assertThat(Files.readAllLines(directory.resolve("started")))
          .allSatisfy(pid -> TinyWorker.awaitEnd(Long.parseLong(pid)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"exit 0", "exit 7"})
  void c13_a_worker_that_exits_before_it_listens_is_502_at_once(String how) {
    FnCall call = start(how);

    assertThat(call.sequence()).isEqualTo("finished 502 of the user | OK");
    assertThat(call.finished().startedAt()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "linked {directory}/{name}", "linked ./{name}", "linked ../x"})
  void c13_a_worker_whose_socket_is_not_as_agreed_is_502(String how) {
    assertThat(start(how).sequence()).isEqualTo("finished 502 of the user | OK");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bind", "link", "late 0.3"})
  void a_worker_whose_socket_is_as_agreed_gets_the_call(String how) {
    assertThat(start(how).sequence()).isEqualTo("start 200, finished | OK");
  }

  @Test
  void the_time_of_a_start_is_not_the_time_of_the_call() {
    FnCall call =
        runner.call(
            CallJson.to("worker")
                .config("INIT", "late 3")
                .ownWorkers(UUID.randomUUID().toString())
                .doing("ok")
                .timeout(2));

    assertThat(call.sequence()).isEqualTo("start 200, data, finished | OK");
  }

  @Test
  void a_worker_that_dies_while_it_is_idle_is_replaced_without_a_failed_call() throws Exception {
    CallJson ok = CallJson.to("worker").doing("ok").ownWorkers("idle death");
    long worker = runner.call(ok).worker();
    ProcessHandle process = ProcessHandle.of(worker).orElseThrow();
    process.destroyForcibly();
    TinyWorker.awaitEnd(worker);

    FnCall call = runner.call(ok);

    assertThat(call.sequence()).isEqualTo("start 200, data, finished | OK");
    assertThat(call.worker()).isNotEqualTo(worker);
  }
}
