package dev.rapid.fnfdk.http;

import static dev.rapid.fnfdk.http.FdkBench.outcomeOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.core.invocation.PayloadHeaders.Header;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.testing.CountedPayload;
import dev.rapid.core.testing.Invocations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a sandbox and a worker do together (contract fn-runner, section 2). */
@Timeout(60)
final class FdkWorkerTest {

  private final FdkBench bench = new FdkBench();

  @AfterEach
  void closeBench() throws IOException {
    bench.close();
  }

  private static String text(Payload payload) {
    String text = new String(payload.toByteArray(), StandardCharsets.UTF_8);
    payload.release();
    return text;
  }

  private static String resultOf(Invocation invocation) {
    if (outcomeOf(invocation) instanceof Outcome.Returned(Payload payload, var contentType)) {
      return text(payload);
    }
    throw new AssertionError(outcomeOf(invocation).toString());
  }

  private static Outcome.Failed failureOf(Invocation invocation) {
    if (outcomeOf(invocation) instanceof Outcome.Failed failed) {
      return failed;
    }
    throw new AssertionError(outcomeOf(invocation).toString());
  }

  private Invocation invoke() {
    return bench.invoke(Invocations.invocation());
  }

  // ------------------------------------------------------------------ init

  @Test
  void an_init_is_done_when_the_socket_is_there() throws IOException {
    RawWorker worker = bench.start();
    assertThat(bench.sandbox().state().phase()).isInstanceOf(Phase.Initializing.class);

    worker.listen();

    FdkBench.eventually(() -> bench.sandbox().state().phase().equals(Phase.Serving.IDLE));
  }

  @Test
  void a_socket_without_a_link_will_do() throws IOException {
    RawWorker worker = bench.start();

    worker.bind(worker.socket());

    FdkBench.eventually(() -> bench.sandbox().state().phase().equals(Phase.Serving.IDLE));
  }

  @Test
  void the_directory_is_for_this_user_alone() throws IOException {
    RawWorker worker = bench.start();

    assertThat(Files.getPosixFilePermissions(FdkBench.directoryOf(worker)))
        .hasToString("[OWNER_READ, OWNER_WRITE, OWNER_EXECUTE]");
  }

