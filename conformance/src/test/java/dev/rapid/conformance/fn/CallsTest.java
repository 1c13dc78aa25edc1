package dev.rapid.conformance.fn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.conformance.Rapid;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client sends, in right and wrong order (cases C14, C15, C17, C18 and C22). */
@EnabledOnOs(OS.LINUX)
final class CallsTest {

  private static FnRapid runner;

  @BeforeAll
  static void start(@TempDir Path directory) {
    runner = FnRapid.ofTinyWorker(directory, "initTimeout: 30s", "limits: {requestBytes: 100000}");
  }

  @AfterAll
  static void end() {
    runner.close();
  }

  private static CallJson to(String what) {
    return CallJson.to("worker").doing(what);
  }

  private static void assertEchoed(FnCall call, String body) {
    assertThat(call.sequence()).isEqualTo("start 200, data, finished | OK");
    assertThat(call.text()).isEqualTo(body);
  }

  @Test
  void c14_a_body_may_come_byte_by_byte() {
    FnCall call = runner.open().tryCall(to("echo"));
    for (String each : List.of("a", " ", "b", " ", "c", " ", "d")) {
      call.data(each, false);
    }

    assertEchoed(call.eof(), "a b c d");
  }

  @Test
  void c14_the_last_frame_of_a_body_may_carry_the_end() {
    assertEchoed(
        runner.open().tryCall(to("echo")).data("begin ", false).data("end", true), "begin end");
  }

  @Test
  void c14_the_end_may_be_a_frame_of_its_own() {
    assertEchoed(runner.open().tryCall(to("echo")).data("body", false).eof(), "body");
  }

  @Test
  void c14_frames_after_the_end_are_ignored() {
    FnCall call = runner.open().tryCall(to("echo")).data("body", true).data("more", false).eof();

    assertEchoed(call, "body");
  }

  @Test
  void c14_a_client_may_half_close_after_the_end() {
    assertEchoed(runner.open().tryCall(to("echo")).data("body", true).halfClose(), "body");
  }

  @Test
  void a_body_reaches_the_worker_while_it_arrives(@TempDir Path directory) {
    Path begun = directory.resolve("begun");
    FnCall call = runner.open().tryCall(to("first-then-rest " + begun)).data("first ", false);
    await().atMost(Rapid.PATIENCE).until(() -> Files.exists(begun));

    assertEchoed(call.data("rest", true), "first rest");
  }

  private static void assertProtocolError(FnCall call) {
    assertThat(call.status().getCode()).isEqualTo(Status.Code.UNKNOWN);
    assertThat(call.messages()).isEmpty();
  }

  @Test
  void c15_a_body_before_the_call_is_an_error_of_the_stream() {
    assertProtocolError(runner.open().data("body", true));
  }

  @Test
  void c15_a_half_close_before_the_call_is_an_error_of_the_stream() {
    assertProtocolError(runner.open().halfClose());
  }

  @Test
  void c15_a_second_call_is_an_error_of_the_stream() {
    assertProtocolError(runner.open().tryCall(to("echo")).tryCall(to("echo")));
  }

  @Test
  void c15_a_half_close_before_the_end_of_the_body_is_an_error_of_the_stream() {
    assertProtocolError(runner.open().tryCall(to("echo")).data("body", false).halfClose());
  }

  @Test
  void c17_a_cancelled_call_ends_its_worker(@TempDir Path directory) {
    Path hold = directory.resolve("hold");
    FnCall call = runner.begin(to("hold " + hold).ownWorkers("c17"));
    long worker = TinyWorker.awaitHeld(hold);

    call.cancel();

    TinyWorker.awaitEnd(worker);
    assertThat(call.messages()).isEmpty();
    assertThat(runner.call(to("ok").ownWorkers("c17")).sequence())
        .isEqualTo("start 200, data, finished | OK");
  }

