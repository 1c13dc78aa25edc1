package dev.rapid.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Span;
import dev.rapid.core.events.Status;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.InitializationType;
import dev.rapid.core.function.RuntimeVersion;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.OutputListener;
import dev.rapid.core.testing.Functions;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.VirtualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The records of the event log (contract lifecycle-and-control, section 7.3). */
final class EventLogTest {

  private FunctionDescription function = Functions.aFunction();
  private InitializationType initialization = InitializationType.ON_DEMAND;
  private final EventLog log =
      new EventLog(
          () -> function, () -> initialization, new VirtualTime(), ZoneId.of("Europe/Berlin"));

  private String text() {
    return new String(log.toJson(), StandardCharsets.UTF_8);
  }

  private JsonNode events() {
    try {
      return new ObjectMapper().readTree(log.toJson()).path("events");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String onlyRecord(String type) {
    assertThat(events()).hasSize(1);
    assertThat(events().path(0).path("type").textValue()).isEqualTo(type);
    return events().path(0).path("platformEvent").toString();
  }

  private static void write(OutputListener output, String chunk) {
    byte[] bytes = ("?" + chunk).getBytes(StandardCharsets.UTF_8);
    output.output(bytes, 1, bytes.length - 1);
  }

  @Test
  void an_empty_log_is_an_empty_object() {
    assertThat(text()).isEqualTo("{}");
  }

  @Test
  void a_record_has_a_time_a_type_and_an_event() {
    log.emit(new LifecycleEvent.InitRuntimeDone(InitPhase.INIT, Status.SUCCESS, null));

    assertThat(text())
        .isEqualTo(
            "{\"events\":[{\"time\":\"2026-01-01T01:00:00+01:00\","
                + "\"type\":\"platform.initRuntimeDone\",\"platformEvent\":"
                + "{\"initializationType\":\"on-demand\",\"phase\":\"init\","
                + "\"status\":\"success\"}}]}");
  }

  @Test
  void the_start_of_an_init_tells_of_the_function_as_it_is_configured_then() {
    function =
        Functions.function()
            .name("f")
            .version("3")
            .runtime(new RuntimeVersion("java.v1", "arn:r"))
            .build();
    log.emit(new LifecycleEvent.InitStart(InitPhase.INIT));

    assertThat(onlyRecord("platform.initStart"))
        .isEqualTo(
            "{\"functionArn\":\"\",\"functionName\":\"f\",\"functionVersion\":\"3\","
                + "\"initializationType\":\"on-demand\",\"instanceId\":\"\","
                + "\"instanceMaxMemory\":0,\"phase\":\"init\",\"runtimeArn\":\"arn:r\","
                + "\"runtimeVersion\":\"java.v1\",\"runtimeVersionArn\":\"arn:r\"}");
  }

  @ParameterizedTest
  @EnumSource
  void each_record_of_an_init_has_the_initialization_type(InitializationType type) {
    initialization = type;
    log.emit(new LifecycleEvent.InitStart(InitPhase.INVOKE));

    assertThat(events().path(0).path("platformEvent").path("initializationType").textValue())
        .isEqualTo(type.wireName());
  }

  @Test
  void a_failed_init_has_an_error_type() {
    log.emit(
        new LifecycleEvent.InitRuntimeDone(InitPhase.INVOKE, Status.ERROR, "Runtime.ExitError"));

    assertThat(onlyRecord("platform.initRuntimeDone"))
        .isEqualTo(
            "{\"errorType\":\"Runtime.ExitError\",\"initializationType\":\"on-demand\","
                + "\"phase\":\"invoke\",\"status\":\"error\"}");
  }

  @Test
  void the_report_of_an_init_has_its_duration() {
    log.emit(new LifecycleEvent.InitReport(InitPhase.INIT, Status.SUCCESS, null, null, 12_345_678));

    assertThat(onlyRecord("platform.initReport"))
        .isEqualTo(
            "{\"initializationType\":\"on-demand\",\"metrics\":{\"durationMs\":12.345},"
                + "\"phase\":\"init\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "999, 0",
    "1000, 0.001",
    "1500000, 1.5",
    "2000000, 2",
    "20000000, 20",
    "100000999, 100",
  })
  void durations_are_milliseconds_with_at_most_three_decimals(long nanos, String millis) {
    assertThat(ControlJson.millis(nanos)).hasToString(millis);
  }

  @Test
  void an_extension_is_told_with_its_error_only_if_it_has_one() {
    log.emit(new LifecycleEvent.ExtensionInit("a", "Ready", List.of("INVOKE", "SHUTDOWN"), null));
    log.emit(new LifecycleEvent.ExtensionInit("b", "InitError", List.of(), "Ext.Bad"));

    assertThat(events().path(0).path("platformEvent"))
        .hasToString("{\"events\":[\"INVOKE\",\"SHUTDOWN\"],\"name\":\"a\",\"state\":\"Ready\"}");
    assertThat(events().path(1).path("platformEvent"))
        .hasToString(
            "{\"errorType\":\"Ext.Bad\",\"events\":[],\"name\":\"b\",\"state\":\"InitError\"}");
  }

  @Test
  void the_start_of_an_invocation_has_its_id_and_version() {
    log.emit(new LifecycleEvent.Start(Invocations.anInvocation("i")));

    assertThat(onlyRecord("platform.start"))
        .isEqualTo("{\"requestId\":\"i\",\"version\":\"$LATEST\"}");
  }

  @Test
  void an_invocation_with_a_sampled_trace_is_told_with_it() {
    String header = "Root=1-2-3;Parent=p;Sampled=1;Lineage=l";
    Invocation invocation = Invocations.invocation().requestId("i").traceId(header).build();
    log.emit(new LifecycleEvent.Start(invocation));
    log.emit(new LifecycleEvent.RuntimeDone(invocation, Status.SUCCESS, null, 0, 0, List.of()));

    assertThat(events().path(0).path("platformEvent").path("tracing"))
        .hasToString(
            "{\"spanId\":\"p\",\"type\":\"X-Amzn-Trace-Id\","
                + "\"value\":\"Root=1-2-3;Sampled=1\"}");
    assertThat(events().path(1).path("platformEvent").path("tracing"))
        .hasToString(
            "{\"spanId\":\"Invocation\",\"type\":\"X-Amzn-Trace-Id\",\"value\":\""
                + header
                + "\"}");
  }

  @Test
  void a_trace_that_is_not_sampled_is_not_told() {
    String header = "Root=1-2-3;Parent=p;Sampled=0";
    log.emit(new LifecycleEvent.Start(Invocations.invocation().traceId(header).build()));

    assertThat(events().path(0).path("platformEvent").has("tracing")).isFalse();
  }

  @Test
  void the_end_of_an_invocation_tells_the_bytes_that_it_produced_and_its_spans() {
    Invocation invocation = Invocations.anInvocation("i");
    Span span = new Span(Span.Name.RESPONSE_LATENCY, 5_000_000, 2_000_000);
    log.emit(
        new LifecycleEvent.RuntimeDone(
            invocation, Status.SUCCESS, null, 5_000_000, 42, List.of(span)));

    assertThat(onlyRecord("platform.runtimeDone"))
        .isEqualTo(
            "{\"internalMetrics\":null,\"metrics\":{\"producedBytes\":42,\"durationMs\":5},"
                + "\"requestId\":\"i\",\"spans\":[{\"name\":\"responseLatency\",\"start\":\"2025-12-31T23:59:59.995Z\","
                + "\"durationMs\":2}],\"status\":\"success\",\"tenantId\":\"\"}");
  }

  @Test
  void a_failed_invocation_has_an_error_type() {
    log.emit(
        new LifecycleEvent.RuntimeDone(
            Invocations.invocation().tenantId("blue").build(),
            Status.ERROR,
            "Runtime.ExitError",
            0,
            0,
            List.of()));

    assertThat(onlyRecord("platform.runtimeDone"))
        .startsWith("{\"errorType\":\"Runtime.ExitError\",\"internalMetrics\":null,")
        .endsWith("\"status\":\"error\",\"tenantId\":\"blue\"}");
  }

  @Test
  void what_the_contract_has_no_record_of_is_left_out() {
    Invocation invocation = Invocations.anInvocation();
    log.emit(new LifecycleEvent.RestoreStart());
    log.emit(new LifecycleEvent.RestoreReport(Status.SUCCESS, null, null, 1));
    log.emit(new LifecycleEvent.IdleExit("x"));
    log.emit(new LifecycleEvent.Fault(invocation, Status.ERROR, "x", "y"));
    log.emit(
        new LifecycleEvent.Report(
            invocation, Status.SUCCESS, null, 1, null, null, null, List.of()));

    assertThat(text()).isEqualTo("{}");
  }

  // ------------------------------------------------------------------ output

  @Test
  void each_line_of_output_is_an_entry() {
    write(log.functionOutput(), "one\ntwo\r\n");
    write(log.extensionOutput(), "three\n");

    assertThat(text())
        .isEqualTo(
            "{\"events\":["
                + "{\"time\":\"2026-01-01T01:00:00+01:00\",\"type\":\"function\",\"logMessage\":\"one\"},"
                + "{\"time\":\"2026-01-01T01:00:00+01:00\",\"type\":\"function\",\"logMessage\":\"two\"},"
                + "{\"time\":\"2026-01-01T01:00:00+01:00\",\"type\":\"extension\",\"logMessage\":\"three\"}"
                + "]}");
  }

  @Test
  void a_line_in_two_chunks_makes_two_entries() {
    OutputListener output = log.functionOutput();
    write(output, "he");
    write(output, "llo\n");

    assertThat(events()).hasSize(2);
    assertThat(events().path(1).path("logMessage").textValue()).isEqualTo("llo");
  }

  @Test
  void a_message_is_an_entry_with_its_own_time() {
    byte[] message = "Traceback\n  line 1\n".getBytes(StandardCharsets.UTF_8);
    OutputListener output = log.functionOutput();

    output.message(message, 0, message.length, 1_000_999_999, null);
    output.message(message, 0, 9, OutputListener.NO_TIME, null);

    assertThat(text())
        .isEqualTo(
            "{\"events\":["
                + "{\"time\":\"1970-01-01T01:16:40+01:00\",\"type\":\"function\","
                + "\"logMessage\":\"Traceback\\n  line 1\"},"
                + "{\"time\":\"2026-01-01T01:00:00+01:00\",\"type\":\"function\","
                + "\"logMessage\":\"Traceback\"}"
                + "]}");
  }

  @Test
  void an_empty_line_has_no_message() {
    write(log.functionOutput(), "\n");

    assertThat(events().path(0))
        .hasToString("{\"time\":\"2026-01-01T01:00:00+01:00\",\"type\":\"function\"}");
  }

  @Test
  void html_characters_are_escaped() {
    write(log.functionOutput(), "<a&b>\u2028\u0001");

    assertThat(text()).contains("\"\\u003ca\\u0026b\\u003e\\u2028\\u0001\"");
  }

  @Test
  void a_very_long_line_is_cut() {
    write(log.functionOutput(), "x".repeat(EventLog.MAX_CHUNK_BYTES + 1));

    assertThat(events()).hasSize(2);
    assertThat(events().path(1).path("logMessage").textValue()).isEqualTo("x");
  }

  @Test
  void the_newest_entries_are_kept() {
    for (int i = 0; i <= EventLog.MAX_ENTRIES; i++) {
      write(log.functionOutput(), i + "\n");
    }

    assertThat(events()).hasSize(EventLog.MAX_ENTRIES);
    assertThat(events().path(0).path("logMessage").textValue()).isEqualTo("1");
  }

  @Test
  void large_entries_are_bounded_by_their_bytes() {
    String line = "x".repeat(EventLog.MAX_CHUNK_BYTES - 1) + "\n";
    for (int i = 0; i < 600; i++) {
      write(log.functionOutput(), line);
    }

    assertThat(log.toJson().length).isLessThanOrEqualTo(EventLog.MAX_BYTES + 1024);
    assertThat(events().size()).isGreaterThan(500);
  }
}
