package dev.rapid.azure.server;

import static dev.rapid.azure.server.AzureBench.errorOf;
import static dev.rapid.azure.server.AzureBench.eventually;
import static dev.rapid.azure.server.AzureBench.failureOf;
import static dev.rapid.azure.server.AzureBench.outcomeOf;
import static dev.rapid.azure.server.AzureBench.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.azure.protocol.InvocationRequest;
import dev.rapid.azure.protocol.InvocationResponse;
import dev.rapid.azure.protocol.RpcException;
import dev.rapid.azure.protocol.RpcLog;
import dev.rapid.azure.protocol.StatusResult;
import dev.rapid.azure.protocol.StreamingMessage;
import dev.rapid.azure.protocol.StreamingMessage.ContentCase;
import dev.rapid.azure.protocol.TypedData;
import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.testing.CountedPayload;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.worker.WorkerLog;
import dev.rapid.lambda.Limits;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Invocations of a loaded function, and how they end. */
@Timeout(60)
final class InvocationsTest {

  private static final Map<String, String> CANCEL =
      Map.of("HandlesInvocationCancelMessage", "true");

  private @Nullable AzureBench bench;

  @AfterEach
  void closeBench() {
    if (bench != null) {
      bench.close();
    }
  }

  private AzureBench open(AzureBench.Choice choice) {
    AzureBench opened = choice.open();
    bench = opened;
    return opened;
  }

  private AzureBench open() {
    return open(AzureBench.choice());
  }

  private static Invocations withId(String id) {
    return Invocations.invocation().requestId(id).payload(Payload.of("\"for " + id + "\""));
  }

  // ------------------------------------------------------------------ answers

  @Test
  void an_invocation_has_its_request_id_and_its_answer_is_the_result() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.ready();
    Invocation invocation = opened.invoke(withId("first"));

    InvocationRequest request = worker.awaitInvocation();
    assertThat(request.getInvocationId()).isEqualTo("first");
    assertThat(request.getFunctionId()).isEqualTo("id-hello");
    worker.respond("first", "done");

