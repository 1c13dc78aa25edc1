package dev.rapid.fnrunner.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.fnrunner.FnRunnerSettings;
import dev.rapid.fnrunner.server.protocol.CallFinished;
import dev.rapid.fnrunner.server.protocol.HttpHeader;
import dev.rapid.fnrunner.server.protocol.RunnerMsg;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The call of a function, with real sockets (contract fn-runner, section 1.4). */
class EngageTest {

  private static final PayloadHeaders TEXT =
      new PayloadHeaders(List.of(new PayloadHeaders.Header("content-type", "text/plain")));

  private final FakeFunctions functions = new FakeFunctions();
  private final BlockingQueue<Invocation> invocations = new LinkedBlockingQueue<>();
  private GrpcRunner runner;
  private Client client;

  @BeforeEach
  void start() throws Exception {
    restart(settings(true, 100_000, 15_000));
  }

  private static FnRunnerSettings settings(boolean detached, long request, long response) {
    return new FnRunnerSettings(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        null,
        Duration.ZERO,
        detached,
        "status",
        request,
        response);
  }

  private void restart(FnRunnerSettings settings) throws Exception {
    stop();
    runner = GrpcRunner.start(settings, functions);
    client = new Client(runner.address());
  }

  @AfterEach
  void stop() {
    if (runner != null) {
      client.close();
      runner.close();
    }
  }

  // ------------------------------------------------------------------ answers

  @Test
  void an_answer_is_a_head_its_bytes_and_the_end() throws Exception {
    functions.streaming("f", each -> answer(each, TEXT, "ok"));

    List<RunnerMsg> messages = client.open().attemptImage("f").data("hi", false).eof().untilEnd();

    assertThat(messages).hasSize(3);
    assertThat(messages.get(0).getResultStart().getHttp().getStatusCode()).isEqualTo(200);
    assertThat(messages.get(0).getResultStart().getHttp().getHeadersList())
        .containsExactly(header("Content-Type", "text/plain"));
    assertThat(messages.get(1).getData().getData().toStringUtf8()).isEqualTo("ok");
    CallFinished finished = messages.get(2).getFinished();
    assertThat(finished.getSuccess()).isTrue();
    assertThat(finished.getDetails()).isEqualTo("01CALL");
    assertThat(finished.getImage()).isEqualTo("f");
    assertThat(finished.getCreatedAt())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(finished.getStartedAt()).isNotEmpty();
    assertThat(finished.getCompletedAt()).isNotEmpty();
    assertThat(finished.getExecutionDuration()).isPositive();
  }

  @Test
  void an_empty_answer_has_no_frame() throws Exception {
    functions.streaming("f", each -> answer(each, TEXT));

    List<RunnerMsg> messages = client.open().attemptImage("f").eof().untilEnd();

    assertThat(messages).hasSize(2);
    assertThat(messages.get(1).getFinished().getSuccess()).isTrue();
  }

  @Test
  void a_long_answer_is_cut_into_frames() throws Exception {
    functions.streaming("f", each -> answer(each, TEXT, "x".repeat(12_000), "y".repeat(2_000)));

    List<RunnerMsg> messages = client.open().attemptImage("f").eof().untilEnd();

    assertThat(messages.subList(1, messages.size() - 1))
        .extracting(each -> each.getData().getData().size())
        .containsExactly(10_240, 1_760, 2_000);
  }

  @Test
  void an_answer_above_the_limit_is_cut_and_fails() throws Exception {
    functions.streaming(
        "f",
        each -> {
          FakeFunctions.dispatch(each);
          StreamingSink sink = (StreamingSink) each.sink();
          sink.begin(new ResponseHead(null, false, TEXT), () -> {});
          sink.write(Payload.of("x".repeat(15_001)));
          FakeFunctions.complete(each, new Outcome.Streamed(ResponseEnd.OVERSIZED, null, null));
        });

    List<RunnerMsg> messages = client.open().attemptImage("f").eof().untilEnd();

    assertThat(messages.subList(1, messages.size() - 1))
        .extracting(each -> each.getData().getData().size())
        .containsExactly(10_240, 4_760);
    assertThat(messages.get(messages.size() - 1).getFinished().getErrorCode()).isEqualTo(502);
  }