  @Test
  void a_plain_file_fails_the_invocation_at_once() throws IOException {
    Invocation invocation = invoke();
    RawWorker worker = bench.started();

    Files.createFile(worker.socket());

    assertThat(failureOf(invocation).message()).endsWith("lsnr.sock is not a socket");
    bench.awaitReset(worker);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/tmp/elsewhere.sock", "../elsewhere.sock", ".."})
  void a_link_that_leaves_the_directory_fails_the_invocation(String target) throws IOException {
    Invocation invocation = invoke();
    RawWorker worker = bench.started();

    Files.createSymbolicLink(worker.socket(), Path.of(target));

    assertThat(failureOf(invocation).message()).contains("points out of its directory");
  }

  @Test
  void a_worker_without_a_socket_times_out() {
    Invocation invocation = invoke();

    bench.time().advanceBy(FdkBench.INIT_TIMEOUT);

    assertThat(failureOf(invocation).error()).isEqualTo(ErrorType.SANDBOX_TIMEDOUT);
  }

  @Test
  void an_exit_before_the_socket_fails_the_invocation_at_once() {
    Invocation invocation = invoke();

    bench.processes().exit(new ProcessExit.Exited(3));
    bench.time().advanceBy(SandboxConfig.DEFAULT_SETTLE_TIME);

    assertThat(failureOf(invocation).error()).isEqualTo(ErrorType.RUNTIME_EXIT_ERROR);
  }

  @Test
  void each_process_has_a_directory_of_its_own() throws IOException {
    RawWorker first = bench.start();
    bench.processes().exit(new ProcessExit.Exited(3));
    bench.time().advanceBy(SandboxConfig.DEFAULT_SETTLE_TIME);
    bench.awaitReset(first);

    RawWorker second = bench.start();

    assertThat(second.socket()).isNotEqualTo(first.socket());
  }

  // ------------------------------------------------------------------ the request

  @Test
  void a_call_is_a_chunked_post_with_id_and_deadline() throws IOException {
    RawWorker worker = bench.ready();
    bench.invoke(Invocations.invocation().requestId("01CALL").payload(Payload.of("{\"a\":1}")));

    worker.accept();

    assertThat(worker.readHead())
        .isEqualTo(
            """
            POST /call HTTP/1.1\r
            host: localhost\r
            transfer-encoding: chunked\r
            Content-Type: application/json\r
            Fn-Call-Id: 01CALL\r
            Fn-Deadline: 2026-01-01T00:00:03Z\r
            \r
            """);
    assertThat(worker.readChunk()).isEqualTo("{\"a\":1}");
    assertThat(worker.readChunk()).isEmpty();
  }

  @Test
  void an_empty_payload_is_one_empty_chunk() throws IOException {
    RawWorker worker = bench.ready();
    bench.invoke(Invocations.invocation().payload(Payload.EMPTY));

    worker.accept();

    worker.readHead();
    assertThat(worker.readChunk()).isEmpty();
  }

  /** Each row: a name, a value, and the line that the worker gets; empty for none. */
  @ParameterizedTest
  @CsvFileSource(resources = "request-headers.csv", numLinesToSkip = 1)
  void headers_of_the_caller_are_passed_on_by_rule(String name, String value, String line)
      throws IOException {
    RawWorker worker = bench.ready();
    bench.invoke(
        Invocations.invocation()
            .requestId("id")
            .headers(
                new PayloadHeaders(List.of(new Header(name, value.replace("\\r\\n", "\r\n"))))));
    worker.accept();

    List<String> others =
        worker
            .readHead()
            .lines()
            .filter(each ->
                !each.isEmpty()
                    && !each.startsWith("POST")
                    && !each.startsWith("host: localhost")
                    && !each.equals("transfer-encoding: chunked")
                    && !each.equals("Fn-Call-Id: id")
                    && !each.equals("Fn-Deadline: 2026-01-01T00:00:03Z"))
            .toList();

    assertThat(others).isEqualTo(line == null ? List.of() : List.of(line));
  }

  @Test
  void values_of_one_name_stay_apart_and_in_order() throws IOException {
    RawWorker worker = bench.ready();
    bench.invoke(
        Invocations.invocation()
            .headers(new PayloadHeaders(List.of(new Header("X-A", "1"), new Header("X-A", "2")))));

    worker.accept();

    assertThat(worker.readHead()).contains("X-A: 1\r\nX-A: 2\r\n");
  }

  @Test
  void a_payload_is_released_when_the_call_is_over() throws IOException {
    RawWorker worker = bench.ready();
    CountedPayload payload = new CountedPayload("{}");
    Invocation invocation = bench.invoke(Invocations.invocation().payload(payload));
    worker.accept();
    worker.readRequest();
    worker.answer("200 OK", "1");

    assertThat(resultOf(invocation)).isEqualTo("1");
    FdkBench.eventually(() -> payload.readers() == 0);
  }

  // ------------------------------------------------------------------ answers

  /** Each row: an answer, and the result of it. */
  @ParameterizedTest
  @CsvFileSource(resources = "framings.csv", numLinesToSkip = 1)
  void a_body_is_understood_in_each_framing(String answer, boolean hangsUp, String result)
      throws IOException {
    RawWorker worker = bench.ready();
    Invocation invocation = invoke();
    worker.accept();
    worker.readRequest();

    worker.send(answer.replace("\\r\\n", "\r\n"));
    if (hangsUp) {
      worker.hangUp();
    }

    assertThat(resultOf(invocation)).isEqualTo(result == null ? "" : result);
  }

  @Test
  void the_next_call_after_an_answer_that_promises_nothing_has_another_connection()
      throws IOException {
    RawWorker worker = bench.ready();
    invoke();
    worker.accept();
    worker.readRequest();
    worker.answer("200 OK", "1");
    assertThat(worker.seesEnd()).isTrue();

    Invocation next = invoke();
    worker.accept();
    worker.readRequest();
    worker.answer("200 OK", "2");

    assertThat(resultOf(next)).isEqualTo("2");
  }

  @Test
  void the_next_call_uses_a_connection_that_is_to_stay_open() throws IOException {
    RawWorker worker = bench.ready();
    Invocation first = invoke();
    worker.accept();
    worker.readRequest();
    worker.send("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\n1");
    assertThat(resultOf(first)).isEqualTo("1");
    Invocation next = invoke();
    worker.readRequest();
    worker.answer("200 OK", "2");

    assertThat(resultOf(next)).isEqualTo("2");
  }

  @Test
  void a_connection_without_a_call_is_closed_after_a_while() throws IOException {
    try (FdkBench quick = new FdkBench(Duration.ofMillis(1))) {
      RawWorker worker = quick.ready();
      quick.invoke(Invocations.invocation());
      worker.accept();
      worker.readRequest();

      worker.send("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\n1");

      assertThat(worker.seesEnd()).isTrue();
    }
  }

  @Test
  void a_502_is_an_error_of_the_function_and_the_worker_goes_on() throws IOException {
    RawWorker worker = bench.ready();
    Invocation failed = invoke();
    worker.accept();
    worker.readRequest();
    worker.answer("502 FunctionError", "boom");

    assertThat(outcomeOf(failed))
        .isInstanceOfSatisfying(
            Outcome.Reported.class,
            error ->
                assertThat(text(error.payload()))
                    .isEqualTo("{\"errorType\":\"Function.Unknown\",\"errorMessage\":\"boom\"}"));
    Invocation next = invoke();
    worker.accept();
    worker.readRequest();
    worker.answer("200 OK", "1");
    assertThat(resultOf(next)).isEqualTo("1");
  }

  @Test
  void a_504_is_a_timeout_and_the_worker_goes_on() throws IOException {
    RawWorker worker = bench.ready();
    Invocation late = invoke();
    worker.accept();
    worker.readRequest();
    worker.answer("504 Gateway Timeout", "late");

    assertThat(failureOf(late).error()).isEqualTo(ErrorType.SANDBOX_TIMEDOUT);
    Invocation next = invoke();
    worker.accept();
    worker.readRequest();
    worker.answer("200 OK", "1");
    assertThat(resultOf(next)).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"204 No Content", "404 Not Found", "500 Internal Server Error"})
  void another_status_ends_the_worker(String status) throws IOException {
    RawWorker worker = bench.ready();
    Invocation invocation = invoke();
    worker.accept();
    worker.readRequest();

    worker.send("HTTP/1.1 " + status + "\r\n\r\n");

    assertThat(failureOf(invocation).message())
        .isEqualTo("The worker answered with the status " + status.substring(0, 3));
    bench.awaitReset(worker);
  }

