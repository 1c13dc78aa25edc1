package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.time.Deadline;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.ReplyKind;
import dev.rapid.core.worker.WorkerCall;
import dev.rapid.core.worker.WorkerReply;
import dev.rapid.core.worker.WorkerSlot;
import dev.rapid.core.worker.WorkerState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How invocations run, from the moment at which the runtime can have them to the last extension
 * (contract runtime-extensions-telemetry, sections 1.2 to 1.4 and 2.6; for a runtime that several
 * invocations share, contract lifecycle-and-control, section 9).
 */
final class InvocationRules {

  private InvocationRules() {}

  // ------------------------------------------------------------------ the beginning

  /** Runs the invocations that waited for the runtime. */
  static void serve(Step s, List<WaitingInvocation> waiting) {
    s.enter(Phase.Serving.IDLE);
    for (WaitingInvocation each : waiting) {
      Long started = each.startedNanos();
      if (started == null) {
        begin(s, each.invocation());
      } else {
        if (!each.announced()) {
          s.emit(new LifecycleEvent.Start(each.invocation()));
        }
        run(s, each.invocation(), started, each.deadline());
      }
    }
  }

  /** An invocation comes to a runtime that serves. */
  static void requested(Step s, Phase.Serving p, Invocation invocation) {
    if (s.state.worker() == WorkerState.SNAPSHOT_READY) {
      s.then(new Next.Restore(List.of(WaitingInvocation.arrived(invocation))));
    } else if (p.running().size() + p.waiting().size() >= s.config.capacity()) {
      s.reject(invocation, Outcome.Rejection.FUNCTION_BUSY);
    } else if (p.isSettling()) {
      s.enter(p.waitingToo(WaitingInvocation.arrived(invocation)));
    } else {
      begin(s, invocation);
    }
  }

  private static void begin(Step s, Invocation invocation) {
    s.emit(new LifecycleEvent.Start(invocation));
    run(s, invocation, s.now, Deadline.after(s.now, invocation.function().timeout()));
  }

  /** Gives an invocation to the extensions and to the runtime. */
  private static void run(Step s, Invocation invocation, long started, Deadline deadline) {
    s.enter(
        s.serving()
            .with(
                RunningInvocation.begun(
                    invocation, Timeline.begun(started).released(s.now), deadline)));
    s.armInvocationDeadline();
    ExtensionEvents.giveInvoke(s, invocation, deadline);
    deliverPending(s);
  }

  /** Gives the invocations that wait to free slots, the oldest first. */
  static void deliverPending(Step s) {
    for (RunningInvocation each : s.state.running()) {
      if (s.state.slots().isEmpty()) {
        return;
      }
      if (each.status() == InvocationStatus.PENDING && !isRequestIdInUse(s, each)) {
        deliver(s, each, s.state.slots().getFirst());
      }
    }
  }

  /** Callers choose request ids, and the runtime could not tell two invocations with one apart. */
  private static boolean isRequestIdInUse(Step s, RunningInvocation pending) {
    String requestId = pending.invocation().requestId();
    return s.config.isShared()
        && s.state.running().stream()
            .anyMatch(other ->
                other.status() != InvocationStatus.PENDING
                    && other.invocation().requestId().equals(requestId));
  }

  private static void deliver(Step s, RunningInvocation r, WorkerSlot call) {
    s.worker(s.state.side().without(call).in(WorkerState.RUNNING, s.now));
    s.replace(r, r.deliveredBy(new Delivery(call, r.delivery() != null, s.state.slots(), false)));
    s.effects.add(new Effect.Deliver(call, r.invocation(), r.deadline()));
  }

  // ------------------------------------------------------------------ slots

  /**
   * The worker has room for an invocation. If it serves one at a time, that also says that it is
   * done with the one that it replied to. A slot that no invocation waits for is kept.
   */
  static void workerReady(Step s, Phase.Serving p, WorkerSlot call) {
    if (s.state.worker() == WorkerState.SNAPSHOT_READY) {
      s.refuse(call, WorkerState.READY);
      return;
    }
    s.hold(call);
    RunningInvocation replied = s.config.isShared() ? null : p.first(InvocationStatus.REPLIED);
    if (replied != null && replied.failure() == null) {
      runtimeDone(s, withoutDoubt(s, replied));
    } else {
      deliverPending(s);
      repeatLost(s);
    }
  }

  /**
   * The connection of a delivery was closed. That tells of the end of a runtime that the user
   * starts; of one that Rapid starts, the end itself is seen, and it may use a connection for each
   * call.
   */
  static void connectionClosed(Step s, WorkerSlot call) {
    RunningInvocation r = deliveredTo(s, call);
    if (r != null && r.delivery() != null && !s.config.owner().seesProcess()) {
      s.replace(r, r.withDelivery(r.delivery().withConnectionClosed()));
      repeatLost(s);
    }
  }

