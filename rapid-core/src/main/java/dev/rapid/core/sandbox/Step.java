package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.extension.Extension;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One transition in the making: the state so far, the effects so far, and words to add to them. */
final class Step {

  final SandboxConfig config;
  final long now;
  final List<Effect> effects = new ArrayList<>(6);
  SandboxState state;

  Step(SandboxConfig config, SandboxState state, long now) {
    this.config = config;
    this.state = state;
    this.now = now;
  }

  Transition transition() {
    return new Transition(state, effects);
  }

  // ------------------------------------------------------------------ state

  void enter(Phase phase) {
    state = state.in(phase);
  }

  void runtime(RuntimeSide side) {
    state = state.with(side);
  }

  void runtimeIs(RuntimeState next) {
    runtime(state.side().in(next, now));
  }

  /** The runtime waits for an event. */
  void park(NextCall call) {
    runtime(state.side().in(RuntimeState.READY, now).withPoll(call));
  }

  /** A poll waits, and says nothing of where the runtime stands. */
  void hold(NextCall call) {
    runtime(state.side().withPoll(call));
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

  // ------------------------------------------------------------------ answers

  void refuse(RuntimeCall call, RuntimeState target) {
    effects.add(
        new Effect.Refuse(call, new Refusal.InvalidStateTransition(state.runtime(), target)));
  }

  /** Gives the caller his outcome; if he was being given a response, that one is cut short. */
  @SuppressWarnings("ReferenceEquality") // Clients may choose ids, so that two may be equal.
  void complete(Invocation invocation, Outcome outcome) {
    effects.add(new Effect.Complete(invocation, outcome));
    if (state.phase() instanceof Phase.Invoking p
        && p.invocation() == invocation
        && InvocationRules.isStreaming(this, p)) {
      ReplyCall reply = p.reply();
      if (reply != null) {
        effects.add(new Effect.AbortReply(reply));
      }
    }
  }

  void fail(Invocation invocation, ErrorType error, String message) {
    complete(invocation, new Outcome.Failed(error, message));
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

  void arm(SandboxTimer timer, long atNanos) {
    effects.add(new Effect.ArmTimer(timer, atNanos));
  }

  void cancel(SandboxTimer timer) {
    effects.add(new Effect.CancelTimer(timer));
  }

  void armDeadline(long deadline) {
    if (deadline == SandboxState.NO_DEADLINE) {
      cancel(SandboxTimer.DEADLINE);
    } else {
      arm(SandboxTimer.DEADLINE, deadline);
    }
  }

  /** Gives what was sent before a process ended time to arrive; then the failure is believed. */
  Failure settling(Failure failure, Duration time) {
    Failure awaited = failure.believedAt(now + time.toNanos());
    arm(SandboxTimer.GRACE, awaited.believedNanos());
    return awaited;
  }

  static long deadlineAfter(long startNanos, Duration budget) {
    return budget.isZero() ? SandboxState.NO_DEADLINE : startNanos + budget.toNanos();
  }

  boolean passed(long deadlineNanos) {
    return deadlineNanos != SandboxState.NO_DEADLINE && now - deadlineNanos >= 0;
  }
}
