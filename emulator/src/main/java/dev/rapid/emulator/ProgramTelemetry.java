package dev.rapid.emulator;

import dev.rapid.http.HttpWorker;
import dev.rapid.status.ProcessGauges;
import dev.rapid.telemetry.delivery.DeliveryThread;
import dev.rapid.telemetry.metrics.LifecycleMeters;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the telemetry of all functions shares: the thread that delivers, and the meters. */
final class ProgramTelemetry implements AutoCloseable {

  private final DeliveryThread delivery =
      new DeliveryThread(() -> WithoutJmx.start(() -> HttpWorker.startOutgoing("telemetry")));
  private final Map<String, ProcessGauges> gauges = new ConcurrentHashMap<>();
  private final LifecycleMeters meters = new LifecycleMeters();

  DeliveryThread delivery() {
    return delivery;
  }

  LifecycleMeters meters() {
    return meters;
  }

  /** Returns the gauges of the function with this name. */
  ProcessGauges gauges(String function) {
    return gauges.computeIfAbsent(
        function,
        name -> {
          ProcessGauges made = new ProcessGauges(name);
          meters.bind(made::bindTo);
          return made;
        });
  }

  /** Ends the deliveries; what was not delivered is lost. */
  @Override
  public void close() {
    delivery.close();
  }
}
