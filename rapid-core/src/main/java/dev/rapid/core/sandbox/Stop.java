package dev.rapid.core.sandbox;

import dev.rapid.core.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far the end of a generation's processes has come (contract lifecycle-and-control, section
 * 4.7.1).
 *
 * @param startedNanos when it began; the time that telemetry took does not count
 * @param stageDeadline when the next stage begins at the latest
 * @param deadline when everything is killed
 * @param shutdownGiven whether an extension gets the shutdown event
 * @param waiting the requests that wait for the end
 */
public record Stop(
    ShutdownReason reason,
    Stage stage,
    long startedNanos,
    Deadline stageDeadline,
    Deadline deadline,
    boolean shutdownGiven,
    List<ResetCall> waiting) {

  /** The steps, in order; steps without work are left out. */
  public enum Stage {
    /** The runtime was asked to end. */
    RUNTIME,
    /** Subscribers are given the telemetry that waits for them. */
    TELEMETRY,
    /** The extensions have the shutdown event. */
    EXTENSIONS,
    /** All that is left is being killed. */
    KILLING,
    /** Nothing runs any more; the connections are being closed. */
    DISCONNECTING
  }

  Stop at(Stage next, Deadline latest) {
    return new Stop(reason, next, startedNanos, latest, deadline, shutdownGiven, waiting);
  }

  /** Time has passed that does not count. */
  Stop later(long nanos) {
    return new Stop(
        reason,
        stage,
        startedNanos + nanos,
        stageDeadline,
        new Deadline(deadline.nanos() + nanos),
        shutdownGiven,
        waiting);
  }

  Stop withShutdownGiven() {
    return new Stop(reason, stage, startedNanos, stageDeadline, deadline, true, waiting);
  }

  Stop waitedForBy(@Nullable ResetCall call) {
    if (call == null) {
      return this;
    }
    List<ResetCall> all = new ArrayList<>(waiting);
    all.add(call);
    return new Stop(
        reason, stage, startedNanos, stageDeadline, deadline, shutdownGiven, List.copyOf(all));
  }
}
