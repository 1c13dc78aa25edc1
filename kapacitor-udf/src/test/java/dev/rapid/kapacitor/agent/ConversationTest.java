package dev.rapid.kapacitor.agent;

import static dev.rapid.kapacitor.agent.ScriptedHost.begin;
import static dev.rapid.kapacitor.agent.ScriptedHost.end;
import static dev.rapid.kapacitor.agent.ScriptedHost.info;
import static dev.rapid.kapacitor.agent.ScriptedHost.initRequest;
import static dev.rapid.kapacitor.agent.ScriptedHost.keepalive;
import static dev.rapid.kapacitor.agent.ScriptedHost.point;
import static dev.rapid.kapacitor.agent.ScriptedHost.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.ValueType;
import dev.rapid.kapacitor.agent.AgentBench.Exposure;
import dev.rapid.kapacitor.agent.AgentBench.Use;
import dev.rapid.kapacitor.protocol.InfoResponse;
import dev.rapid.kapacitor.protocol.Option;
import dev.rapid.kapacitor.protocol.OptionInfo;
import dev.rapid.kapacitor.protocol.OptionValue;
import dev.rapid.kapacitor.protocol.Request;
import dev.rapid.kapacitor.protocol.Response;
import dev.rapid.kapacitor.protocol.Response.MessageCase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One connection of a host (contract kapacitor-udf, sections 11.2, 11.3 and 11.6). */
class ConversationTest {

  private static final String ONE_POINT = "{\"points\":[{\"time\":1,\"name\":\"out\"}]}";

  @TempDir private Path directory;

  // ------------------------------------------------------------------ Info and Init

  @Test
  void info_comes_from_the_settings_and_claims_no_sandbox() throws Exception {
    Exposure exposure = Exposure.batches();
    exposure.provides = EdgeType.STREAM;
    exposure.options = Map.of("field", List.of(ValueType.STRING, ValueType.DURATION));
    try (AgentBench bench = new AgentBench(directory, exposure)) {
      ScriptedHost host = bench.connect();
      host.send(info());

      assertThat(host.receive().getInfo())
          .isEqualTo(
              InfoResponse.newBuilder()
                  .setWants(dev.rapid.kapacitor.protocol.EdgeType.BATCH)
                  .setProvides(dev.rapid.kapacitor.protocol.EdgeType.STREAM)
                  .putOptions(
                      "field",
                      OptionInfo.newBuilder()
                          .addValueTypes(dev.rapid.kapacitor.protocol.ValueType.STRING)
                          .addValueTypes(dev.rapid.kapacitor.protocol.ValueType.DURATION)
                          .build())
                  .build());
      host.endInput();
      assertThat(host.receiveAll()).isEmpty();
      assertThat(bench.hasSandbox()).isFalse();
    }
  }

  @Test
  void init_claims_a_sandbox_and_waits_for_its_init() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      ScriptedHost host = bench.connect();
      host.send(initRequest(), keepalive(7));

