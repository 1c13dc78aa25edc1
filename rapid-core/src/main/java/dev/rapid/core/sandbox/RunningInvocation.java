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
    return with(InvocationStatus.DELIVERED, timeline, how);
  }

  /** The event did not reach the runtime. */
  RunningInvocation undelivered() {
    return new RunningInvocation(
        invocation,
        InvocationStatus.PENDING,
        timeline,
        deadline,
        null,
        reply,
        answered,
        null,
        truncation);
  }

  RunningInvocation withDelivery(Delivery how) {
    return with(status, timeline, how);
  }

  RunningInvocation finishing(Timeline now) {
    return with(InvocationStatus.FINISHING, now, delivery);
  }

  private RunningInvocation with(InvocationStatus next, Timeline now, @Nullable Delivery how) {
    return new RunningInvocation(
        invocation, next, now, deadline, how, reply, answered, failure, truncation);
  }

  RunningInvocation replyingWith(WorkerReply call, Timeline now) {
    return new RunningInvocation(
        invocation,
        InvocationStatus.REPLYING,
        now,
        deadline,
        delivery,
        call,
        answered,
        failure,
        truncation);
  }

  RunningInvocation replied(Timeline now) {
    return new RunningInvocation(
        invocation, InvocationStatus.REPLIED, now, deadline, delivery, null, true, failure, null);
  }

  RunningInvocation truncated(Timeline now, Failure outcome) {
    return new RunningInvocation(
        invocation,
        InvocationStatus.REPLIED,
        now,
        deadline,
        delivery,
        null,
        false,
        failure,
        outcome);
  }

  RunningInvocation failingWith(Failure why) {
    return new RunningInvocation(
        invocation, status, timeline, deadline, delivery, reply, answered, why, truncation);
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
