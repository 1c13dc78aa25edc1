package dev.rapid.fnrunner.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Empty;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.fnrunner.CallModel;
import dev.rapid.fnrunner.FnRunnerSettings;
import dev.rapid.fnrunner.server.protocol.ConfigMsg;
import dev.rapid.fnrunner.server.protocol.ConfigStatus;
import dev.rapid.fnrunner.server.protocol.LogRequestMsg;
import dev.rapid.fnrunner.server.protocol.LogResponseMsg;
import dev.rapid.fnrunner.server.protocol.RunnerProtocolGrpc;
import dev.rapid.fnrunner.server.protocol.RunnerStatus;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The other methods of a runner, with real sockets (contract fn-runner, section 1.10). */
class StatusTest {

  private final FakeFunctions functions = new FakeFunctions();
  private final AtomicInteger runs = new AtomicInteger();
  private @Nullable GrpcRunner runner;
  private @Nullable Client client;

  private RunnerProtocolGrpc.RunnerProtocolBlockingStub start(@Nullable String statusFunction)
      throws Exception {
    runner =
        GrpcRunner.start(
            new FnRunnerSettings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                null,
                Duration.ZERO,
                true,
                statusFunction,
                1_000,
                1_000),
            functions);
    client = new Client(runner.address());
    return client.blocking();
  }

  private Client client() {
    return Objects.requireNonNull(client);
  }

  @AfterEach
  void stop() {
    if (client != null) {
      client.close();
    }
    if (runner != null) {
      runner.close();
    }
  }

  private void statusFunction(String answer) {
    functions.streaming(
        "s",
        each -> {
          runs.incrementAndGet();
          EngageTest.answer(each, PayloadHeaders.NONE, answer);
        });
  }

  @Test
  void a_status_without_a_status_function_has_numbers_only() throws Exception {
    functions.streaming("f", each -> EngageTest.answer(each, PayloadHeaders.NONE));
    functions.streaming(
        "busy",
        each ->
            FakeFunctions.complete(each, new Outcome.Rejected(Outcome.Rejection.FUNCTION_BUSY)));
    functions.streaming("running", each -> {});
    var stub = start(null);
    client().open().attemptImage("f").eof().untilEnd();
    client().open().attemptImage("busy").eof().untilEnd();
    client().open().attemptImage("running");

    await().until(() -> stub.status(Empty.getDefaultInstance()).getRequestsReceived() == 3);
    assertThat(stub.status(Empty.getDefaultInstance()))
        .isEqualTo(
            RunnerStatus.newBuilder()
                .setActive(1)
                .setRequestsReceived(3)
                .setRequestsHandled(1)
                .putCustomStatus("idle", "3")
                .build());
  }

  @Test
  void a_status_has_what_the_status_function_returns() throws Exception {
    statusFunction("fine");
    RunnerStatus status = start("s").status(Empty.getDefaultInstance());

    assertThat(status.getDetails()).isEqualTo("fine");
    assertThat(status.getId()).isNotEmpty();
    assertThat(status.getFailed()).isFalse();
    assertThat(status.getCached()).isFalse();
    assertThat(status.getCreatedAt()).isNotEmpty();
    assertThat(status.getExecutionDuration()).isPositive();
    CallModel call = functions.calls.take();
    assertThat(call.timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(call.idleTimeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(call.memoryMegabytes()).isZero();
  }

  @Test
  void a_run_that_cannot_begin_has_failed_and_does_not_stop_later_ones() throws Exception {
    functions.streaming(
        "s",
        each -> {
          if (runs.incrementAndGet() == 1) {
            throw new IllegalStateException("no workers");
          }
          EngageTest.answer(each, PayloadHeaders.NONE, "fine");
        });
    var stub = start("s");

    RunnerStatus failed = stub.status(Empty.getDefaultInstance());

    assertThat(failed.getFailed()).isTrue();
    assertThat(failed.getErrorCode()).isEqualTo(500);
    await()
        .untilAsserted(() ->
            assertThat(stub.status(Empty.getDefaultInstance()).getDetails()).isEqualTo("fine"));
  }

  @Test
  void a_result_is_kept_for_a_moment_whatever_the_input_is() throws Exception {
    statusFunction("fine");
    var stub = start("s");
    stub.status(Empty.getDefaultInstance());

    RunnerStatus second = stub.status2(Struct.getDefaultInstance());

    // A slow machine may have forgotten it.
    assertThat(second.getCached()).isEqualTo(runs.get() == 1);
    await().until(() -> !stub.status(Empty.getDefaultInstance()).getCached());
    assertThat(runs.get()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void the_input_of_a_status_goes_to_the_status_function_as_json() throws Exception {
    List<String> inputs = new ArrayList<>();
    functions.buffered(
        "s",
        each -> {
          inputs.add(new String(each.payload().toByteArray(), StandardCharsets.UTF_8));
          FakeFunctions.complete(each, new Outcome.Returned(Payload.of("fine"), null));
        });
    var stub = start("s");

    stub.status2(
        Struct.newBuilder()
            .putFields("a", Value.newBuilder().setNumberValue(1).build())
            .putFields("b", Value.newBuilder().setNumberValue(1.5).build())
            .putFields("c", Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build())
            .putFields("d", Value.newBuilder().setBoolValue(true).build())
            .putFields(
                "e",
                Value.newBuilder()
                    .setStructValue(
                        Struct.newBuilder()
                            .putFields("f", Value.newBuilder().setStringValue("\"").build()))
                    .build())
            .build());
    await().until(() -> !stub.status(Empty.getDefaultInstance()).getCached());

    assertThat(inputs.get(0))
        .isEqualTo("{\"a\":1,\"b\":1.5,\"c\":null,\"d\":true,\"e\":{\"f\":\"\\\"\"}}");
    assertThat(inputs.get(1)).isEqualTo("{}");
  }

  @Test
  void questions_at_the_same_time_share_one_run() throws Exception {
    BlockingQueue<Invocation> invocations = new LinkedBlockingQueue<>();
    functions.streaming("s", invocations::add);
    var stub = start("s");
    var first = CompletableFuture.supplyAsync(() -> stub.status(Empty.getDefaultInstance()));
    Invocation run = invocations.take();
    BlockingQueue<RunnerStatus> others = new LinkedBlockingQueue<>();
    StreamObserver<RunnerStatus> other =
        new StreamObserver<>() {
          @Override
          public void onNext(RunnerStatus status) {
            others.add(status);
          }

          @Override
          public void onError(Throwable e) {}

          @Override
          public void onCompleted() {}
        };
    RunnerProtocolGrpc.newStub(client().channel()).status(Empty.getDefaultInstance(), other);
    // Answers in order, on the same connection.
    stub.configureRunner(ConfigMsg.getDefaultInstance());

    EngageTest.answer(run, PayloadHeaders.NONE, "fine");

    assertThat(first.get(20, TimeUnit.SECONDS).getCached()).isFalse();
    RunnerStatus second = others.poll(20, TimeUnit.SECONDS);
    assertThat(second.getDetails()).isEqualTo("fine");
    assertThat(second.getCached()).isTrue();
    assertThat(invocations).isEmpty();
  }

  @Test
  void a_status_tells_why_the_status_function_failed() throws Exception {
    functions.streaming(
        "s",
        each -> {
          FakeFunctions.dispatch(each);
          FakeFunctions.complete(each, new Outcome.Failed(ErrorType.SANDBOX_TIMEDOUT, "late"));
        });

    RunnerStatus status = start("s").status(Empty.getDefaultInstance());

    assertThat(status.getFailed()).isTrue();
    assertThat(status.getErrorCode()).isEqualTo(504);
    assertThat(status.getErrorStr()).isEqualTo("late");
  }

  @Test
  void a_status_function_that_is_unknown_has_failed() throws Exception {
    assertThat(start("s").status(Empty.getDefaultInstance()).getErrorCode()).isEqualTo(404);
  }

  @Test
  void settings_of_the_operator_are_accepted() throws Exception {
    assertThat(start(null).configureRunner(ConfigMsg.newBuilder().putConfig("a", "b").build()))
        .isEqualTo(ConfigStatus.getDefaultInstance());
  }

  @Test
  void logs_are_not_streamed() throws Exception {
    start(null);
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    StreamObserver<LogRequestMsg> requests =
        RunnerProtocolGrpc.newStub(client().channel())
            .streamLogs(
                new StreamObserver<LogResponseMsg>() {
                  @Override
                  public void onNext(LogResponseMsg lines) {}

                  @Override
                  public void onError(Throwable e) {
                    end.complete(e);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(
        LogRequestMsg.newBuilder().setStart(LogRequestMsg.Start.getDefaultInstance()).build());

    assertThat(end.get(20, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
  }
}