  @Test
  void an_answer_of_a_lambda_function_is_json_unless_it_says_otherwise() throws Exception {
    functions.buffered(
        "f",
        each -> {
          FakeFunctions.dispatch(each);
          FakeFunctions.complete(each, new Outcome.Returned(Payload.of("{}"), null));
        });

    List<RunnerMsg> messages = client.open().attemptImage("f").eof().untilEnd();

    assertThat(messages.get(0).getResultStart().getHttp().getHeadersList())
        .containsExactly(header("Content-Type", "application/json"));
    assertThat(messages.get(1).getData().getData().toStringUtf8()).isEqualTo("{}");
  }

  @Test
  void headers_of_one_connection_do_not_go_to_the_caller() throws Exception {
    functions.streaming(
        "f",
        each ->
            answer(
                each,
                new PayloadHeaders(
                    List.of(
                        new PayloadHeaders.Header("Connection", "close"),
                        new PayloadHeaders.Header("keep-alive", "5"),
                        new PayloadHeaders.Header("Content-Length", "2"),
                        new PayloadHeaders.Header("fn-call-id", "x"),
                        new PayloadHeaders.Header("te", "trailers"),
                        new PayloadHeaders.Header("x-b", "1"),
                        new PayloadHeaders.Header("x-b", "2"))),
                "ok"));

    List<RunnerMsg> messages = client.open().attemptImage("f").eof().untilEnd();

    assertThat(messages.get(0).getResultStart().getHttp().getHeadersList())
        .containsExactly(header("Te", "trailers"), header("X-B", "1"), header("X-B", "2"));
  }

  // ------------------------------------------------------------------ bodies

  @Test
  void the_body_of_a_call_is_passed_on_while_it_arrives() throws Exception {
    functions.streaming("f", invocations::add);
    Client.Stream stream = client.open().attemptImage("f");
    Invocation invocation = invocations.take();
    ReceivedBody body = new ReceivedBody(invocation);

    stream.data("a", false);
    await().until(() -> body.text().equals("a"));
    stream.data("b", true);
    await().until(() -> body.end() == ReceivedBody.End.COMPLETE);

    assertThat(body.text()).isEqualTo("ab");
    answer(invocation, TEXT, "ok");
    assertThat(stream.untilEnd()).hasSize(3);
  }

  @Test
  void a_body_that_came_before_its_worker_is_kept() throws Exception {
    functions.streaming("f", invocations::add);
    Client.Stream stream = client.open().attemptImage("f").data("a", false).data("b", false).eof();
    Invocation invocation = invocations.take();

    ReceivedBody body = new ReceivedBody(invocation);

    await().until(() -> body.end() == ReceivedBody.End.COMPLETE);
    assertThat(body.text()).isEqualTo("ab");
    answer(invocation, TEXT);
    stream.untilEnd();
  }

  @Test
  void a_worker_that_does_not_read_the_body_holds_the_caller_back_and_no_other_call()
      throws Exception {
    restart(settings(true, Long.MAX_VALUE, 15_000));
    functions.streaming("f", invocations::add).streaming("g", each -> answer(each, TEXT, "ok"));
    Client.Stream stream = client.open().attemptImage("f");
    Invocation invocation = invocations.take();
    ReceivedBody body = ReceivedBody.holding(invocation);
    ByteString frame = ByteString.copyFrom(new byte[10_240]);
    int sent = 0;
    for (; sent < 2_000; sent++) {
      if (!stream.isReady()) {
        int before = body.pieces();
        stream.data(frame, false);
        await().pollDelay(Duration.ofMillis(50)).until(() -> true);
        if (!stream.isReady() && body.pieces() == before) {
          break;
        }
      } else {
        stream.data(frame, false);
      }
    }

    assertThat(sent).isLessThan(200);
    assertThat(client.open().attemptImage("g").eof().untilEnd()).hasSize(3);

    body.releaseAll();
    await().until(stream::isReady);
    stream.eof();
    await().until(() -> body.end() == ReceivedBody.End.COMPLETE);
    assertThat(body.bytes()).isEqualTo(10_240L * (sent + 1));
    answer(invocation, TEXT);
    stream.untilEnd();
  }

  @Test
  void a_lambda_function_gets_the_whole_body() throws Exception {
    functions.buffered(
        "f",
        each -> {
          FakeFunctions.dispatch(each);
          String payload = new String(each.payload().toByteArray(), StandardCharsets.UTF_8);
          FakeFunctions.complete(each, new Outcome.Returned(Payload.of(payload), "text/plain"));
        });

    List<RunnerMsg> messages =
        client
            .open()
            .attemptImage("f")
            .data("a", false)
            .data("b", false)
            .data("c", true)
            .untilEnd();

    assertThat(messages.get(1).getData().getData().toStringUtf8()).isEqualTo("abc");
    assertThat(runner.context().budget().used()).isZero();
  }

