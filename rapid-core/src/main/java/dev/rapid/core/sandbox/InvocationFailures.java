package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.time.Deadline;
import java.util.List;

/**
 * How invocations that run fail, time out or are cancelled; the other half of {@link
 * InvocationRules}.
 */
final class InvocationFailures {

  /** What ends an invocation that its caller has cancelled. */
  static final Reports.Cut CANCELLED =
      new Reports.Cut(
          new Outcome.Rejected(Outcome.Rejection.CALLER_GONE),
          Status.ERROR,
          ErrorType.SANDBOX_FAILURE.wireName());

  private static final String CANCELLED_MESSAGE = "The caller has cancelled the invocation";

  private InvocationFailures() {}

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

  static void failing(Step s, RunningInvocation r, Failure failure) {
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
          end(s, InvocationRules.withoutDoubt(s, r), failure);
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
  static void awaitBody(Step s, RunningInvocation r, Failure failure) {
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
        InvocationRules.afterReply(s, InvocationRules.withoutDoubt(s, r));
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
          timedOut(s, InvocationRules.withoutDoubt(s, r));
        }
      }
    }
    if (s.config.isShared() && s.state.phase() instanceof Phase.Serving) {
      // After the loop: a delivery replaces the invocation that the loop still has to look at.
      InvocationRules.deliverPending(s);
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
          InvocationRules.deliverPending(s);
        } else {
          end(s, r, cancellation());
        }
      }
      // Its reply broke off, and nothing decides any more whether it or an exit is the outcome.
      case REPLIED -> InvocationRules.afterReply(s, r);
      // The runtime goes on; what it still sends has no reader.
      case REPLYING, FINISHING -> {}
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
  static void end(Step s, RunningInvocation r, Failure failure) {
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
