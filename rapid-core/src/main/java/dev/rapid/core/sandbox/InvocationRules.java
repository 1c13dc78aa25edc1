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
      NextCall call = s.state.parked().getFirst();
      s.runtime(s.state.side().without(call).in(RuntimeState.RUNNING, s.now));
      deliver(s, call, p);
    }
  }

  private static void deliver(Step s, NextCall call, Phase.Invoking p) {
    s.enter(p.deliveredTo(call));
    s.effects.add(new Effect.Deliver(call, p.invocation(), p.deadlineNanos()));
  }

  // ------------------------------------------------------------------ polls

  static void polled(Step s, Phase.Invoking p, NextCall call) {
    switch (s.state.runtime()) {
      case READY -> {
        s.park(call);
        deliverToParked(s, p);
      }
      // The same event again: the runtime lost the first one, or is another process by now.
      case RUNNING -> {
        deliver(s, call, p);
        s.enter(p.deliveredTo(null));
      }
      case RESPONSE_SENT -> {
        s.park(call);
        runtimeDone(s, p);
      }
      case STARTED,
          INIT_ERROR,
          INVOCATION_RESPONSE,
          INVOCATION_ERROR_RESPONSE,
          RESTORE_READY,
          RESTORING,
          RESTORE_ERROR ->
          s.refuse(call, RuntimeState.READY);
    }
  }

  /** The invocation is over when the extensions are done too. */
  private static void runtimeDone(Step s, Phase.Invoking p) {
    Invocation invocation = p.invocation();
    Timeline timeline = tellRuntimeDone(s, invocation, Status.SUCCESS, null, p.timeline(), true);
    Phase.Finishing finishing = new Phase.Finishing(invocation, timeline, p.deadlineNanos());
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
  @SuppressWarnings("ReferenceEquality") // A call is equal to itself alone.
  static void deliveryFailed(Step s, NextCall call) {
    if (s.state.phase() instanceof Phase.Invoking p
        && p.delivered() == call
        && s.state.runtime() == RuntimeState.RUNNING) {
      s.runtimeIs(RuntimeState.READY);
      Failure failure = p.failure();
      if (failure == null) {
        deliverToParked(s, p);
      } else {
        failing(s, p.afterFailure(null), failure);
      }
    }
  }

  // ------------------------------------------------------------------ replies

  static void replyBegan(Step s, ReplyCall call, String requestId, RuntimeState target) {
    if (!requestId.equals(currentRequestId(s))) {
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
    Phase.Invoking answered = p.afterReply(timelineAfter(s, p.timeline(), reply));
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
      case Reply.ReportedError(var errorType, var payload, var contentType, var errorCause) -> {
        if (errorCause != null) {
          s.emit(new LifecycleEvent.ErrorCause(invocation, errorCause));
        }
        s.complete(invocation, new Outcome.Reported(errorType, payload, contentType));
        s.effects.add(new Effect.AcceptReply(call));
      }
      case Reply.TooLarge() -> {
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
      case Reply.Truncated() -> {
        s.fail(
            invocation,
            ErrorType.RUNTIME_TRUNCATED_RESPONSE,
            "The runtime's response ended before its announced end");
        s.effects.add(new Effect.Refuse(call, new Refusal.TruncatedBody()));
      }
      case Reply.InvalidMode() -> {
        s.fail(
            invocation,
            ErrorType.RUNTIME_INVALID_RESPONSE_MODE_HEADER,
            "Invalid function response mode");
        s.effects.add(new Effect.Refuse(call, new Refusal.InvalidResponseMode()));
      }
    }
    Failure failure = p.failure();
    if (failure != null) {
      endAfterFailure(s, answered, failure);
    }
  }

  private static Timeline timelineAfter(Step s, Timeline timeline, Reply reply) {
    return switch (reply) {
      case Reply.Response(Payload payload, var contentType) ->
          timeline.responseEnded(s.now, payload.size());
      case Reply.Streamed streamed -> timeline.responseEnded(s.now, streamed.bytes());
      case Reply.ReportedError e -> timeline;
      case Reply.TooLarge() -> timeline;
      case Reply.NoMemory() -> timeline;
      case Reply.Truncated() -> timeline;
      case Reply.InvalidMode() -> timeline;
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
      case RESPONSE_SENT -> endAfterFailure(s, p, failure);
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
    if (failure != null && s.passed(failure.believedNanos())) {
      failAfterFailure(s, p, failure);
    }
  }

  static void deadlinePassed(Step s, Phase.Invoking p) {
    Failure failure = p.failure();
    if (failure != null) {
      failAfterFailure(s, p, failure);
    } else {
      timeOut(s, p.invocation(), p.answered(), p.timeline());
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