  @Test
  void an_answer_that_is_not_http_ends_the_worker() throws IOException {
    RawWorker worker = bench.ready();
    Invocation invocation = invoke();
    worker.accept();
    worker.readRequest();

    worker.send("hello, I am no HTTP\r\n\r\n");

    assertThat(failureOf(invocation).message()).isEqualTo("The worker's answer is not HTTP");
    bench.awaitReset(worker);
  }

  @Test
  void a_head_over_the_limit_ends_the_worker() throws IOException {
    RawWorker worker = bench.ready();
    Invocation invocation = invoke();
    worker.accept();
    worker.readRequest();

    worker.send("HTTP/1.1 200 OK\r\nX: " + "x".repeat(FdkBench.HEAD_BYTES) + "\r\n\r\n");

    assertThat(failureOf(invocation).message())
        .isEqualTo("The head of the worker's answer is longer than 1000 bytes");
    bench.awaitReset(worker);
  }

  @Test
  void an_answer_before_the_whole_request_ends_the_worker() throws IOException {
    RawWorker worker = bench.ready();
    ArrivingPayload payload = new ArrivingPayload();
    Invocation invocation = bench.invoke(Invocations.invocation().payload(payload));
    worker.accept();
    worker.readHead();

    worker.answer("200 OK", "early");

    assertThat(failureOf(invocation).message())
        .isEqualTo("The worker answered before it had the whole request");
    bench.awaitReset(worker);
  }

