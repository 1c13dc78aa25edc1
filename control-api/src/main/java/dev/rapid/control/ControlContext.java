package dev.rapid.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.http.request.PayloadMemory;
import java.util.concurrent.TimeUnit;

/**
 * The objects that the endpoints share.
 *
 * @param sandbox the function's only sandbox, also after its end
 */
record ControlContext(
    Fleet fleet,
    Sandbox sandbox,
    ControlledFunction function,
    PayloadMemory memory,
    NanoClock clock,
    Timers timers,
    InternalState internalState,
    EventLog log,
    InitGate gate,
    ReservationDesk desk) {

  void post(SandboxEvent event) {
    sandbox.post(event);
  }

  /** Returns the state of the sandbox now. */
  ObjectNode stateJson() {
    return internalState.of(sandbox.state());
  }

  /**
   * Returns the metrics of a response (contract lifecycle-and-control, section 5.9).
   *
   * @param latencyNanos 0 for a buffered one
   */
  static ObjectNode responseMetrics(String responseMode, long latencyNanos) {
    ObjectNode metrics = ControlJson.object();
    if (latencyNanos == 0) {
      metrics.put("runtimeResponseLatencyMs", 0);
    } else {
      metrics.put("runtimeResponseLatencyMs", TimeUnit.NANOSECONDS.toMicros(latencyNanos) / 1000.0);
    }
    metrics.putObject("dimensions").put("invokeResponseMode", responseMode);
    return metrics;
  }
}
