package dev.rapid.status;

import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.telemetry.delivery.TelemetryCounters;
import dev.rapid.telemetry.metrics.Meters;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The gauges and counters of a function that no lifecycle event carries. It exists before the fleet
 * and the front end; until they are set, it reports zeros. A function that ended and comes back
 * under its name goes on with them.
 */
public final class ProcessGauges {

  private final String function;
  private final TelemetryCounters counters = new TelemetryCounters();
  private volatile Supplier<List<Fleet>> fleets = List::of;
  private volatile LongSupplier throttles = () -> 0;

  /**
   * Creates gauges that report zeros.
   *
   * @param function the name of the function, which all have as a label
   */
  public ProcessGauges(String function) {
    this.function = function;
  }

  /** Returns the counters of the telemetry of all sandboxes of the function. */
  public TelemetryCounters counters() {
    return counters;
  }

  /** Reports the sandboxes and the queues of these fleets from now on. */
  public void fleets(Supplier<List<Fleet>> started) {
    fleets = started;
  }

  /** Reports {@code count} as the number of requests answered 429 from now on. */
  public void throttles(LongSupplier count) {
    throttles = count;
  }

  /** Registers all gauges and counters. */
  public void bindTo(Meters meters) {
    meters.counter(
        "rapid.throttles",
        "Invocations that were refused with 429",
        () -> throttles.getAsLong(),
        Meters.FUNCTION,
        function);
    meters.counter(
        "rapid.telemetry.records.sent",
        "Records that subscribers have taken",
        counters::recordsSent,
        Meters.FUNCTION,
        function);
    meters.counter(
        "rapid.telemetry.records.dropped",
        "Records that subscribers were too slow for or refused",
        counters::recordsDropped,
        Meters.FUNCTION,
        function);
    meters.gauge(
        "rapid.telemetry.subscriptions",
        "Subscriptions of extensions",
        counters::subscriptions,
        Meters.FUNCTION,
        function);
    meters.gauge(
        "rapid.invocations.waiting",
        "Invocations that wait for a sandbox",
        () -> fleets.get().stream().mapToInt(Fleet::waitingCount).sum(),
        Meters.FUNCTION,
        function);
    for (String activity : Phase.ACTIVITIES) {
      meters.gauge(
          "rapid.sandboxes",
          "Sandboxes by phase",
          () ->
              fleets.get().stream()
                  .flatMap(fleet -> fleet.states().stream())
                  .filter(state -> state.phase().activity().equals(activity))
                  .count(),
          Meters.FUNCTION,
          function,
          "phase",
          activity);
    }
  }
}
