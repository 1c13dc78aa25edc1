package dev.rapid.cli.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.http.PayloadMemory;

/** What the endpoints work on. */
record ControlContext(
    Fleet fleet,
    ControlledFunction function,
    PayloadMemory memory,
    NanoClock clock,
    Timers timers,
    InternalState internalState,
    EventLog log,
    InitGate gate,
    ReservationDesk desk) {

  Sandbox sandbox() {
    return fleet.sandbox();
  }

  void post(SandboxEvent event) {
    fleet.sandbox().post(event);
  }

  /** Returns the state of the sandbox now. */
  ObjectNode stateJson() {
    return internalState.of(fleet.sandbox().state());
  }

  /** Returns the metrics of a response; a buffered one has no latency (contract, section 5.9). */
  static ObjectNode responseMetrics(String responseMode) {
    ObjectNode metrics = ControlJson.object();
    metrics.put("runtimeResponseLatencyMs", 0);
    metrics.putObject("dimensions").put("invokeResponseMode", responseMode);
    return metrics;
  }
}