  @Test
  void a_connection_that_ends_without_an_answer_ends_the_worker() throws IOException {
    RawWorker worker = bench.ready();
    Invocation invocation = invoke();
    worker.accept();
    worker.readRequest();

    worker.hangUp();
    FdkBench.eventually(() -> bench.sandbox().state().running().getFirst().failure() != null);
    bench.time().advanceBy(SandboxConfig.EXIT_TIME);

    assertThat(failureOf(invocation).message())
        .isEqualTo("The worker closed the connection without an answer");
    bench.awaitReset(worker);
  }

  @Test
  void the_exit_of_a_process_says_more_than_the_end_of_its_connection() throws IOException {
    RawWorker worker = bench.ready();
    Invocation invocation = invoke();
    worker.accept();
    worker.readRequest();

    worker.hangUp();
    FdkBench.eventually(() -> bench.sandbox().state().running().getFirst().failure() != null);
    bench.processes().exit(new ProcessExit.Exited(3));

    assertThat(failureOf(invocation).error()).isEqualTo(ErrorType.RUNTIME_EXIT_ERROR);
  }

  @Test
  void a_body_over_the_limit_fails_and_the_worker_is_ended() throws IOException {
    RawWorker worker = bench.ready();
    Invocation invocation = invoke();
    worker.accept();
    worker.readRequest();
    worker.answer("200 OK", "x".repeat(FdkBench.BUFFERED_BYTES + 1));

    assertThat(failureOf(invocation).error()).isEqualTo(ErrorType.FUNCTION_RESPONSE_SIZE_TOO_LARGE);
    bench.awaitReset(worker);
  }

  // ------------------------------------------------------------------ streams

  @Test
  void a_payload_is_passed_on_while_it_arrives() throws IOException {
    RawWorker worker = bench.ready();
    ArrivingPayload payload = new ArrivingPayload();
    CountedPayload piece = new CountedPayload("first");
    bench.invoke(Invocations.invocation().payload(payload));
    worker.accept();
    worker.readHead();

    payload.receiver().write(piece);

    assertThat(worker.readChunk()).isEqualTo("first");
    FdkBench.eventually(() -> piece.readers() == 0);
    payload.receiver().complete();
    assertThat(worker.readChunk()).isEmpty();
  }

  @Test
  void a_piece_that_the_worker_does_not_take_is_not_released() throws IOException {
    RawWorker worker = bench.ready();
    ArrivingPayload payload = new ArrivingPayload();
    bench.invoke(Invocations.invocation().payload(payload));
    worker.accept();
    worker.readHead();

    CountedPayload large = new CountedPayload("x".repeat(5_000_000));
    payload.receiver().write(large);
    CountedPayload small = new CountedPayload("y");
    payload.receiver().write(small);

    assertThat(small.readers()).isEqualTo(1);
    assertThat(worker.readChunk()).hasSize(5_000_000);
    FdkBench.eventually(() -> large.readers() == 0 && small.readers() == 0);
  }

  @Test
  void a_caller_that_goes_in_the_middle_of_the_payload_ends_the_call() throws IOException {
    RawWorker worker = bench.ready();
    ArrivingPayload payload = new ArrivingPayload();
    Invocation invocation = bench.invoke(Invocations.invocation().payload(payload));
    worker.accept();
    worker.readHead();

    payload.receiver().truncated();

    assertThat(worker.seesEnd()).isTrue();
    assertThat(failureOf(invocation).message())
        .isEqualTo("The caller has gone in the middle of the payload");
    FdkBench.eventually(() -> payload.readers() == 0);
  }

