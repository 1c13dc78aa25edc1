package dev.rapid.telemetry.format;

import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.extension.Extension;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.lambda.TraceHeader;
import dev.rapid.lambda.Utf8Buffer;
import org.jspecify.annotations.Nullable;

/** The plain lines of the cloud (contract invoke-api, section 1.7). */
public final class TextFormat implements EventFormat {

  private final ObservedSandbox sandbox;

  /** Creates the format of one sandbox. */
  public TextFormat(ObservedSandbox sandbox) {
    this.sandbox = sandbox;
  }

  @Override
  public void append(LifecycleEvent event, long epochMillis, Utf8Buffer line) {
    switch (event) {
      case LifecycleEvent.InitStart e -> {}
      case LifecycleEvent.InitRuntimeDone e -> {}
      case LifecycleEvent.InitReport e -> initReport(e, line);
      case LifecycleEvent.ExtensionInit e -> extensionInit(e, line);
      case LifecycleEvent.Subscription(var api, String name, var types) ->
          line.put(api.name())
              .put("\tName: ")
              .put(Extension.forPeople(name))
              .put("\tState: Subscribed\tTypes: [")
              .put(String.join(", ", types))
              .put("]\n");
      case LifecycleEvent.ImageErrorLog(String message) ->
          line.put("IMAGE\tLaunch error: ")
              .put(message)
              .put("\tEntrypoint: [")
              .put(String.join(" ", sandbox.function().get().command()))
              .put("]\tCmd: []\tWorkingDir: [")
              .put(sandbox.function().get().workingDirectory())
              .put("]\n");
      case LifecycleEvent.RestoreStart e -> {}
      case LifecycleEvent.RestoreRuntimeDone e -> {}
      case LifecycleEvent.RestoreReport e -> restoreReport(e, line);
      case LifecycleEvent.IdleExit e -> {}
      case LifecycleEvent.ErrorDetails e -> {}
      case LifecycleEvent.Start(var invocation) ->
          line.put("START RequestId: ")
              .put(invocation.requestId())
              .put(" Version: ")
              .put(invocation.executedVersion())
              .put('\n');
      case LifecycleEvent.Fault e -> fault(e, epochMillis, line);
      case LifecycleEvent.RuntimeDone e -> {}
      case LifecycleEvent.End(var invocation) ->
          line.put("END RequestId: ").put(invocation.requestId()).put('\n');
      case LifecycleEvent.Report e -> report(e, line);
    }
  }

  private static void initReport(LifecycleEvent.InitReport e, Utf8Buffer line) {
    if (e.status() == Status.SUCCESS) {
      // The report of the first invocation has its duration.
      return;
    }
    line.put("INIT_REPORT Init Duration: ");
    Measures.putMillis(e.durationNanos(), line);
    line.put(" ms\tPhase: ").put(e.phase().wireName());
    line.put("\tStatus: ").put(e.status().wireName());
    errorType(e.errorType(), line);
    line.put('\n');
  }

  private static void extensionInit(LifecycleEvent.ExtensionInit e, Utf8Buffer line) {
    line.put("EXTENSION\tName: ")
        .put(Extension.forPeople(e.name()))
        .put("\tState: ")
        .put(e.state());
    line.put("\tEvents: [").put(String.join(", ", e.events())).put(']');
    errorType(e.errorType() == null ? null : Extension.forPeople(e.errorType()), line);
    line.put('\n');
  }

  private static void restoreReport(LifecycleEvent.RestoreReport e, Utf8Buffer line) {
    line.put("RESTORE_REPORT Restore Duration: ");
    Measures.putMillis(e.durationNanos(), line);
    line.put(" ms");
    if (e.status() != Status.SUCCESS) {
      line.put("\tStatus: ").put(e.status().wireName());
      errorType(e.errorType(), line);
    }
    line.put('\n');
  }

  private static void errorType(@Nullable String errorType, Utf8Buffer line) {
    if (errorType != null) {
      line.put("\tError Type: ").put(errorType);
    }
  }

  private static void fault(LifecycleEvent.Fault e, long epochMillis, Utf8Buffer line) {
    String requestId = e.invocation().requestId();
    if (e.status() == Status.TIMEOUT) {
      line.putTime(epochMillis).put(' ').put(requestId).put(' ').put(e.message()).put("\n\n");
    } else {
      line.put("RequestId: ").put(requestId).put(" Error: ").put(e.message()).put('\n');
      line.put(e.errorType()).put('\n');
    }
  }

  private void report(LifecycleEvent.Report e, Utf8Buffer line) {
    long nanos = Measures.reportedNanos(e);
    line.put("REPORT RequestId: ").put(e.invocation().requestId());
    line.put("\tDuration: ");
    Measures.putMillis(nanos, line);
    line.put(" ms\tBilled Duration: ").put(Measures.billedMillis(nanos));
    line.put(" ms\tMemory Size: ").put(e.invocation().function().memoryMegabytes());
    line.put(" MB\tMax Memory Used: ")
        .put(Measures.usedMegabytes(sandbox.peakMemoryBytes().getAsLong(), e))
        .put(" MB\t");
    Long init = e.initDurationNanos();
    if (init != null) {
      line.put("Init Duration: ");
      Measures.putMillis(init, line);
      line.put(" ms\t");
    }
    Long restore = e.restoreDurationNanos();
    if (restore != null) {
      line.put("Restore Duration: ");
      Measures.putMillis(restore, line);
      line.put(" ms\t");
    }
    if (e.status() != Status.SUCCESS) {
      line.put("Status: ").put(e.status().wireName());
      errorType(e.errorType(), line);
    }
    line.put('\n');
    trace(e.invocation(), line);
  }

  private static void trace(Invocation invocation, Utf8Buffer line) {
    if (!TraceHeader.isSampled(invocation.traceId())) {
      return;
    }
    TraceHeader header = TraceHeader.parse(invocation.traceId());
    String root = header.root();
    String parent = header.parent();
    if (root != null && parent != null) {
      line.put("XRAY TraceId: ").put(root).put("\tSegmentId: ").put(parent);
      line.put("\tSampled: true\n");
    }
  }
}
