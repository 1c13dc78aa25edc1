package dev.rapid.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.fleet.FleetConfig;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.Sandboxes;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.telemetry.metrics.LifecycleMeters;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProcessGaugesTest {

  private final VirtualTime time = new VirtualTime();
  private final ProcessGauges gauges = new ProcessGauges("orders");
  private final LifecycleMeters meters = new LifecycleMeters();
  private final Fleet fleet =
      new Fleet(
          FleetConfig.of(1, 1), member -> Sandboxes.sandbox().member(member).build(), time, time);

  ProcessGaugesTest() {
    meters.bind(gauges::bindTo);
  }

  private List<String> sandboxes() {
    return meters.scrape().lines().filter(line -> line.startsWith("rapid_sandboxes{")).toList();
  }

  @Test
  void sandboxes_are_counted_by_what_they_do() {
    gauges.fleets(() -> List.of(fleet));
    fleet.initialise();
    fleet.first().post(new SandboxEvent.WorkerReady(new FakeSlot()));
    assertThat(sandboxes())
        .contains(
            "rapid_sandboxes{function=\"orders\",phase=\"Ready\"} 1.0",
            "rapid_sandboxes{function=\"orders\",phase=\"Invoking\"} 0.0")
        .hasSameSizeAs(Phase.ACTIVITIES);

    fleet.invoke(Invocations.anInvocation());

    assertThat(sandboxes())
        .contains(
            "rapid_sandboxes{function=\"orders\",phase=\"Ready\"} 0.0",
            "rapid_sandboxes{function=\"orders\",phase=\"Invoking\"} 1.0");
  }
}