      assertThat(List.of(host.receive(), host.receive()))
          .extracting(Response::getMessageCase)
          .containsExactlyInAnyOrder(MessageCase.INIT, MessageCase.KEEPALIVE);
      assertThat(bench.hasSandbox()).isTrue();
    }
  }

  @Test
  void an_option_that_is_not_declared_fails_init_without_a_sandbox() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      ScriptedHost host = bench.connect();
      host.send(initRequest(Option.newBuilder().setName("size").build()));

      Response answer = host.receive();
      assertThat(answer.getInit().getSuccess()).isFalse();
      assertThat(answer.getInit().getError())
          .isEqualTo("The option \"size\" is not declared; there are no options");
      assertThat(bench.hasSandbox()).isFalse();
    }
  }

  @Test
  void a_declared_option_is_part_of_the_event() throws Exception {
    Exposure exposure = Exposure.streams();
    exposure.options = Map.of("size", List.of(ValueType.INT));
    try (AgentBench bench = new AgentBench(directory, exposure)) {
      ScriptedHost host = bench.connect();
      host.send(
          initRequest(
              Option.newBuilder()
                  .setName("size")
                  .addValues(
                      OptionValue.newBuilder()
                          .setType(dev.rapid.kapacitor.protocol.ValueType.INT)
                          .setIntValue(12))
                  .build()));
      assertThat(host.receive().getInit().getSuccess()).isTrue();
      host.send(point(1), snapshot());

      String event = FakeSandbox.textOf(bench.sandbox().next());
      assertThat(event).contains("\"taskID\":\"task\"", "\"nodeID\":\"node\"", "size", "12");
    }
  }

  @Test
  void a_failed_init_of_the_sandbox_is_the_reason_of_the_answer() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      bench.nextInit = CompletableFuture.completedFuture("the module is missing");
      ScriptedHost host = bench.connect();

      assertThat(host.init().getInit().getError()).isEqualTo("the module is missing");
    }
  }

  @Test
  void after_a_failed_init_keepalives_are_answered_for_30_seconds() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      bench.nextInit = CompletableFuture.completedFuture("no");
      ScriptedHost host = bench.connect();
      host.init();
      bench.time.advanceBy(Duration.ofSeconds(29));
      host.send(keepalive(5));
      assertThat(host.receive().getKeepalive().getTime()).isEqualTo(5);

      bench.time.advanceBy(Duration.ofSeconds(1));

      assertThat(host.receiveAll()).isEmpty();
    }
  }

  @Test
  void a_second_init_may_succeed() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      ScriptedHost host = bench.connect();
      host.send(initRequest(Option.newBuilder().setName("size").build()));
      assertThat(host.receive().getInit().getSuccess()).isFalse();
      assertThat(host.init().getInit().getSuccess()).isTrue();

      bench.time.advanceBy(Duration.ofMinutes(1));
      host.send(keepalive(5));

      assertThat(host.receive().getKeepalive().getTime()).isEqualTo(5);
    }
  }

  @Test
  void after_a_failed_init_the_next_one_claims_another_sandbox() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      bench.nextInit = CompletableFuture.completedFuture("not yet");
      ScriptedHost host = bench.connect();
      assertThat(host.init().getInit().getSuccess()).isFalse();
      assertThat(bench.sandbox().awaitClosed()).isTrue();
      bench.nextInit = CompletableFuture.completedFuture(null);

      assertThat(host.init().getInit().getSuccess()).isTrue();
      assertThat(bench.sandbox().isClosed()).isFalse();
    }
  }

  @Test
  void data_before_init_ends_the_conversation() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      ScriptedHost host = bench.connect();
      host.send(point(1));
      host.endInput();

      assertThat(host.receiveAll())
          .extracting(each -> each.getError().getError())
          .containsExactly("UDF.ProtocolError: data came before an Init that succeeded");
    }
  }

  // ------------------------------------------------------------------ streams

  @Test
  void points_of_a_stream_are_collected_until_they_are_enough() throws Exception {
    Exposure exposure = Exposure.streams();
    exposure.streamMaxPoints = 3;
    try (AgentBench bench = new AgentBench(directory, exposure)) {
      Use use = bench.use();
      use.host().send(point(1), point(2), point(3), point(4), point(5), point(6));

      Invocation first = use.sandbox().next();
      assertThat(timesOf(first)).isEqualTo(3);
      use.sandbox().returns(first, ONE_POINT);
      assertThat(use.host().receive().getPoint().getName()).isEqualTo("out");
      assertThat(timesOf(use.sandbox().next())).isEqualTo(3);
    }
  }

  @Test
  void points_of_a_stream_wait_for_others_not_longer_than_they_may() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      Use use = bench.use();
      use.host().send(point(1), point(2));
      AgentBench.await(() -> bench.time.waiting() > 0);
      bench.time.advanceBy(Duration.ofMillis(49));
      assertThat(use.sandbox().isIdle()).isTrue();

      bench.time.advanceBy(Duration.ofMillis(1));

      assertThat(timesOf(use.sandbox().next())).isEqualTo(2);
    }
  }

  @Test
  void points_that_come_while_the_function_is_busy_are_one_invocation() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      Use use = bench.use();
      use.host().send(point(1), snapshot());
      Invocation first = use.sandbox().next();
      use.host().send(point(2));
      use.host().send(point(3));
      use.host().send(keepalive(1));
      use.host().receive();
      bench.time.advanceBy(Duration.ofMillis(60));

      use.sandbox().returns(first, "null");

      assertThat(use.host().receive().getMessageCase()).isEqualTo(MessageCase.SNAPSHOT);
      assertThat(timesOf(use.sandbox().next())).isEqualTo(2);
    }
  }

  @Test
  void a_batch_is_refused_by_a_function_that_wants_a_stream() throws Exception {
    assertThat(errorAfter(Exposure.streams(), begin("cpu")))
        .isEqualTo(
            "UDF.ProtocolError: the beginning of a batch came, but the function wants a stream");
  }

  // ------------------------------------------------------------------ batches

  @Test
  void each_batch_is_one_invocation() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.batches())) {
      Use use = bench.use();
      use.host()
          .send(begin("a"), point(1), point(2), end("a", 2), begin("b"), point(3), end("b", 3));

      Invocation first = use.sandbox().next();
      assertThat(FakeSandbox.textOf(first)).contains("\"batches\"", "\"a\"");
      use.sandbox().returns(first, "{\"batches\":[{\"name\":\"a\",\"points\":[{\"time\":1}]}]}");
      assertThat(
              List.of(use.host().receive(), use.host().receive(), use.host().receive()).stream()
                  .map(Response::getMessageCase))
          .containsExactly(MessageCase.BEGIN, MessageCase.POINT, MessageCase.END);
      assertThat(FakeSandbox.textOf(use.sandbox().next())).contains("\"b\"");
    }
  }

  @Test
  void keepalives_and_snapshots_are_answered_in_a_batch() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.batches())) {
      Use use = bench.use();
      use.host().send(begin("a"), point(1), keepalive(3), snapshot());
      assertThat(use.host().receive().getKeepalive().getTime()).isEqualTo(3);
      assertThat(use.host().receive().getMessageCase()).isEqualTo(MessageCase.SNAPSHOT);

      use.host().send(point(2), end("a", 2));

      assertThat(timesOf(use.sandbox().next())).isEqualTo(2);
    }
  }

  @Test
  void a_point_outside_of_a_batch_ends_the_conversation() throws Exception {
    assertThat(errorAfter(Exposure.batches(), point(1)))
        .isEqualTo(
            "UDF.ProtocolError: a point came outside of a batch, but the function wants batches");
  }

  @Test
  void a_begin_in_a_batch_ends_the_conversation() throws Exception {
    assertThat(errorAfter(Exposure.batches(), begin("a"), begin("b")))
        .isEqualTo("UDF.ProtocolError: a batch began in the batch \"a\"");
  }

  @Test
  void an_end_without_a_begin_ends_the_conversation() throws Exception {
    assertThat(errorAfter(Exposure.batches(), end("a", 1)))
        .isEqualTo("UDF.ProtocolError: a batch ended that had not begun");
  }

  // ------------------------------------------------------------------ keepalives

  @Test
  void keepalives_are_answered_while_the_function_is_busy() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      Use use = bench.use();
      use.host().send(point(1), snapshot(), keepalive(42));
      use.sandbox().next();

      assertThat(use.host().receive().getKeepalive().getTime()).isEqualTo(42);
    }
  }

  @Test
  void ordered_keepalives_come_behind_the_results_of_earlier_data() throws Exception {
    Exposure exposure = Exposure.streams();
    exposure.ordered = true;
    try (AgentBench bench = new AgentBench(directory, exposure)) {
      Use use = bench.use();
      use.host().send(point(1), keepalive(42));

      use.sandbox().returns(use.sandbox().next(), ONE_POINT);

      assertThat(use.host().receive().getMessageCase()).isEqualTo(MessageCase.POINT);
      assertThat(use.host().receive().getKeepalive().getTime()).isEqualTo(42);
    }
  }

  @Test
  void while_reading_is_paused_the_host_hears_of_the_agent_every_second() throws Exception {
    Exposure exposure = Exposure.streams();
    exposure.streamMaxPoints = 2;
    exposure.maxQueuedPoints = 4;
    try (AgentBench bench = new AgentBench(directory, exposure)) {
      Use use = bench.use();
      use.host().send(keepalive(77));
      assertThat(use.host().receive().getKeepalive().getTime()).isEqualTo(77);
      use.host().send(point(1), point(2), point(3), point(4), point(5), point(6), keepalive(78));
      Invocation first = use.sandbox().next();
      AgentBench.await(() -> bench.time.waiting() > 0);

      bench.time.advanceBy(Duration.ofSeconds(1));
      assertThat(use.host().receive().getKeepalive().getTime()).isEqualTo(77);
      AgentBench.await(() -> bench.time.waiting() > 0);
      bench.time.advanceBy(Duration.ofSeconds(1));
      assertThat(use.host().receive().getKeepalive().getTime()).isEqualTo(77);

      use.sandbox().returns(first, "{}");
      use.sandbox().returns(use.sandbox().next(), "{}");
      assertThat(use.host().receive().getKeepalive().getTime()).isEqualTo(78);
    }
  }

  @Test
  void a_batch_that_is_longer_than_the_queue_is_read_nevertheless() throws Exception {
    Exposure exposure = Exposure.batches();
    exposure.maxQueuedPoints = 2;
    try (AgentBench bench = new AgentBench(directory, exposure)) {
      Use use = bench.use();
      use.host().send(begin("a"), point(1), point(2), point(3), point(4), end("a", 4));

      assertThat(timesOf(use.sandbox().next())).isEqualTo(4);
    }
  }

  // ------------------------------------------------------------------ function errors

  @Test
  void a_function_error_ends_the_task() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      Use use = bench.use();
      use.host().send(point(1), snapshot());

      use.sandbox().reports(use.sandbox().next(), "ValueError", "no such field");

      assertThat(use.host().receive().getError().getError()).isEqualTo("ValueError: no such field");
      assertThat(use.host().receiveAll()).isEmpty();
      use.host().close();
      assertThat(use.sandbox().awaitClosed()).isTrue();
    }
  }

  @Test
  void a_function_error_can_cost_its_input_only() throws Exception {
    Exposure exposure = Exposure.batches();
    exposure.drops = true;
    try (AgentBench bench = new AgentBench(directory, exposure)) {
      Use use = bench.use();
      use.host().send(begin("a"), end("a", 1), begin("b"), end("b", 2));

      use.sandbox().crashes(use.sandbox().next());
      use.sandbox().returns(use.sandbox().next(), "{\"batches\":[{\"name\":\"b\",\"points\":[]}]}");

      assertThat(use.host().receive().getBegin().getName()).isEqualTo("b");
      assertThat(use.host().receive().getEnd().getName()).isEqualTo("b");
    }
  }

  @Test
  void an_invocation_is_repeated_as_often_as_the_settings_say() throws Exception {
    Exposure exposure = Exposure.streams();
    exposure.retries = 2;
    try (AgentBench bench = new AgentBench(directory, exposure)) {
      Use use = bench.use();
      use.host().send(point(1), snapshot());
      Invocation first = use.sandbox().next();
      use.sandbox().crashes(first);
      Invocation second = use.sandbox().next();
      assertThat(FakeSandbox.textOf(second)).isEqualTo(FakeSandbox.textOf(first));
      assertThat(second.requestId()).isNotEqualTo(first.requestId());
      use.sandbox().reports(second, "E", "m");
      use.sandbox().returns(use.sandbox().next(), ONE_POINT);

      assertThat(use.host().receive().getMessageCase()).isEqualTo(MessageCase.POINT);
    }
  }

  @Test
  void after_the_last_repetition_the_last_error_counts() throws Exception {
    Exposure exposure = Exposure.streams();
    exposure.retries = 1;
    try (AgentBench bench = new AgentBench(directory, exposure)) {
      Use use = bench.use();
      use.host().send(point(1), snapshot());
      use.sandbox().reports(use.sandbox().next(), "E", "first");
      use.sandbox().crashes(use.sandbox().next());

      assertThat(use.host().receive().getError().getError())
          .isEqualTo("Runtime.ExitError: Runtime exited: exit status 9");
    }
  }

  @Test
  void a_result_that_cannot_be_written_is_a_function_error() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      Use use = bench.use();
      use.host().send(point(1), snapshot());
      use.sandbox().returns(use.sandbox().next(), "{\"points\":[{\"time\":1}]}");

      assertThat(use.host().receive().getError().getError()).startsWith("UDF.InvalidResult: ");
    }
  }

  @Test
  void an_invocation_that_timed_out_is_a_function_error() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      Use use = bench.use();
      use.host().send(point(1), snapshot());
      use.sandbox()
          .ends(
              use.sandbox().next(),
              new Outcome.Failed(
                  dev.rapid.core.error.ErrorType.SANDBOX_TIMEDOUT, "Timed out after 3.00 seconds"));

      assertThat(use.host().receive().getError().getError())
          .isEqualTo("Sandbox.Timedout: Timed out after 3.00 seconds");
    }
  }

  @Test
  void a_shutdown_ends_the_task_also_if_errors_are_dropped() throws Exception {
    Exposure exposure = Exposure.streams();
    exposure.drops = true;
    try (AgentBench bench = new AgentBench(directory, exposure)) {
      Use use = bench.use();
      use.host().send(point(1), snapshot());
      use.sandbox()
          .ends(use.sandbox().next(), new Outcome.Rejected(Outcome.Rejection.SHUTTING_DOWN));

      assertThat(use.host().receive().getError().getError())
          .isEqualTo("UDF.Stopped: Rapid is shutting down");
    }
  }

  @Test
  void no_result_is_no_frame() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      Use use = bench.use();
      use.host().send(point(1), snapshot());
      use.sandbox().returns(use.sandbox().next(), "null");

      assertThat(use.host().receive().getMessageCase()).isEqualTo(MessageCase.SNAPSHOT);
    }
  }

  // ------------------------------------------------------------------ the end

  @Test
  void the_end_of_the_input_flushes_and_drains() throws Exception {
    Exposure exposure = Exposure.streams();
    exposure.streamMaxPoints = 2;
    try (AgentBench bench = new AgentBench(directory, exposure)) {
      Use use = bench.use();
      use.sandbox().function = event -> ONE_POINT;
      use.host().send(point(1), point(2), point(3));
      use.host().endInput();

      assertThat(use.host().receiveAll())
          .extracting(Response::getMessageCase)
          .containsExactly(MessageCase.POINT, MessageCase.POINT);
      assertThat(use.sandbox().awaitClosed()).isTrue();
      assertThat(bench.frontEnd.awaitIdle(Duration.ofSeconds(20))).isTrue();
    }
  }

  @Test
  void an_abrupt_close_cancels_what_runs() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      Use use = bench.use();
      use.host().send(point(1), snapshot());
      Invocation running = use.sandbox().next();
      use.host().close();

      bench.awaitInTime(use.sandbox()::isClosed);

      assertThat(use.sandbox().awaitCancelled()).isSameAs(running);
      assertThat(bench.frontEnd.awaitIdle(Duration.ofSeconds(20))).isTrue();
    }
  }

  @Test
  void bytes_that_are_no_frame_end_the_conversation_with_the_reason() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      ScriptedHost host = bench.connect();
      host.sendBytes("ab".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      host.endInput();

      assertThat(host.receive().getError().getError())
          .startsWith("UDF.ProtocolError: truncated frame");
    }
  }

  @Test
  void empty_and_unknown_requests_are_ignored() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      ScriptedHost host = bench.connect();
      host.sendBytes(new byte[] {0, (byte) 0x80, 0, 4, (byte) 0x9a, 6, 1, 1});
      host.send(keepalive(1));

      assertThat(host.receive().getKeepalive().getTime()).isEqualTo(1);
    }
  }

  @Test
  void what_runs_when_the_conversation_failed_is_cancelled() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.batches())) {
      Use use = bench.use();
      use.host().send(begin("a"), end("a", 1));
      Invocation running = use.sandbox().next();
      use.host().send(end("a", 1));

      assertThat(use.host().receive().getMessageCase()).isEqualTo(MessageCase.ERROR);
      assertThat(use.sandbox().awaitCancelled()).isSameAs(running);
    }
  }

  private String errorAfter(Exposure exposure, Request... requests) throws Exception {
    try (AgentBench bench = new AgentBench(directory, exposure)) {
      Use use = bench.use();
      use.host().send(requests);
      use.host().endInput();
      List<Response> rest = use.host().receiveAll();
      assertThat(rest).hasSize(1);
      return rest.getFirst().getError().getError();
    }
  }

  /** Returns how many points an event has. */
  private static int timesOf(Invocation invocation) {
    String event = FakeSandbox.textOf(invocation);
    return event.split("\"time\":", -1).length - 1;
  }

  @Test
  void a_thousand_points_come_in_order() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.batches())) {
      Use use = bench.use();
      use.sandbox().function =
          event ->
              "{\"batches\":[{\"name\":\"a\",\"points\":["
                  + IntStream.range(0, 1000)
                      .mapToObj(each -> "{\"time\":" + each + "}")
                      .collect(Collectors.joining(","))
                  + "]}]}";
      use.host().send(begin("a"), end("a", 1));
      use.host().endInput();

      List<Response> all = use.host().receiveAll();
      assertThat(all).hasSize(1002);
      assertThat(all.getFirst().getBegin().getSize()).isEqualTo(1000);
      assertThat(all.subList(1, 1001))
          .extracting(each -> each.getPoint().getTime())
          .isSorted()
          .doesNotHaveDuplicates();
    }
  }
}
