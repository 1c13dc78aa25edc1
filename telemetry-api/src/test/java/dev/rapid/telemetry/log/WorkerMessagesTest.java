package dev.rapid.telemetry.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.function.LogFormat;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.LogTail;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.ResponseSink;
import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.OutputListener;
import dev.rapid.core.testing.Functions;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.core.worker.WorkerLog.Message;
import dev.rapid.core.worker.WorkerLog.Metric;
import dev.rapid.core.worker.WorkerLog.Thrown;
import dev.rapid.telemetry.format.ObservedSandbox;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerMessagesTest {

  private static final long NOW = Instant.parse("2026-01-01T00:00:00.433Z").toEpochMilli();

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final LineWriter writer = LineWriter.to(out, (lines, bytes) -> new byte[0]);
  private final VirtualTime time = new VirtualTime();
  private final List<String> records = new ArrayList<>();
  private final List<String> metrics = new ArrayList<>();
  private final List<Long> marks = new ArrayList<>();
  private LogFormat format = LogFormat.TEXT;
  private boolean shared;
  private ApplicationLogLevel lowest = ApplicationLogLevel.TRACE;
  private boolean outputPending;
  private @Nullable InvocationLog log;
  private @Nullable WorkerMessages messages;

  @Test
  void a_message_is_a_line_with_time_request_id_level_and_text() {
    messages().message(info("a", "hello"));

    assertThat(written()).isEqualTo("2026-01-01T00:00:00.433Z\ta\tINFO\thello\n");
  }

  @Test
  void a_message_outside_of_invocations_has_no_request_id() {
    messages().message(info(null, "loading"));

    assertThat(written()).isEqualTo("2026-01-01T00:00:00.433Z\tINFO\tloading\n");
  }

  @Test
  void an_exception_follows_its_message() {
    messages()
        .message(error("a", "cannot add", new Thrown("KeyError", "'id'", "  File \"a.py\"\n")));

    assertThat(written())
        .isEqualTo(
            "2026-01-01T00:00:00.433Z\ta\tERROR\tcannot add\nKeyError: 'id'\n  File \"a.py\"\n");
  }

  @Test
  void a_stack_that_begins_with_the_message_is_not_preceded_by_it() {
    Thrown thrown = new Thrown("TypeError", "no id", "TypeError: no id\n    at a.js:1");

    messages().message(error("a", "cannot add", thrown));

    assertThat(written())
        .isEqualTo(
            "2026-01-01T00:00:00.433Z\ta\tERROR\tcannot add\nTypeError: no id\n    at a.js:1\n");
  }

  @Test
  void a_type_alone_is_shown_too() {
    messages().message(error("a", "failed", new Thrown("TypeError", "", "")));

    assertThat(written()).endsWith("failed\nTypeError\n");
  }

  @Test
  void in_a_log_of_json_a_message_is_an_object() {
    format = LogFormat.JSON;

    messages().message(info("a", "two\nlines"));
    messages().message(info(null, "loading"));

    assertThat(written())
        .isEqualTo(
            """
            {"timestamp":"2026-01-01T00:00:00.433Z","level":"INFO","requestId":"a",\
            "message":"two\\nlines"}
            {"timestamp":"2026-01-01T00:00:00.433Z","level":"INFO","message":"loading"}
            """);
  }

  @Test
  void in_a_log_of_json_an_exception_has_members_of_its_own() {
    format = LogFormat.JSON;

    messages().message(error("a", "bad", new Thrown("KeyError", "'id'", "line 1\nline 2\n")));

    assertThat(written())
        .contains(
            "\"message\":\"bad\",\"errorType\":\"KeyError\",\"errorMessage\":\"'id'\","
                + "\"stackTrace\":[\"line 1\",\"line 2\"]}");
  }

  @ParameterizedTest
  @CsvSource({"INFO, true", "WARN, true", "DEBUG, false", "TRACE, false"})
  void only_messages_from_the_chosen_level_on_are_logged(
      ApplicationLogLevel level, boolean logged) {
    lowest = ApplicationLogLevel.INFO;

    messages().message(new Message("a", level, "hello", null));

    assertThat(written().contains("hello")).isEqualTo(logged);
    assertThat(records).hasSize(logged ? 1 : 0);
  }

  @Test
  void a_message_is_one_record_with_its_invocation() {
    messages().message(info("a", "two\nlines"));
    messages().message(info(null, "loading"));

    assertThat(records)
        .containsExactly(
            "a 2026-01-01T00:00:00.433Z\ta\tINFO\ttwo\nlines",
            "null 2026-01-01T00:00:00.433Z\tINFO\tloading");
  }

  @Test
  void a_message_waits_behind_an_event_that_waits_for_output() {
    OutputListener output = log().output();

    outputPending = true;
    log()
        .emit(
            new LifecycleEvent.RuntimeDone(
                Invocations.anInvocation("a"), Status.SUCCESS, null, 1, 0, List.of()));
    log().emit(new LifecycleEvent.Start(Invocations.anInvocation("b")));
    messages().message(info("b", "hello"));
    print(output, "printed\n");
    assertThat(records).isEmpty();
    marks.forEach(output::reached);

    assertThat(records).hasSize(1);
    assertThat(written().lines().map(line -> line.replaceAll("^.*\t| .*", "")))
        .containsExactly("printed", "START", "hello");
  }

  @Test
  void a_message_ends_a_line_that_was_begun() {
    OutputListener output = log().output();

    print(output, "beginning");
    messages().message(info("a", "hello"));
    print(output, "\nnext\n");

    assertThat(written().lines().map(line -> line.replaceAll("^.*\t", "")))
        .containsExactly("beginning", "hello", "next");
  }

  @Test
  void in_a_shared_runtime_a_message_does_not_break_a_line() {
    shared = true;
    OutputListener output = log().output();

    print(output, "one ");
    messages().message(info("a", "hello"));
    print(output, "line\n");

    assertThat(written().lines().map(line -> line.replaceAll("^.*\t", "")))
        .containsExactly("hello", "one line");
  }

  @Test
  void the_tail_of_an_invocation_has_its_messages() {
    LogTail tail = new LogTail(() -> {});

    log().emit(new LifecycleEvent.Start(followed("a", tail)));
    messages().message(info("a", "of a"));
    messages().message(info(null, "of none"));
    messages().message(info("before", "too late"));

    assertThat(shown(tail)).containsExactly("of a", "of none");
  }

  @Test
  void in_a_shared_runtime_each_tail_has_the_messages_of_its_own_invocation() {
    shared = true;
    LogTail tailOfA = new LogTail(() -> {});
    LogTail tailOfB = new LogTail(() -> {});

    log().emit(new LifecycleEvent.Start(followed("a", tailOfA)));
    log().emit(new LifecycleEvent.Start(followed("b", tailOfB)));
    messages().message(info("a", "of a"));
    messages().message(info("b", "of b"));
    messages().message(info("c", "of c"));
    messages().message(info(null, "of none"));

    assertThat(shown(tailOfA)).containsExactly("of a", "of none");
    assertThat(shown(tailOfB)).containsExactly("of b", "of none");
  }

  @Test
  void a_message_of_an_init_is_in_the_tail_of_the_invocation_that_comes_next() {
    LogTail tail = new LogTail(() -> {});

    log().emit(new LifecycleEvent.InitStart(InitPhase.INIT));
    messages().message(info(null, "loading"));
    log().emit(new LifecycleEvent.Start(followed("a", tail)));

    assertThat(shown(tail)).containsExactly("loading");
  }

  @Test
  void a_long_message_comes_in_pieces() {
    int length = OutputLines.MAX_LINE_BYTES;

    messages().message(info("a", "x".repeat(length) + "yz"));

    assertThat(records).hasSize(2);
    assertThat(records.get(0)).endsWith("\tINFO\t" + "x".repeat(length));
    assertThat(records.get(1)).endsWith("\tINFO\tyz");
  }

  @Test
  void a_metric_is_a_record_in_the_embedded_metric_format() {
    messages().metric(new Metric("a", "orders", 3, Map.of("shop", "north", "kind", "b2b")));

    assertThat(written())
        .isEqualTo(
            """
            {"_aws":{"Timestamp":1767225600433,"CloudWatchMetrics":[{"Namespace":"Rapid",\
            "Dimensions":[["FunctionName","kind","shop"]],"Metrics":[{"Name":"orders"}]}]},\
            "requestId":"a","FunctionName":"test_function","kind":"b2b","shop":"north","orders":3}
            """);
    assertThat(metrics).containsExactly("orders 3.0");
  }

  @ParameterizedTest
  @CsvSource({"0.25, 0.25", "-7, -7", "NaN, \"NaN\"", "Infinity, \"Infinity\"", "1e300, 1.0E300"})
  void the_value_of_a_metric_is_a_number_where_json_has_it(double value, String shown) {
    messages().metric(new Metric(null, "m", value, Map.of()));

    assertThat(written()).endsWith(",\"m\":" + shown + "}\n");
  }

  @Test
  void a_metric_has_30_dimensions_at_most() {
    Map<String, String> dimensions = new HashMap<>();
    for (int i = 10; i < 60; i++) {
      dimensions.put("d" + i, "v");
    }

    messages().metric(new Metric(null, "m", 1, dimensions));

    assertThat(written()).contains("\"d38\"]]").contains("\"d59\":\"v\"");
  }

  // ------------------------------------------------------------------ fixture

  private InvocationLog log() {
    InvocationLog known = log;
    if (known == null) {
      known =
          new InvocationLog(
              sandbox(),
              writer,
              () -> null,
              (event, epochMillis) -> {},
              (mark, extensions) -> {
                marks.add(mark);
                return outputPending ? 1 : 0;
              },
              time,
              time,
              () -> NOW);
      log = known;
    }
    return known;
  }

  private ObservedSandbox sandbox() {
    return new ObservedSandbox(
        () -> Functions.function().logFormat(format).build(), Functions::aSandbox, () -> 0, shared);
  }

  private WorkerMessages messages() {
    WorkerMessages known = messages;
    if (known == null) {
      known =
          new WorkerMessages(
              sandbox(),
              log(),
              (requestId, bytes, length, epochMillis) ->
                  records.add(requestId + " " + new String(bytes, 0, length, UTF_8)),
              lowest,
              (name, value) -> metrics.add(name + " " + value),
              () -> NOW);
      messages = known;
    }
    return known;
  }

  private String written() {
    writer.close();
    return out.toString(UTF_8);
  }

  private static void print(OutputListener output, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    output.output(bytes, 0, bytes.length);
  }

  private static Message info(@Nullable String requestId, String text) {
    return new Message(requestId, ApplicationLogLevel.INFO, text, null);
  }

  private static Message error(String requestId, String text, Thrown thrown) {
    return new Message(requestId, ApplicationLogLevel.ERROR, text, thrown);
  }

  private static Invocation followed(String id, LogTail tail) {
    ResponseSink sink =
        new ResponseSink() {
          @Override
          public void complete(Outcome outcome) {}

          @Override
          public LogTail logTail() {
            return tail;
          }
        };
    return Invocations.invocation().requestId(id).sink(sink).build();
  }

  /** Returns the texts of the messages in a tail. */
  private static List<String> shown(LogTail tail) {
    return new String(tail.bytes(), UTF_8)
        .lines()
        .filter(line -> line.contains("\t"))
        .map(line -> line.replaceAll("^.*\t", ""))
        .toList();
  }
}
