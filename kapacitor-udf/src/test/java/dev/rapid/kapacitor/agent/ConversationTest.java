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
  void infoComesFromTheSettingsAndClaimsNoSandbox() throws Exception {
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
  void initClaimsASandboxAndWaitsForItsInit() throws Exception {
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
  void anOptionThatIsNotDeclaredFailsInitWithoutASandbox() throws Exception {
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
  void aDeclaredOptionIsPartOfTheEvent() throws Exception {
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
  void aFailedInitOfTheSandboxIsTheReasonOfTheAnswer() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      bench.nextInit = CompletableFuture.completedFuture("the module is missing");
      ScriptedHost host = bench.connect();

      assertThat(host.init().getInit().getError()).isEqualTo("the module is missing");
    }
  }

  @Test
  void afterAFailedInitKeepalivesAreAnsweredFor30Seconds() throws Exception {
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
  void aSecondInitMaySucceed() throws Exception {
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
  void dataBeforeInitEndsTheConversation() throws Exception {
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
  void pointsOfAStreamAreCollectedUntilTheyAreEnough() throws Exception {
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
  void pointsOfAStreamWaitForOthersNotLongerThanTheyMay() throws Exception {
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
  void pointsThatComeWhileTheFunctionIsBusyAreOneInvocation() throws Exception {
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
  void aBatchIsRefusedByAFunctionThatWantsAStream() throws Exception {
    assertThat(errorAfter(Exposure.streams(), begin("cpu")))
        .isEqualTo(
            "UDF.ProtocolError: the beginning of a batch came, but the function wants a stream");
  }

  // ------------------------------------------------------------------ batches

  @Test
  void eachBatchIsOneInvocation() throws Exception {
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
  void keepalivesAndSnapshotsAreAnsweredInABatch() throws Exception {
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
  void aPointOutsideOfABatchEndsTheConversation() throws Exception {
    assertThat(errorAfter(Exposure.batches(), point(1)))
        .isEqualTo(
            "UDF.ProtocolError: a point came outside of a batch, but the function wants batches");
  }

  @Test
  void aBeginInABatchEndsTheConversation() throws Exception {
    assertThat(errorAfter(Exposure.batches(), begin("a"), begin("b")))
        .isEqualTo("UDF.ProtocolError: a batch began in the batch \"a\"");
  }

  @Test
  void anEndWithoutABeginEndsTheConversation() throws Exception {
    assertThat(errorAfter(Exposure.batches(), end("a", 1)))
        .isEqualTo("UDF.ProtocolError: a batch ended that had not begun");
  }

  // ------------------------------------------------------------------ keepalives

  @Test
  void keepalivesAreAnsweredWhileTheFunctionIsBusy() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      Use use = bench.use();
      use.host().send(point(1), snapshot(), keepalive(42));
      use.sandbox().next();

      assertThat(use.host().receive().getKeepalive().getTime()).isEqualTo(42);
    }
  }

  @Test
  void orderedKeepalivesComeBehindTheResultsOfEarlierData() throws Exception {
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
  void whileReadingIsPausedTheHostHearsOfTheAgentEverySecond() throws Exception {
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
  void aBatchThatIsLongerThanTheQueueIsReadNevertheless() throws Exception {
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
  void aFunctionErrorEndsTheTask() throws Exception {
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
  void aFunctionErrorCanCostItsInputOnly() throws Exception {
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
  void anInvocationIsRepeatedAsOftenAsTheSettingsSay() throws Exception {
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
  void afterTheLastRepetitionTheLastErrorCounts() throws Exception {
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
  void aResultThatCannotBeWrittenIsAFunctionError() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      Use use = bench.use();
      use.host().send(point(1), snapshot());
      use.sandbox().returns(use.sandbox().next(), "{\"points\":[{\"time\":1}]}");

      assertThat(use.host().receive().getError().getError()).startsWith("UDF.InvalidResult: ");
    }
  }

  @Test
  void anInvocationThatTimedOutIsAFunctionError() throws Exception {
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
  void aShutdownEndsTheTaskAlsoIfErrorsAreDropped() throws Exception {
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
  void noResultIsNoFrame() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      Use use = bench.use();
      use.host().send(point(1), snapshot());
      use.sandbox().returns(use.sandbox().next(), "null");

      assertThat(use.host().receive().getMessageCase()).isEqualTo(MessageCase.SNAPSHOT);
    }
  }

  // ------------------------------------------------------------------ the end

  @Test
  void theEndOfTheInputFlushesAndDrains() throws Exception {
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
  void anAbruptCloseCancelsWhatRuns() throws Exception {
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
  void bytesThatAreNoFrameEndTheConversationWithTheReason() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      ScriptedHost host = bench.connect();
      host.sendBytes("ab".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      host.endInput();

      assertThat(host.receive().getError().getError())
          .startsWith("UDF.ProtocolError: truncated frame");
    }
  }

  @Test
  void emptyAndUnknownRequestsAreIgnored() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      ScriptedHost host = bench.connect();
      host.sendBytes(new byte[] {0, (byte) 0x80, 0, 4, (byte) 0x9a, 6, 1, 1});
      host.send(keepalive(1));

      assertThat(host.receive().getKeepalive().getTime()).isEqualTo(1);
    }
  }

  @Test
  void whatRunsWhenTheConversationFailedIsCancelled() throws Exception {
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
  void aThousandPointsComeInOrder() throws Exception {
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
