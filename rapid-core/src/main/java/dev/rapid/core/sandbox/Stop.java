package dev.rapid.core.sandbox;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far the end of a generation's processes has come (contract lifecycle-and-control, section
 * 4.7.1).
 *
 * @param startedNanos when it began; the time that telemetry took does not count
 * @param stageDeadlineNanos when the next stage begins at the latest
 * @param deadlineNanos when everything is killed
 * @param shutdownTold whether an extension is told of the shutdown
 * @param waiting who asked for it and waits for the end
 */
public record Stop(
    ShutdownReason reason,
    Stage stage,
    long startedNanos,
    long stageDeadlineNanos,
    long deadlineNanos,
    boolean shutdownTold,
    List<ResetCall> waiting) {

  /** The steps, in order; steps without work are left out. */
  public enum Stage {
    /** The runtime was asked to end. */
    RUNTIME,
    /** Subscribers are given the telemetry that waits for them. */
    TELEMETRY,
    /** The extensions were told of the shutdown. */
    EXTENSIONS,
    /** All that is left is being killed. */
    KILLING,
    /** Nothing runs any more; the connections are being closed. */
    DISCONNECTING
  }

  Stop at(Stage next, long stageDeadline) {
    return new Stop(
        reason, next, startedNanos, stageDeadline, deadlineNanos, shutdownTold, waiting);
  }

  /** Time has passed that does not count. */
  Stop later(long nanos) {
    return new Stop(
        reason,
        stage,
        startedNanos + nanos,
        stageDeadlineNanos,
        deadlineNanos + nanos,
        shutdownTold,
        waiting);
  }

  Stop told() {
    return new Stop(reason, stage, startedNanos, stageDeadlineNanos, deadlineNanos, true, waiting);
  }

  Stop waitedForBy(@Nullable ResetCall call) {
    if (call == null) {
      return this;
    }
    List<ResetCall> all = new ArrayList<>(waiting);
    all.add(call);
    return new Stop(
        reason,
        stage,
        startedNanos,
        stageDeadlineNanos,
        deadlineNanos,
        shutdownTold,
        List.copyOf(all));
  }
}
