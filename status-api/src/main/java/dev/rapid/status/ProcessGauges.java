package dev.rapid.status;

import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.telemetry.metrics.Meters;
import dev.rapid.telemetry.subscription.TelemetryHub;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The gauges and counters that no lifecycle event carries. It exists before the fleet and the front
 * end; until they are set, it reports zeros.
 */
public final class ProcessGauges {

  private final TelemetryHub hub;
  private volatile @Nullable Fleet fleet;
  private volatile LongSupplier throttles = () -> 0;

  /** Creates gauges that report zeros. */
  public ProcessGauges(TelemetryHub hub) {
    this.hub = hub;
  }

  /** Reports the sandboxes and the queue of {@code fleet} from now on. */
  public void fleet(Fleet started) {
    fleet = started;
  }

  /** Reports {@code count} as the number of requests answered 429 from now on. */
  public void throttles(LongSupplier count) {
    throttles = count;
  }

  /** Registers all gauges and counters. */
  public void bindTo(Meters meters) {
    meters.counter(
        "rapid.throttles", "Invocations that were refused with 429", () -> throttles.getAsLong());
    meters.counter(
        "rapid.telemetry.records.sent",
        "Records that subscribers have taken",
        hub.counters()::recordsSent);
    meters.counter(
        "rapid.telemetry.records.dropped",
        "Records that subscribers were too slow for or refused",
        hub.counters()::recordsDropped);
    meters.gauge(
        "rapid.telemetry.subscriptions", "Subscriptions of extensions", hub::subscriptionCount);
    meters.gauge(
        "rapid.invocations.waiting",
        "Invocations that wait for the sandbox",
        () -> {
          Fleet known = fleet;
          return known == null ? 0 : known.waitingCount();
        });
    for (String activity : Phase.ACTIVITIES) {
      meters.gauge(
          "rapid.sandboxes",
          "Sandboxes by phase",
          "phase",
          activity,
          () -> {
            Fleet known = fleet;
            return known == null
                ? 0
                : known.states().stream()
                    .filter(state -> state.phase().activity().equals(activity))
                    .count();
          });
    }
  }
}