  @Test
  void pieces_that_come_after_the_end_of_a_call_are_released() throws IOException {
    RawWorker worker = bench.ready();
    ArrivingPayload payload = new ArrivingPayload();
    Invocation invocation = bench.invoke(Invocations.invocation().payload(payload));
    worker.accept();
    worker.readHead();
    worker.answer("502 FunctionError", "no");
    assertThat(outcomeOf(invocation)).isInstanceOf(Outcome.Reported.class);

    CountedPayload late = new CountedPayload("late");
    payload.receiver().write(late);

    FdkBench.eventually(() -> late.readers() == 0 && payload.readers() == 0);
  }

  @Test
  void an_answer_is_passed_on_while_it_comes() throws IOException {
    RawWorker worker = bench.ready();
    StreamCaller caller = new StreamCaller();
    bench.invoke(Invocations.invocation().sink(caller));
    worker.accept();
    worker.readRequest();

    worker.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\none");
    caller.awaitText("one");
    worker.send("two");
    caller.awaitText("onetwo");

    FdkBench.eventually(() -> caller.outcome() != null);
    assertThat(caller.outcome()).isEqualTo(new Outcome.Streamed(ResponseEnd.COMPLETE, null, null));
    assertThat(caller.head().contentType()).isEqualTo("text/plain");
  }

  /** Each row: the lines of an answer's head, and the headers that the caller gets. */
  @ParameterizedTest
  @CsvFileSource(resources = "answer-headers.csv", numLinesToSkip = 1)
  void headers_of_the_worker_are_passed_on_by_rule(String lines, String headers)
      throws IOException {
    RawWorker worker = bench.ready();
    StreamCaller caller = new StreamCaller();
    bench.invoke(Invocations.invocation().sink(caller));
    worker.accept();
    worker.readRequest();

    worker.send("HTTP/1.1 200 OK\r\n" + lines.replace("\\r\\n", "\r\n") + "\r\n\r\n");
    worker.hangUp();

    FdkBench.eventually(() -> caller.outcome() != null);
    assertThat(
            String.join(
                "; ",
                caller.head().headers().all().stream()
                    .map(each -> each.name() + "=" + each.value())
                    .toList()))
        .isEqualTo(headers == null ? "" : headers);
  }

