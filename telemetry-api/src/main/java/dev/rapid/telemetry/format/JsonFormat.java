package dev.rapid.telemetry.format;

import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Span;
import dev.rapid.core.events.SubscriptionApi;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.lambda.LambdaHeaders;
import dev.rapid.lambda.TraceHeader;
import dev.rapid.lambda.Utf8Buffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The records of the Telemetry API, one on each line (contract runtime-extensions-telemetry,
 * sections 4.5 and 4.6).
 */
public final class JsonFormat implements EventFormat {

  private static final long MEGABYTE = 1024 * 1024;

  private final ObservedSandbox sandbox;

  /** Creates the format of one sandbox. */
  public JsonFormat(ObservedSandbox sandbox) {
    this.sandbox = sandbox;
  }

  @Override
  public void append(LifecycleEvent event, long epochMillis, Utf8Buffer line) {
    switch (event) {
      case LifecycleEvent.InitStart e -> {
        begin(line, epochMillis, "platform.initStart");
        beginInit(line, e.phase());
        line.put("\",");
        describe(line);
        end(line);
      }
      case LifecycleEvent.InitRuntimeDone e -> {
        begin(line, epochMillis, "platform.initRuntimeDone");
        beginInit(line, e.phase());
        line.put("\",\"status\":\"").put(e.status().wireName()).put('"');
        errorType(e.errorType(), line);
        line.put('}');
        end(line);
      }
      case LifecycleEvent.InitReport e -> {
        begin(line, epochMillis, "platform.initReport");
        beginInit(line, e.phase());
        line.put("\",\"status\":\"").put(e.status().wireName()).put('"');
        errorType(e.errorType(), line);
        line.put(",\"metrics\":{\"durationMs\":");
        millis(e.durationNanos(), line);
        line.put('}');
        if (e.runtime() != null) {
          line.put(",\"runtimeVersion\":").putJson(e.runtime());
        }
        line.put('}');
        end(line);
      }
      case LifecycleEvent.ExtensionInit e -> {
        begin(line, epochMillis, "platform.extension");
        line.put("{\"name\":").putJson(e.name()).put(",\"state\":").putJson(e.state());
        line.put(",\"events\":");
        strings(e.events(), line);
        errorType(e.errorType(), line);
        line.put('}');
        end(line);
      }
      case LifecycleEvent.Subscription(var api, String name, var types) -> {
        begin(
            line,
            epochMillis,
            api == SubscriptionApi.LOGS
                ? "platform.logsSubscription"
                : "platform.telemetrySubscription");
        line.put("{\"name\":").putJson(name).put(",\"state\":\"Subscribed\",\"types\":");
        strings(types, line);
        line.put('}');
        end(line);
      }
      case LifecycleEvent.ImageErrorLog(String message) -> {
        begin(line, epochMillis, "platform.imageErrorLog");
        line.put("{\"message\":").putJson(message).put(",\"entrypoint\":");
        strings(sandbox.function().get().command(), line);
        line.put(",\"workingDirectory\":")
            .putJson(sandbox.function().get().workingDirectory())
            .put('}');
        end(line);
      }
      case LifecycleEvent.RestoreStart e -> {
        begin(line, epochMillis, "platform.restoreStart");
        line.put('{');
        describe(line);
        end(line);
      }
      case LifecycleEvent.RestoreRuntimeDone e -> {
        begin(line, epochMillis, "platform.restoreRuntimeDone");
        line.put("{\"status\":\"").put(e.status().wireName()).put('"');
        errorType(e.errorType(), line);
        line.put('}');
        end(line);
      }
      case LifecycleEvent.RestoreReport e -> {
        begin(line, epochMillis, "platform.restoreReport");
        line.put("{\"status\":\"").put(e.status().wireName()).put('"');
        errorType(e.errorType(), line);
        line.put(",\"metrics\":{\"durationMs\":");
        millis(e.durationNanos(), line);
        line.put("}}");
        end(line);
      }
      case LifecycleEvent.IdleExit e -> {}
      case LifecycleEvent.ErrorDetails e -> {}
      case LifecycleEvent.Start(var invocation) -> {
        begin(line, epochMillis, "platform.start");
        requestId(invocation, line);
        line.put(",\"version\":").putJson(invocation.executedVersion());
        tenantAndTracing(invocation, line);
        line.put('}');
        end(line);
      }
      case LifecycleEvent.Fault e -> {
        begin(line, epochMillis, "platform.fault");
        String requestId = e.invocation().requestId();
        line.putJson(
            "RequestId: " + requestId + " Error: " + e.message() + "\n" + e.errorType() + "\n");
        end(line);
      }
      case LifecycleEvent.RuntimeDone e -> {
        begin(line, epochMillis, "platform.runtimeDone");
        requestId(e.invocation(), line);
        line.put(",\"status\":\"").put(e.status().wireName()).put('"');
        errorType(e.errorType(), line);
        spans(e.spans(), epochMillis, line);
        line.put(",\"metrics\":{\"durationMs\":");
        millis(e.durationNanos(), line);
        line.put(",\"producedBytes\":").put(e.producedBytes()).put('}');
        tenantAndTracing(e.invocation(), line);
        line.put('}');
        end(line);
      }
      case LifecycleEvent.End(var invocation) -> {
        begin(line, epochMillis, "platform.end");
        requestId(invocation, line);
        line.put('}');
        end(line);
      }
      case LifecycleEvent.Report e -> {
        begin(line, epochMillis, "platform.report");
        report(e, epochMillis, line);
        end(line);
      }
    }
  }