  @Test
  void a_body_above_the_limit_is_refused() throws Exception {
    functions.buffered("f", invocations::add);
    Client.Stream stream = client.open().attemptImage("f");
    for (int i = 0; i < 10; i++) {
      stream.data("x".repeat(10_001), false);
    }

    CallFinished finished = stream.onlyFinished();

    assertThat(finished.getErrorCode()).isEqualTo(413);
    assertThat(finished.getErrorUser()).isTrue();
    assertThat(runner.context().budget().used()).isZero();
  }

  @Test
  void a_worker_whose_caller_sends_too_much_is_ended() throws Exception {
    functions.streaming("f", invocations::add);
    Client.Stream stream = client.open().attemptImage("f");
    Invocation invocation = invocations.take();
    ReceivedBody body = new ReceivedBody(invocation);
    for (int i = 0; i < 10; i++) {
      stream.data("x".repeat(10_001), false);
    }

    assertThat(stream.onlyFinished().getErrorCode()).isEqualTo(413);
    assertThat(functions.nextCancelled()).isSameAs(invocation);
    await().until(() -> body.end() == ReceivedBody.End.TRUNCATED);
  }

  @Test
  void messages_after_the_body_are_ignored() throws Exception {
    functions.streaming("f", invocations::add);
    Client.Stream stream =
        client.open().attemptImage("f").data("a", true).data("b", false).eof().halfClose();
    Invocation invocation = invocations.take();
    ReceivedBody body = new ReceivedBody(invocation);
    await().until(() -> body.end() == ReceivedBody.End.COMPLETE);

    answer(invocation, TEXT, "ok");

    assertThat(stream.untilEnd()).hasSize(3);
    assertThat(body.text()).isEqualTo("a");
  }

  // ------------------------------------------------------------------ broken protocol

  @Test
  void a_stream_that_begins_with_data_is_broken_off() throws Exception {
    assertThat(client.open().eof().onlyStatus().getCode()).isEqualTo(Status.Code.UNKNOWN);
  }

  @Test
  void a_stream_that_ends_before_it_begins_is_broken_off() throws Exception {
    assertThat(client.open().halfClose().onlyStatus().getCode()).isEqualTo(Status.Code.UNKNOWN);
  }

  @Test
  void a_second_try_ends_the_stream_and_the_worker() throws Exception {
    functions.streaming("f", invocations::add);
    Client.Stream stream = client.open().attemptImage("f").attemptImage("f");

    assertThat(stream.onlyStatus().getCode()).isEqualTo(Status.Code.UNKNOWN);
    assertThat(functions.nextCancelled()).isSameAs(invocations.take());
  }

  @Test
  void a_stream_that_ends_before_its_body_ends_the_worker() throws Exception {
    functions.streaming("f", invocations::add);
    Client.Stream stream = client.open().attemptImage("f").data("a", false).halfClose();
    Invocation invocation = invocations.take();
    ReceivedBody body = new ReceivedBody(invocation);

    assertThat(stream.onlyStatus().getCode()).isEqualTo(Status.Code.UNKNOWN);
    assertThat(functions.nextCancelled()).isSameAs(invocation);
    await().until(() -> body.end() == ReceivedBody.End.TRUNCATED);
  }

  // ------------------------------------------------------------------ refusals and failures

  @Test
  void a_call_of_an_unknown_function_gets_404() throws Exception {
    CallFinished finished = client.open().attemptImage("other").eof().onlyFinished();

    assertThat(finished.getErrorCode()).isEqualTo(404);
    assertThat(finished.getErrorUser()).isTrue();
    assertThat(finished.getSuccess()).isFalse();
    assertThat(finished.getStartedAt()).isEmpty();
  }

  @Test
  void a_call_that_is_no_json_has_no_id() throws Exception {
    CallFinished finished = client.open().attempt("{not json").eof().onlyFinished();

    assertThat(finished.getErrorCode()).isEqualTo(400);
    assertThat(finished.getDetails()).isEmpty();
    assertThat(finished.getErrorUser()).isFalse();
  }

