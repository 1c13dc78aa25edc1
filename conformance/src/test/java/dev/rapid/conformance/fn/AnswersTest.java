package dev.rapid.conformance.fn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.conformance.PatternBytes;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What comes of a worker's answer (cases C01 to C05, C10, C16 and C23). */
@EnabledOnOs(OS.LINUX)
final class AnswersTest {

  private static final int RESPONSE_BYTES = 100_000;

  private static FnRapid runner;

  @BeforeAll
  static void start(@TempDir Path directory) {
    runner =
        FnRapid.ofTinyWorker(
            directory, "limits: {responseBytes: " + RESPONSE_BYTES + ", headBytes: 20000}");
  }

  @AfterAll
  static void end() {
    runner.close();
  }

  private static FnCall call(String what) {
    return runner.call(CallJson.to("worker").doing(what));
  }

  @Test
  void c01_an_answer_is_a_start_its_body_and_an_end() {
    FnCall call = call("ok");

    assertThat(call.sequence()).isEqualTo("start 200, data, finished | OK");
    assertThat(call.text()).isEqualTo("ok");
    assertThat(call.header("Content-Type")).isEqualTo("text/plain");
  }

  @Test
  void the_end_says_the_call_its_image_and_its_times() {
    CallJson json = CallJson.to("worker").doing("ok").ownWorkers("times");

    RunnerMessage.Finished cold = runner.call(json).finished();
    RunnerMessage.Finished warm = runner.call(json).finished();

    assertThat(cold.details()).isEqualTo(json.id());
    assertThat(cold.image()).isEqualTo("example/worker:0.0.1");
    assertThat(new String[] {cold.createdAt(), cold.startedAt(), cold.completedAt()})
        .allMatch(date -> date.matches("20..-..-..T..:..:..\\.[0-9]{3}Z"))
        .isSorted();
    assertThat(cold.initDuration()).isPositive();
    assertThat(cold.schedulerDuration()).isGreaterThanOrEqualTo(cold.initDuration());
    assertThat(cold.executionDuration()).isPositive();
    assertThat(cold.errorCode()).isZero();
    assertThat(warm.initDuration()).isZero();
    assertThat(warm.createDuration()).isZero();
  }

  @Test
  void c02_an_empty_body_has_no_frame() {
    assertThat(call("length 0").sequence()).isEqualTo("start 200, finished | OK");
  }

  @Test
  void c03_a_long_body_comes_in_frames_of_at_most_10240_bytes() {
    FnCall call = call("length 25000");

    assertThat(call.sequence()).isEqualTo("start 200, data, finished | OK");
    assertThat(call.messages())
        .filteredOn(RunnerMessage.Data.class::isInstance)
        .extracting(message -> ((RunnerMessage.Data) message).bytes().length)
        .allMatch(length -> length > 0 && length <= FnCall.FRAME);
    byte[] body = call.bytes();
    assertThat(body).hasSize(25_000);
    for (int i = 0; i < body.length; i++) {
      assertThat(body[i]).isEqualTo(PatternBytes.byteAt(i));
    }
  }

  @Test
  void c04_a_body_may_end_with_the_connection() {
    FnCall call = call("until-eof");

    assertThat(call.sequence()).isEqualTo("start 200, data, finished | OK");
    assertThat(call.text()).isEqualTo("ok");
  }

  @Test
  void a_worker_that_closes_its_connection_after_an_answer_is_used_again() {
    CallJson json = CallJson.to("worker").doing("until-eof").ownWorkers("until-eof");

    assertThat(runner.call(json).worker()).isEqualTo(runner.call(json).worker());
  }

  @Test
  void c05_headers_of_the_connection_are_dropped_and_several_values_are_kept() {
    FnCall call = call("chunked");

    assertThat(call.text()).isEqualTo("ok");
    assertThat(call.headers("X-Several")).containsExactly("a", "b");
    assertThat(call.header("Content-Type")).isEqualTo("text/plain");
    assertThat(call.headers("Connection")).isEmpty();
    assertThat(call.headers("Keep-Alive")).isEmpty();
    assertThat(call.headers("Transfer-Encoding")).isEmpty();
    assertThat(call.headers("Trailer-Field")).isEmpty();
  }

  @Test
  void the_length_of_the_worker_is_not_passed_on() {
    assertThat(call("ok").headers("Content-Length")).isEmpty();
  }

  @Test
  void c10_a_body_that_is_cut_short_fails_the_call_after_its_bytes() {
    FnCall call = call("cut");

    assertThat(call.sequence()).isEqualTo("start 200, data, finished 502 of the user | OK");
    assertThat(call.text()).isEqualTo("abc");
  }

  @Test
  void broken_chunks_fail_the_call_after_the_bytes_before() {
    FnCall call = call("bad-chunk");

    assertThat(call.sequence()).isEqualTo("start 200, data, finished 502 of the user | OK");
    assertThat(call.text()).isEqualTo("abc");
  }

  @Test
  void c16_an_answer_before_the_end_of_the_call_fails_it_without_a_start() {
    FnCall call = runner.open();
    call.tryCall(CallJson.to("worker").doing("premature").ownWorkers("premature"));
    call.data("begin", false);

    assertThat(call.sequence()).isEqualTo("finished 502 of the user | OK");
  }

  @Test
  void c23_a_body_above_the_limit_fails_the_call_after_the_limit() {
    FnCall call = call("length " + (RESPONSE_BYTES + 10_000));

    assertThat(call.sequence()).isEqualTo("start 200, data, finished 502 of the user | OK");
    assertThat(call.bytes()).hasSize(RESPONSE_BYTES);
  }

  @Test
  void a_body_as_long_as_the_limit_is_passed_on() {
    FnCall call = call("length " + RESPONSE_BYTES);

    assertThat(call.sequence()).isEqualTo("start 200, data, finished | OK");
    assertThat(call.bytes()).hasSize(RESPONSE_BYTES);
  }

  @Test
  void headers_above_the_limit_fail_the_call_without_a_start() {
    assertThat(call("big-head 30000").sequence()).isEqualTo("finished 502 of the user | OK");
    assertThat(call("big-head 10000").sequence()).isEqualTo("start 200, data, finished | OK");
  }
}
