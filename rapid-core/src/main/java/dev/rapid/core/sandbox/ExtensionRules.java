package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.extension.Extension;
import dev.rapid.core.extension.ExtensionCall;
import dev.rapid.core.extension.ExtensionErrorCall;
import dev.rapid.core.extension.ExtensionEventType;
import dev.rapid.core.extension.ExtensionNextCall;
import dev.rapid.core.extension.ExtensionRefusal;
import dev.rapid.core.extension.ExtensionState;
import dev.rapid.core.extension.RegisterCall;
import dev.rapid.core.extension.Registration;
import dev.rapid.core.extension.SubscribeCall;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.ProcessExit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What extensions may do, and what they are told (contract runtime-extensions-telemetry, sections 2
 * and 3).
 */
final class ExtensionRules {

  /** How the contract names the target of a report of an exit; the state is called otherwise. */
  private static final String EXIT_TARGET = "Exited";

  private ExtensionRules() {}

  // ------------------------------------------------------------------ registration

  static void registered(Step s, RegisterCall call, Registration registration) {
    Extension known = s.extensionByName(registration.name());
    if (known != null && known.isExternal()) {
      registerExternal(s, call, registration, known);
    } else {
      registerInternal(s, call, registration, known);
    }
  }

  private static void registerExternal(
      Step s, RegisterCall call, Registration registration, Extension extension) {
    Set<ExtensionEventType> events = EnumSet.noneOf(ExtensionEventType.class);
    for (String name : registration.events()) {
      ExtensionEventType event = eventNamed(name);
      if (event == null) {
        refuse(s, call, new ExtensionRefusal.UnknownEvent(name));
        return;
      }
      events.add(event);
    }
    if (extension.state() != ExtensionState.STARTED) {
      refuse(s, call, wrongState(extension, ExtensionState.REGISTERED.wireName()));
      return;
    }
    s.put(extension.registered(registration.id(), Set.copyOf(events), s.now));
    s.effects.add(new Effect.AcceptRegistration(call));
    if (s.state.phase() instanceof Phase.Initializing p) {
      InitRules.extensionRegistered(s, p);
    }
  }

  private static void registerInternal(
      Step s, RegisterCall call, Registration registration, @Nullable Extension sameName) {
    for (String name : registration.events()) {
      ExtensionEventType event = eventNamed(name);
      if (event == null) {
        refuse(s, call, new ExtensionRefusal.UnknownEvent(name));
        return;
      }
      if (event == ExtensionEventType.SHUTDOWN) {
        refuse(s, call, new ExtensionRefusal.ShutdownNotForInternal());
        return;
      }
    }
    Set<ExtensionEventType> events =
        registration.events().isEmpty() ? Set.of() : Set.of(ExtensionEventType.INVOKE);
    // The end of a runtime that the user starts is not seen, so that its successor may come again.
    boolean replaces = s.config.attached() && sameName != null;
    if (!registrationIsOpen(s)) {
      refuse(s, call, new ExtensionRefusal.RegistrationClosed());
    } else if (!replaces && s.state.extensions().size() >= Extension.LIMIT) {
      refuse(s, call, new ExtensionRefusal.TooManyExtensions(Extension.LIMIT));
    } else if (!replaces && sameName != null) {
      refuse(s, call, new ExtensionRefusal.NameTaken());
    } else {
      Extension extension = Extension.internal(registration, events, s.now);
      if (replaces) {
        s.put(extension);
      } else {
        s.add(extension);
      }
      s.effects.add(new Effect.AcceptRegistration(call));
      progress(s);
    }
  }

  private static boolean registrationIsOpen(Step s) {
    return switch (s.state.phase()) {
      case Phase.Initializing p ->
          s.config.attached()
              || s.state.runtime() == RuntimeState.STARTED
              || s.state.runtime() == RuntimeState.INIT_ERROR;
      case Phase.Ready p -> s.config.attached();
      case Phase.Restoring p -> s.config.attached();
      case Phase.Invoking p -> s.config.attached();
      case Phase.Finishing p -> s.config.attached();
      case Phase.Failed p -> s.config.attached();
      case Phase.Resetting p -> s.config.attached();
      case Phase.Cold p -> false;
      case Phase.ShuttingDown p -> false;
      case Phase.Terminated p -> false;
    };
  }

  private static @Nullable ExtensionEventType eventNamed(String name) {
    for (ExtensionEventType event : ExtensionEventType.values()) {
      if (event.name().equals(name)) {
        return event;
      }
    }
    return null;
  }

  // ------------------------------------------------------------------ polls

