package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.LifecycleEvent.Report;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Limits;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.StreamingSink;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How an invocation runs, from the moment at which the runtime can have it to the last extension
 * (contract runtime-extensions-telemetry, sections 1.2 to 1.4 and 2.6).
 */
final class InvocationRules {

  private InvocationRules() {}

  // ------------------------------------------------------------------ the beginning

  /** An invocation comes to a runtime that is ready for it. */
  static void begin(Step s, Invocation invocation) {
    s.emit(new LifecycleEvent.Start(invocation));
    run(s, invocation, s.now, deadlineOf(invocation, s.now));
  }

  /** Returns when an invocation that began at {@code startNanos} times out. */
  static long deadlineOf(Invocation invocation, long startNanos) {
    return Step.deadlineAfter(startNanos, invocation.function().timeout());
  }

  /** Gives an invocation to the extensions and to the runtime. */
  static void run(Step s, Invocation invocation, long started, long deadline) {
    Phase.Invoking invoking =
        Phase.Invoking.begun(invocation, Timeline.begun(started).released(s.now), deadline);
    s.enter(invoking);
    // Whoever has reserved the sandbox enforces the deadline.
    s.armDeadline(invocation.reserved() ? SandboxState.NO_DEADLINE : deadline);
    ExtensionRules.tellOfInvoke(s, invocation, deadline);
    deliverToParked(s, invoking);
  }

  private static void deliverToParked(Step s, Phase.Invoking p) {
    if (!s.state.parked().isEmpty()) {
      deliver(s, p, s.state.parked().getFirst());
    }
  }

  /** Answers a parked poll with the event. */
  private static void deliver(Step s, Phase.Invoking p, NextCall call) {
    s.runtime(s.state.side().without(call).in(RuntimeState.RUNNING, s.now));
    s.enter(p.delivered(new Delivery(call, p.delivery() != null, s.state.parked(), false)));
    s.effects.add(new Effect.Deliver(call, p.invocation(), p.deadlineNanos()));
  }

  // ------------------------------------------------------------------ polls

  static void polled(Step s, Phase.Invoking p, NextCall call) {
    switch (s.state.runtime()) {
      case READY -> {
        s.park(call);
        deliverToParked(s, p);
      }
      case RUNNING -> {
        s.hold(call);
        repeatIfLost(s, p);
      }
      // Another worker of the runtime; it gets the next event.
      case INVOCATION_RESPONSE, INVOCATION_ERROR_RESPONSE -> s.hold(call);
      case RESPONSE_SENT -> {
        s.park(call);
        runtimeDone(s, withoutDoubt(s, p));
      }
      case STARTED, INIT_ERROR, RESTORE_READY, RESTORING, RESTORE_ERROR ->
          s.refuse(call, RuntimeState.READY);
    }
  }

  /**
   * The connection over which the runtime was given the event was closed. That tells of the end of
   * a runtime that the user starts; the end of one that Rapid started is seen itself, and such a
   * runtime may use a connection for each call.
   */
  static void connectionClosed(Step s, NextCall call) {
    if (s.config.attached() && s.state.phase() instanceof Phase.Invoking p) {
      Delivery delivery = p.delivery();
      if (delivery != null && p.wasDeliveredTo(call)) {
        Phase.Invoking closed = p.delivered(delivery.withConnectionClosed());
        s.enter(closed);
        repeatIfLost(s, closed);
      }
    }
  }

  /**
   * Gives the event again if the runtime that had it has gone, to a poll that came after it: the
   * polls that waited before are those of workers that go on.
   */
  private static void repeatIfLost(Step s, Phase.Invoking p) {
    Delivery delivery = p.delivery();
    if (delivery == null
        || !delivery.connectionClosed()
        || s.state.runtime() != RuntimeState.RUNNING) {
      return;
    }
    for (NextCall waiting : s.state.parked()) {
      if (!delivery.bystanders().contains(waiting)) {
        deliver(s, p, waiting);
        return;
      }
    }
  }