  @Test
  void a_caller_that_takes_nothing_stops_the_worker() throws Exception {
    RawWorker worker = bench.ready();
    StreamCaller caller = new StreamCaller();
    caller.takeNothing();
    bench.invoke(Invocations.invocation().sink(caller).maxResponseBytes(Invocation.UNLIMITED));
    worker.accept();
    worker.readRequest();
    int length = 20_000_000;
    Thread sending =
        Thread.ofVirtual()
            .start(() -> {
              try {
                worker.answer("200 OK", "x".repeat(length));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });

    FdkBench.eventually(() -> caller.untaken() > 100_000);
    assertThat(caller.untaken()).isLessThan(1_000_000);
    assertThat(sending.isAlive()).isTrue();
    caller.takeAll();

    FdkBench.eventually(() -> caller.outcome() != null);
    assertThat(caller.received()).isEqualTo(length);
    sending.join();
  }

  @Test
  void a_body_that_is_cut_is_truncated_and_ends_the_worker() throws IOException {
    RawWorker worker = bench.ready();
    StreamCaller caller = new StreamCaller();
    bench.invoke(Invocations.invocation().sink(caller));
    worker.accept();
    worker.readRequest();

    worker.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\none");
    caller.awaitText("one");
    worker.hangUp();

    FdkBench.eventually(() -> caller.outcome() != null);
    assertThat(caller.outcome()).isEqualTo(new Outcome.Streamed(ResponseEnd.TRUNCATED, null, null));
    bench.time().advanceBy(SandboxConfig.EXIT_TIME);
    bench.awaitReset(worker);
  }

  @Test
  void a_broken_chunk_is_truncated() throws IOException {
    RawWorker worker = bench.ready();
    StreamCaller caller = new StreamCaller();
    bench.invoke(Invocations.invocation().sink(caller));
    worker.accept();
    worker.readRequest();

    worker.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\nxyz\r\n");

    FdkBench.eventually(() -> caller.outcome() != null);
    assertThat(caller.outcome()).isEqualTo(new Outcome.Streamed(ResponseEnd.TRUNCATED, null, null));
  }

  @Test
  void one_byte_over_the_limit_is_passed_on_and_the_worker_is_ended() throws IOException {
    RawWorker worker = bench.ready();
    StreamCaller caller = new StreamCaller();
    bench.invoke(Invocations.invocation().sink(caller).maxResponseBytes(15));
    worker.accept();
    worker.readRequest();

    worker.answer("200 OK", "x".repeat(25));

    FdkBench.eventually(() -> caller.outcome() != null);
    assertThat(caller.outcome()).isEqualTo(new Outcome.Streamed(ResponseEnd.OVERSIZED, null, null));
    assertThat(caller.received()).isEqualTo(16);
    bench.awaitReset(worker);
  }

  @Test
  void a_caller_that_leaves_a_stream_leaves_the_worker() throws IOException {
    RawWorker worker = bench.ready();
    StreamCaller caller = new StreamCaller();
    bench.invoke(Invocations.invocation().sink(caller));
    worker.accept();
    worker.readRequest();
    worker.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\none");
    caller.awaitText("one");

    caller.source().cancel();

    assertThat(worker.seesEnd()).isTrue();
    FdkBench.eventually(() -> bench.sandbox().state().phase().equals(Phase.Serving.IDLE));
    assertThat(bench.processes().stops()).isEmpty();
  }

  // ------------------------------------------------------------------ the end

  @Test
  void a_timeout_closes_the_connection_and_the_next_call_starts_a_process() throws IOException {
    RawWorker worker = bench.ready();
    Invocation late = invoke();
    worker.accept();
    worker.readRequest();

    bench.time().advanceBy(Duration.ofSeconds(3));

    assertThat(failureOf(late).error()).isEqualTo(ErrorType.SANDBOX_TIMEDOUT);
    assertThat(worker.seesEnd()).isTrue();
    bench.awaitReset(worker);
    Invocation next = invoke();
    RawWorker successor = bench.started();
    successor.listen();
    successor.accept();
    successor.readRequest();
    successor.answer("200 OK", "1");
    assertThat(resultOf(next)).isEqualTo("1");
  }

  @Test
  void an_invocation_that_its_caller_cancels_closes_the_connection() throws IOException {
    RawWorker worker = bench.ready();
    Invocation invocation = invoke();
    worker.accept();
    worker.readRequest();

    bench.sandbox().post(new SandboxEvent.InvocationCancelled(invocation));

    assertThat(worker.seesEnd()).isTrue();
    bench.awaitReset(worker);
  }

  @Test
  void a_worker_that_has_gone_before_a_call_leaves_it_to_its_successor() throws IOException {
    RawWorker worker = bench.ready();
    Invocation first = invoke();
    worker.accept();
    worker.readRequest();
    worker.answer("200 OK", "1");
    assertThat(resultOf(first)).isEqualTo("1");
    FdkBench.eventually(() -> bench.sandbox().state().phase().equals(Phase.Serving.IDLE));

    worker.stopListening();
    Invocation next = invoke();
    FdkBench.eventually(() -> bench.processes().starts().size() == 2);
    RawWorker successor = bench.started();
    successor.listen();
    successor.accept();
    successor.readRequest();
    successor.answer("200 OK", "2");

    assertThat(resultOf(next)).isEqualTo("2");
  }

  @Test
  void nothing_is_left_after_the_end() throws IOException {
    RawWorker worker = bench.ready();

    bench.sandbox().post(new SandboxEvent.ShutdownRequested());

    FdkBench.eventually(() -> bench.sandbox().terminated().isDone());
    FdkBench.eventually(() -> !Files.exists(FdkBench.directoryOf(worker)));
  }
}