  @Test
  void a_call_that_is_cancelled_while_its_worker_starts_does_not_run(@TempDir Path directory) {
    Path start = directory.resolve("start");
    Path log = directory.resolve("log");
    Path ran = directory.resolve("ran");
    CallJson json =
        to("first-then-rest " + ran)
            .config("INIT", "when " + start)
            .config("INIT_LOG", log.toString());
    FnCall call = runner.begin(json, "body");
    await().atMost(Rapid.PATIENCE).until(() -> Files.exists(log));

    call.cancel();
    awaitNoActiveCall();
    TinyWorker.release(start);

    FnCall next =
        runner.call(to("ok").config("INIT", "when " + start).config("INIT_LOG", log.toString()));
    assertThat(next.sequence()).isEqualTo("start 200, data, finished | OK");
    assertThat(ran).doesNotExist();
  }

  private static void awaitNoActiveCall() {
    await()
        .atMost(Rapid.PATIENCE)
        .untilAsserted(() -> assertThat(runner.status().active()).isZero());
  }

  @Test
  void a_call_that_is_cancelled_in_its_answer_leaves_a_function_that_works(
      @TempDir Path directory) {
    Path hold = directory.resolve("hold");
    FnCall call = runner.begin(to("hold-in-body " + hold).ownWorkers("in body"));
    call.await(RunnerMessage.Data.class::isInstance);

    call.cancel();
    awaitNoActiveCall();
    TinyWorker.release(hold);

    assertThat(runner.call(to("ok").ownWorkers("in body")).text()).isEqualTo("ok");
  }

  @Test
  void c18_a_detached_call_is_accepted_when_it_runs_and_ends_later(@TempDir Path directory) {
    Path hold = directory.resolve("hold");
    FnCall call = runner.begin(to("hold " + hold).detached());
    RunnerMessage accepted = call.await(RunnerMessage.ResultStart.class::isInstance);
    assertThat(accepted).isEqualTo(new RunnerMessage.ResultStart(202, List.of()));
    TinyWorker.awaitHeld(hold);
    assertThat(call.hasEnded()).isFalse();
    TinyWorker.release(hold);

    assertThat(call.sequence()).isEqualTo("start 202, finished | OK");
  }

  @Test
  void c18_a_detached_call_has_its_true_end() {
    assertThat(runner.call(to("status 502").detached()).sequence())
        .isEqualTo("start 202, finished 502 of the user | OK");
  }

  @Test
  void c18_a_detached_call_whose_worker_does_not_start_is_not_accepted(@TempDir Path directory) {
    try (FnRapid impatient = FnRapid.ofTinyWorker(directory, "initTimeout: 1s")) {
      FnCall call = impatient.call(to("ok").detached().config("INIT", "sleep"));

      assertThat(call.sequence()).isEqualTo("finished 504 of the user | OK");
    }
  }

  @Test
  void c18_detached_calls_can_be_switched_off(@TempDir Path directory) {
    try (FnRapid without = FnRapid.ofTinyWorker(directory, "detached: false")) {
      FnCall call = without.call(to("ok").detached());

      assertThat(call.sequence()).isEqualTo("finished 501 | OK");
      assertThat(without.call(to("ok")).text()).isEqualTo("ok");
    }
  }

  @Test
  void c22_the_runner_makes_the_headers_of_the_call_and_of_the_connection() {
    CallJson json =
        to("request")
            .timeout(20)
            .header("Fn-Call-Id", "own")
            .header("Fn-Deadline", "2001-01-01T00:00:00Z")
            .header("Content-Length", "1234")
            .header("Host", "elsewhere")
            .header("Connection", "X-Custom")
            .header("Keep-Alive", "75")
            .header("Te", "trailers")
            .header("Upgrade", "h2c")
            .header("Content-Type", "text/custom")
            .header("X-Custom", "a", "b");
    Instant before = Instant.now();
    FnCall call = runner.call(json, "body");
    Instant after = Instant.now();

    String head = call.text();
    assertThat(head)
        .startsWith("POST /call HTTP/1.1\r\n")
        .containsOnlyOnce("Fn-Call-Id: " + json.id() + "\r\n")
        .containsIgnoringCase("\r\nHost: localhost\r\n")
        .contains("Content-Type: text/custom\r\n")
        .contains("X-Custom: a\r\nX-Custom: b\r\n")
        .contains("Te: trailers\r\n")
        .containsIgnoringCase("Transfer-Encoding: chunked\r\n")
        .doesNotContainIgnoringCase("Content-Length")
        .doesNotContainIgnoringCase("elsewhere")
        .doesNotContainIgnoringCase("Keep-Alive:")
        .doesNotContainIgnoringCase("Upgrade")
        .doesNotContain("2001")
        .doesNotContain(": own");
    Matcher deadline =
        Pattern.compile("Fn-Deadline: (\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ)\r\n")
            .matcher(head);
    assertThat(deadline.find()).as(head).isTrue();
    assertThat(Instant.parse(deadline.group(1)))
        .isBetween(before.plusSeconds(18), after.plusSeconds(21));
  }

