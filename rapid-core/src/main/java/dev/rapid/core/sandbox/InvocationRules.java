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

  /** What ends an invocation that its caller has cancelled. */
  static final Reports.Cut CANCELLED =
      new Reports.Cut(
          new Outcome.Rejected(Outcome.Rejection.CALLER_GONE),
          Status.ERROR,
          ErrorType.SANDBOX_FAILURE.wireName());

  private static final String CANCELLED_MESSAGE = "The caller has cancelled the invocation";

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
  private static void deliverPending(Step s) {
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
      failing(s, pending, failure);
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
      awaitBody(s, replying, r.failure());
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
  private static void afterReply(Step s, RunningInvocation answered) {
    Failure failure = answered.failure();
    if (failure != null) {
      end(s, answered, failure);
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
  private static RunningInvocation withoutDoubt(Step s, RunningInvocation r) {
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

  // ------------------------------------------------------------------ failures

  /** A process ended while invocations ran. */
  static void processEnded(Step s, Failure failure) {
    for (RunningInvocation r : s.state.running()) {
      Failure before = r.failure();
      if (before == null) {
        failing(s, r, failure);
      } else if (before.exitMayFollow() && failure.ofRuntime()) {
        exitFollowed(s, r, failure.settlingUntil(before.settleDeadline()));
      }
    }
  }

  /** The worker had broken off before, so that all that it sent was read. */
  private static void exitFollowed(Step s, RunningInvocation r, Failure exit) {
    if (r.status() == InvocationStatus.REPLYING) {
      s.replace(r, r.failingWith(exit));
    } else {
      failAndEnd(s, r, exit);
    }
  }

  /** The worker cannot be used any more; the end of its process may be why. */
  static void workerBroken(Step s, Failure failure) {
    for (RunningInvocation r : s.state.running()) {
      if (r.failure() == null) {
        breaking(s, r, failure);
      }
    }
  }

  private static void breaking(Step s, RunningInvocation r, Failure failure) {
    boolean waits =
        r.status() == InvocationStatus.DELIVERED
            || (r.status() == InvocationStatus.REPLIED && !r.answered());
    if (failure.exitMayFollow() && waits) {
      settle(s, r, failure, failure.settleDeadline());
    } else if (waits) {
      failAndEnd(s, r, failure);
    } else {
      failing(s, r, failure);
    }
  }

  private static void failing(Step s, RunningInvocation r, Failure failure) {
    switch (r.status()) {
      case PENDING -> {
        if (failure.ofRuntime()) {
          leaveToSuccessor(s, r);
        } else {
          failAndEnd(s, r, failure);
        }
      }
      // A reply that was sent before may still be on the wire.
      case DELIVERED ->
          settle(s, r, failure, new Deadline(s.now + s.config.settleTime().toNanos()));
      case REPLYING -> awaitBody(s, r, failure);
      case REPLIED -> {
        if (failure.ofRuntime()) {
          failAndEnd(s, r, failure);
        } else {
          end(s, withoutDoubt(s, r), failure);
        }
      }
      case FINISHING -> end(s, r, failure);
    }
  }

  /** The runtime died before it had the event, so that its successor can have it. */
  private static void leaveToSuccessor(Step s, RunningInvocation r) {
    s.remove(r);
    s.enter(s.serving().leftToSuccessor(WaitingInvocation.undelivered(r)));
    armTimersAgain(s);
    if (s.serving().isIdle()) {
      s.then(new Next.Reset(ShutdownReason.FAILURE, s.serving().waiting()));
    }
  }

  /**
   * The end of a body that is being read decides, but not for ever: a child of the dead runtime may
   * keep the connection open, and a runtime that lives may send as slowly as it likes. A stream is
   * as slow as its caller, so that only the deadline ends it.
   */
  private static void awaitBody(Step s, RunningInvocation r, Failure failure) {
    settle(
        s,
        r,
        failure,
        r.isStreaming() ? Deadline.NEVER : Deadline.after(s.now, SandboxConfig.BODY_TIME));
  }

  /** Gives what was sent before a process ended time to arrive, before the failure counts. */
  private static void settle(Step s, RunningInvocation r, Failure failure, Deadline deadline) {
    s.replace(r, r.failingWith(failure.settlingUntil(deadline)));
    s.armSettling();
  }

  static void graceOver(Step s, Phase.Serving p) {
    for (RunningInvocation r : p.running()) {
      Failure failure = r.failure();
      Failure truncation = r.truncation();
      if (failure != null && failure.settleDeadline().hasPassed(s.now)) {
        failAndEnd(s, r, failure);
      } else if (truncation != null && truncation.settleDeadline().hasPassed(s.now)) {
        afterReply(s, withoutDoubt(s, r));
      }
    }
  }

  static void deadlinePassed(Step s, Phase.Serving p) {
    endLateWaiting(s, p);
    for (RunningInvocation r : p.running()) {
      if (r.enforcedDeadline().hasPassed(s.now)) {
        Failure failure = r.failure();
        if (failure != null) {
          failAndEnd(s, r, failure);
        } else {
          timedOut(s, withoutDoubt(s, r));
        }
      }
    }
    if (s.config.isShared() && s.state.phase() instanceof Phase.Serving) {
      // After the loop: a delivery replaces the invocation that the loop still has to look at.
      deliverPending(s);
    }
  }

  /** Ends those that the successor of a runtime should have run, but it comes too late for. */
  @SuppressWarnings("ReferenceEquality") // Ids may be equal.
  private static void endLateWaiting(Step s, Phase.Serving p) {
    for (WaitingInvocation each : p.waiting()) {
      Long started = each.startedNanos();
      if (started != null && each.enforcedDeadline().hasPassed(s.now)) {
        List<WaitingInvocation> left =
            s.serving().waiting().stream().filter(other -> other != each).toList();
        s.enter(s.serving().with(left));
        Reports.timeout(s, each.invocation(), each.answered(), Timeline.begun(started));
        armTimersAgain(s);
        s.available(each.invocation());
      }
    }
  }

  private static void timedOut(Step s, RunningInvocation r) {
    Reports.timeout(s, r.invocation(), r.answered(), r.timeline());
    s.remove(r);
    s.available(r.invocation());
    if (s.config.isShared()) {
      // The runtime lives, and the code runs on; its late reply is refused.
      abandonDelivery(s, r, !r.answered());
      armTimersAgain(s);
    } else {
      Reports.resetAfter(s, r.invocation().reserved(), ShutdownReason.TIMEOUT, List.of());
    }
  }

  /**
   * Tells a worker that other invocations share that the result of one is not wanted any more.
   *
   * @param replyMayCome whether it may still reply; then it learns so
   */
  private static void abandonDelivery(Step s, RunningInvocation r, boolean replyMayCome) {
    Delivery delivery = r.delivery();
    if (delivery != null) {
      if (replyMayCome) {
        WorkerSide side = s.state.side();
        s.worker(side.withTimedOut(side.timedOut().with(r, delivery)));
      }
      s.effects.add(new Effect.CancelDelivery(delivery.slot(), r.invocation()));
    }
  }

  /** The caller does not want an invocation any more. */
  @SuppressWarnings("ReferenceEquality") // Ids may be equal.
  static void cancelled(Step s, Phase.Serving p, Invocation invocation) {
    for (RunningInvocation r : p.running()) {
      if (r.invocation() == invocation && !r.answered()) {
        s.complete(invocation, CANCELLED.outcome());
        RunningInvocation abandoned = r.abandoned();
        s.replace(r, abandoned);
        s.armSettling();
        cancelled(s, abandoned);
      }
    }
  }

  private static void cancelled(Step s, RunningInvocation r) {
    Failure failure = r.failure();
    switch (r.status()) {
      case PENDING -> {
        if (ExtensionEvents.anyBusy(s)) {
          end(s, r, cancellation());
        } else {
          leave(s, r);
        }
      }
      case DELIVERED -> {
        if (failure != null) {
          end(s, r, failure);
        } else if (s.config.isShared()) {
          abandonDelivery(s, r, true);
          leave(s, r);
          deliverPending(s);
        } else {
          end(s, r, cancellation());
        }
      }
      // The runtime goes on; what it still sends has no reader.
      case REPLYING, REPLIED, FINISHING -> {}
    }
  }

  private static Failure cancellation() {
    return new Failure(ErrorType.SANDBOX_FAILURE, CANCELLED_MESSAGE, true);
  }

  /** An invocation leaves a runtime that goes on. */
  private static void leave(Step s, RunningInvocation r) {
    String error = ErrorType.SANDBOX_FAILURE.wireName();
    s.emit(new LifecycleEvent.Fault(r.invocation(), Status.ERROR, error, CANCELLED_MESSAGE));
    Reports.report(s, r.invocation(), Status.ERROR, error, r.timeline());
    s.remove(r);
    armTimersAgain(s);
    s.available(r.invocation());
  }

  private static void failAndEnd(Step s, RunningInvocation r, Failure failure) {
    s.fatal(failure.error());
    if (!r.answered()) {
      s.fail(r.invocation(), failure.error(), failure.message());
    }
    end(s, r, failure);
  }

  /** An invocation leaves a sandbox that is reset when the last one has left. */
  private static void end(Step s, RunningInvocation r, Failure failure) {
    String error = failure.error().wireName();
    s.emit(new LifecycleEvent.Fault(r.invocation(), Status.ERROR, error, failure.message()));
    Reports.report(s, r.invocation(), Status.ERROR, error, r.timeline());
    s.remove(r);
    armTimersAgain(s);
    s.available(r.invocation());
    if (s.serving().isIdle()) {
      Reports.resetAfter(
          s, r.invocation().reserved(), ShutdownReason.FAILURE, s.serving().waiting());
    }
  }

  private static void armTimersAgain(Step s) {
    s.armInvocationDeadline();
    s.armSettling();
  }
}
