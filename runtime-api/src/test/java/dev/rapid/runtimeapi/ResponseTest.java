package dev.rapid.runtimeapi;

import static dev.rapid.http.testing.Eventually.eventually;
import static dev.rapid.runtimeapi.RuntimeApi.error;
import static dev.rapid.runtimeapi.RuntimeApi.errorBody;
import static dev.rapid.runtimeapi.RuntimeApi.response;
import static dev.rapid.runtimeapi.RuntimeApi.transition;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.RecordingStream;
import dev.rapid.core.worker.WorkerState;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code POST .../invocation/{id}/response} (contract runtime-extensions-telemetry, section 1.3).
 */
final class ResponseTest extends RuntimeApiTest {

  private static final int LIMIT = 6_291_556;
  private static final String MODE = "Lambda-Runtime-Function-Response-Mode: ";
  private static final String TOO_LARGE =
      errorBody("RequestEntityTooLarge", "Exceeded maximum allowed payload size (6291556 bytes).");

  private final WireClient client = api.connect();

  private void assertNextInvocationWorks() {
    Invocation next = api.delivered(client, Invocations.invocation().requestId("next-one"));
    assertAccepted(client.post(response(next.requestId()), "\"fine\""));
    assertThat(api.resultOf(next)).asString().isEqualTo("\"fine\"");
  }