  /** The invocation is over when the extensions are done too. */
  private static void runtimeDone(Step s, Phase.Invoking p) {
    Invocation invocation = p.invocation();
    Timeline timeline = tellRuntimeDone(s, invocation, Status.SUCCESS, null, p.timeline(), true);
    Phase.Finishing finishing =
        new Phase.Finishing(invocation, timeline, p.deadlineNanos(), p.delivery());
    s.enter(finishing);
    progress(s, finishing);
  }

  static void progress(Step s, Phase.Finishing p) {
    if (!ExtensionRules.anyBusy(s)) {
      report(s, p.invocation(), Status.SUCCESS, null, p.timeline());
      s.cancel(SandboxTimer.DEADLINE);
      s.enter(new Phase.Ready());
      s.available(p.invocation());
    }
  }

  /** Only if no other poll was answered with the event is the runtime known not to have it. */
  static void deliveryFailed(Step s, NextCall call) {
    if (!(s.state.phase() instanceof Phase.Invoking p)
        || s.state.runtime() != RuntimeState.RUNNING
        || !p.wasDeliveredTo(call)) {
      return;
    }
    if (p.delivery() != null && p.delivery().repeated()) {
      connectionClosed(s, call);
      return;
    }
    s.runtimeIs(RuntimeState.READY);
    Phase.Invoking undelivered = p.delivered(null);
    s.enter(undelivered);
    Failure failure = p.failure();
    if (failure == null) {
      deliverToParked(s, undelivered);
    } else {
      Phase.Invoking again = undelivered.afterFailure(null);
      s.enter(again);
      failing(s, again, failure);
    }
  }

  // ------------------------------------------------------------------ replies

  /**
   * The head of a reply came.
   *
   * @param deliveryId the delivery that it answers, null if the runtime does not say
   */
  static void replyBegan(
      Step s, ReplyCall call, String requestId, @Nullable String deliveryId, RuntimeState target) {
    if (!requestId.equals(currentRequestId(s))
        || (deliveryId != null && !deliveryId.equals(currentDeliveryId(s)))) {
      s.effects.add(new Effect.Refuse(call, new Refusal.InvalidRequestId()));
    } else if (s.state.phase() instanceof Phase.Invoking p
        && s.state.runtime() == RuntimeState.RUNNING) {
      s.runtimeIs(target);
      Failure failure = p.failure();
      boolean response = target == RuntimeState.INVOCATION_RESPONSE;
      Timeline timeline = response ? p.timeline().responseBegan(s.now) : p.timeline();
      Phase.Invoking replying = p.replyingWith(call, timeline);
      s.enter(
          failure == null ? replying : replying.afterFailure(awaitingBody(s, replying, failure)));
      s.effects.add(
          response && p.invocation().sink() instanceof StreamingSink sink
              ? new Effect.StreamBody(call, sink, p.invocation().maxResponseBytes())
              : new Effect.ReceiveBody(call));
    } else {
      s.refuse(call, target);
    }
  }

  /** Returns whether the runtime's response is on its way to a caller who takes it as it comes. */
  static boolean isStreaming(Step s, Phase.Invoking p) {
    return p.reply() != null
        && s.state.runtime() == RuntimeState.INVOCATION_RESPONSE
        && p.invocation().sink() instanceof StreamingSink;
  }

  /** Callers choose request ids, so that a late reply may carry the one of the invocation. */
  private static @Nullable String currentDeliveryId(Step s) {
    Delivery delivery =
        switch (s.state.phase()) {
          case Phase.Invoking p -> p.delivery();
          case Phase.Finishing p -> p.delivery();
          default -> null;
        };
    return delivery == null ? null : delivery.call().deliveryId();
  }

  private static @Nullable String currentRequestId(Step s) {
    return switch (s.state.phase()) {
      case Phase.Initializing p when p.waiting() != null && !p.answered() ->
          p.waiting().requestId();
      case Phase.Restoring p when p.waiting() != null -> p.waiting().requestId();
      case Phase.Invoking p -> p.invocation().requestId();
      case Phase.Finishing p -> p.invocation().requestId();
      default -> null;
    };
  }

