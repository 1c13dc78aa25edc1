package dev.rapid.emulator;

import dev.rapid.http.HttpWorker;
import dev.rapid.status.ProcessGauges;
import dev.rapid.telemetry.delivery.DeliveryThread;
import dev.rapid.telemetry.metrics.LifecycleMeters;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the telemetry of all functions shares: the thread that delivers, and the meters. */
final class ProgramTelemetry implements AutoCloseable {

  private final DeliveryThread delivery =
      new DeliveryThread(() -> WithoutJmx.start(() -> HttpWorker.startOutgoing("telemetry")));
  private final List<ProcessGauges> gauges = new CopyOnWriteArrayList<>();
  private final LifecycleMeters meters =
      new LifecycleMeters(loaded -> gauges.forEach(each -> each.bindTo(loaded)));

  DeliveryThread delivery() {
    return delivery;
  }

  LifecycleMeters meters() {
    return meters;
  }

  /** Adds the gauges of a function. */
  void add(ProcessGauges ofFunction) {
    gauges.add(ofFunction);
  }

  /** Ends the deliveries; what was not delivered is lost. */
  @Override
  public void close() {
    delivery.close();
  }
}