  private static byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  // ------------------------------------------------------------------ results

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":1}", "not json", "", "\"\u00fc\""})
  void the_body_is_the_result_whatever_it_is(String body) {
    Invocation invocation = api.delivered(client);

    assertAccepted(client.post(response(invocation.requestId()), body));

    assertThat(api.resultOf(invocation)).asString().isEqualTo(body);
    assertThat(api.worker()).isEqualTo(WorkerState.REPLIED);
  }

  @Test
  void a_response_without_any_body_is_a_result() {
    Invocation invocation = api.delivered(client);

    assertAccepted(client.sendHead("POST", response(invocation.requestId())).receive());

    assertThat(api.resultOf(invocation)).isEmpty();
  }

  @Test
  void the_content_type_comes_with_the_result() {
    Invocation invocation = api.delivered(client);

    client.post(response(invocation.requestId()), "x", "Content-Type: text/x; charset=utf-8");

    assertThat(((Outcome.Returned) api.outcomeOf(invocation)).contentType())
        .isEqualTo("text/x; charset=utf-8");
  }

  @Test
  void a_response_may_have_no_content_type() {
    Invocation invocation = api.delivered(client);

    client.post(response(invocation.requestId()), "x");

    assertThat(((Outcome.Returned) api.outcomeOf(invocation)).contentType()).isNull();
  }

  @Test
  void the_query_of_a_response_is_ignored() {
    Invocation invocation = api.delivered(client);

    assertAccepted(client.post(response(invocation.requestId()) + "?a=b", "x"));
  }

  @Test
  void the_caller_has_the_result_before_the_runtime_polls_again() {
    Invocation invocation = api.delivered(client);

    client.post(response(invocation.requestId()), "x");

    assertThat(api.resultOf(invocation)).asString().isEqualTo("x");
    assertThat(api.ended()).isZero();
  }

  @Test
  void a_runtime_that_expects_100_is_told_to_continue() {
    Invocation invocation = api.delivered(client);
    String path = response(invocation.requestId());

    client.sendHead("POST", path, "Content-Length: 5", "Expect: 100-continue");
    assertThat(client.receive().status()).isEqualTo(100);

    assertAccepted(client.send("hello").receive());
    assertThat(api.resultOf(invocation)).asString().isEqualTo("hello");
  }

  @Test
  void the_runtime_gets_its_answer_only_after_the_whole_body() {
    Invocation invocation = api.delivered(client);
    client.sendHead("POST", response(invocation.requestId()), "Content-Length: 5").send("hell");
    eventually(() -> api.worker() == WorkerState.RESPONDING);
    assertThat(Invocations.outcomeOf(invocation)).isNull();
    client.expectNothing();

    assertAccepted(client.send("o").receive());
  }

  // ------------------------------------------------------------------ sizes

  @Test
  void a_response_of_6291556_bytes_is_a_result() {
    byte[] body = randomBytes(LIMIT);
    Invocation invocation = api.delivered(client);

    assertAccepted(client.post(response(invocation.requestId()), body));

    assertThat(Arrays.equals(api.resultOf(invocation), body)).isTrue();
  }

  @Test
  void a_response_of_one_byte_more_is_too_large_and_the_next_invocation_works() {
    Invocation invocation = api.delivered(client);

    WireAnswer answer = client.post(response(invocation.requestId()), new byte[LIMIT + 1]);

    assertJson(answer, 413, TOO_LARGE);
    assertThat(api.outcomeOf(invocation))
        .isEqualTo(
            new Outcome.Failed(
                ErrorType.FUNCTION_RESPONSE_SIZE_TOO_LARGE,
                "Response payload size exceeded maximum allowed payload size (6291556 bytes)."));
    assertThat(api.worker()).isEqualTo(WorkerState.REPLIED);
    assertNextInvocationWorks();
  }

  @Test
  void a_chunked_response_of_6291556_bytes_is_a_result() {
    byte[] body = randomBytes(LIMIT);
    Invocation invocation = api.delivered(client);
    sendChunked(response(invocation.requestId()), body);

    assertAccepted(client.receive());

    assertThat(Arrays.equals(api.resultOf(invocation), body)).isTrue();
  }

  @Test
  void a_chunked_response_of_one_byte_more_is_too_large_and_the_next_invocation_works() {
    Invocation invocation = api.delivered(client);
    sendChunked(response(invocation.requestId()), new byte[LIMIT + 1]);

    assertJson(client.receive(), 413, TOO_LARGE);

    assertThat(api.outcomeOf(invocation)).isInstanceOf(Outcome.Failed.class);
    assertNextInvocationWorks();
  }

  @Test
  void a_response_of_20_million_bytes_is_read_to_its_end() {
    Invocation invocation = api.delivered(client);

    WireAnswer answer = client.post(response(invocation.requestId()), new byte[20_000_000]);

    assertJson(answer, 413, TOO_LARGE);
    assertNextInvocationWorks();
  }

  private void sendChunked(String path, byte[] body) {
    client.sendHead("POST", path, "Transfer-Encoding: chunked");
    int step = 100_000;
    for (int at = 0; at < body.length; at += step) {
      client.sendChunk(Arrays.copyOfRange(body, at, Math.min(body.length, at + step)));
    }
    client.sendLastChunk();
  }

  // ------------------------------------------------------------------ ids

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000000-0000-4000-8000-000000000000",
        "",
        "a%2Fb",
        "5F0F6A52-6D3B-4C0E-9A55-2F1C7B1D9C11",
        "5f0f6a52-6d3b-4c0e-9a55-2f1c7b1d9c11;a",
        "5f0f6a52-6d3b-4c0e-9a55-2f1c7b1d9c1%31"
      })
  void another_id_is_refused_and_changes_nothing(String id) {
    Invocation invocation = api.delivered(client);

    assertJson(client.post(response(id), "x"), 400, INVALID_REQUEST_ID);

    assertThat(api.worker()).isEqualTo(WorkerState.RUNNING);
    assertAccepted(client.post(response(invocation.requestId()), "right"));
    assertThat(api.resultOf(invocation)).asString().isEqualTo("right");
  }

  @Test
  void an_id_is_refused_when_nothing_is_invoked() {
    assertJson(client.post(response("any"), "x"), 400, INVALID_REQUEST_ID);
  }

  @Test
  void the_id_of_an_earlier_invocation_is_refused_during_the_next_one() {
    Invocation first = api.delivered(client);
    client.post(response(first.requestId()), "1");
    Invocation second = api.delivered(client, Invocations.invocation().requestId("second"));

    assertJson(client.post(response(first.requestId()), "x"), 400, INVALID_REQUEST_ID);

    assertAccepted(client.post(response(second.requestId()), "2"));
  }

  @Test
  void the_id_of_an_invocation_that_timed_out_is_refused() {
    Invocation invocation = api.delivered(client);
    api.time().advanceBy(RuntimeApi.FUNCTION_TIMEOUT);
    eventually(() -> api.phase() instanceof Phase.Cold);

    assertJson(api.connect().post(response(invocation.requestId()), "x"), 400, INVALID_REQUEST_ID);
  }

  @Test
  void the_body_of_a_refused_response_is_not_taken_for_a_request() {
    api.delivered(client);

    assertJson(client.post(response("other"), new byte[1_000_000]), 400, INVALID_REQUEST_ID);

    assertThat(client.get("/2018-06-01/ping").text()).isEqualTo("pong");
  }

  // ------------------------------------------------------------------ states

  @Test
  void the_right_id_before_the_first_poll_is_a_wrong_state() {
    Invocation invocation = api.invoke();

    assertJson(
        client.post(response(invocation.requestId()), "x"),
        403,
        transition("Started", "InvocationResponse"));
  }

  @Test
  void the_right_id_before_the_event_was_fetched_is_a_wrong_state() {
    api.poll().close();
    eventually(() -> api.parked() == 0);
    Invocation invocation = api.invoke();

    assertJson(
        client.post(response(invocation.requestId()), "x"),
        403,
        transition("Ready", "InvocationResponse"));
    assertJson(
        client.post(error(invocation.requestId()), "x"),
        403,
        transition("Ready", "InvocationErrorResponse"));
  }

  @Test
  void a_second_response_is_a_wrong_state() {
    Invocation invocation = api.delivered(client);
    client.post(response(invocation.requestId()), "1");

    assertJson(
        client.post(response(invocation.requestId()), "2"),
        403,
        transition("RuntimeResponseSentState", "InvocationResponse"));
    assertThat(api.resultOf(invocation)).asString().isEqualTo("1");
  }

  @Test
  void an_error_after_a_response_is_a_wrong_state() {
    Invocation invocation = api.delivered(client);
    client.post(response(invocation.requestId()), "1");

    assertJson(
        client.post(error(invocation.requestId()), "2"),
        403,
        transition("RuntimeResponseSentState", "InvocationErrorResponse"));
    assertThat(api.resultOf(invocation)).asString().isEqualTo("1");
  }

  @Test
  void a_second_response_while_the_first_is_being_sent_is_a_wrong_state() {
    Invocation invocation = api.delivered(client);
    String path = response(invocation.requestId());
    client.sendHead("POST", path, "Content-Length: 2").send("1");
    eventually(() -> api.worker() == WorkerState.RESPONDING);

    assertJson(
        api.connect().post(path, "other"),
        403,
        transition("InvocationResponse", "InvocationResponse"));

    assertAccepted(client.send("2").receive());
    assertThat(api.resultOf(invocation)).asString().isEqualTo("12");
  }

  @Test
  void the_id_is_checked_before_the_state_and_the_state_before_the_mode() {
    Invocation invocation = api.delivered(client);
    client.post(response(invocation.requestId()), "1");

    assertJson(client.post(response("other"), "x", MODE + "bad"), 400, INVALID_REQUEST_ID);
    assertJson(
        client.post(response(invocation.requestId()), "x", MODE + "bad"),
        403,
        transition("RuntimeResponseSentState", "InvocationResponse"));
    assertThat(api.resultOf(invocation)).asString().isEqualTo("1");
  }

  @Test
  void a_response_whose_invocation_timed_out_meanwhile_is_not_obeyed() {
    Invocation invocation = api.delivered(client);
    client.sendHead("POST", response(invocation.requestId()), "Content-Length: 2").send("1");
    eventually(() -> api.worker() == WorkerState.RESPONDING);

    api.time().advanceBy(RuntimeApi.FUNCTION_TIMEOUT);

    assertThat(api.outcomeOf(invocation))
        .isEqualTo(
            new Outcome.Failed(ErrorType.SANDBOX_TIMEDOUT, "Task timed out after 3.00 seconds"));
    client.expectClosed();
  }

  @Test
  void a_response_that_a_process_left_on_the_wire_is_still_taken() {
    Invocation invocation = api.delivered(client);
    client.sendHead("POST", response(invocation.requestId()), "Content-Length: 2").send("1");
    eventually(() -> api.worker() == WorkerState.RESPONDING);
    api.exit(new ProcessExit.Exited(1));

    client.send("2");

    assertThat(api.resultOf(invocation)).asString().isEqualTo("12");
  }

  // ------------------------------------------------------------------ modes

  @ParameterizedTest
  @ValueSource(strings = {"buffered", "Streaming", "STREAMING", "x"})
  void another_mode_is_refused_and_the_next_poll_works(String mode) {
    Invocation invocation = api.delivered(client);

    WireAnswer answer =
        client.post(response(invocation.requestId()), "x", MODE + mode, "Content-Type: text/plain");

    assertJson(
        answer, 400, errorBody("InvalidFunctionResponseMode", "Invalid function response mode"));
    assertThat(api.errorOf(invocation))
        .isEqualTo(
            new RuntimeApi.ReportedText("Runtime.InvalidResponseModeHeader", "", "text/plain"));
    assertNextInvocationWorks();
  }

  @Test
  void an_empty_mode_is_no_mode() {
    Invocation invocation = api.delivered(client);

    assertAccepted(client.post(response(invocation.requestId()), "x", MODE));
  }

  @Test
  void a_streamed_response_to_a_buffered_call_is_the_sum_of_its_chunks() {
    Invocation invocation = api.delivered(client);
    client
        .sendHead(
            "POST",
            response(invocation.requestId()),
            MODE + "streaming",
            "Transfer-Encoding: chunked")
        .sendChunk(new byte[] {'a', 'b'})
        .sendChunk(new byte[] {'c'})
        .sendLastChunk();

    assertAccepted(client.receive());

    assertThat(api.resultOf(invocation)).asString().isEqualTo("abc");
  }

  // ------------------------------------------------------------------ trailers

  private static final String[] ANNOUNCED = {
    "Transfer-Encoding: chunked",
    "Trailer: Lambda-Runtime-Function-Error-Type",
    "Trailer: Lambda-Runtime-Function-Error-Body",
  };

  @Test
  void announced_trailers_that_are_empty_are_no_error() {
    Invocation invocation = api.delivered(client);
    client
        .sendHead("POST", response(invocation.requestId()), ANNOUNCED)
        .sendChunk("\"go\"".getBytes(StandardCharsets.UTF_8))
        .sendLastChunk(
            "Lambda-Runtime-Function-Error-Body: ", "Lambda-Runtime-Function-Error-Type: ");

    assertAccepted(client.receive());

    assertThat(api.resultOf(invocation)).asString().isEqualTo("\"go\"");
    assertNextInvocationWorks();
  }

  @Test
  void announced_trailers_that_do_not_come_are_no_error() {
    Invocation invocation = api.delivered(client);
    client
        .sendHead("POST", response(invocation.requestId()), ANNOUNCED)
        .sendChunk("\"go\"".getBytes(StandardCharsets.UTF_8))
        .sendLastChunk();

    assertAccepted(client.receive());

    assertThat(api.resultOf(invocation)).asString().isEqualTo("\"go\"");
  }

  private RuntimeApi.ReportedText errorAfterTrailers(String... trailers) {
    Invocation invocation = api.delivered(client);
    client
        .sendHead(
            "POST",
            response(invocation.requestId()),
            MODE + "streaming",
            "Transfer-Encoding: chunked",
            "Content-Type: text/plain")
        .sendChunk("partial".getBytes(StandardCharsets.UTF_8))
        .sendLastChunk(trailers);
    assertAccepted(client.receive());
    return api.errorOf(invocation);
  }

  @Test
  void trailers_with_an_error_turn_a_streamed_response_into_that_error() {
    String json = "{\"errorMessage\":\"m\",\"errorType\":\"T\"}";
    String base64 = Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));

    RuntimeApi.ReportedText error =
        errorAfterTrailers(
            "Lambda-Runtime-Function-Error-Type: Runtime.StreamError",
            "Lambda-Runtime-Function-Error-Body: " + base64);

    assertThat(error)
        .isEqualTo(new RuntimeApi.ReportedText("Runtime.StreamError", json, "application/json"));
    assertNextInvocationWorks();
  }

  @Test
  void an_error_trailer_may_come_alone_and_in_lower_case() {
    RuntimeApi.ReportedText error =
        errorAfterTrailers("lambda-runtime-function-error-type: Function.Boom");

    assertThat(error.type()).isEqualTo("Function.Boom");
    assertThat(error.body()).isEmpty();
  }

  @Test
  void an_error_trailer_keeps_its_type_when_its_body_is_not_base64() {
    RuntimeApi.ReportedText error =
        errorAfterTrailers(
            "Lambda-Runtime-Function-Error-Type: Function.Boom",
            "Lambda-Runtime-Function-Error-Body: %%%");

    assertThat(error.type()).isEqualTo("Function.Boom");
    assertThat(error.body()).isEmpty();
  }

  @Test
  void an_error_trailer_that_is_longer_than_a_response_may_be_is_a_response_that_is_too_large() {
    Invocation invocation = api.delivered(client);

    client
        .sendHead(
            "POST",
            response(invocation.requestId()),
            MODE + "streaming",
            "Transfer-Encoding: chunked")
        .sendLastChunk(
            "Lambda-Runtime-Function-Error-Type: Function.Boom",
            "Lambda-Runtime-Function-Error-Body: "
                + Base64.getEncoder().encodeToString(new byte[LIMIT + 4]));

    assertThat(client.receive().status()).isEqualTo(413);
    assertThat(api.outcomeOf(invocation))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed ->
                assertThat(failed.error()).isEqualTo(ErrorType.FUNCTION_RESPONSE_SIZE_TOO_LARGE));
    assertNextInvocationWorks();
  }

  @Test
  void the_error_trailer_of_a_stream_has_the_same_limit() {
    RecordingStream caller = new RecordingStream();
    Invocation invocation = api.delivered(client, Invocations.invocation().sink(caller));

    client
        .sendHead(
            "POST",
            response(invocation.requestId()),
            MODE + "streaming",
            "Transfer-Encoding: chunked")
        .sendChunk("partial".getBytes(StandardCharsets.UTF_8))
        .sendLastChunk(
            "Lambda-Runtime-Function-Error-Type: Function.Boom",
            "Lambda-Runtime-Function-Error-Body: "
                + Base64.getEncoder().encodeToString(new byte[LIMIT + 4]));

    assertThat(client.receive().status()).isEqualTo(413);
    assertThat(caller.outcome())
        .isEqualTo(
            new Outcome.Streamed(ResponseEnd.OVERSIZED, "Function.ResponseSizeTooLarge", null));
  }

  // ------------------------------------------------------------------ broken bodies

  private void assertTruncated(Invocation invocation) {
    api.waitForExit();
    assertThat(api.outcomeOf(invocation))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.error()).isEqualTo(ErrorType.RUNTIME_TRUNCATED_RESPONSE));
    assertThat(api.worker()).isEqualTo(WorkerState.REPLIED);
    Invocation next = api.delivered(api.connect(), Invocations.invocation().requestId("next-one"));
    assertAccepted(api.connect().post(response(next.requestId()), "\"fine\""));
    assertThat(api.resultOf(next)).asString().isEqualTo("\"fine\"");
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 1_000_000, LIMIT + 10})
  void a_body_that_ends_before_its_length_is_a_truncated_response(int announced) {
    Invocation invocation = api.delivered(client);
    client
        .sendHead("POST", response(invocation.requestId()), "Content-Length: " + announced)
        .send(new byte[announced - 1]);

    client.close();

    assertTruncated(invocation);
  }

  @Test
  void a_chunked_body_without_last_chunk_is_a_truncated_response() {
    Invocation invocation = api.delivered(client);
    client
        .sendHead("POST", response(invocation.requestId()), "Transfer-Encoding: chunked")
        .sendChunk(new byte[1000]);

    client.close();

    assertTruncated(invocation);
  }

  @Test
  void a_runtime_that_can_still_read_is_told_that_its_body_was_truncated() {
    Invocation invocation = api.delivered(client);
    client
        .sendHead("POST", response(invocation.requestId()), "Content-Length: 10")
        .send("123456789")
        .endOutput();

    WireAnswer answer = client.receive();

    assertJson(
        answer, 400, errorBody("TruncatedHTTPRequest", "HTTP request detected as truncated"));
    client.expectClosed();
    assertTruncated(invocation);
  }

  @ParameterizedTest
  @ValueSource(strings = {"response", "error"})
  void a_reply_of_a_runtime_that_exits_in_the_middle_of_it_is_an_exit(String endpoint) {
    Invocation invocation = api.delivered(client);
    String path = "/2018-06-01/runtime/invocation/" + invocation.requestId() + "/" + endpoint;
    client.sendHead("POST", path, "Content-Length: 10").send("12345");
    client.close();
    eventually(() -> api.worker() == WorkerState.REPLIED);

    api.exit(new ProcessExit.Exited(7));

    assertThat(api.outcomeOf(invocation))
        .isEqualTo(
            new Outcome.Failed(
                ErrorType.RUNTIME_EXIT_ERROR, "Runtime exited with error: exit status 7"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zz\r\n",
        "\r\n",
        "-1\r\n",
        "10000000000000000\r\n",
        "3\r\nabc\r\nzz\r\n\r\n",
        "3\r\nabc\r\n\r\n",
        "3\r\nabcd\r\n",
        "3\r\nabc\r\n0\r\nno trailer\r\n\r\n"
      })
  void malformed_chunks_are_a_truncated_response_at_once(String chunks) {
    Invocation invocation = api.delivered(client);

    client
        .sendHead("POST", response(invocation.requestId()), "Transfer-Encoding: chunked")
        .send(chunks);

    assertJson(
        client.receive(),
        400,
        errorBody("TruncatedHTTPRequest", "HTTP request detected as truncated"));
    assertThat(api.outcomeOf(invocation)).isInstanceOf(Outcome.Failed.class);
    client.expectClosed();
    assertTruncated(invocation);
  }

  @Test
  void a_runtime_that_can_still_read_is_told_that_its_chunks_were_truncated() {
    Invocation invocation = api.delivered(client);
    client
        .sendHead("POST", response(invocation.requestId()), "Transfer-Encoding: chunked")
        .send("3\r\nabc\r\n")
        .endOutput();

    assertThat(client.receive().status()).isEqualTo(400);
    client.expectClosed();
    assertTruncated(invocation);
  }

  @Test
  void trailers_over_9_mib_are_too_large_a_response() {
    Invocation invocation = api.delivered(client);
    client
        .sendHead("POST", response(invocation.requestId()), "Transfer-Encoding: chunked")
        .send("3\r\nabc\r\n0\r\nX: ");
    for (int i = 0; i < 10; i++) {
      client.send("x".repeat(1024 * 1024));
    }

    assertJson(client.receive(), 413, TOO_LARGE);
    assertThat(api.outcomeOf(invocation))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed ->
                assertThat(failed.error()).isEqualTo(ErrorType.FUNCTION_RESPONSE_SIZE_TOO_LARGE));
  }

  @Test
  void a_runtime_that_closes_the_connection_on_which_it_got_the_event_may_reply_on_another() {
    Invocation invocation = api.delivered(client);

    client.close();

    assertAccepted(api.connect().post(response(invocation.requestId()), "1"));
    assertThat(api.resultOf(invocation)).asString().isEqualTo("1");
  }
}