  @SuppressWarnings("ReferenceEquality") // A call is equal to itself alone.
  static void replyEnded(Step s, ReplyCall call, Reply reply) {
    if (!(s.state.phase() instanceof Phase.Invoking p) || p.reply() != call) {
      s.effects.add(new Effect.Discard(reply));
      s.effects.add(new Effect.Refuse(call, new Refusal.InvalidRequestId()));
      return;
    }
    s.runtimeIs(RuntimeState.RESPONSE_SENT);
    Timeline timeline = timelineAfter(s, p.timeline(), reply);
    if (reply instanceof Reply.Truncated(boolean connectionEnded)) {
      truncated(s, p, timeline, call, connectionEnded);
      return;
    }
    Phase.Invoking answered = p.afterReply(timeline);
    s.enter(answered);
    Invocation invocation = p.invocation();
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
        if (error.errorCause() != null) {
          s.emit(new LifecycleEvent.ErrorCause(invocation, error.errorCause()));
        }
        s.complete(invocation, error.outcome());
        s.effects.add(new Effect.AcceptReply(call));
      }
      case Reply.TooLarge e -> {
        s.fail(
            invocation,
            ErrorType.FUNCTION_RESPONSE_SIZE_TOO_LARGE,
            "Response payload size exceeded maximum allowed payload size ("
                + Limits.MAX_RESPONSE_BYTES
                + " bytes).");
        s.effects.add(new Effect.Refuse(call, new Refusal.PayloadTooLarge()));
      }
      case Reply.NoMemory() -> {
        s.fail(
            invocation,
            ErrorType.SANDBOX_FAILURE,
            "Rapid has no memory for the runtime's response");
        s.effects.add(new Effect.Refuse(call, new Refusal.PlatformError()));
      }
      case Reply.Truncated e -> throw new IllegalStateException("A truncated reply is no answer");
      case Reply.InvalidMode(var contentType) -> {
        String type = ErrorType.RUNTIME_INVALID_RESPONSE_MODE_HEADER.wireName();
        s.complete(invocation, new Outcome.Reported(type, type, Payload.EMPTY, contentType));
        s.effects.add(new Effect.Refuse(call, new Refusal.InvalidResponseMode()));
      }
    }
    replied(s, answered);
  }

  /** The runtime is done with the invocation if it asks for the next event already. */
  private static void replied(Step s, Phase.Invoking answered) {
    Failure failure = answered.failure();
    if (failure != null) {
      endAfterFailure(s, answered, failure);
    } else if (!s.state.parked().isEmpty()) {
      s.runtimeIs(RuntimeState.READY);
      runtimeDone(s, answered);
    }
  }

  /**
   * A reply broke off. If the runtime has ended, that is what the caller gets; an end is seen a
   * little later than what it did to the connection, so that it is waited for. That of a runtime
   * that the user starts is never seen.
   */
  private static void truncated(
      Step s, Phase.Invoking p, Timeline timeline, ReplyCall call, boolean connectionEnded) {
    Failure failure = p.failure();
    Failure outcome =
        new Failure(
            ErrorType.RUNTIME_TRUNCATED_RESPONSE,
            "The runtime's response ended before its announced end",
            true,
            s.now);
    boolean endMayFollow =
        connectionEnded && failure == null && s.state.side().alive() && !s.config.attached();
    if (endMayFollow) {
      Failure awaited = s.settling(outcome, SandboxConfig.EXIT_TIME);
      s.enter(p.afterTruncation(timeline, awaited));
      s.effects.add(new Effect.Refuse(call, new Refusal.TruncatedBody()));
      return;
    }
    Failure reason = failure != null && failure.ofRuntime() ? failure : outcome;
    Phase.Invoking answered = p.afterReply(timeline);
    s.enter(answered);
    s.fail(p.invocation(), reason.error(), reason.message());
    s.effects.add(new Effect.Refuse(call, new Refusal.TruncatedBody()));
    replied(s, answered);
  }

  /** The runtime lives: its reply was truncated and nothing else. */
  private static Phase.Invoking withoutDoubt(Step s, Phase.Invoking p) {
    Failure truncation = p.truncation();
    if (truncation == null) {
      return p;
    }
    s.cancel(SandboxTimer.GRACE);
    Phase.Invoking answered = p.afterReply(p.timeline());
    s.enter(answered);
    s.fail(p.invocation(), truncation.error(), truncation.message());
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
      case Reply.NoMemory() -> timeline;
      case Reply.Truncated e -> timeline;
      case Reply.InvalidMode e -> timeline;
    };
  }

  // ------------------------------------------------------------------ failures

  /** A process ended while an invocation ran. */
  static void failing(Step s, Phase.Invoking p, Failure failure) {
    if (p.failure() != null) {
      return;
    }
    switch (s.state.runtime()) {
      case READY -> {
        if (failure.ofRuntime()) {
          repeat(s, p);
        } else {
          failAfterFailure(s, p, failure);
        }
      }
      case RESPONSE_SENT -> {
        if (failure.ofRuntime()) {
          failAfterFailure(s, p, failure);
        } else {
          endAfterFailure(s, withoutDoubt(s, p), failure);
        }
      }
      // A reply that was sent before may still be on the wire.
      case RUNNING -> {
        s.enter(p.afterFailure(s.settling(failure, s.config.settleTime())));
      }
      case INVOCATION_RESPONSE, INVOCATION_ERROR_RESPONSE -> {
        s.enter(p.afterFailure(awaitingBody(s, p, failure)));
      }
      case STARTED, INIT_ERROR, RESTORE_READY, RESTORING, RESTORE_ERROR -> {}
    }
  }

  /** The runtime died before it had the event, so that its successor can have it. */
  private static void repeat(Step s, Phase.Invoking p) {
    s.cancel(SandboxTimer.DEADLINE);
    s.cancel(SandboxTimer.GRACE);
    StopRules.reset(
        s, p.invocation(), p.timeline().startedNanos(), ShutdownReason.FAILURE, null, null);
  }

  /**
   * The end of a body that is being read decides, but not for ever: a child of the dead runtime may
   * keep the connection open, and a runtime that lives may send as slowly as it likes. A stream is
   * as slow as its caller, so that only the deadline ends it.
   */
  private static Failure awaitingBody(Step s, Phase.Invoking p, Failure failure) {
    if (isStreaming(s, p)) {
      s.cancel(SandboxTimer.GRACE);
      return failure.believedAt(SandboxState.NO_DEADLINE);
    }
    return s.settling(failure, SandboxConfig.BODY_TIME);
  }

  static void graceOver(Step s, Phase.Invoking p) {
    Failure failure = p.failure();
    Failure truncation = p.truncation();
    if (failure != null && s.passed(failure.believedNanos())) {
      failAfterFailure(s, p, failure);
    } else if (truncation != null && s.passed(truncation.believedNanos())) {
      replied(s, withoutDoubt(s, p));
    }
  }

  static void deadlinePassed(Step s, Phase.Invoking p) {
    Failure failure = p.failure();
    if (failure != null) {
      failAfterFailure(s, p, failure);
    } else {
      Phase.Invoking certain = withoutDoubt(s, p);
      timeOut(s, certain.invocation(), certain.answered(), certain.timeline());
    }
  }

  static void deadlinePassed(Step s, Phase.Finishing p) {
    timeOut(s, p.invocation(), true, p.timeline());
  }

  private static void failAfterFailure(Step s, Phase.Invoking p, Failure failure) {
    if (!p.answered()) {
      s.fail(p.invocation(), failure.error(), failure.message());
    }
    endAfterFailure(s, p, failure);
  }

  private static void endAfterFailure(Step s, Phase.Invoking p, Failure failure) {
    end(s, p.invocation(), p.timeline(), failure.error(), failure.message());
  }

  /** A process ended while extensions were not done yet. */
  static void failed(Step s, Phase.Finishing p, ErrorType error, String message) {
    end(s, p.invocation(), p.timeline(), error, message);
  }

  private static void end(
      Step s, Invocation invocation, Timeline timeline, ErrorType error, String message) {
    s.emit(new LifecycleEvent.Fault(invocation, Status.ERROR, error.wireName(), message));
    report(s, invocation, Status.ERROR, error.wireName(), timeline);
    s.cancel(SandboxTimer.DEADLINE);
    s.cancel(SandboxTimer.GRACE);
    s.available(invocation);
    resetAfter(s, invocation, ShutdownReason.FAILURE);
  }

  static void timeOut(Step s, Invocation invocation, boolean answered, Timeline timeline) {
    String message =
        String.format(
            Locale.ROOT,
            "Task timed out after %.2f seconds",
            invocation.function().timeout().toMillis() / 1000.0);
    if (!answered) {
      s.fail(invocation, ErrorType.SANDBOX_TIMEDOUT, message);
    }
    s.emit(
        new LifecycleEvent.Fault(
            invocation, Status.TIMEOUT, ErrorType.SANDBOX_TIMEDOUT.wireName(), message));
    report(s, invocation, Status.TIMEOUT, null, timeline);
    s.available(invocation);
    resetAfter(s, invocation, ShutdownReason.TIMEOUT);
  }

  /**
   * After a failure the sandbox is reset, unless that is left to whoever has reserved it; to reset
   * a runtime that the user starts ends nothing.
   */
  static void resetAfter(Step s, Invocation invocation, ShutdownReason reason) {
    if (invocation.reserved() && !s.config.attached()) {
      s.enter(new Phase.Failed());
    } else {
      StopRules.reset(s, null, reason);
    }
  }

  /** A process ended between invocations. */
  static void resetIdle(Step s) {
    s.state = s.state.withUnreported(SandboxState.Unreported.NOTHING);
    StopRules.reset(s, null, ShutdownReason.FAILURE);
  }

  // ------------------------------------------------------------------ reports

  /** Tells telemetry that an invocation is over, and first that the runtime is done with it. */
  static void report(
      Step s, Invocation invocation, Status status, @Nullable String errorType, Timeline timeline) {
    Timeline done =
        timeline.isRuntimeDone()
            ? timeline
            : tellRuntimeDone(s, invocation, status, errorType, timeline, false);
    s.emit(new LifecycleEvent.End(invocation));
    SandboxState.Unreported before = s.state.unreported();
    s.emit(
        new Report(
            invocation,
            status,
            errorType,
            s.now - timeline.startedNanos(),
            before.initNanos(),
            before.restoreNanos(),
            s.hasExtensions() ? List.of(done.extensionSpan(s.now)) : List.of()));
    if (!before.equals(SandboxState.Unreported.NOTHING)) {
      s.state = s.state.withUnreported(SandboxState.Unreported.NOTHING);
    }
  }

  private static Timeline tellRuntimeDone(
      Step s,
      Invocation invocation,
      Status status,
      @Nullable String errorType,
      Timeline timeline,
      boolean polled) {
    s.emit(
        new LifecycleEvent.RuntimeDone(
            invocation,
            status,
            errorType,
            timeline.runtimeNanos(s.now),
            timeline.producedBytes(),
            timeline.runtimeSpans(s.now, polled)));
    return timeline.runtimeDone(s.now);
  }

  /**
   * Ends an invocation because the sandbox ends.
   *
   * @param timeline what has happened to it, null if it has not begun
   * @param outcome for the caller, if he has none
   * @param status of an invocation that its caller has no outcome of
   */
  static void cutShort(
      Step s,
      Invocation invocation,
      boolean answered,
      @Nullable Timeline timeline,
      Outcome outcome,
      Status status,
      @Nullable String errorType) {
    if (!answered) {
      s.complete(invocation, outcome);
    }
    if (timeline != null) {
      // Whoever has an answer was served; that its runtime did not poll again harmed nobody.
      if (answered) {
        report(s, invocation, Status.SUCCESS, null, timeline);
      } else {
        report(s, invocation, status, errorType, timeline);
      }
    }
    s.available(invocation);
  }
}
