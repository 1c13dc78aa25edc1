package dev.rapid.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.core.error.ErrorType;
import dev.rapid.core.extension.Extension;
import dev.rapid.core.sandbox.SandboxState;
import dev.rapid.core.sandbox.WorkerSide;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.WallClock;
import dev.rapid.lambda.RuntimeStates;
import java.util.concurrent.TimeUnit;

/**
 * Shows the state of a sandbox as JSON (contract lifecycle-and-control, section 3.4; contract
 * runtime-extensions-telemetry, section 3.9). Moments become times of day by the difference of the
 * two clocks at the start. So a past moment keeps its time of day.
 */
final class InternalState {

  private final long epochNanosAtZero;

  InternalState(NanoClock clock, WallClock wallClock) {
    this.epochNanosAtZero =
        TimeUnit.MILLISECONDS.toNanos(wallClock.epochMillis()) - clock.nanoTime();
  }

  /** Returns an object that the caller may add to. */
  ObjectNode of(SandboxState state) {
    ObjectNode json = ControlJson.object();
    WorkerSide runtime = state.side();
    Long changed = runtime.changedNanos();
    Long responded = runtime.respondedNanos();
    if (changed == null) {
      json.putNull("runtime"); // None was started since the last reset.
    } else {
      json.putObject("runtime")
          .set(
              "state",
              stateOf(
                  RuntimeStates.nameOf(runtime.state()),
                  changed,
                  responded == null ? 0 : epochNanosOf(responded)));
    }
    ArrayNode extensions = json.putArray("extensions");
    state.extensions().stream()
        .filter(extension -> !extension.isExternal())
        .forEach(extension -> extensions.add(of(extension)));
    state.extensions().stream()
        .filter(Extension::isExternal)
        .forEach(extension -> extensions.add(of(extension)));
    ErrorType fatal = state.firstError();
    json.put("firstFatalError", fatal == null ? "" : fatal.wireName());
    return json;
  }

  private ObjectNode of(Extension extension) {
    ObjectNode json = ControlJson.object();
    json.put("name", extension.name());
    json.put("ID", extension.id());
    json.set("state", stateOf(extension.state().wireName(), extension.changedNanos(), 0));
    json.put("errorType", extension.errorType());
    return json;
  }

  private ObjectNode stateOf(String name, long changedNanos, long respondedEpochNanos) {
    ObjectNode json = ControlJson.object();
    json.put("name", name);
    json.put("lastModified", TimeUnit.NANOSECONDS.toMillis(epochNanosOf(changedNanos)));
    json.put("responseTimeNs", respondedEpochNanos);
    return json;
  }

  private long epochNanosOf(long moment) {
    return epochNanosAtZero + moment;
  }
}