  @Test
  void a_call_that_needs_more_memory_than_there_is_gets_400() throws Exception {
    CallFinished finished =
        client
            .open()
            .attempt(
                "{\"id\":\"x\",\"image\":\"f\",\"timeout\":5,\"memory\":1024,\"tmpfs_size\":1}")
            .eof()
            .onlyFinished();

    assertThat(finished.getErrorCode()).isEqualTo(400);
    assertThat(finished.getDetails()).isEqualTo("x");
  }

  @Test
  void a_call_of_the_status_function_gets_400() throws Exception {
    assertThat(client.open().attemptImage("status").eof().onlyFinished().getErrorCode())
        .isEqualTo(400);
  }

  @Test
  void a_call_without_room_gets_503_so_that_it_is_placed_elsewhere() throws Exception {
    functions.streaming(
        "f",
        each ->
            FakeFunctions.complete(each, new Outcome.Rejected(Outcome.Rejection.FUNCTION_BUSY)));

    CallFinished finished = client.open().attemptImage("f").data("x", false).eof().onlyFinished();

    assertThat(finished.getErrorCode()).isEqualTo(503);
    assertThat(finished.getErrorUser()).isFalse();
    assertThat(finished.getDetails()).isEqualTo("01CALL");
  }

  @Test
  void a_call_that_a_worker_had_never_gets_503() throws Exception {
    functions.streaming(
        "f",
        each -> {
          FakeFunctions.dispatch(each);
          FakeFunctions.complete(each, new Outcome.Rejected(Outcome.Rejection.SHUTTING_DOWN));
        });

    assertThat(client.open().attemptImage("f").eof().onlyFinished().getErrorCode()).isEqualTo(500);
  }

  @Test
  void a_timeout_gets_504() throws Exception {
    functions.streaming(
        "f",
        each -> {
          FakeFunctions.dispatch(each);
          FakeFunctions.complete(each, new Outcome.Failed(ErrorType.SANDBOX_TIMEDOUT, "late"));
        });

    CallFinished finished = client.open().attemptImage("f").eof().onlyFinished();

    assertThat(finished.getErrorCode()).isEqualTo(504);
    assertThat(finished.getErrorUser()).isTrue();
    assertThat(finished.getErrorStr()).isEqualTo("late");
  }

  @Test
  void a_timeout_in_the_middle_of_the_answer_follows_what_was_sent() throws Exception {
    functions.streaming(
        "f",
        each -> {
          FakeFunctions.dispatch(each);
          StreamingSink sink = (StreamingSink) each.sink();
          sink.begin(new ResponseHead(null, false, TEXT), () -> {});
          sink.write(Payload.of("a"));
          FakeFunctions.complete(each, new Outcome.Failed(ErrorType.SANDBOX_TIMEDOUT, "late"));
        });

    List<RunnerMsg> messages = client.open().attemptImage("f").eof().untilEnd();

    assertThat(messages).hasSize(3);
    assertThat(messages.get(2).getFinished().getErrorCode()).isEqualTo(504);
  }

  @Test
  void an_error_of_the_function_gets_502() throws Exception {
    functions.streaming(
        "f",
        each -> {
          FakeFunctions.dispatch(each);
          FakeFunctions.complete(
              each, new Outcome.Reported("Function.Error", null, Payload.of("x"), null));
        });

    CallFinished finished = client.open().attemptImage("f").eof().onlyFinished();

    assertThat(finished.getErrorCode()).isEqualTo(502);
    assertThat(finished.getErrorUser()).isTrue();
    assertThat(finished.getStartedAt()).isNotEmpty();
  }

  @Test
  void a_bug_of_the_runner_gets_500() throws Exception {
    functions.streaming(
        "f",
        each -> {
          throw new IllegalStateException("intended by the test");
        });

    CallFinished finished = client.open().attemptImage("f").eof().onlyFinished();

    assertThat(finished.getErrorCode()).isEqualTo(500);
    assertThat(finished.getErrorUser()).isFalse();
    assertThat(runner.awaitIdle(Duration.ofSeconds(20))).isTrue();
  }

  @Test
  void a_body_that_never_ends_gets_504_after_the_timeout() throws Exception {
    functions.buffered("f", invocations::add);

    CallFinished finished =
        client
            .open()
            .attempt("{\"id\":\"x\",\"image\":\"f\",\"timeout\":1}")
            .data("a", false)
            .onlyFinished();

    assertThat(finished.getErrorCode()).isEqualTo(504);
    assertThat(runner.context().budget().used()).isZero();
    assertThat(invocations).isEmpty();
  }

