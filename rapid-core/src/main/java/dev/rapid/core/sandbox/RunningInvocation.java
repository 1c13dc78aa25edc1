package dev.rapid.core.sandbox;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.time.Deadline;
import dev.rapid.core.worker.WorkerReply;
import dev.rapid.core.worker.WorkerSlot;
import dev.rapid.core.worker.WorkerState;
import org.jspecify.annotations.Nullable;

/**
 * One of the invocations that run in a sandbox.
 *
 * @param status how far it is
 * @param timeline what has happened so far
 * @param deadline when it times out
 * @param delivery how the runtime was given the event, null if it does not have it
 * @param reply the reply whose body is being read, null if there is none
 * @param answered whether the caller has the outcome
 * @param failure why it fails, if the runtime's reply may still be on the wire
 * @param truncation the outcome of a reply that broke off, if the end of the runtime may be the
 *     reason and not be known yet
 */
public record RunningInvocation(
    Invocation invocation,
    InvocationStatus status,
    Timeline timeline,
    Deadline deadline,
    @Nullable Delivery delivery,
    @Nullable WorkerReply reply,
    boolean answered,
    @Nullable Failure failure,
    @Nullable Failure truncation) {

  static RunningInvocation begun(Invocation invocation, Timeline timeline, Deadline deadline) {
    return new RunningInvocation(
        invocation, InvocationStatus.PENDING, timeline, deadline, null, null, false, null, null);
  }

  RunningInvocation deliveredBy(Delivery how) {
    Change change = new Change(this);
    change.status = InvocationStatus.DELIVERED;
    change.delivery = how;
    return change.made();
  }

  /** The event did not reach the runtime. */
  RunningInvocation undelivered() {
    Change change = new Change(this);
    change.status = InvocationStatus.PENDING;
    change.delivery = null;
    change.failure = null;
    return change.made();
  }

  RunningInvocation withDelivery(Delivery how) {
    Change change = new Change(this);
    change.delivery = how;
    return change.made();
  }

  RunningInvocation finishing(Timeline now) {
    Change change = new Change(this);
    change.status = InvocationStatus.FINISHING;
    change.timeline = now;
    return change.made();
  }

  RunningInvocation replyingWith(WorkerReply call, Timeline now) {
    Change change = new Change(this);
    change.status = InvocationStatus.REPLYING;
    change.timeline = now;
    change.reply = call;
    return change.made();
  }

  RunningInvocation withoutReply() {
    Change change = new Change(this);
    change.reply = null;
    return change.made();
  }

  RunningInvocation replied(Timeline now) {
    return afterReply(now, true, null);
  }

  RunningInvocation truncated(Timeline now, Failure outcome) {
    return afterReply(now, false, outcome);
  }

  private RunningInvocation afterReply(
      Timeline now, boolean hasOutcome, @Nullable Failure brokenOff) {
    Change change = new Change(this);
    change.status = InvocationStatus.REPLIED;
    change.timeline = now;
    change.reply = null;
    change.answered = hasOutcome;
    change.truncation = brokenOff;
    return change.made();
  }

  /** The caller does not want the reply any more. */
  RunningInvocation abandoned() {
    Change change = new Change(this);
    change.answered = true;
    change.truncation = null;
    return change.made();
  }

  RunningInvocation failingWith(Failure why) {
    Change change = new Change(this);
    change.failure = why;
    return change.made();
  }

  /** A copy in the making, of which only what changes is set. */
  private static final class Change {

    private final RunningInvocation before;
    private InvocationStatus status;
    private Timeline timeline;
    private @Nullable Delivery delivery;
    private @Nullable WorkerReply reply;
    private boolean answered;
    private @Nullable Failure failure;
    private @Nullable Failure truncation;

    Change(RunningInvocation before) {
      this.before = before;
      status = before.status;
      timeline = before.timeline;
      delivery = before.delivery;
      reply = before.reply;
      answered = before.answered;
      failure = before.failure;
      truncation = before.truncation;
    }

    RunningInvocation made() {
      return new RunningInvocation(
          before.invocation,
          status,
          timeline,
          before.deadline,
          delivery,
          reply,
          answered,
          failure,
          truncation);
    }
  }

  /** Returns when the sandbox ends it; a client of the control API ends its own invocations. */
  Deadline enforcedDeadline() {
    return invocation.reserved() ? Deadline.NEVER : deadline;
  }

  /** Returns when the next thing is settled that it waits for. */
  Deadline settleDeadline() {
    Deadline first = failure == null ? Deadline.NEVER : failure.settleDeadline();
    return truncation == null ? first : first.earlier(truncation.settleDeadline());
  }

  /** Returns whether a poll is the one that the runtime was last given the event with. */
  @SuppressWarnings("ReferenceEquality") // A call is equal to itself alone.
  boolean wasDeliveredTo(WorkerSlot call) {
    return delivery != null && delivery.slot() == call;
  }

  /** Returns whether {@code deliveryId} names the last delivery of the event. */
  boolean isDelivery(String deliveryId) {
    return delivery != null && delivery.slot().deliveryId().equals(deliveryId);
  }

  /** Returns whether the response is on its way to a caller who takes it as it comes. */
  boolean isStreaming() {
    return reply != null && timeline.isResponse() && invocation.sink() instanceof StreamingSink;
  }

  /** Returns where the runtime stands with this invocation. */
  WorkerState workerState() {
    return switch (status) {
      case PENDING, FINISHING -> WorkerState.READY;
      case DELIVERED -> WorkerState.RUNNING;
      case REPLYING -> timeline.isResponse() ? WorkerState.RESPONDING : WorkerState.REPORTING_ERROR;
      case REPLIED -> WorkerState.REPLIED;
    };
  }
}
