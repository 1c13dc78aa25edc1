package dev.rapid.telemetry.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Span;
import dev.rapid.core.events.Status;
import dev.rapid.core.events.SubscriptionApi;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.InitializationType;
import dev.rapid.core.function.LogFormat;
import dev.rapid.core.function.RuntimeVersion;
import dev.rapid.core.function.SandboxIdentity;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.LogTail;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseSink;
import dev.rapid.core.process.OutputListener;
import dev.rapid.core.testing.Functions;
import dev.rapid.core.testing.Invocations;
import dev.rapid.lambda.Limits;
import dev.rapid.telemetry.format.ObservedSandbox;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class InvocationLogTest {

  private static final String ID = "8f5076a0-1111-4222-8333-0123456789ab";
  private static final long NOW = Instant.parse("2026-01-01T00:00:00.433Z").toEpochMilli();
  private static final @Nullable Long NONE = null;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private LineWriter writer = LineWriter.to(out, (lines, bytes) -> new byte[0]);
  private final List<LifecycleEvent> ordered = new ArrayList<>();
  private final ManualTime time = new ManualTime();
  private volatile @Nullable LogLabel label;
  private SandboxIdentity sandbox =
      new SandboxIdentity(
          "orders", 1, "2026/01/01/[$LATEST]0a1b2c3d", InitializationType.ON_DEMAND);
  private long peakMemoryBytes = 30L * 1024 * 1024;
  private final List<Long> marks = new ArrayList<>();
  private boolean outputPending;

  @Test
  void in_a_log_of_json_the_report_of_an_init_has_the_runtime_that_a_worker_described() {
    InvocationLog log = log(LogFormat.JSON);

    log.emit(
        new LifecycleEvent.InitReport(
            InitPhase.INIT, Status.SUCCESS, null, null, 1_000_000, "python 3.13.5"));

    assertThat(written())
        .endsWith("\"metrics\":{\"durationMs\":1.000},\"runtimeVersion\":\"python 3.13.5\"}}\n");
  }

  @Test
  void a_cold_call_prints_start_output_end_and_a_report_with_its_init() {
    InvocationLog log = textLog();
    OutputListener output = log.output();

    log.emit(new LifecycleEvent.InitStart(InitPhase.INIT));
    log.emit(new LifecycleEvent.InitRuntimeDone(InitPhase.INIT, Status.SUCCESS, null));
    log.emit(initReport(InitPhase.INIT, Status.SUCCESS, null, 107_140_000));
    log.emit(start());
    print(output, "hello\n");
    log.emit(runtimeDone(Status.SUCCESS, null));
    log.emit(new LifecycleEvent.End(invocation()));
    log.emit(report(Status.SUCCESS, null, 1_868_000, 107_140_000L));

    assertThat(written())
        .isEqualTo(
            """
            START RequestId: 8f5076a0-1111-4222-8333-0123456789ab Version: $LATEST
            hello
            END RequestId: 8f5076a0-1111-4222-8333-0123456789ab
            REPORT RequestId: 8f5076a0-1111-4222-8333-0123456789ab\tDuration: 1.87 ms\t\
            Billed Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\t\
            Init Duration: 107.14 ms\t
            """);
  }

  @Test
  void a_warm_call_reports_no_init() {
    InvocationLog log = textLog();

    log.emit(report(Status.SUCCESS, null, 2_000_000, NONE));

    assertThat(written())
        .isEqualTo(
            "REPORT RequestId: "
                + ID
                + "\tDuration: 2.00 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB"
                + "\tMax Memory Used: 30 MB\t\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Root=1-5759e988-bd862e3f;Parent=53995c3f42cd8ad8;Sampled=1|true",
        "Root=1-5759e988-bd862e3f;Parent=53995c3f42cd8ad8;Sampled=0|false",
        "Parent=53995c3f42cd8ad8;Sampled=1|false"
      })
  void a_sampled_trace_is_told_behind_the_report(String trace, boolean told) {
    InvocationLog log = textLog();

    log.emit(
        new LifecycleEvent.Report(
            Invocations.invocation().traceId(trace).build(),
            Status.SUCCESS,
            null,
            2_000_000,
            NONE,
            NONE,
            null,
            List.of()));

    String line =
        "\t\nXRAY TraceId: 1-5759e988-bd862e3f\tSegmentId: 53995c3f42cd8ad8\tSampled: true\n";
    assertThat(written().endsWith(line)).isEqualTo(told);
    assertThat(written().contains("XRAY")).isEqualTo(told);
  }

  private InvocationLog sharedLog() {
    return sharedLog(LogFormat.TEXT);
  }

  private InvocationLog sharedLog(LogFormat format) {
    sandbox =
        new SandboxIdentity(
            sandbox.function(),
            sandbox.number(),
            sandbox.logStream(),
            InitializationType.MANAGED_INSTANCES);
    return log(format, this::mark);
  }

  private static Invocation invocation(String id) {
    return Invocations.anInvocation(id);
  }

  @Test
  void the_end_of_one_invocation_does_not_break_the_line_of_another_in_the_same_runtime() {
    InvocationLog log = sharedLog();
    OutputListener output = log.output();

    log.emit(new LifecycleEvent.Start(invocation("a")));
    log.emit(new LifecycleEvent.Start(invocation("b")));
    print(output, "one");
    log.emit(new LifecycleEvent.End(invocation("a")));
    print(output, " line\n");

    assertThat(written())
        .isEqualTo(
            """
            START RequestId: a Version: $LATEST
            START RequestId: b Version: $LATEST
            END RequestId: a
            one line
            """);
  }

  @Test
  void the_end_of_an_invocation_in_a_shared_runtime_follows_its_output() {
    InvocationLog log = sharedLog();
    OutputListener output = log.output();

    outputPending = true;
    log.emit(new LifecycleEvent.End(invocation("a")));
    print(output, "the last words\n");
    catchUp(output);

    assertThat(written()).isEqualTo("the last words\nEND RequestId: a\n");
  }

  private static Invocation followed(String id, LogTail tail) {
    return Invocations.invocation().requestId(id).sink(sinkWith(tail)).build();
  }

  private static LifecycleEvent reportOf(Invocation invocation) {
    return new LifecycleEvent.Report(
        invocation, Status.SUCCESS, null, 1_000_000, NONE, NONE, null, List.of());
  }

  @Test
  void the_tail_of_an_invocation_in_a_shared_runtime_has_its_own_lines_of_the_platform() {
    InvocationLog log = sharedLog();
    LogTail tailOfA = new LogTail(() -> {});
    LogTail tailOfB = new LogTail(() -> {});
    Invocation a = followed("a", tailOfA);
    Invocation b = followed("b", tailOfB);

    log.emit(new LifecycleEvent.Start(a));
    log.emit(new LifecycleEvent.Start(b));
    log.emit(new LifecycleEvent.Start(invocation("c")));
    log.emit(new LifecycleEvent.End(b));
    log.emit(reportOf(b));
    log.endTail(tailOfB);
    log.emit(new LifecycleEvent.Fault(a, Status.TIMEOUT, "Sandbox.Timedout", "Task timed out"));
    log.emit(new LifecycleEvent.End(a));
    log.emit(reportOf(a));
    log.endTail(tailOfA);

    assertThat(textOf(tailOfA).lines().map(line -> line.replaceAll("\\t.*| Version.*", "")))
        .containsExactly(
            "START RequestId: a",
            "2026-01-01T00:00:00.433Z a Task timed out",
            "",
            "END RequestId: a",
            "REPORT RequestId: a");
    assertThat(textOf(tailOfB).lines().map(line -> line.replaceAll("\\t.*| Version.*", "")))
        .containsExactly("START RequestId: b", "END RequestId: b", "REPORT RequestId: b");
  }

  @ParameterizedTest
  @CsvSource({
    "TEXT, {'level':'INFO'; 'requestId':'a'}",
    "JSON, {'level':'INFO'; 'requestId':'a'}",
    "TEXT, [INFO]|2026-01-01T00:00:00Z|a|hello",
    "JSON, [INFO]|2026-01-01T00:00:00Z|a|hello"
  })
  void output_of_a_shared_runtime_is_in_the_tail_of_the_invocation_that_it_names(
      LogFormat format, String pattern) {
    String line = pattern.replace('\'', '"').replace(';', ',').replace('|', '\t');
    InvocationLog log = sharedLog(format);
    LogTail named = new LogTail(() -> {});
    LogTail other = new LogTail(() -> {});
    log.emit(new LifecycleEvent.Start(followed("other", other)));
    log.emit(new LifecycleEvent.Start(followed("a", named)));

    print(log.output(), line + "\n");

    assertThat(textOf(named).lines().skip(1)).singleElement().asString().contains("INFO");
    assertThat(textOf(other).lines()).hasSize(1);
  }

  @Test
  void output_of_a_shared_runtime_that_names_no_invocation_is_in_the_tail_of_all_that_run() {
    InvocationLog log = sharedLog();
    OutputListener output = log.output();
    LogTail early = new LogTail(() -> {});
    LogTail late = new LogTail(() -> {});
    Invocation first = followed("a", early);

    log.emit(new LifecycleEvent.Start(first));
    print(output, "a line\n");
    log.emit(new LifecycleEvent.Start(followed("b", late)));
    print(output, "of both\n");
    log.emit(reportOf(first));
    print(output, "of the second\n");

    assertThat(textOf(early).lines().filter(line -> !line.contains("RequestId")))
        .containsExactly("a line", "of both");
    assertThat(textOf(late).lines().filter(line -> !line.contains("RequestId")))
        .containsExactly("of both", "of the second");
  }

  @Test
  void the_init_of_a_shared_runtime_is_in_the_tail_of_its_first_invocation() {
    InvocationLog log = sharedLog();
    LogTail first = new LogTail(() -> {});
    LogTail second = new LogTail(() -> {});
    log.emit(new LifecycleEvent.InitStart(InitPhase.INIT));
    print(log.output(), "loading\n");

    log.emit(new LifecycleEvent.Start(followed("a", first)));
    log.emit(new LifecycleEvent.Start(followed("b", second)));

    assertThat(textOf(first)).startsWith("loading\nSTART RequestId: a");
    assertThat(textOf(second)).startsWith("START RequestId: b");
  }

  @Test
  void used_memory_is_rounded_up_and_the_memory_size_if_it_is_unknown() {
    InvocationLog log = textLog();

    peakMemoryBytes = 30L * 1024 * 1024 + 1;
    log.emit(report(Status.SUCCESS, null, 1, NONE));
    peakMemoryBytes = 0;
    log.emit(report(Status.SUCCESS, null, 1, NONE));

    assertThat(written())
        .contains("Billed Duration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: 31 MB\t\n")
        .contains("Memory Size: 128 MB\tMax Memory Used: 128 MB\t\n");
  }

  @Test
  void a_timeout_is_told_before_the_end_and_reported_with_the_configured_duration() {
    InvocationLog log = textLog();

    log.emit(
        new LifecycleEvent.Fault(
            invocation(), Status.TIMEOUT, "Sandbox.Timedout", "Task timed out after 1.00 seconds"));
    log.emit(runtimeDone(Status.TIMEOUT, null));
    log.emit(new LifecycleEvent.End(invocation()));
    log.emit(report(Status.TIMEOUT, null, 1_000_400_000, NONE));

    assertThat(written())
        .isEqualTo(
            """
            2026-01-01T00:00:00.433Z 8f5076a0-1111-4222-8333-0123456789ab Task timed out after \
            1.00 seconds

            END RequestId: 8f5076a0-1111-4222-8333-0123456789ab
            REPORT RequestId: 8f5076a0-1111-4222-8333-0123456789ab\tDuration: 1000.00 ms\t\
            Billed Duration: 1000 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\t\
            Status: timeout
            """);
  }

  @Test
  void the_death_of_a_runtime_is_told_with_its_type() {
    InvocationLog log = textLog();

    log.emit(exitFault());
    log.emit(runtimeDone(Status.ERROR, "Runtime.ExitError"));
    log.emit(new LifecycleEvent.End(invocation()));
    log.emit(report(Status.ERROR, "Runtime.ExitError", 5_000_000, NONE));

    assertThat(written())
        .isEqualTo(
            """
            RequestId: 8f5076a0-1111-4222-8333-0123456789ab Error: Runtime exited with error: \
            exit status 1
            Runtime.ExitError
            END RequestId: 8f5076a0-1111-4222-8333-0123456789ab
            REPORT RequestId: 8f5076a0-1111-4222-8333-0123456789ab\tDuration: 5.00 ms\t\
            Billed Duration: 5 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\t\
            Status: error\tError Type: Runtime.ExitError
            """);
  }

  @Test
  void failed_inits_have_reports_of_their_own() {
    InvocationLog log = textLog();

    log.emit(initReport(InitPhase.INIT, Status.ERROR, "Runtime.ExitError", 154_030_000));
    log.emit(initReport(InitPhase.INVOKE, Status.TIMEOUT, null, 10_000_487_000L));

    assertThat(written())
        .isEqualTo(
            """
            INIT_REPORT Init Duration: 154.03 ms\tPhase: init\tStatus: error\t\
            Error Type: Runtime.ExitError
            INIT_REPORT Init Duration: 10000.49 ms\tPhase: invoke\tStatus: timeout
            """);
  }

  @Test
  void extensions_are_told_as_text() {
    InvocationLog log = textLog();

    log.emit(extension(null));
    log.emit(new LifecycleEvent.ExtensionInit("x", "LaunchError", List.of(), "PermissionDenied"));

    assertThat(written())
        .isEqualTo(
            """
            EXTENSION\tName: collector.sh\tState: Ready\tEvents: [INVOKE, SHUTDOWN]
            EXTENSION\tName: x\tState: LaunchError\tEvents: []\tError Type: PermissionDenied
            """);
  }

  @Test
  void extensions_are_told_as_json_records() {
    InvocationLog log = jsonLog();

    log.emit(extension(null));
    log.emit(extension("Extension.Crash"));

    assertThat(written())
        .isEqualTo(
            """
            {"time":"2026-01-01T00:00:00.433Z","type":"platform.extension","record":\
            {"name":"collector.sh","state":"Ready","events":["INVOKE","SHUTDOWN"]}}
            {"time":"2026-01-01T00:00:00.433Z","type":"platform.extension","record":\
            {"name":"collector.sh","state":"Ready","events":["INVOKE","SHUTDOWN"],\
            "errorType":"Extension.Crash"}}
            """);
  }

  @Test
  void a_restore_has_a_report_and_appears_in_that_of_its_invocation() {
    InvocationLog log = textLog();

    log.emit(new LifecycleEvent.RestoreStart());
    log.emit(new LifecycleEvent.RestoreRuntimeDone(Status.SUCCESS, null));
    log.emit(restoreReport(Status.SUCCESS, null));
    log.emit(restoredReport());

    assertThat(written())
        .isEqualTo(
            """
            RESTORE_REPORT Restore Duration: 140.06 ms
            REPORT RequestId: 8f5076a0-1111-4222-8333-0123456789ab\tDuration: 2.00 ms\t\
            Billed Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\t\
            Restore Duration: 140.06 ms\t
            """);
  }

  @Test
  void a_failed_restore_says_why() {
    InvocationLog log = textLog();

    log.emit(restoreReport(Status.ERROR, "Runtime.AfterRestoreError"));
    log.emit(restoreReport(Status.TIMEOUT, null));

    assertThat(written())
        .isEqualTo(
            """
            RESTORE_REPORT Restore Duration: 140.06 ms\tStatus: error\t\
            Error Type: Runtime.AfterRestoreError
            RESTORE_REPORT Restore Duration: 140.06 ms\tStatus: timeout
            """);
  }

  @Test
  void a_restore_is_reported_as_json_records() {
    InvocationLog log = jsonLog();

    log.emit(new LifecycleEvent.RestoreStart());
    log.emit(new LifecycleEvent.RestoreRuntimeDone(Status.SUCCESS, null));
    log.emit(restoreReport(Status.SUCCESS, null));
    log.emit(new LifecycleEvent.RestoreRuntimeDone(Status.ERROR, "Runtime.Unknown"));
    log.emit(restoreReport(Status.ERROR, "Runtime.Unknown"));
    log.emit(restoredReport());

    assertThat(written())
        .isEqualTo(
            """
            {"time":"2026-01-01T00:00:00.433Z","type":"platform.restoreStart","record":\
            {"functionName":"orders","functionVersion":"$LATEST",\
            "instanceId":"2026/01/01/[$LATEST]0a1b2c3d","instanceMaxMemory":134217728}}
            {"time":"2026-01-01T00:00:00.433Z","type":"platform.restoreRuntimeDone","record":\
            {"status":"success"}}
            {"time":"2026-01-01T00:00:00.433Z","type":"platform.restoreReport","record":\
            {"status":"success","metrics":{"durationMs":140.060}}}
            {"time":"2026-01-01T00:00:00.433Z","type":"platform.restoreRuntimeDone","record":\
            {"status":"error","errorType":"Runtime.Unknown"}}
            {"time":"2026-01-01T00:00:00.433Z","type":"platform.restoreReport","record":\
            {"status":"error","errorType":"Runtime.Unknown","metrics":{"durationMs":140.060}}}
            {"time":"2026-01-01T00:00:00.433Z","type":"platform.report","record":\
            {"requestId":"8f5076a0-1111-4222-8333-0123456789ab","status":"success",\
            "metrics":{"durationMs":2.000,"billedDurationMs":2,"memorySizeMB":128,\
            "maxMemoryUsedMB":30,"restoreDurationMs":140.060}}}
            """);
  }

  @Test
  void an_error_cause_is_not_printed() {
    textLog().emit(new LifecycleEvent.ErrorDetails(invocation(), "{}"));
    jsonLog().emit(new LifecycleEvent.ErrorDetails(invocation(), "{}"));

    assertThat(written()).isEmpty();
  }

  @Test
  void a_report_of_a_restore_waits_for_the_output_of_the_hook() {
    InvocationLog log = textLog();
    OutputListener output = log.output();

    outputPending = true;
    log.emit(restoreReport(Status.SUCCESS, null));
    log.emit(start());
    print(output, "hook\n");
    catchUp(output);

    assertThat(kinds()).containsExactly("hook", "RESTORE_REPORT", "START");
  }

  @Test
  void the_output_of_extensions_passes_through_as_text_in_whole_lines() {
    InvocationLog log = textLog();
    OutputListener tracer = log.extensionOutput();
    OutputListener logger = log.extensionOutput();

    print(tracer, "flushed ");
    print(logger, "rotated\n");
    print(tracer, "3 spans\n");

    assertThat(written()).isEqualTo("rotated\nflushed 3 spans\n");
  }

  @Test
  void the_output_of_extensions_has_json_records_of_its_own() {
    InvocationLog log = jsonLog();
    OutputListener function = log.output();
    OutputListener extension = log.extensionOutput();

    print(extension, "flushed ");
    print(function, "order 17\n");
    print(extension, "3 spans\n{\"level\":\"INFO\"}\nrest");
    extension.ended();

    assertThat(written().lines().map(line -> line.replaceAll("\"time\":[^,]*,", "")))
        .containsExactly(
            "{\"type\":\"function\",\"record\":\"order 17\"}",
            "{\"type\":\"extension\",\"record\":\"flushed 3 spans\"}",
            "{\"level\":\"INFO\"}",
            "{\"type\":\"extension\",\"record\":\"rest\"}");
  }

  @Test
  void the_end_of_an_invocation_waits_for_the_output_that_is_still_in_the_pipe() {
    InvocationLog log = textLog();
    OutputListener output = log.output();
    log.emit(start());

    outputPending = true;
    log.emit(runtimeDone(Status.SUCCESS, null));
    log.emit(new LifecycleEvent.End(invocation()));
    log.emit(report(Status.SUCCESS, null, 1_000_000, NONE));
    log.emit(start());
    print(output, "the last words\n");
    catchUp(output);

    assertThat(kinds()).containsExactly("START", "the", "END", "REPORT", "START");
  }

  @Test
  void an_event_waits_for_what_was_written_before_it_and_for_nothing_else() {
    InvocationLog log = textLog();
    OutputListener output = log.output();

    outputPending = true;
    log.emit(runtimeDone(Status.SUCCESS, null));
    log.emit(new LifecycleEvent.End(invocation()));
    log.emit(start());
    log.emit(runtimeDone(Status.SUCCESS, null));
    log.emit(new LifecycleEvent.End(invocation()));
    print(output, "first\n");
    log(output, "framed", NOW * 1000);
    output.reached(marks.get(0));
    print(output, "second\n");
    output.reached(marks.get(1));

    assertThat(kinds()).containsExactly("first", "framed", "END", "START", "second", "END");
  }

  @Test
  void the_end_of_an_invocation_waits_for_the_output_of_all_extensions() {
    List<Boolean> asked = new ArrayList<>();
    InvocationLog log =
        log(
            LogFormat.TEXT,
            (mark, extensions) -> {
              marks.add(mark);
              asked.add(extensions);
              return extensions ? 2 : 0;
            });
    OutputListener first = log.extensionOutput();
    OutputListener second = log.extensionOutput();

    log.emit(runtimeDone(Status.SUCCESS, null));
    log.emit(new LifecycleEvent.End(invocation()));
    log.emit(report(Status.SUCCESS, null, 1_000_000, NONE));
    assertThat(asked).containsExactly(false, true);
    print(first, "flushed");
    first.reached(marks.get(1));
    print(second, "sent");
    assertThat(ordered).hasSize(1);
    second.reached(marks.get(1));

    assertThat(kinds()).containsExactly("flushed", "sent", "END", "REPORT");
  }

  @Test
  void messages_are_printed_as_text_on_lines_of_their_own() {
    InvocationLog log = textLog();
    OutputListener output = log.output();

    log(output, "Traceback\n  line 1\n", NOW * 1000);
    print(output, "begun");
    log(output, "no newline", OutputListener.NO_TIME);
    log(output, "", OutputListener.NO_TIME);
    print(output, "rest\n");

    assertThat(written())
        .isEqualTo(
            """
            Traceback
              line 1
            begun
            no newline

            rest
            """);
  }

  @Test
  void a_message_is_one_json_record_with_its_own_time() {
    InvocationLog log = jsonLog();
    OutputListener output = log.output();

    log(output, "Traceback\n  line 1\n\n", (NOW - 400) * 1000 + 999);
    log(output, "windows\r\n", OutputListener.NO_TIME);
    log(output, "\n", OutputListener.NO_TIME);
    log(output, "", OutputListener.NO_TIME);

    assertThat(written())
        .isEqualTo(
            """
            {"time":"2026-01-01T00:00:00.033Z","type":"function","record":\
            "Traceback\\n  line 1\\n"}
            {"time":"2026-01-01T00:00:00.433Z","type":"function","record":"windows"}
            {"time":"2026-01-01T00:00:00.433Z","type":"function","record":""}
            {"time":"2026-01-01T00:00:00.433Z","type":"function","record":""}
            """);
  }

  @Test
  void a_message_that_is_a_json_object_stays_one_on_one_line() {
    InvocationLog log = jsonLog();
    OutputListener output = log.output();

    log(output, "{\n  \"level\": \"INFO\",\r\n  \"message\": \"a\\nb\"\n}\n", NOW * 1000);
    log(output, "{\n", NOW * 1000);

    assertThat(written())
        .isEqualTo(
            """
            {   "level": "INFO",    "message": "a\\nb" }
            {"time":"2026-01-01T00:00:00.433Z","type":"function","record":"{"}
            """);
  }

  @Test
  void events_are_told_on_behind_the_output_that_came_before_them() {
    InvocationLog log = textLog();
    OutputListener output = log.output();
    log.emit(start());
    assertThat(ordered).hasSize(1);

    outputPending = true;
    log.emit(runtimeDone(Status.SUCCESS, null));
    log.emit(new LifecycleEvent.End(invocation()));
    print(output, "the last words\n");
    assertThat(ordered).hasSize(1);
    catchUp(output);

    assertThat(ordered.subList(1, 3))
        .extracting(event -> event.getClass().getSimpleName())
        .containsExactly("RuntimeDone", "End");
  }

  @Test
  void events_that_are_over_do_not_wait_any_longer() {
    InvocationLog log = textLog();
    outputPending = true;
    log.emit(runtimeDone(Status.SUCCESS, null));

    log.releaseHeld();

    assertThat(ordered).hasSize(1);
  }

  @Test
  void an_action_runs_at_once_if_nothing_waits() {
    AtomicInteger runs = new AtomicInteger();

    textLog().whenPassed(runs::incrementAndGet);

    assertThat(runs).hasValue(1);
  }

  @Test
  void an_action_runs_after_the_events_and_the_output_before_it() {
    InvocationLog log = textLog();
    OutputListener output = log.output();
    AtomicInteger passed = new AtomicInteger(-1);
    outputPending = true;
    log.emit(runtimeDone(Status.SUCCESS, null));

    log.whenPassed(() -> passed.set(ordered.size()));

    time.advance(Duration.ofMillis(1));
    assertThat(passed).hasValue(-1);
    catchUp(output);
    time.advance(Duration.ofMillis(1));
    assertThat(passed).hasValue(1);
  }

  private static ResponseSink sinkWith(LogTail tail) {
    return new ResponseSink() {
      @Override
      public void complete(Outcome outcome) {}

      @Override
      public LogTail logTail() {
        return tail;
      }
    };
  }

  private static LifecycleEvent startWith(LogTail tail) {
    return new LifecycleEvent.Start(followed(ID, tail));
  }

  private static String textOf(LogTail tail) {
    return new String(tail.bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void whoever_follows_an_invocation_gets_its_lines_and_no_others() {
    InvocationLog log = textLog();
    OutputListener output = log.output();
    List<String> ended = new ArrayList<>();
    LogTail tail = new LogTail(() -> ended.add("ended"));
    log.emit(start());
    print(output, "of the one before\n");

    log.emit(startWith(tail));
    print(output, "mine\n");
    log.emit(new LifecycleEvent.End(invocation()));
    log.endTail(tail);
    log.emit(start());
    print(output, "of the next one\n");

    assertThat(textOf(tail))
        .isEqualTo(
            "START RequestId: " + ID + " Version: $LATEST\nmine\nEND RequestId: " + ID + "\n");
    assertThat(ended).hasSize(1);
  }

  @Test
  void what_was_printed_during_the_init_belongs_to_the_first_invocation() {
    InvocationLog log = textLog();
    OutputListener output = log.output();
    LogTail tail = new LogTail(() -> {});
    log.emit(new LifecycleEvent.InitStart(InitPhase.INIT));
    print(output, "loading\n");

    log.emit(startWith(tail));

    assertThat(textOf(tail)).startsWith("loading\nSTART RequestId: ");
  }

  @Test
  void a_log_that_is_followed_ends_behind_the_output_that_is_still_in_the_pipe() {
    InvocationLog log = textLog();
    OutputListener output = log.output();
    List<String> ended = new ArrayList<>();
    LogTail tail = new LogTail(() -> ended.add("ended"));
    log.emit(startWith(tail));
    outputPending = true;
    log.emit(runtimeDone(Status.SUCCESS, null));
    log.emit(new LifecycleEvent.End(invocation()));
    log.endTail(tail);
    assertThat(ended).isEmpty();

    print(output, "the last words\n");
    catchUp(output);

    assertThat(ended).hasSize(1);
    assertThat(textOf(tail)).endsWith("the last words\nEND RequestId: " + ID + "\n");
  }

  @Test
  void what_is_followed_may_begin_behind_held_events() {
    InvocationLog log = textLog();
    OutputListener output = log.output();
    LogTail first = new LogTail(() -> {});
    LogTail second = new LogTail(() -> {});
    log.emit(startWith(first));
    outputPending = true;
    log.emit(runtimeDone(Status.SUCCESS, null));
    log.emit(new LifecycleEvent.End(invocation()));
    log.endTail(first);
    log.emit(startWith(second));

    print(output, "of the first\n");
    catchUp(output);
    print(output, "of the second\n");

    assertThat(textOf(first)).endsWith("of the first\nEND RequestId: " + ID + "\n");
    assertThat(textOf(second))
        .isEqualTo("START RequestId: " + ID + " Version: $LATEST\nof the second\n");
  }

  @Test
  void an_init_inside_of_an_invocation_belongs_to_it() {
    InvocationLog log = textLog();
    LogTail tail = new LogTail(() -> {});
    log.emit(startWith(tail));

    log.emit(new LifecycleEvent.InitStart(InitPhase.INVOKE));
    print(log.output(), "loading again\n");
    log.emit(new LifecycleEvent.End(invocation()));
    log.emit(report(Status.SUCCESS, null, 1_000_000, NONE));

    assertThat(textOf(tail).lines().map(line -> line.split(" ", -1)[0]))
        .containsExactly("START", "loading", "END", "REPORT");
  }

  @Test
  void an_init_inside_of_an_invocation_does_not_belong_to_the_next_one() {
    InvocationLog log = textLog();
    LogTail tail = new LogTail(() -> {});
    log.emit(start());
    log.emit(new LifecycleEvent.InitStart(InitPhase.INVOKE));
    print(log.output(), "loading again\n");
    log.emit(report(Status.SUCCESS, null, 1_000_000, NONE));

    log.emit(startWith(tail));

    assertThat(textOf(tail)).startsWith("START");
  }

  @ParameterizedTest
  @EnumSource
  void output_without_a_line_end_is_a_line_of_its_own_invocation(LogFormat format) {
    InvocationLog log = log(format, this::mark);
    OutputListener function = log.output();
    OutputListener extension = log.extensionOutput();
    LogTail tail = new LogTail(() -> {});
    log.emit(new LifecycleEvent.InitStart(InitPhase.INIT));
    print(function, "loading");
    log.emit(new LifecycleEvent.InitRuntimeDone(InitPhase.INIT, Status.SUCCESS, null));
    log.emit(startWith(tail));
    print(function, "tail1");
    print(extension, "seen1");
    log.emit(runtimeDone(Status.SUCCESS, null));
    log.emit(new LifecycleEvent.End(invocation()));
    log.emit(report(Status.SUCCESS, null, 1_000_000, NONE));
    log.endTail(tail);
    log.emit(start());
    print(function, "line of 2\n");
    print(extension, "\nseen2\n");

    List<String> lines =
        written()
            .lines()
            .map(line -> line.replaceAll(".*\"(platform.\\w+)\".*", "$1"))
            .map(line -> line.replaceAll(".*\"record\":\"(.*)\"}", "$1"))
            .map(line -> line.replaceAll("^(START|REPORT|END) .*", "$1"))
            .filter(line -> !line.startsWith("platform.init"))
            .toList();
    assertThat(lines)
        .isEqualTo(
            format == LogFormat.TEXT
                ? List.of(
                    "loading",
                    "START",
                    "tail1",
                    "seen1",
                    "END",
                    "REPORT",
                    "START",
                    "line of 2",
                    "seen2")
                : List.of(
                    "loading",
                    "platform.start",
                    "tail1",
                    "platform.runtimeDone",
                    "seen1",
                    "platform.report",
                    "platform.start",
                    "line of 2",
                    "seen2"));
    assertThat(textOf(tail)).contains("tail1").contains("seen1").doesNotContain("line of 2");
  }

  @ParameterizedTest
  @EnumSource
  void a_message_ends_the_line_that_has_begun(LogFormat format) {
    InvocationLog log = log(format, this::mark);
    OutputListener output = log.output();
    LogTail tail = new LogTail(() -> {});
    log.emit(startWith(tail));

    print(output, "printed");
    log(output, "framed", NOW * 1000);
    print(output, "\nrest\n");

    assertThat(textOf(tail).lines().skip(1).map(line -> line.replaceAll(".*record\":\"|\"}", "")))
        .containsExactly("printed", "framed", "rest");
    assertThat(written().lines().skip(1).map(line -> line.replaceAll(".*record\":\"|\"}", "")))
        .containsExactly("printed", "framed", "rest");
  }

  @Test
  void what_follows_a_printed_line_of_an_extension_is_not_appended_to_it() {
    InvocationLog log = textLog();
    OutputListener function = log.output();
    OutputListener extension = log.extensionOutput();

    print(function, "loading...");
    print(extension, "flushed\n");
    print(function, " done\n");

    assertThat(written()).isEqualTo("loading...\nflushed\n done\n");
  }

  @Test
  void held_lines_are_written_in_the_end_even_if_output_stays_pending() {
    InvocationLog log = textLog();
    outputPending = true;
    log.emit(runtimeDone(Status.SUCCESS, null));
    log.emit(new LifecycleEvent.End(invocation()));
    log.emit(report(Status.SUCCESS, null, 1_000_000, NONE));

    time.advance(Duration.ofMillis(InvocationLog.LATE_MILLIS));

    assertThat(kinds()).containsExactly("END", "REPORT");
  }

  @Test
  void lines_of_the_platform_follow_output_that_a_busy_machine_reads_late() {
    InvocationLog log = textLog();
    OutputListener output = log.output();
    outputPending = true;
    log.emit(runtimeDone(Status.SUCCESS, null));
    log.emit(new LifecycleEvent.End(invocation()));

    time.advance(Duration.ofMillis(InvocationLog.LATE_MILLIS - 1));
    print(output, "late\n");
    catchUp(output);

    assertThat(kinds()).containsExactly("late", "END");
  }

  @Test
  void events_wait_less_for_output_that_a_full_log_holds_back() {
    Semaphore reading = new Semaphore(0);
    int capacity = 1024;
    writer =
        LineWriter.to(
            new OutputStream() {
              @Override
              public void write(int b) {
                reading.acquireUninterruptibly();
              }
            },
            capacity,
            (lines, bytes) -> new byte[0]);
    InvocationLog log = textLog();
    print(log.output(), "x".repeat(capacity - capacity / 4));
    outputPending = true;
    log.emit(runtimeDone(Status.SUCCESS, null));

    time.advance(Duration.ofMillis(InvocationLog.PATIENCE_MILLIS - 1));
    assertThat(ordered).isEmpty();
    time.advance(Duration.ofMillis(1));
    assertThat(ordered).hasSize(1);

    reading.release(2 * capacity);
    writer.close();
  }

  @Test
  void an_init_tells_of_the_runtime_and_the_instance_what_is_known() {
    FunctionDescription driven =
        Functions.function()
            .name("orders")
            .runtime(new RuntimeVersion("python:3.13.v12", "arn:r"))
            .logFormat(LogFormat.JSON)
            .build();

    sandbox = new SandboxIdentity("orders", 2, "", InitializationType.PROVISIONED_CONCURRENCY);

    log(driven, this::mark).emit(new LifecycleEvent.InitStart(InitPhase.INIT));

    assertThat(written())
        .contains(
            "\"initializationType\":\"provisioned-concurrency\"",
            "\"runtimeVersion\":\"python:3.13.v12\",\"runtimeVersionArn\":\"arn:r\"")
        .doesNotContain("instanceId");
  }

  @Test
  void an_init_is_reported_as_json_records() {
    InvocationLog log = jsonLog();

    log.emit(new LifecycleEvent.InitStart(InitPhase.INIT));
    log.emit(new LifecycleEvent.InitRuntimeDone(InitPhase.INIT, Status.ERROR, "Runtime.ExitError"));
    log.emit(initReport(InitPhase.INIT, Status.SUCCESS, null, 418_772_999));

    assertThat(written())
        .isEqualTo(
            """
            {"time":"2026-01-01T00:00:00.433Z","type":"platform.initStart","record":\
            {"initializationType":"on-demand","phase":"init","functionName":"orders",\
            "functionVersion":"$LATEST","instanceId":"2026/01/01/[$LATEST]0a1b2c3d",\
            "instanceMaxMemory":134217728}}
            {"time":"2026-01-01T00:00:00.433Z","type":"platform.initRuntimeDone","record":\
            {"initializationType":"on-demand","phase":"init","status":"error",\
            "errorType":"Runtime.ExitError"}}
            {"time":"2026-01-01T00:00:00.433Z","type":"platform.initReport","record":\
            {"initializationType":"on-demand","phase":"init","status":"success",\
            "metrics":{"durationMs":418.772}}}
            """);
  }

  @Test
  void an_invocation_is_reported_as_json_records() {
    InvocationLog log = jsonLog();

    log.emit(start());
    log.emit(runtimeDone(Status.SUCCESS, null));
    log.emit(new LifecycleEvent.End(invocation()));
    log.emit(report(Status.SUCCESS, null, 101_013_999, 418_772_000L));

    assertThat(written())
        .isEqualTo(
            """
            {"time":"2026-01-01T00:00:00.433Z","type":"platform.start","record":\
            {"requestId":"8f5076a0-1111-4222-8333-0123456789ab","version":"$LATEST"}}
            {"time":"2026-01-01T00:00:00.433Z","type":"platform.runtimeDone","record":\
            {"requestId":"8f5076a0-1111-4222-8333-0123456789ab","status":"success",\
            "metrics":{"durationMs":82.417,"producedBytes":0}}}
            {"time":"2026-01-01T00:00:00.433Z","type":"platform.report","record":\
            {"requestId":"8f5076a0-1111-4222-8333-0123456789ab","status":"success",\
            "metrics":{"durationMs":101.013,"billedDurationMs":102,"memorySizeMB":128,\
            "maxMemoryUsedMB":30,"initDurationMs":418.772}}}
            """);
  }

  @Test
  void spans_are_told_with_the_moment_at_which_they_began() {
    InvocationLog log = jsonLog();

    log.emit(
        new LifecycleEvent.RuntimeDone(
            invocation(),
            Status.SUCCESS,
            null,
            82_417_000,
            27,
            List.of(
                new Span(Span.Name.RESPONSE_LATENCY, 82_417_000, 81_204_000),
                new Span(Span.Name.RESPONSE_DURATION, 1_213_000, 311_999))));
    log.emit(
        new LifecycleEvent.Report(
            invocation(),
            Status.SUCCESS,
            null,
            1_000_000,
            NONE,
            NONE,
            null,
            List.of(new Span(Span.Name.EXTENSION_OVERHEAD, 18_550_000, 18_550_000))));

    assertThat(written())
        .isEqualTo(
            """
            {"time":"2026-01-01T00:00:00.433Z","type":"platform.runtimeDone","record":\
            {"requestId":"8f5076a0-1111-4222-8333-0123456789ab","status":"success",\
            "spans":[{"name":"responseLatency","start":"2026-01-01T00:00:00.351Z",\
            "durationMs":81.204},{"name":"responseDuration",\
            "start":"2026-01-01T00:00:00.432Z","durationMs":0.311}],\
            "metrics":{"durationMs":82.417,"producedBytes":27}}}
            {"time":"2026-01-01T00:00:00.433Z","type":"platform.report","record":\
            {"requestId":"8f5076a0-1111-4222-8333-0123456789ab","status":"success",\
            "metrics":{"durationMs":1.000,"billedDurationMs":1,"memorySizeMB":128,\
            "maxMemoryUsedMB":30},"spans":[{"name":"extensionOverhead",\
            "start":"2026-01-01T00:00:00.415Z","durationMs":18.550}]}}
            """);
  }

  @Test
  void a_subscription_is_told() {
    LifecycleEvent logs =
        new LifecycleEvent.Subscription(
            SubscriptionApi.LOGS, "collector.sh", List.of("platform", "function"));
    textLog().emit(logs);
    jsonLog().emit(logs);

    assertThat(written())
        .isEqualTo(
            """
            LOGS\tName: collector.sh\tState: Subscribed\tTypes: [platform, function]
            {"time":"2026-01-01T00:00:00.433Z","type":"platform.logsSubscription","record":\
            {"name":"collector.sh","state":"Subscribed","types":["platform","function"]}}
            """);
  }

  @Test
  void a_program_that_cannot_be_started_is_told_as_the_cloud_tells_it_of_an_image() {
    textLog().emit(new LifecycleEvent.ImageErrorLog("fork/exec ./bootstrap: no such file"));

    assertThat(written())
        .isEqualTo(
            "IMAGE\tLaunch error: fork/exec ./bootstrap: no such file\t"
                + "Entrypoint: [./bootstrap -v]\tCmd: []\tWorkingDir: [/var/task]\n");
  }

  @Test
  void a_fault_is_a_json_record_too() {
    InvocationLog log = jsonLog();

    log.emit(exitFault());

    assertThat(written())
        .isEqualTo(
            """
            {"time":"2026-01-01T00:00:00.433Z","type":"platform.fault","record":\
            "RequestId: 8f5076a0-1111-4222-8333-0123456789ab Error: Runtime exited with error: \
            exit status 1\\nRuntime.ExitError\\n"}
            """);
  }

  @Test
  void a_sampled_trace_and_a_tenant_appear_in_json_records() {
    InvocationLog log = jsonLog();
    String sampled = "Root=1-6955d0c0-0123456789abcdef01234567;Parent=89abcdef01234567;Sampled=1";

    log.emit(new LifecycleEvent.Start(invocation(sampled, "blue")));
    log.emit(new LifecycleEvent.Start(invocation("Root=1-a-b;Sampled=1", null)));
    log.emit(new LifecycleEvent.Start(invocation("Root=1-a-b;Parent=c;Sampled=0", null)));

    assertThat(written())
        .isEqualTo(
            """
            {"time":"2026-01-01T00:00:00.433Z","type":"platform.start","record":\
            {"requestId":"8f5076a0-1111-4222-8333-0123456789ab","version":"$LATEST",\
            "tenantId":"blue","tracing":{"spanId":"89abcdef01234567","type":"X-Amzn-Trace-Id",\
            "value":"Root=1-6955d0c0-0123456789abcdef01234567;Parent=89abcdef01234567;\
            Sampled=1"}}}
            {"time":"2026-01-01T00:00:00.433Z","type":"platform.start","record":\
            {"requestId":"8f5076a0-1111-4222-8333-0123456789ab","version":"$LATEST",\
            "tracing":{"type":"X-Amzn-Trace-Id","value":"Root=1-a-b;Sampled=1"}}}
            {"time":"2026-01-01T00:00:00.433Z","type":"platform.start","record":\
            {"requestId":"8f5076a0-1111-4222-8333-0123456789ab","version":"$LATEST"}}
            """);
  }

  @Test
  void function_lines_become_records_and_json_objects_stay_as_they_are() {
    InvocationLog log = jsonLog();
    OutputListener output = log.output();

    print(output, "order 17 \"accep");
    print(
        output,
        "ted\"\t\u00e9\u0001\r\n\t {\"level\":\"INFO\"} \n{not json}\n{\"a\":1}{\"b\":2}\n\n");

    assertThat(written())
        .isEqualTo(
            """
            {"time":"2026-01-01T00:00:00.433Z","type":"function","record":\
            "order 17 \\"accepted\\"\\t\u00e9\\u0001"}
            {"level":"INFO"}
            {"time":"2026-01-01T00:00:00.433Z","type":"function","record":"{not json}"}
            {"time":"2026-01-01T00:00:00.433Z","type":"function","record":"{\\"a\\":1}{\\"b\\":2}"}
            {"time":"2026-01-01T00:00:00.433Z","type":"function","record":""}
            """);
  }

  @Test
  void a_begun_line_becomes_a_record_before_a_platform_record_and_at_the_end() {
    InvocationLog log = jsonLog();
    OutputListener output = log.output();

    print(output, "begun");
    log.emit(runtimeDone(Status.SUCCESS, null));
    log.emit(new LifecycleEvent.End(invocation()));
    print(output, "last");
    output.ended();

    assertThat(written().lines().map(line -> line.replaceAll("\"time\":[^,]*,", "")))
        .containsExactly(
            "{\"type\":\"function\",\"record\":\"begun\"}",
            "{\"type\":\"platform.runtimeDone\",\"record\":{\"requestId\":\""
                + ID
                + "\",\"status\":\"success\",\"metrics\":{\"durationMs\":82.417,\"producedBytes\":0}}}",
            "{\"type\":\"function\",\"record\":\"last\"}");
  }

  @Test
  void a_line_without_an_end_becomes_several_records_and_no_character_is_cut() {
    InvocationLog log = jsonLog();
    OutputListener output = log.output();

    print(output, "x" + "\u00e9".repeat(OutputLines.MAX_LINE_BYTES / 2) + "\n");

    assertThat(written().lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).doesNotContain("\ufffd"));
  }

  @Test
  void lost_lines_are_told_in_the_format_of_the_log() {
    byte[] text = InvocationLog.lossReport(() -> LogFormat.TEXT, () -> NOW).line(1804, 270112);
    byte[] json = InvocationLog.lossReport(() -> LogFormat.JSON, () -> NOW).line(1804, 270112);

    assertThat(new String(text, UTF_8))
        .isEqualTo(
            "LOGS_DROPPED Lines: 1804\tBytes: 270112"
                + "\tReason: the reader of the log is slower than the log\n");
    assertThat(new String(json, UTF_8))
        .isEqualTo(
            """
            {"time":"2026-01-01T00:00:00.433Z","type":"platform.logsDropped","record":\
            {"droppedBytes":270112,"droppedRecords":1804,\
            "reason":"The reader of the log is slower than the log"}}
            """);
  }

  // ------------------------------------------------------------------ labels

  private void labelLines() {
    label = new LogLabel("orders/1  | ", "orders", "orders/1");
  }

  @Test
  void with_a_label_each_line_of_text_has_a_prefix_and_the_log_of_a_caller_has_none() {
    labelLines();
    InvocationLog log = textLog();
    OutputListener output = log.output();
    LogTail tail = new LogTail(() -> {});

    log.emit(startWith(tail));
    print(output, "one\ntw");
    print(output, "o\n");
    log.emit(runtimeDone(Status.SUCCESS, null));

    String lines =
        "START RequestId: 8f5076a0-1111-4222-8333-0123456789ab Version: $LATEST\none\ntwo\n";
    assertThat(written()).isEqualTo(lines.replaceAll("(?m)^(?=.)", "orders/1  | "));
    assertThat(textOf(tail)).isEqualTo(lines);
  }

  @Test
  void lines_of_two_sandboxes_with_labels_do_not_mix() {
    InvocationLog one = textLog();
    InvocationLog two = textLog();
    OutputListener first = one.output();
    OutputListener second = two.output();
    labelLines();

    print(first, "be");
    print(second, "other\n");
    print(first, "gun\n");

    assertThat(written()).isEqualTo("orders/1  | other\norders/1  | begun\n");
  }

  @Test
  void a_line_that_began_before_the_label_is_ended_and_what_comes_then_has_the_label() {
    InvocationLog log = textLog();
    OutputListener output = log.output();

    print(output, "before");
    labelLines();
    print(output, "\nafter\n");

    assertThat(written()).isEqualTo("before\norders/1  | after\n");
  }

  @Test
  void with_a_label_lines_of_json_have_members_and_no_prefix() {
    labelLines();
    InvocationLog log = jsonLog();
    OutputListener output = log.output();

    print(output, "{\"level\":\"INFO\"}\n{}\n{\"sandbox\":\"mine\"}\n");
    log.emit(start());

    assertThat(written().lines().toList())
        .satisfiesExactly(
            own ->
                assertThat(own)
                    .isEqualTo(
                        "{\"level\":\"INFO\",\"function\":\"orders\",\"sandbox\":\"orders/1\"}"),
            empty ->
                assertThat(empty).isEqualTo("{\"function\":\"orders\",\"sandbox\":\"orders/1\"}"),
            taken -> assertThat(taken).isEqualTo("{\"sandbox\":\"mine\",\"function\":\"orders\"}"),
            start ->
                assertThat(start)
                    .startsWith("{\"time\":")
                    .endsWith(",\"function\":\"orders\",\"sandbox\":\"orders/1\"}"));
  }

  private InvocationLog textLog() {
    return log(LogFormat.TEXT);
  }

  private InvocationLog jsonLog() {
    return log(LogFormat.JSON);
  }

  private InvocationLog log(LogFormat format) {
    return log(format, this::mark);
  }

  private InvocationLog log(LogFormat format, InvocationLog.WrittenOutput output) {
    return log(orders(format), output);
  }

  private InvocationLog log(FunctionDescription function, InvocationLog.WrittenOutput output) {
    return new InvocationLog(
        new ObservedSandbox(
            () -> function,
            () -> sandbox,
            () -> peakMemoryBytes,
            sandbox.initializationType() == InitializationType.MANAGED_INSTANCES),
        writer,
        () -> label,
        (event, epochMillis) -> ordered.add(event),
        output,
        time::schedule,
        time::now,
        () -> NOW);
  }

  private static FunctionDescription orders(LogFormat format) {
    return Functions.function()
        .name("orders")
        .memoryMegabytes(128)
        .timeout(Duration.ofSeconds(1))
        .logFormat(format)
        .command("./bootstrap", "-v")
        .workingDirectory("/var/task")
        .build();
  }

  private int mark(long mark, boolean extensions) {
    if (!outputPending) {
      return 0;
    }
    marks.add(mark);
    return 1;
  }

  private void catchUp(OutputListener output) {
    outputPending = false;
    List<Long> reached = List.copyOf(marks);
    marks.clear();
    reached.forEach(output::reached);
  }

  private String written() {
    writer.close();
    return out.toString(UTF_8);
  }

  /** Returns the first word of each line. */
  private String[] kinds() {
    return written().lines().map(line -> line.split(" ", 2)[0]).toArray(String[]::new);
  }

  private static void print(OutputListener output, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    output.output(bytes, 0, bytes.length);
  }

  private static void log(OutputListener output, String message, long epochMicros) {
    byte[] bytes = ("?" + message + "?").getBytes(UTF_8);
    output.message(bytes, 1, bytes.length - 2, epochMicros, null);
  }

  private static Invocation invocation() {
    return invocation(null, null);
  }

  private static Invocation invocation(@Nullable String traceId, @Nullable String tenantId) {
    return new Invocation(
        ID,
        orders(LogFormat.TEXT),
        "arn:aws:lambda:us-east-1:000000000000:function:orders",
        "$LATEST",
        traceId,
        null,
        tenantId,
        Payload.EMPTY,
        outcome -> {},
        Limits.MAX_RESPONSE_BYTES,
        false);
  }

  private static LifecycleEvent start() {
    return new LifecycleEvent.Start(invocation());
  }

  private static LifecycleEvent exitFault() {
    return new LifecycleEvent.Fault(
        invocation(),
        Status.ERROR,
        "Runtime.ExitError",
        "Runtime exited with error: exit status 1");
  }

  private static LifecycleEvent runtimeDone(Status status, @Nullable String errorType) {
    return new LifecycleEvent.RuntimeDone(
        invocation(), status, errorType, 82_417_000, 0, List.of());
  }

  private static LifecycleEvent report(
      Status status, @Nullable String errorType, long durationNanos, @Nullable Long initNanos) {
    return new LifecycleEvent.Report(
        invocation(), status, errorType, durationNanos, initNanos, NONE, null, List.of());
  }

  private static LifecycleEvent restoredReport() {
    return new LifecycleEvent.Report(
        invocation(), Status.SUCCESS, null, 2_000_000, NONE, 140_060_000L, null, List.of());
  }

  private static LifecycleEvent restoreReport(Status status, @Nullable String errorType) {
    return new LifecycleEvent.RestoreReport(status, errorType, null, 140_060_000);
  }

  private static LifecycleEvent extension(@Nullable String errorType) {
    return new LifecycleEvent.ExtensionInit(
        "collector.sh", "Ready", List.of("INVOKE", "SHUTDOWN"), errorType);
  }

  private static LifecycleEvent initReport(
      InitPhase phase, Status status, @Nullable String errorType, long durationNanos) {
    return new LifecycleEvent.InitReport(phase, status, errorType, null, durationNanos);
  }

  /** Time that moves when the test says so. */
  private static final class ManualTime {

    private record Task(long atNanos, Runnable work) {}

    private final PriorityQueue<Task> tasks =
        new PriorityQueue<>((a, b) -> Long.compare(a.atNanos(), b.atNanos()));
    private long now;

    long now() {
      return now;
    }

    void schedule(long atNanos, Runnable work) {
      tasks.add(new Task(atNanos, work));
    }

    void advance(Duration duration) {
      long end = now + duration.toNanos();
      for (Task next = tasks.peek(); next != null && next.atNanos() <= end; next = tasks.peek()) {
        tasks.remove();
        now = Math.max(now, next.atNanos());
        next.work().run();
      }
      now = end;
    }

    @Override
    public String toString() {
      return TimeUnit.NANOSECONDS.toMillis(now) + " ms";
    }
  }
}