  /**
   * Gives an invocation again if the worker that had it has gone, to a slot that came after it: the
   * slots that were free before are those of workers that go on.
   */
  private static void repeatLost(Step s) {
    for (RunningInvocation r : s.state.running()) {
      Delivery delivery = r.delivery();
      if (delivery != null
          && delivery.connectionClosed()
          && r.status() == InvocationStatus.DELIVERED) {
        for (WorkerSlot waiting : s.state.slots()) {
          if (!delivery.bystanders().contains(waiting)) {
            deliver(s, r, waiting);
            break;
          }
        }
      }
    }
  }

  private static @Nullable RunningInvocation deliveredTo(Step s, WorkerSlot call) {
    for (RunningInvocation r : s.state.running()) {
      if (r.wasDeliveredTo(call)) {
        return r.status() == InvocationStatus.FINISHING ? null : r;
      }
    }
    return null;
  }

  /** The invocation is over when the extensions are done too. */
  private static void runtimeDone(Step s, RunningInvocation r) {
    s.workerIs(WorkerState.READY);
    s.replace(
        r,
        r.finishing(
            Reports.runtimeDone(s, r.invocation(), Status.SUCCESS, null, r.timeline(), true)));
    progress(s);
  }

  /** Ends the invocations that only extensions were busy with, if these are done. */
  static void progress(Step s) {
    if (ExtensionEvents.anyBusy(s)) {
      return;
    }
    for (RunningInvocation r : s.state.running()) {
      if (r.status() == InvocationStatus.FINISHING) {
        Reports.report(s, r.invocation(), Status.SUCCESS, null, r.timeline());
        s.remove(r);
        s.armInvocationDeadline();
        s.available(r.invocation());
      }
    }
  }

  /** Only if no other slot was answered with it is the worker known not to have the invocation. */
  static void deliveryFailed(Step s, WorkerSlot call) {
    RunningInvocation r = deliveredTo(s, call);
    if (r == null || r.status() != InvocationStatus.DELIVERED) {
      return;
    }
    if (r.delivery() != null && r.delivery().repeated()) {
      connectionClosed(s, call);
      return;
    }
    s.workerIs(WorkerState.READY);
    Failure failure = r.failure();
    RunningInvocation pending = r.undelivered();
    s.replace(r, pending);
    if (failure == null) {
      deliverPending(s);
    } else {
      InvocationFailures.failing(s, pending, failure);
    }
  }

  /**
   * The process that had an invocation has ended, and its runtime goes on with the others. A reply
   * that broke off ends by itself.
   */
  static void workerEnded(Step s, WorkerSlot call) {
    RunningInvocation r = deliveredTo(s, call);
    if (!s.config.isShared()
        || r == null
        || r.status() != InvocationStatus.DELIVERED
        || r.failure() != null) {
      return;
    }
    String error = ErrorType.RUNTIME_EXIT_ERROR.wireName();
    String message = s.config.messages().workerExited();
    s.fail(r.invocation(), ErrorType.RUNTIME_EXIT_ERROR, message);
    s.emit(new LifecycleEvent.Fault(r.invocation(), Status.ERROR, error, message));
    Reports.report(s, r.invocation(), Status.ERROR, error, r.timeline());
    s.remove(r);
    s.armInvocationDeadline();
    s.available(r.invocation());
    deliverPending(s);
  }

  // ------------------------------------------------------------------ replies

  /**
   * The head of a reply came.
   *
   * @param deliveryId the delivery that it answers, null if the worker does not say
   */
  static void replyBegan(
      Step s, WorkerReply call, ReplyKind kind, String requestId, @Nullable String deliveryId) {
    WorkerState target =
        kind == ReplyKind.RESPONSE ? WorkerState.RESPONDING : WorkerState.REPORTING_ERROR;
    RunningInvocation r = answeredBy(s, requestId, deliveryId);
    boolean expected = r != null && r.status() == InvocationStatus.DELIVERED;
    if (!expected && s.config.isShared()) {
      refuseLate(s, call, s.state.side().timedOut().answeredBy(requestId, deliveryId));
    } else if (r == null) {
      if (deliveryId == null && isAwaited(s, requestId)) {
        s.refuse(call, target);
      } else {
        s.effects.add(new Effect.Refuse(call, new Refusal.UnknownInvocation()));
      }
    } else if (!expected) {
      s.effects.add(new Effect.Refuse(call, new Refusal.NotAllowed(r.workerState(), target)));
    } else {
      begin(s, r, call, target);
    }
  }

