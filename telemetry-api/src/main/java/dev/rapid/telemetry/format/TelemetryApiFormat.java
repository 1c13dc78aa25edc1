package dev.rapid.telemetry.format;

import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.SubscriptionApi;
import dev.rapid.lambda.Utf8Buffer;

/** The records of the Telemetry API (contract runtime-extensions-telemetry, section 4.6). */
record TelemetryApiFormat(JsonFormat records) implements EventFormat {

  @Override
  public void append(LifecycleEvent event, long epochMillis, Utf8Buffer line) {
    switch (event) {
      case LifecycleEvent.End e -> {}
      case LifecycleEvent.Fault e -> {}
      case LifecycleEvent.ImageErrorLog e -> {}
      // One name for subscriptions to both APIs, as these subscribers know it.
      case LifecycleEvent.Subscription(var api, String name, var types) ->
          records.append(
              new LifecycleEvent.Subscription(SubscriptionApi.TELEMETRY, name, types),
              epochMillis,
              line);
      case LifecycleEvent.InitStart e -> records.append(e, epochMillis, line);
      case LifecycleEvent.InitRuntimeDone e -> records.append(e, epochMillis, line);
      case LifecycleEvent.InitReport e -> records.append(e, epochMillis, line);
      case LifecycleEvent.ExtensionInit e -> records.append(e, epochMillis, line);
      case LifecycleEvent.RestoreStart e -> records.append(e, epochMillis, line);
      case LifecycleEvent.RestoreRuntimeDone e -> records.append(e, epochMillis, line);
      case LifecycleEvent.RestoreReport e -> records.append(e, epochMillis, line);
      case LifecycleEvent.Start e -> records.append(e, epochMillis, line);
      case LifecycleEvent.RuntimeDone e -> records.append(e, epochMillis, line);
      case LifecycleEvent.Report e -> records.append(e, epochMillis, line);
      case LifecycleEvent.IdleExit e -> {}
      case LifecycleEvent.ErrorDetails e -> {}
    }
  }
}