  @Test
  void a_worker_has_the_configuration_of_its_call_and_its_own_address() {
    assertThat(runner.call(to("variable COLOUR").config("COLOUR", "blue")).text())
        .isEqualTo("blue");
    assertThat(runner.call(to("variable FN_FORMAT")).text()).isEqualTo("http-stream");
    assertThat(runner.call(to("variable FN_FN_ID")).text()).isEqualTo("worker");
    assertThat(runner.call(to("variable FN_LISTENER")).text())
        .startsWith("unix:/")
        .endsWith("/lsnr.sock");
    assertThat(runner.call(to("variable AWS_LAMBDA_RUNTIME_API")).text()).isEmpty();
  }

  @Test
  void calls_with_another_configuration_have_another_worker() {
    CallJson blue = to("ok").config("COLOUR", "blue");
    CallJson red = to("ok").config("COLOUR", "red");

    assertThat(runner.call(blue).worker())
        .isEqualTo(runner.call(blue).worker())
        .isNotEqualTo(runner.call(red).worker());
  }

  @Test
  void the_slots_hash_decides_which_worker_a_call_has() {
    CallJson blue = to("ok").config("COLOUR", "bluish");
    CallJson red = to("ok").config("COLOUR", "reddish");

    long worker = callOfSlot(blue, "6162").worker();
    assertThat(callOfSlot(red, "6162").worker()).isEqualTo(worker);
    assertThat(callOfSlot(red, "6163").worker()).isNotEqualTo(worker);
  }

  private static FnCall callOfSlot(CallJson json, String hash) {
    return runner.open().tryCall(json.text(), hash).eof().end();
  }

  @ParameterizedTest
  @ValueSource(strings = {"616", "xyz0"})
  void a_slots_hash_that_is_not_hexadecimal_is_400(String hash) {
    assertThat(callOfSlot(to("ok"), hash).sequence()).isEqualTo("finished 400 | OK");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{not json", "[]", "\"text\"", "", "{\"id\": 7}"})
  void a_call_that_is_not_as_agreed_is_400(String json) {
    FnCall call = runner.open().tryCall(json, "").eof();

    assertThat(call.sequence()).isEqualTo("finished 400 | OK");
    assertThat(call.finished().details()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"config, 1", "headers, text", "memory, 64M", "fn_id, 7", "cpus, half", "method, A B"})
  void a_call_with_a_member_of_another_kind_is_400(String member, String value) {
    Object written = value.matches("[0-9]+") ? Integer.valueOf(value) : value;

    assertThat(runner.call(to("ok").with(member, written)).sequence())
        .isEqualTo("finished 400 | OK");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void a_call_without_time_is_400(int timeout) {
    assertThat(runner.call(to("ok").timeout(timeout)).sequence())
        .isEqualTo("finished 400 of the user | OK");
  }

  @Test
  void a_call_for_an_unknown_function_is_404() {
    FnCall call = runner.call(CallJson.to("unknown"));

    assertThat(call.sequence()).isEqualTo("finished 404 of the user | OK");
  }

  @Test
  void a_body_above_the_limit_is_413() {
    FnCall call = runner.open().send(to("echo").ownWorkers("413"), new byte[150_000]);

    assertThat(call.sequence()).isEqualTo("finished 413 of the user | OK");
    assertThat(runner.call(to("ok").ownWorkers("413")).text()).isEqualTo("ok");
  }

  @Test
  void a_body_as_long_as_the_limit_is_passed_on() {
    byte[] body = "x".repeat(100_000).getBytes(StandardCharsets.UTF_8);

    assertThat(runner.open().send(to("echo"), body).end().bytes()).isEqualTo(body);
  }
}