  static void polled(Step s, ExtensionNextCall call, String id) {
    Extension extension = s.extensionById(id);
    if (extension == null) {
      refuse(s, call, new ExtensionRefusal.UnknownIdentifier());
      return;
    }
    boolean may =
        switch (extension.state()) {
          case REGISTERED, RUNNING -> true;
          // A lost connection is no poll any more.
          case READY -> extension.poll() == null;
          case STARTED, INIT_ERROR, EXIT_ERROR, LAUNCH_ERROR, EXITED, SHUTDOWN_FAILED -> false;
        };
    if (!may) {
      refuse(s, call, wrongState(extension, ExtensionState.READY.wireName()));
      return;
    }
    Extension waiting = extension.waiting(call, s.now);
    s.put(waiting);
    if (waiting.due() == null) {
      progress(s);
    } else {
      giveDue(s, waiting, call);
    }
  }

  private static void giveDue(Step s, Extension extension, ExtensionNextCall call) {
    Stop stop = StopRules.stopOf(s.state.phase());
    if (stop != null && extension.due() == ExtensionEventType.SHUTDOWN) {
      s.put(extension.answered(s.now));
      s.effects.add(new Effect.DeliverShutdown(call, stop.reason(), stop.deadlineNanos()));
      return;
    }
    switch (s.state.phase()) {
      case Phase.Invoking p -> giveInvoke(s, extension, call, p.invocation(), p.deadlineNanos());
      case Phase.Finishing p -> giveInvoke(s, extension, call, p.invocation(), p.deadlineNanos());
      default -> {}
    }
  }

  private static void giveInvoke(
      Step s, Extension extension, ExtensionNextCall call, Invocation invocation, long deadline) {
    s.put(extension.answered(s.now));
    s.effects.add(new Effect.DeliverInvoke(call, invocation, deadline));
  }

  static void abandoned(Step s, ExtensionNextCall call, String id) {
    Extension extension = s.extensionById(id);
    if (extension == null || !same(extension.poll(), call)) {
      return;
    }
    if (s.config.attached()) {
      // It may be gone for good, and nobody would tell us.
      remove(s, extension);
      progress(s);
    } else {
      s.put(extension.withoutPoll());
    }
  }

  static void deliveryFailed(Step s, ExtensionNextCall call, String id) {
    Extension extension = s.extensionById(id);
    if (extension == null
        || extension.state() != ExtensionState.RUNNING
        || !same(extension.answered(), call)) {
      return;
    }
    if (s.config.attached()) {
      // It may be gone for good, and nobody would tell us.
      remove(s, extension);
      return;
    }
    // An invocation that is over need not be told any more.
    boolean stillDue =
        extension.given() == ExtensionEventType.SHUTDOWN
            || s.state.phase() instanceof Phase.Invoking
            || s.state.phase() instanceof Phase.Finishing;
    s.put(extension.unanswered(stillDue ? extension.given() : extension.due(), s.now));
  }

  private static void remove(Step s, Extension extension) {
    List<Extension> left = new ArrayList<>(s.state.extensions());
    left.remove(extension);
    s.state = s.state.withExtensions(left);
  }