  // ------------------------------------------------------------------ callers who leave

  @Test
  void a_caller_who_leaves_before_the_answer_ends_the_worker() throws Exception {
    functions.streaming("f", invocations::add);
    Client.Stream stream = client.open().attemptImage("f").data("x", false);
    Invocation invocation = invocations.take();

    stream.cancel();

    assertThat(functions.nextCancelled()).isSameAs(invocation);
  }

  @Test
  void a_call_whose_caller_leaves_was_not_refused() throws Exception {
    functions.streaming("f", invocations::add);
    Client.Stream stream = client.open().attemptImage("f").eof();
    Invocation invocation = invocations.take();

    stream.cancel();

    await().until(() -> runner.context().counters().active() == 0);
    assertThat(runner.context().counters().handled()).isEqualTo(1);
    FakeFunctions.complete(invocation, new Outcome.Rejected(Outcome.Rejection.CALLER_GONE));
  }

  @Test
  void a_caller_who_leaves_during_the_answer_ends_the_answer_alone() throws Exception {
    functions.streaming("f", invocations::add);
    Client.Stream stream = client.open().attemptImage("f").eof();
    Invocation invocation = invocations.take();
    AtomicInteger sourceCancelled = new AtomicInteger();
    StreamingSink sink = (StreamingSink) invocation.sink();
    FakeFunctions.dispatch(invocation);
    sink.begin(new ResponseHead(null, false, TEXT), sourceCancelled::incrementAndGet);
    stream.nextMessage();

    stream.cancel();

    await().until(() -> sourceCancelled.get() > 0);
    AtomicInteger released = new AtomicInteger();
    sink.write(new ByteStringPayload(ByteString.copyFromUtf8("x"), released::incrementAndGet));
    await().until(() -> released.get() == 1);
    FakeFunctions.complete(invocation, new Outcome.Streamed(ResponseEnd.TRUNCATED, null, null));
    assertThat(functions.cancelled).isEmpty();
    assertThat(runner.awaitIdle(Duration.ofSeconds(20))).isTrue();
  }

  @Test
  void a_caller_who_stops_reading_stops_the_worker() throws Exception {
    restart(settings(true, 100_000, Long.MAX_VALUE));
    functions.streaming("f", invocations::add);
    Client.Stream stream = client.open(1).attemptImage("f").eof();
    Invocation invocation = invocations.take();
    StreamingSink sink = (StreamingSink) invocation.sink();
    FakeFunctions.dispatch(invocation);
    sink.begin(new ResponseHead(null, false, TEXT), () -> {});
    stream.nextMessage();
    AtomicInteger released = new AtomicInteger();
    int pieces = 1_000;
    for (int i = 0; i < pieces; i++) {
      sink.write(
          new ByteStringPayload(ByteString.copyFrom(new byte[10_240]), released::incrementAndGet));
    }

    assertThat(released.get()).isLessThan(500);

    stream.request(Integer.MAX_VALUE);
    await().until(() -> released.get() == pieces);
    FakeFunctions.complete(invocation, new Outcome.Streamed(ResponseEnd.COMPLETE, null, null));
    assertThat(stream.untilEnd()).hasSize(pieces + 1);
  }

  // ------------------------------------------------------------------ detached calls

  private Client.Stream detached() {
    return client
        .open()
        .attempt("{\"id\":\"x\",\"image\":\"f\",\"timeout\":5,\"type\":\"detached\"}")
        .eof();
  }

  @Test
  void a_detached_call_is_accepted_when_a_worker_gets_it() throws Exception {
    functions.streaming("f", invocations::add);
    Client.Stream stream = detached();
    Invocation invocation = invocations.take();
    FakeFunctions.dispatch(invocation);

    assertThat(stream.nextMessage().getResultStart().getHttp().getStatusCode()).isEqualTo(202);
    FakeFunctions.dispatch(invocation);
    StreamingSink sink = (StreamingSink) invocation.sink();
    sink.begin(new ResponseHead(null, false, TEXT), () -> {});
    sink.write(Payload.of("thrown away"));
    FakeFunctions.complete(invocation, new Outcome.Streamed(ResponseEnd.COMPLETE, null, null));

    assertThat(stream.onlyFinished().getSuccess()).isTrue();
  }