  private void report(LifecycleEvent.Report e, long epochMillis, Utf8Buffer line) {
    requestId(e.invocation(), line);
    line.put(",\"status\":\"").put(e.status().wireName()).put('"');
    errorType(e.errorType(), line);
    line.put(",\"metrics\":{");
    reportedMetrics(e, line);
    Long restore = e.restoreDurationNanos();
    if (restore != null) {
      line.put(",\"restoreDurationMs\":");
      millis(restore, line);
    }
    line.put('}');
    spans(e.spans(), epochMillis, line);
    tenantAndTracing(e.invocation(), line);
    line.put('}');
  }

  /** Writes the metrics of a report that both APIs have. */
  void reportedMetrics(LifecycleEvent.Report e, Utf8Buffer line) {
    long nanos = Measures.reportedNanos(e);
    line.put("\"durationMs\":");
    millis(nanos, line);
    line.put(",\"billedDurationMs\":").put(Measures.billedMillis(nanos));
    line.put(",\"memorySizeMB\":").put(e.invocation().function().memoryMegabytes());
    line.put(",\"maxMemoryUsedMB\":")
        .put(Measures.usedMegabytes(sandbox.peakMemoryBytes().getAsLong(), e));
    Long init = e.initDurationNanos();
    if (init != null) {
      line.put(",\"initDurationMs\":");
      millis(init, line);
    }
  }

  static void begin(Utf8Buffer line, long epochMillis, String type) {
    line.put("{\"time\":\"").putTime(epochMillis).put("\",\"type\":\"").put(type);
    line.put("\",\"record\":");
  }

  static void end(Utf8Buffer line) {
    line.put("}\n");
  }

  static void requestId(Invocation invocation, Utf8Buffer line) {
    line.put("{\"requestId\":").putJson(invocation.requestId());
  }

  private static void errorType(@Nullable String errorType, Utf8Buffer line) {
    if (errorType != null) {
      line.put(",\"errorType\":").putJson(errorType);
    }
  }

  private static void strings(List<String> texts, Utf8Buffer line) {
    line.put('[');
    for (int i = 0; i < texts.size(); i++) {
      line.put(i == 0 ? "" : ",").putJson(texts.get(i));
    }
    line.put(']');
  }

  private static void spans(List<Span> spans, long epochMillis, Utf8Buffer line) {
    if (spans.isEmpty()) {
      return;
    }
    line.put(",\"spans\":[");
    for (int i = 0; i < spans.size(); i++) {
      Span span = spans.get(i);
      line.put(i == 0 ? "{\"name\":\"" : ",{\"name\":\"").put(span.name().wireName());
      long before = TimeUnit.NANOSECONDS.toMillis(span.startedBeforeNanos());
      line.put("\",\"start\":\"").putTime(epochMillis - before);
      line.put("\",\"durationMs\":");
      millis(span.durationNanos(), line);
      line.put('}');
    }
    line.put(']');
  }

  /** Writes milliseconds with microseconds, truncated. */
  private static void millis(long nanos, Utf8Buffer line) {
    line.putFixed(nanos / 1000, 3);
  }

  private static void tenantAndTracing(Invocation invocation, Utf8Buffer line) {
    if (invocation.tenantId() != null) {
      line.put(",\"tenantId\":").putJson(invocation.tenantId());
    }
    tracing(invocation, line);
  }

  /** Writes the trace of an invocation that is sampled, behind other members. */
  static void tracing(Invocation invocation, Utf8Buffer line) {
    String header = invocation.traceId();
    if (header == null || !TraceHeader.isSampled(header)) {
      return;
    }
    line.put(",\"tracing\":{");
    String parent = TraceHeader.parse(header).parent();
    if (parent != null) {
      line.put("\"spanId\":").putJson(parent).put(',');
    }
    line.put("\"type\":\"" + LambdaHeaders.TRACE_ID + "\",\"value\":").putJson(header).put('}');
  }

  private void describe(Utf8Buffer line) {
    FunctionDescription described = sandbox.function().get();
    line.put("\"functionName\":").putJson(described.identity().name());
    line.put(",\"functionVersion\":").putJson(described.identity().version());
    putKnown("runtimeVersion", described.runtime().version(), line);
    putKnown("runtimeVersionArn", described.runtime().arn(), line);
    putKnown("instanceId", sandbox.identity().get().logStream(), line);
    line.put(",\"instanceMaxMemory\":").put(described.memoryMegabytes() * MEGABYTE).put('}');
  }

  private static void putKnown(String name, String value, Utf8Buffer line) {
    if (!value.isEmpty()) {
      line.put(",\"").put(name).put("\":").putJson(value);
    }
  }

  private void beginInit(Utf8Buffer line, InitPhase phase) {
    line.put("{\"initializationType\":\"")
        .put(sandbox.identity().get().initializationType().wireName());
    line.put("\",\"phase\":\"").put(phase.wireName());
  }
}