  /** After a reset of a runtime that goes on, those are left that wait for an event. */
  static void keepWaiting(Step s) {
    for (Extension extension : s.state.extensions()) {
      ExtensionNextCall poll = extension.poll();
      if (extension.state() != ExtensionState.READY || poll == null) {
        remove(s, extension);
        if (poll != null) {
          refuse(s, poll, new ExtensionRefusal.UnknownIdentifier());
        }
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // A call is equal to itself alone.
  private static boolean same(@Nullable ExtensionNextCall one, ExtensionNextCall other) {
    return one == other;
  }

  /** Something may have become complete. */
  private static void progress(Step s) {
    switch (s.state.phase()) {
      case Phase.Initializing p -> InitRules.progress(s, p);
      case Phase.Finishing p -> InvocationRules.progress(s, p);
      default -> {}
    }
  }

  // ------------------------------------------------------------------ telemetry

  static void subscriptionRequested(Step s, SubscribeCall call, String id) {
    Extension extension = s.extensionById(id);
    if (extension == null) {
      refuse(s, call, new ExtensionRefusal.UnknownIdentifier());
    } else {
      // The init of a runtime that the user starts is not seen to begin, nor therefore to end.
      boolean open = s.state.phase() instanceof Phase.Initializing || s.config.attached();
      s.effects.add(new Effect.AdmitSubscriber(call, s.state.generation(), extension.name(), open));
    }
  }

  // ------------------------------------------------------------------ errors

  static void initErrorReported(Step s, ExtensionErrorCall call, String id, String errorType) {
    Extension extension = s.extensionById(id);
    if (extension == null) {
      refuse(s, call, new ExtensionRefusal.UnknownIdentifier());
    } else if (extension.state() == ExtensionState.REGISTERED) {
      s.put(extension.failed(ExtensionState.INIT_ERROR, errorType, s.now));
      s.fatal(ErrorType.EXTENSION_INIT_ERROR);
      s.effects.add(new Effect.AcceptExtensionError(call));
    } else if (extension.state() == ExtensionState.INIT_ERROR) {
      s.effects.add(new Effect.AcceptExtensionError(call));
    } else {
      refuse(s, call, wrongState(extension, ExtensionState.INIT_ERROR.wireName()));
    }
  }

  static void exitErrorReported(Step s, ExtensionErrorCall call, String id, String errorType) {
    Extension extension = s.extensionById(id);
    if (extension == null) {
      refuse(s, call, new ExtensionRefusal.UnknownIdentifier());
      return;
    }
    switch (extension.state()) {
      case REGISTERED, READY, RUNNING -> {
        s.put(extension.failed(ExtensionState.EXIT_ERROR, errorType, s.now));
        s.fatal(ErrorType.EXTENSION_EXIT_ERROR);
        s.effects.add(new Effect.AcceptExtensionError(call));
      }
      case EXIT_ERROR -> s.effects.add(new Effect.AcceptExtensionError(call));
      case STARTED, INIT_ERROR, LAUNCH_ERROR, EXITED, SHUTDOWN_FAILED ->
          refuse(s, call, wrongState(extension, EXIT_TARGET));
    }
  }

  // ------------------------------------------------------------------ what they are told

  /** Tells all that want to know that an invocation begins, external extensions first. */
  static void tellOfInvoke(Step s, Invocation invocation, long deadlineNanos) {
    if (!s.hasExtensions()) {
      return;
    }
    for (Extension extension : s.state.extensions()) {
      if (extension.wants(ExtensionEventType.INVOKE)) {
        ExtensionNextCall poll = extension.poll();
        Extension called = extension.owing(ExtensionEventType.INVOKE);
        if (poll == null) {
          s.put(called);
        } else if (extension.state() == ExtensionState.READY) {
          giveInvoke(s, called, poll, invocation, deadlineNanos);
        } else {
          refuseParked(s, called, poll);
        }
      }
    }
  }

  static void tellOfShutdown(Step s, Extension extension, ShutdownReason reason, long deadline) {
    ExtensionNextCall poll = extension.poll();
    Extension called = extension.owing(ExtensionEventType.SHUTDOWN);
    if (poll == null) {
      s.put(called);
    } else if (extension.state() == ExtensionState.READY) {
      s.put(called.answered(s.now));
      s.effects.add(new Effect.DeliverShutdown(poll, reason, deadline));
    } else {
      refuseParked(s, called, poll);
    }
  }

  /** The extension reported an error while its poll was parked. */
  private static void refuseParked(Step s, Extension extension, ExtensionNextCall poll) {
    s.put(extension.withoutPoll());
    refuse(
        s,
        poll,
        new ExtensionRefusal.InvalidState(
            extension.state(), ExtensionState.READY.wireName(), true));
  }

  /**
   * Returns whether an extension was told of the invocation and is not done with it. Those of a
   * runtime that the user starts are not waited for, because their end is not seen.
   */
  static boolean anyBusy(Step s) {
    return !s.config.attached() && s.anyExtension(Extension::busy);
  }

  /** Returns whether all extensions have asked for their first event. */
  static boolean allReady(Step s) {
    return s.config.attached() || !s.anyExtension(extension -> !extension.polled());
  }

  // ------------------------------------------------------------------ processes

  static void exited(Step s, String name, ProcessExit exit) {
    Extension extension = s.extensionByName(name);
    if (extension == null || !extension.alive()) {
      return;
    }
    Stop stop = StopRules.stopOf(s.state.phase());
    if (stop != null) {
      StopRules.extensionExited(s, stop, extension, exit);
      return;
    }
    s.put(extension.ended());
    s.fatal(ErrorType.EXTENSION_CRASH);
    ErrorType error = s.fatalOr(ErrorType.EXTENSION_CRASH);
    String message = exitMessage(exit);
    switch (s.state.phase()) {
      case Phase.Initializing p -> InitRules.failed(s, p, error, message);
      case Phase.Ready() -> {
        s.emit(new LifecycleEvent.IdleExit("Extension " + name + ": " + message));
        InvocationRules.resetIdle(s);
      }
      case Phase.Restoring p -> RestoreRules.failed(s, p, error, message);
      case Phase.Invoking p ->
          InvocationRules.failing(s, p, new Failure(error, message, false, s.now));
      case Phase.Finishing p -> InvocationRules.failed(s, p, error, message);
      case Phase.Cold p -> {}
      case Phase.Failed p -> {}
      case Phase.Resetting p -> {}
      case Phase.ShuttingDown p -> {}
      case Phase.Terminated p -> {}
    }
  }

  private static String exitMessage(ProcessExit exit) {
    return exit instanceof ProcessExit.Exited(int status) && status == 0
        ? "exit code 0"
        : exit.describe();
  }

  // ------------------------------------------------------------------ words

  private static void refuse(Step s, ExtensionCall call, ExtensionRefusal refusal) {
    s.effects.add(new Effect.RefuseExtension(call, refusal));
  }

  private static ExtensionRefusal wrongState(Extension extension, String target) {
    return new ExtensionRefusal.InvalidState(extension.state(), target, false);
  }
}
