package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.extension.Extension;
import dev.rapid.core.extension.ExtensionCall;
import dev.rapid.core.extension.ExtensionRefusal;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.time.Deadline;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.WorkerCall;
import dev.rapid.core.worker.WorkerReply;
import dev.rapid.core.worker.WorkerSlot;
import dev.rapid.core.worker.WorkerState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One transition in the making: the state so far, the effects so far, and what comes next. */
final class Step {

  final SandboxConfig config;
  final long now;
  final List<Effect> effects = new ArrayList<>(6);
  SandboxState state;
  private @Nullable Next next;

  Step(SandboxConfig config, SandboxState state, long now) {
    this.config = config;
    this.state = state;
    this.now = now;
  }

  Transition transition() {
    return new Transition(state, effects);
  }

  /** Says what comes after the rule. */
  void then(Next following) {
    if (next != null) {
      throw new IllegalStateException("Both " + next + " and " + following + " come next");
    }
    next = following;
  }

  /** Returns what comes next and forgets it; null if nothing does. */
  @Nullable Next takeNext() {
    Next taken = next;
    next = null;
    return taken;
  }

  // ------------------------------------------------------------------ state

  void enter(Phase phase) {
    state = state.in(phase);
  }

  void worker(WorkerSide side) {
    state = state.with(side);
  }

  void workerIs(WorkerState next) {
    worker(state.side().in(next, now));
  }

  /** Keeps a slot of a worker that is ready with it. */
  void park(WorkerSlot call) {
    worker(state.side().in(WorkerState.READY, now).withSlot(call));
  }

  /** Keeps a slot that says nothing of where the worker stands. */
  void hold(WorkerSlot call) {
    worker(state.side().withSlot(call));
  }

  boolean hasExtensions() {
    return !state.extensions().isEmpty();
  }

  @Nullable Extension extensionById(String id) {
    return extension(extension -> !extension.id().isEmpty() && extension.id().equals(id));
  }

  @Nullable Extension extensionByName(String name) {
    return extension(extension -> extension.name().equals(name));
  }

  private @Nullable Extension extension(Predicate<Extension> wanted) {
    for (Extension extension : state.extensions()) {
      if (wanted.test(extension)) {
        return extension;
      }
    }
    return null;
  }

  boolean anyExtension(Predicate<Extension> wanted) {
    return extension(wanted) != null;
  }

  void add(Extension extension) {
    List<Extension> all = new ArrayList<>(state.extensions());
    all.add(extension);
    state = state.withExtensions(all);
  }

  /** Puts an extension in the place of the one with the same name. */
  void put(Extension extension) {
    List<Extension> all = new ArrayList<>(state.extensions());
    all.replaceAll(each -> each.name().equals(extension.name()) ? extension : each);
    state = state.withExtensions(all);
  }

  void remove(Extension extension) {
    List<Extension> left = new ArrayList<>(state.extensions());
    left.remove(extension);
    state = state.withExtensions(left);
  }

  /** Remembers the first thing that goes wrong. */
  void fatal(ErrorType error) {
    if (state.fatalError() == null) {
      state = state.withFatalError(error);
    }
  }

  /** Returns the first thing that went wrong, which may have been another one. */
  ErrorType fatalOr(ErrorType error) {
    ErrorType first = state.fatalError();
    return first == null ? error : first;
  }

  // ------------------------------------------------------------------ running invocations

  /** Returns the phase of a sandbox that serves. */
  Phase.Serving serving() {
    if (state.phase() instanceof Phase.Serving p) {
      return p;
    }
    throw new IllegalStateException("The sandbox does not serve: " + state.phase());
  }

  /** Puts what an invocation is now in the place of what it was. */
  void replace(RunningInvocation was, RunningInvocation is) {
    enter(serving().replacing(was, is));
  }

  void remove(RunningInvocation running) {
    enter(serving().without(running));
  }

  /** Lets the alarm ring when the next invocation times out. */
  void armInvocationDeadline() {
    Deadline next = Deadline.NEVER;
    for (RunningInvocation each : state.running()) {
      next = next.earlier(each.enforcedDeadline());
    }
    // If none runs, a reset follows at once.
    if (!state.running().isEmpty()) {
      for (WaitingInvocation each : state.waiting()) {
        next = next.earlier(each.enforcedDeadline());
      }
    }
    arm(SandboxTimer.DEADLINE, next);
  }

  /** Lets the alarm ring when the next failure has settled. */
  void armSettling() {
    Deadline next = Deadline.NEVER;
    for (RunningInvocation each : state.running()) {
      next = next.earlier(each.settleDeadline());
    }
    arm(SandboxTimer.GRACE, next);
  }

  // ------------------------------------------------------------------ answers

  void refuse(WorkerCall call, WorkerState target) {
    effects.add(new Effect.Refuse(call, new Refusal.NotAllowed(state.worker(), target)));
  }

  void refuse(ExtensionCall call, ExtensionRefusal refusal) {
    effects.add(new Effect.RefuseExtension(call, refusal));
  }

  /** Gives the caller the outcome; if a response is on its way to him, that one is cut short. */
  @SuppressWarnings("ReferenceEquality") // Clients may choose ids, so that two may be equal.
  void complete(Invocation invocation, Outcome outcome) {
    effects.add(new Effect.Complete(invocation, outcome));
    for (RunningInvocation each : state.running()) {
      WorkerReply reply = each.reply();
      if (each.invocation() == invocation && reply != null && each.isStreaming()) {
        effects.add(new Effect.AbortReply(reply));
      }
    }
  }

  void fail(Invocation invocation, ErrorType error, String message) {
    complete(invocation, failed(error, message));
  }

  /** Returns a failure in the words of the platform. */
  Outcome.Failed failed(ErrorType error, String message) {
    return new Outcome.Failed(error, config.messages().typeOf(error), message);
  }

  void reject(Invocation invocation, Outcome.Rejection rejection) {
    complete(invocation, new Outcome.Rejected(rejection));
    available(invocation);
  }

  void available(Invocation ended) {
    effects.add(new Effect.BecomeAvailable(ended));
  }

  void emit(LifecycleEvent event) {
    effects.add(new Effect.Emit(event));
  }

  // ------------------------------------------------------------------ time

  /** Lets an alarm ring at a deadline, and not at all if that never passes. */
  void arm(SandboxTimer timer, Deadline deadline) {
    if (deadline.isNever()) {
      cancel(timer);
    } else {
      effects.add(new Effect.ArmTimer(timer, deadline.nanos()));
    }
  }

  void cancel(SandboxTimer timer) {
    effects.add(new Effect.CancelTimer(timer));
  }

  /** Gives what was sent before a process ended time to arrive, before the failure counts. */
  Failure settling(Failure failure) {
    Failure awaited = failure.settlingUntil(new Deadline(now + config.settleTime().toNanos()));
    arm(SandboxTimer.GRACE, awaited.settleDeadline());
    return awaited;
  }
}
