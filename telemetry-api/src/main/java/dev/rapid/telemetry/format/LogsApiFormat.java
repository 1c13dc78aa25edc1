package dev.rapid.telemetry.format;

import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.events.SubscriptionApi;
import dev.rapid.lambda.Utf8Buffer;

/**
 * The records of the Logs API, which are fewer and smaller (contract runtime-extensions-telemetry,
 * section 4.7).
 *
 * @param runtimeDone whether the schema has {@code platform.runtimeDone}
 */
record LogsApiFormat(JsonFormat records, boolean runtimeDone) implements EventFormat {

  @Override
  public void append(LifecycleEvent event, long epochMillis, Utf8Buffer line) {
    switch (event) {
      case LifecycleEvent.Start(var invocation) -> {
        JsonFormat.begin(line, epochMillis, "platform.start");
        JsonFormat.requestId(invocation, line);
        line.put('}');
        JsonFormat.end(line);
      }
      case LifecycleEvent.RuntimeDone e -> {
        if (runtimeDone) {
          JsonFormat.begin(line, epochMillis, "platform.runtimeDone");
          JsonFormat.requestId(e.invocation(), line);
          // This schema has no "error".
          Status status = e.status() == Status.ERROR ? Status.FAILURE : e.status();
          line.put(",\"status\":\"").put(status.wireName()).put("\"}");
          JsonFormat.end(line);
        }
      }
      case LifecycleEvent.Report e -> {
        JsonFormat.begin(line, epochMillis, "platform.report");
        JsonFormat.requestId(e.invocation(), line);
        line.put(",\"metrics\":{");
        records.reportedMetrics(e, line);
        line.put('}');
        JsonFormat.tracing(e.invocation(), line);
        line.put('}');
        JsonFormat.end(line);
      }
      case LifecycleEvent.ExtensionInit e ->
          records.append(
              new LifecycleEvent.ExtensionInit(e.name(), e.state(), e.events(), null),
              epochMillis,
              line);
      // One name for subscriptions to both APIs, as these subscribers know it.
      case LifecycleEvent.Subscription(var api, String name, var types) ->
          records.append(
              new LifecycleEvent.Subscription(SubscriptionApi.LOGS, name, types),
              epochMillis,
              line);
      case LifecycleEvent.End e -> records.append(event, epochMillis, line);
      case LifecycleEvent.Fault e -> records.append(event, epochMillis, line);
      case LifecycleEvent.InitStart e -> {}
      case LifecycleEvent.InitRuntimeDone e -> {}
      case LifecycleEvent.InitReport e -> {}
      case LifecycleEvent.RestoreStart e -> {}
      case LifecycleEvent.RestoreRuntimeDone e -> {}
      case LifecycleEvent.RestoreReport e -> {}
      case LifecycleEvent.IdleExit e -> {}
      case LifecycleEvent.ErrorDetails e -> {}
      case LifecycleEvent.ImageErrorLog e -> {}
    }
  }
}