    assertThat(resultOf(invocation)).isEqualTo("\"done\"");
    eventually(() -> opened.sandbox().state().phase().equals(Phase.Serving.IDLE));
  }

  @Test
  void one_worker_answers_many_invocations_after_each_other() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.ready();

    for (int i = 0; i < 100; i++) {
      Invocation invocation = opened.invoke(withId("id-" + i));
      worker.respond(worker.awaitInvocation().getInvocationId(), "result " + i);
      assertThat(resultOf(invocation)).isEqualTo("\"result " + i + "\"");
      eventually(() -> opened.sandbox().state().phase().equals(Phase.Serving.IDLE));
    }

    assertThat(opened.starts()).hasSize(1);
  }

  @Test
  void an_error_has_the_type_message_and_stack_of_the_exception() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.ready();
    Invocation invocation = opened.invoke();
    String id = worker.awaitInvocation().getInvocationId();

    worker.send(
        StreamingMessage.newBuilder()
            .setInvocationResponse(
                InvocationResponse.newBuilder()
                    .setInvocationId(id)
                    .setResult(
                        StatusResult.newBuilder()
                            .setStatus(StatusResult.Status.Failure)
                            .setException(
                                RpcException.newBuilder()
                                    .setType("ValueError")
                                    .setMessage("bad thing")
                                    .setStackTrace("at a")))));

    assertThat(errorOf(invocation)).contains("ValueError", "bad thing", "at a");
  }

  @Test
  void an_error_with_a_message_of_many_parts_is_an_error() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.ready();
    Invocation invocation = opened.invoke(withId("id"));
    worker.awaitInvocation();

    worker.send(
        StreamingMessage.newBuilder()
            .setInvocationResponse(
                InvocationResponse.newBuilder()
                    .setInvocationId("id")
                    .setResult(StatusResult.newBuilder().setResult("1.".repeat(20_000)))));

    assertThat(errorOf(invocation)).contains("Function.Unknown", "1.1.1.");
  }

  @Test
  void a_payload_that_cannot_be_translated_is_an_error() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.ready();
    Invocation broken = opened.invoke(withId("broken").payload(new BrokenPayload()));

    assertThat(errorOf(broken)).contains("Sandbox.Failure", "StackOverflowError");

    eventually(() -> opened.sandbox().state().phase().equals(Phase.Serving.IDLE));
    Invocation good = opened.invoke(withId("good"));
    worker.respond(worker.awaitInvocation().getInvocationId(), "done");
    assertThat(resultOf(good)).isEqualTo("\"done\"");
  }

  /** A payload whose bytes cannot be had. */
  private record BrokenPayload() implements Payload {

    @Override
    public long size() {
      return Integer.MAX_VALUE;
    }

    @Override
    public List<ByteBuffer> buffers() {
      throw new StackOverflowError("too long");
    }

    @Override
    public byte[] toByteArray() {
      throw new StackOverflowError("too long");
    }

    @Override
    public void acquire() {}

    @Override
    public void release() {}
  }

  @Test
  void a_payload_that_is_no_json_ends_without_the_worker() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.ready();
    Invocation bad = opened.invoke(withId("bad").payload(Payload.of("{not json")));

    assertThat(errorOf(bad)).contains("Function.InvalidPayload");

    eventually(() -> opened.sandbox().state().phase().equals(Phase.Serving.IDLE));
    Invocation good = opened.invoke(withId("good"));
    assertThat(worker.awaitInvocation().getInvocationId()).isEqualTo("good");
    worker.respond("good", "done");
    assertThat(resultOf(good)).isEqualTo("\"done\"");
  }

  @Test
  void a_second_answer_is_dropped() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.ready();
    Invocation first = opened.invoke(withId("first"));
    worker.awaitInvocation();

    worker.respond("first", "one");
    worker.respond("first", "two");

    assertThat(resultOf(first)).isEqualTo("\"one\"");
    eventually(() -> opened.sandbox().state().phase().equals(Phase.Serving.IDLE));
    Invocation second = opened.invoke(withId("second"));
    worker.awaitInvocation();
    worker.respond("second", "three");
    assertThat(resultOf(second)).isEqualTo("\"three\"");
  }

  @Test
  void a_payload_is_released_when_it_is_written() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.ready();
    CountedPayload payload = new CountedPayload("\"text\"");
    Invocation invocation = opened.invoke(withId("id").payload(payload));
    worker.respond(worker.awaitInvocation().getInvocationId(), "done");

    assertThat(resultOf(invocation)).isEqualTo("\"done\"");
    eventually(() -> payload.readers() == 0);
  }

  @Test
  void an_event_of_twelve_megabytes_goes_to_the_worker() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.ready();
    String text = "x".repeat(12 * 1024 * 1024);
    Invocation invocation =
        opened.invoke(
            withId("long")
                .payload(Payload.of("\"" + text + "\""))
                .maxResponseBytes(Invocation.UNLIMITED));

    assertThat(worker.awaitInvocation().getInputData(0).getData().getString())
        .hasSize(text.length());
    worker.respond("long", "done");
    assertThat(resultOf(invocation)).isEqualTo("\"done\"");
  }

  @Test
  void an_answer_that_is_longer_than_a_response_may_be_is_an_error() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.ready();
    Invocation invocation = opened.invoke(withId("long").maxResponseBytes(Invocation.UNLIMITED));
    worker.awaitInvocation();

    worker.respond("long", "x".repeat(Limits.MAX_RESPONSE_BYTES));

    assertThat(failureOf(invocation).error()).isEqualTo(ErrorType.FUNCTION_RESPONSE_SIZE_TOO_LARGE);
  }

  // ------------------------------------------------------------------ several at once

  @Test
  void a_worker_has_as_many_invocations_at_once_as_it_has_room_for() {
    AzureBench opened = open(AzureBench.choice().capacity(2));
    ScriptedWorker worker = opened.ready();
    eventually(() -> opened.sandbox().state().slots().size() == 2);
    Invocation first = opened.invoke(withId("first"));
    Invocation second = opened.invoke(withId("second"));
    Set<String> ids = new HashSet<>();
    ids.add(worker.awaitInvocation().getInvocationId());
    ids.add(worker.awaitInvocation().getInvocationId());
    assertThat(ids).containsExactlyInAnyOrder("first", "second");

    worker.respond("second", "two");
    assertThat(resultOf(second)).isEqualTo("\"two\"");
    worker.respond("first", "one");

    assertThat(resultOf(first)).isEqualTo("\"one\"");
  }

  @Test
  void a_thousand_messages_at_once_lose_no_answer() {
    AzureBench opened = open(AzureBench.choice().capacity(50));
    ScriptedWorker worker = opened.ready();
    eventually(() -> opened.sandbox().state().slots().size() == 50);
    List<Invocation> invocations = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      invocations.add(opened.invoke(withId("id-" + i)));
    }
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      ids.add(worker.awaitInvocation().getInvocationId());
    }

    for (int i = 0; i < 950; i++) {
      worker.send(
          StreamingMessage.newBuilder()
              .setRpcLog(RpcLog.newBuilder().setInvocationId(ids.get(i % 50)).setMessage("m" + i)));
    }
    ids.forEach(id -> worker.respond(id, "result of " + id));

    for (Invocation each : invocations) {
      assertThat(resultOf(each)).isEqualTo("\"result of " + each.requestId() + "\"");
    }
    assertThat(opened.messages()).hasSize(950);
    assertThat(opened.messages()).allMatch(each -> each.requestId() != null);
  }

  // ------------------------------------------------------------------ timeouts and cancel

  @Test
  void an_invocation_that_times_out_alone_ends_the_worker() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.ready(CANCEL);
    Invocation invocation = opened.invoke(withId("late"));
    worker.awaitInvocation();

    opened.time().advanceBy(Duration.ofMinutes(2));

    assertThat(failureOf(invocation).error()).isEqualTo(ErrorType.SANDBOX_TIMEDOUT);
    assertThat(worker.await(ContentCase.INVOCATION_CANCEL).getInvocationCancel().getInvocationId())
        .isEqualTo("late");
    opened.awaitCold();
  }

  @Test
  void a_worker_that_does_not_understand_a_cancel_gets_none() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.ready();
    Invocation invocation = opened.invoke();
    worker.awaitInvocation();

    opened.time().advanceBy(Duration.ofMinutes(2));

    assertThat(failureOf(invocation).error()).isEqualTo(ErrorType.SANDBOX_TIMEDOUT);
    opened.awaitCold();
    worker.awaitEnd();
    assertThat(worker.poll()).isNull();
  }

  @Test
  void an_invocation_that_times_out_beside_others_is_cancelled() {
    AzureBench opened = open(AzureBench.choice().capacity(2));
    ScriptedWorker worker = opened.ready(CANCEL);
    Invocation invocation = opened.invoke(withId("late"));
    worker.awaitInvocation();

    opened.time().advanceBy(Duration.ofMinutes(2));

    assertThat(failureOf(invocation).error()).isEqualTo(ErrorType.SANDBOX_TIMEDOUT);
    worker.await(ContentCase.INVOCATION_CANCEL);
    worker.respond("late", "too late");
    Invocation next = opened.invoke(withId("next"));
    assertThat(worker.awaitInvocation().getInvocationId()).isEqualTo("next");
    worker.respond("next", "done");
    assertThat(resultOf(next)).isEqualTo("\"done\"");
    assertThat(opened.starts()).hasSize(1);
  }

  @Test
  void a_worker_that_does_not_end_what_was_cancelled_is_replaced() {
    AzureBench opened = open(AzureBench.choice().capacity(2));
    ScriptedWorker worker = opened.ready(CANCEL);
    Invocation late = opened.invoke(withId("late"));
    worker.awaitInvocation();
    opened.time().advanceBy(Duration.ofSeconds(119));
    Invocation other = opened.invoke(withId("other"));
    worker.awaitInvocation();
    opened.time().advanceBy(Duration.ofSeconds(1));
    assertThat(failureOf(late).error()).isEqualTo(ErrorType.SANDBOX_TIMEDOUT);
    worker.await(ContentCase.INVOCATION_CANCEL);

    opened.time().advanceBy(Duration.ofSeconds(5));

    assertThat(failureOf(other).message())
        .isEqualTo("The worker did not end a cancelled invocation within 5 s");
    opened.awaitCold();
  }

  @Test
  void two_invocations_with_one_id_are_told_apart_by_the_worker() {
    AzureBench opened = open(AzureBench.choice().capacity(2));
    ScriptedWorker worker = opened.ready();
    Invocation late = opened.invoke(withId("same"));
    worker.awaitInvocation();
    opened.time().advanceBy(Duration.ofMinutes(2));
    assertThat(outcomeOf(late)).isInstanceOf(Outcome.Failed.class);

    Invocation next = opened.invoke(withId("same"));
    String id = worker.awaitInvocation().getInvocationId();
    assertThat(id).isNotEqualTo("same");
    worker.respond("same", "of the first");
    worker.respond(id, "of the second");

    assertThat(resultOf(next)).isEqualTo("\"of the second\"");
  }

  // ------------------------------------------------------------------ losses

  @Test
  void a_lost_stream_fails_what_runs_if_no_exit_follows() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.ready();
    Invocation invocation = opened.invoke();
    worker.awaitInvocation();

    worker.close();
    eventually(() -> opened.sandbox().state().running().getFirst().failure() != null);
    opened.time().advanceBy(SandboxConfig.EXIT_TIME);

    assertThat(failureOf(invocation).error()).isEqualTo(ErrorType.RUNTIME_EXIT_ERROR);
    opened.awaitCold();
  }

  @Test
  void an_exit_fails_what_runs_with_its_status() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.ready();
    Invocation invocation = opened.invoke();
    worker.awaitInvocation();

    worker.close();
    opened.processes().exit(new ProcessExit.Exited(3));
    opened.time().advanceBy(SandboxConfig.EXIT_TIME);

    assertThat(failureOf(invocation).error()).isEqualTo(ErrorType.RUNTIME_EXIT_ERROR);
    assertThat(failureOf(invocation).message()).contains("3");
  }

  @Test
  void an_answer_that_came_before_the_end_of_the_stream_counts() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.ready();
    Invocation invocation = opened.invoke(withId("id"));
    worker.awaitInvocation();

    worker.respond("id", "done");
    worker.end();

    assertThat(resultOf(invocation)).isEqualTo("\"done\"");
  }

  @Test
  void a_long_answer_that_came_before_the_end_of_the_stream_counts() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.ready();
    String text = "x".repeat(3 * 1024 * 1024);
    Invocation invocation = opened.invoke(withId("id").maxResponseBytes(Invocation.UNLIMITED));
    worker.awaitInvocation();

    worker.respond("id", text);
    worker.end();
    eventually(() -> opened.sandbox().state().running().isEmpty());

    assertThat(resultOf(invocation)).hasSize(text.length() + 2);
  }

  @Test
  void a_worker_that_ends_its_side_gets_the_end_of_the_other_side() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.ready();

    worker.end();

    assertThat(worker.awaitEnd().isOk()).isTrue();
  }

  @Test
  void nothing_of_an_old_process_reaches_its_successor() {
    AzureBench opened = open();
    ScriptedWorker old = opened.ready();
    Invocation first = opened.invoke(withId("same"));
    old.awaitInvocation();
    opened.processes().exit(new ProcessExit.Exited(1));
    opened.time().advanceBy(SandboxConfig.EXIT_TIME);
    assertThat(outcomeOf(first)).isInstanceOf(Outcome.Failed.class);
    opened.awaitCold();

    ScriptedWorker successor = opened.ready();
    Invocation second = opened.invoke(withId("same"));
    successor.awaitInvocation();
    old.close();
    ScriptedWorker imposter = opened.connect(opened.starts().getFirst().workerId()).start();
    imposter.awaitEnd();
    successor.respond("same", "of the successor");

    assertThat(resultOf(second)).isEqualTo("\"of the successor\"");
  }

  @Test
  void bytes_that_are_no_message_end_the_worker() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.ready();
    Invocation invocation = opened.invoke();
    worker.awaitInvocation();

    worker.sendBytes(new byte[] {(byte) 0xff, (byte) 0xff, 1, 2});

    assertThat(failureOf(invocation).message()).isEqualTo("What the worker sent is no message");
    opened.awaitCold();
  }

  // ------------------------------------------------------------------ logs

  @Test
  void a_message_has_the_id_of_its_invocation_while_that_runs() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.ready();
    Invocation invocation = opened.invoke(withId("id"));
    worker.awaitInvocation();
    RpcLog.Builder message = RpcLog.newBuilder().setInvocationId("id").setMessage("text");

    worker.send(StreamingMessage.newBuilder().setRpcLog(message));
    worker.respond("id", "done");
    worker.send(StreamingMessage.newBuilder().setRpcLog(message));

    assertThat(resultOf(invocation)).isEqualTo("\"done\"");
    eventually(() -> opened.messages().size() == 2);
    assertThat(opened.messages()).extracting(each -> each.requestId()).containsExactly("id", null);
  }

  @Test
  void a_metric_has_a_name_a_value_and_dimensions() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.ready();

    worker.send(
        StreamingMessage.newBuilder()
            .setRpcLog(
                RpcLog.newBuilder()
                    .setLogCategory(RpcLog.RpcLogCategory.CustomMetric)
                    .putPropertiesMap("Name", TypedData.newBuilder().setString("orders").build())
                    .putPropertiesMap("Value", TypedData.newBuilder().setDouble(2.5).build())
                    .putPropertiesMap("shop", TypedData.newBuilder().setString("a").build())));

    eventually(() -> !opened.metrics().isEmpty());
    assertThat(opened.metrics().getFirst().name()).isEqualTo("orders");
    assertThat(opened.metrics().getFirst().value()).isEqualTo(2.5);
    assertThat(opened.metrics().getFirst().dimensions()).isEqualTo(Map.of("shop", "a"));
  }

  @Test
  void the_value_of_a_metric_may_be_written_as_text_and_must_be_a_number() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.ready();

    for (String value : List.of("many", "3.5")) {
      worker.send(
          StreamingMessage.newBuilder()
              .setRpcLog(
                  RpcLog.newBuilder()
                      .setLogCategory(RpcLog.RpcLogCategory.CustomMetric)
                      .putPropertiesMap("Name", TypedData.newBuilder().setString("size").build())
                      .putPropertiesMap("Value", TypedData.newBuilder().setJson(value).build())));
    }

    eventually(() -> !opened.metrics().isEmpty());
    assertThat(opened.metrics()).extracting(WorkerLog.Metric::value).containsExactly(3.5);
  }

  @Test
  void the_workers_own_messages_do_not_reach_the_log_of_the_function() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.ready();

    worker.send(
        StreamingMessage.newBuilder()
            .setRpcLog(
                RpcLog.newBuilder()
                    .setLogCategory(RpcLog.RpcLogCategory.System)
                    .setMessage("started")));
    Invocation invocation = opened.invoke(withId("id"));
    worker.awaitInvocation();
    worker.respond("id", "done");

    assertThat(resultOf(invocation)).isEqualTo("\"done\"");
    assertThat(opened.messages()).isEmpty();
  }
}