  /** A worker of a shared runtime learns once that its invocation timed out. */
  private static void refuseLate(
      Step s, WorkerCall call, TimedOutDeliveries.@Nullable TimedOut late) {
    if (late == null) {
      s.effects.add(new Effect.Refuse(call, new Refusal.UnknownInvocation()));
    } else {
      WorkerSide side = s.state.side();
      s.worker(side.withTimedOut(side.timedOut().without(late)));
      s.effects.add(new Effect.Refuse(call, new Refusal.InvocationTimedOut()));
    }
  }

  private static void begin(Step s, RunningInvocation r, WorkerReply call, WorkerState target) {
    s.workerIs(target);
    boolean response = target == WorkerState.RESPONDING;
    Timeline timeline = response ? r.timeline().responseBegan(s.now) : r.timeline();
    RunningInvocation replying = r.replyingWith(call, timeline);
    s.replace(r, replying);
    if (r.failure() != null) {
      InvocationFailures.awaitBody(s, replying, r.failure());
    }
    s.effects.add(
        response && r.invocation().sink() instanceof StreamingSink sink
            ? new Effect.StreamBody(call, sink, r.invocation().maxResponseBytes())
            : new Effect.ReceiveBody(call));
  }

  /** Returns the invocation that a reply belongs to; callers choose request ids, so ids repeat. */
  private static @Nullable RunningInvocation answeredBy(
      Step s, String requestId, @Nullable String deliveryId) {
    RunningInvocation found = null;
    for (RunningInvocation r : s.state.running()) {
      if (r.invocation().requestId().equals(requestId)
          && (deliveryId == null || r.isDelivery(deliveryId))
          && (found == null || found.status() == InvocationStatus.PENDING)) {
        found = r;
      }
    }
    return found;
  }

  private static boolean isAwaited(Step s, String requestId) {
    Phase phase = s.state.phase();
    return (phase instanceof Phase.Initializing || phase instanceof Phase.Restoring)
        && phase.waiting().stream()
            .anyMatch(each -> !each.answered() && each.invocation().requestId().equals(requestId));
  }

  @SuppressWarnings("ReferenceEquality") // A call is equal to itself alone.
  private static @Nullable RunningInvocation replyingWith(Step s, WorkerReply call) {
    for (RunningInvocation r : s.state.running()) {
      if (r.reply() == call) {
        return r;
      }
    }
    return null;
  }

  /** A reply was refused, so that it is not there to be cut short. */
  static void forgetReply(Step s, WorkerReply call) {
    RunningInvocation r = replyingWith(s, call);
    if (r != null) {
      s.replace(r, r.withoutReply());
    }
  }

  /** The body of a reply ended. */
  static void replyEnded(Step s, WorkerReply call, Reply reply) {
    RunningInvocation r = replyingWith(s, call);
    if (r == null) {
      s.effects.add(new Effect.Discard(reply));
      refuseLate(s, call, s.state.side().timedOut().replyingWith(call));
      return;
    }
    s.workerIs(WorkerState.REPLIED);
    Timeline timeline = timelineAfter(s, r.timeline(), reply);
    if (r.answered()) {
      dropReply(s, r, timeline, call, reply);
      return;
    }
    if (reply instanceof Reply.Truncated(boolean connectionEnded)) {
      truncated(s, r, timeline, call, connectionEnded);
      return;
    }
    RunningInvocation answered = r.replied(timeline);
    s.replace(r, answered);
    Invocation invocation = r.invocation();
    switch (reply) {
      case Reply.Response(var payload, var contentType) -> {
        boolean fits = payload.size() <= invocation.maxResponseBytes();
        s.complete(invocation, new Outcome.Returned(payload, contentType));
        s.effects.add(
            fits
                ? new Effect.AcceptReply(call)
                : new Effect.Refuse(call, new Refusal.PayloadTooLarge()));
      }
      case Reply.Streamed(var end, long bytes, var errorType, var errorBody) -> {
        s.complete(invocation, new Outcome.Streamed(end, errorType, errorBody));
        s.effects.add(
            switch (end) {
              case COMPLETE -> new Effect.AcceptReply(call);
              case TRUNCATED -> new Effect.Refuse(call, new Refusal.TruncatedBody());
              case OVERSIZED -> new Effect.Refuse(call, new Refusal.PayloadTooLarge());
            });
      }
      case Reply.ReportedError error -> {
        if (error.details() != null) {
          s.emit(new LifecycleEvent.ErrorDetails(invocation, error.details()));
        }
        s.complete(invocation, error.outcome());
        s.effects.add(new Effect.AcceptReply(call));
      }
      case Reply.TooLarge e -> {
        s.fail(
            invocation,
            ErrorType.FUNCTION_RESPONSE_SIZE_TOO_LARGE,
            s.config.messages().responseTooLarge());
        s.effects.add(new Effect.Refuse(call, new Refusal.PayloadTooLarge()));
      }
      case Reply.TimedOut() -> {
        s.fail(
            invocation,
            ErrorType.SANDBOX_TIMEDOUT,
            s.config.messages().timedOut(invocation.function().timeout()));
        s.effects.add(new Effect.AcceptReply(call));
      }
      case Reply.NoMemory() -> {
        s.fail(
            invocation,
            ErrorType.SANDBOX_FAILURE,
            "Rapid has no memory for the runtime's response");
        s.effects.add(new Effect.Refuse(call, new Refusal.PlatformError()));
      }
      case Reply.Truncated e -> throw new IllegalStateException("A truncated reply is no answer");
      case Reply.Malformed(String type, var contentType) -> {
        s.complete(invocation, new Outcome.Reported(type, type, Payload.EMPTY, contentType));
        s.effects.add(new Effect.Refuse(call, new Refusal.MalformedReply()));
      }
    }
    afterReply(s, answered);
  }

