package dev.rapid.core.sandbox;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.time.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * An invocation that a sandbox has taken and that waits for an init, a restore or the end of a
 * reset.
 *
 * @param startedNanos since when its duration and its timeout count, as a reading of the nano
 *     clock: an init inside of an invocation does, one before it does not; null if they do not
 *     count yet
 * @param announced whether telemetry has its start
 * @param answered whether its caller has the outcome
 */
public record WaitingInvocation(
    Invocation invocation, @Nullable Long startedNanos, boolean announced, boolean answered) {

  static WaitingInvocation arrived(Invocation invocation) {
    return new WaitingInvocation(invocation, null, false, false);
  }

  /** The runtime ended before it had the event. */
  static WaitingInvocation undelivered(RunningInvocation running) {
    return new WaitingInvocation(
        running.invocation(), running.timeline().startedNanos(), true, running.answered());
  }

  /** Returns this invocation with its time counting, since {@code nowNanos} if it has not begun. */
  WaitingInvocation started(long nowNanos) {
    return startedNanos == null
        ? new WaitingInvocation(invocation, nowNanos, announced, answered)
        : this;
  }

  WaitingInvocation withAnnounced() {
    return new WaitingInvocation(invocation, startedNanos, true, answered);
  }

  WaitingInvocation withAnswer() {
    return new WaitingInvocation(invocation, startedNanos, announced, true);
  }

  /** Returns when it times out; never if its time does not count yet. */
  Deadline deadline() {
    return startedNanos == null
        ? Deadline.NEVER
        : Deadline.after(startedNanos, invocation.function().timeout());
  }

  /** Returns when the sandbox ends it; a client of the control API ends its own invocations. */
  Deadline enforcedDeadline() {
    return invocation.reserved() ? Deadline.NEVER : deadline();
  }

  /** Returns what has happened to it if telemetry has its start, else null. */
  @Nullable Timeline timeline() {
    return announced && startedNanos != null ? Timeline.begun(startedNanos) : null;
  }
}