  @Test
  void a_detached_call_ends_with_its_true_outcome() throws Exception {
    functions.streaming("f", invocations::add);
    Client.Stream stream = detached();
    Invocation invocation = invocations.take();
    FakeFunctions.dispatch(invocation);
    stream.nextMessage();
    FakeFunctions.complete(
        invocation, new Outcome.Reported("Function.Error", null, Payload.of("x"), null));

    assertThat(stream.onlyFinished().getErrorCode()).isEqualTo(502);
  }

  @Test
  void a_detached_call_that_no_worker_gets_is_not_accepted() throws Exception {
    functions.streaming(
        "f",
        each ->
            FakeFunctions.complete(each, new Outcome.Failed(ErrorType.SANDBOX_TIMEDOUT, "late")));

    assertThat(detached().onlyFinished().getErrorCode()).isEqualTo(504);
  }

  @Test
  void a_detached_call_goes_on_without_its_caller() throws Exception {
    functions.streaming("f", invocations::add);
    Client.Stream stream = detached();
    Invocation invocation = invocations.take();
    FakeFunctions.dispatch(invocation);
    stream.nextMessage();

    stream.cancel();

    await().until(() -> runner.context().counters().active() == 0);
    assertThat(functions.cancelled).isEmpty();
    assertThat(runner.awaitIdle(Duration.ZERO)).isFalse();
    FakeFunctions.complete(invocation, new Outcome.Streamed(ResponseEnd.COMPLETE, null, null));
    assertThat(runner.awaitIdle(Duration.ofSeconds(20))).isTrue();
  }

  @Test
  void detached_calls_that_are_switched_off_get_501() throws Exception {
    restart(settings(false, 100_000, 15_000));
    functions.streaming("f", invocations::add);

    assertThat(detached().onlyFinished().getErrorCode()).isEqualTo(501);
  }

  // ------------------------------------------------------------------ the end of a runner

  @Test
  void a_runner_that_drains_finishes_its_calls_and_takes_no_others() throws Exception {
    functions.streaming("f", invocations::add);
    Client.Stream stream = client.open().attemptImage("f").eof();
    Invocation invocation = invocations.take();

    runner.drain();

    assertThat(runner.awaitIdle(Duration.ZERO)).isFalse();
    try (Client other = new Client(runner.address())) {
      assertThat(other.open().attemptImage("f").onlyStatus().getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
    }
    answer(invocation, TEXT, "ok");
    assertThat(stream.untilEnd()).hasSize(3);
    assertThat(runner.awaitIdle(Duration.ofSeconds(20))).isTrue();
  }

  @Test
  void a_call_is_not_over_before_its_caller_has_the_rest_of_the_answer() throws Exception {
    restart(settings(true, 100_000, Long.MAX_VALUE));
    functions.streaming("f", each -> answer(each, TEXT, "x".repeat(80_000)));
    try (Client slow =
        new Client(
            NettyChannelBuilder.forAddress(runner.address())
                .usePlaintext()
                .directExecutor()
                .flowControlWindow(65_535)
                .build())) {
      Client.Stream stream = slow.open(1).attemptImage("f").eof();
      await().until(() -> runner.context().counters().handled() == 1);

      assertThat(runner.awaitIdle(Duration.ofMillis(10))).isFalse();

      stream.request(Integer.MAX_VALUE);
      assertThat(stream.untilEnd().getLast().getFinished().getSuccess()).isTrue();
      assertThat(runner.awaitIdle(Duration.ofSeconds(20))).isTrue();
    }
  }

  @Test
  void a_runner_that_closes_ends_its_calls() throws Exception {
    functions.streaming("f", invocations::add);
    Client.Stream stream = client.open().attemptImage("f").eof();
    Invocation invocation = invocations.take();

    runner.close();

    assertThat(stream.onlyStatus().isOk()).isFalse();
    assertThat(functions.nextCancelled()).isSameAs(invocation);
  }

  // ------------------------------------------------------------------ helpers

  private static HttpHeader header(String name, String value) {
    return HttpHeader.newBuilder().setKey(name).setValue(value).build();
  }

  /** Lets a function answer at once, with these pieces. */
  static void answer(Invocation invocation, PayloadHeaders headers, String... pieces) {
    FakeFunctions.dispatch(invocation);
    StreamingSink sink = (StreamingSink) invocation.sink();
    sink.begin(new ResponseHead(null, false, headers), () -> {});
    for (String each : pieces) {
      sink.write(Payload.of(each));
    }
    FakeFunctions.complete(invocation, new Outcome.Streamed(ResponseEnd.COMPLETE, null, null));
  }
}