  /** The caller has cancelled while the reply was on its way. */
  private static void dropReply(
      Step s, RunningInvocation r, Timeline timeline, WorkerReply call, Reply reply) {
    RunningInvocation dropped = r.replied(timeline);
    s.replace(r, dropped);
    s.effects.add(new Effect.Discard(reply));
    boolean brokeOff =
        reply instanceof Reply.Truncated
            || (reply instanceof Reply.Streamed e && e.end() == ResponseEnd.TRUNCATED);
    s.effects.add(
        brokeOff
            ? new Effect.Refuse(call, new Refusal.TruncatedBody())
            : new Effect.AcceptReply(call));
    afterReply(s, dropped);
  }

  /**
   * The worker is done with an invocation if it has room for the next one already. If several share
   * it, its slots say nothing of this one, and the reply is the end.
   */
  static void afterReply(Step s, RunningInvocation answered) {
    Failure failure = answered.failure();
    if (failure != null) {
      InvocationFailures.end(s, answered, failure);
    } else if (s.config.isShared() || !s.state.slots().isEmpty()) {
      runtimeDone(s, answered);
      deliverPending(s);
    }
  }

  /**
   * A reply broke off. If the runtime has ended, that is what the caller gets; an end is seen a
   * little later than what it did to the connection, so that the sandbox waits for it. The end of a
   * runtime that the user starts is never seen.
   */
  private static void truncated(
      Step s, RunningInvocation r, Timeline timeline, WorkerReply call, boolean connectionEnded) {
    Failure failure = r.failure();
    Failure outcome =
        new Failure(
            ErrorType.RUNTIME_TRUNCATED_RESPONSE,
            "The runtime's response ended before its announced end",
            true);
    boolean endMayFollow =
        connectionEnded
            && failure == null
            && s.state.side().alive()
            && s.config.owner().seesProcess();
    if (endMayFollow) {
      Failure awaited = outcome.settlingUntil(Deadline.after(s.now, SandboxConfig.EXIT_TIME));
      s.replace(r, r.truncated(timeline, awaited));
      s.armSettling();
      s.effects.add(new Effect.Refuse(call, new Refusal.TruncatedBody()));
      return;
    }
    Failure reason = failure != null && failure.ofRuntime() ? failure : outcome;
    RunningInvocation answered = r.replied(timeline);
    s.replace(r, answered);
    s.fail(r.invocation(), reason.error(), reason.message());
    s.effects.add(new Effect.Refuse(call, new Refusal.TruncatedBody()));
    afterReply(s, answered);
  }

  /** The runtime lives: its reply was truncated and nothing else. */
  static RunningInvocation withoutDoubt(Step s, RunningInvocation r) {
    Failure truncation = r.truncation();
    if (truncation == null) {
      return r;
    }
    RunningInvocation answered = r.replied(r.timeline());
    s.replace(r, answered);
    s.armSettling();
    s.fail(r.invocation(), truncation.error(), truncation.message());
    return answered;
  }

  private static Timeline timelineAfter(Step s, Timeline timeline, Reply reply) {
    return switch (reply) {
      case Reply.Response(Payload payload, var contentType) ->
          timeline.responseEnded(s.now, payload.size());
      case Reply.Streamed streamed -> timeline.responseEnded(s.now, streamed.bytes());
      case Reply.ReportedError e -> timeline;
      case Reply.TooLarge(long bytes) ->
          timeline.isResponse() ? timeline.responseEnded(s.now, bytes) : timeline;
      case Reply.TimedOut() -> timeline;
      case Reply.NoMemory() -> timeline;
      case Reply.Truncated e -> timeline;
      case Reply.Malformed e -> timeline;
    };
  }
}
