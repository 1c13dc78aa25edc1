package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.extension.Extension;
import dev.rapid.core.extension.ExtensionErrorCall;
import dev.rapid.core.extension.ExtensionEventType;
import dev.rapid.core.extension.ExtensionNextCall;
import dev.rapid.core.extension.ExtensionRefusal;
import dev.rapid.core.extension.ExtensionState;
import dev.rapid.core.extension.RegisterCall;
import dev.rapid.core.extension.Registration;
import dev.rapid.core.extension.SubscribeCall;
import dev.rapid.core.worker.WorkerState;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What extensions may do (contract runtime-extensions-telemetry, sections 2 and 3; for a runtime
 * that several invocations share, contract lifecycle-and-control, section 9.9).
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
      if (event == null || (event == ExtensionEventType.INVOKE && s.config.isShared())) {
        s.refuse(call, new ExtensionRefusal.UnknownEvent(name));
        return;
      }
      events.add(event);
    }
    if (extension.state() != ExtensionState.STARTED) {
      s.refuse(call, wrongState(extension, ExtensionState.REGISTERED.wireName()));
      return;
    }
    s.put(extension.registered(registration.id(), Set.copyOf(events), s.now));
    s.effects.add(new Effect.AcceptRegistration(call));
    s.then(new Next.StartRuntime());
  }

  private static void registerInternal(
      Step s, RegisterCall call, Registration registration, @Nullable Extension sameName) {
    if (s.config.isShared() && !registration.events().isEmpty()) {
      s.refuse(call, new ExtensionRefusal.NoEventsForInternal());
      return;
    }
    for (String name : registration.events()) {
      ExtensionEventType event = eventNamed(name);
      if (event == null) {
        s.refuse(call, new ExtensionRefusal.UnknownEvent(name));
        return;
      }
      if (event == ExtensionEventType.SHUTDOWN) {
        s.refuse(call, new ExtensionRefusal.ShutdownNotForInternal());
        return;
      }
    }
    Set<ExtensionEventType> events =
        registration.events().isEmpty() ? Set.of() : Set.of(ExtensionEventType.INVOKE);
    // The end of a runtime that the user starts is not seen, so that its successor may come again.
    boolean replaces = !s.config.owner().seesProcess() && sameName != null;
    if (!registrationIsOpen(s)) {
      s.refuse(call, new ExtensionRefusal.RegistrationClosed());
    } else if (!replaces && s.state.extensions().size() >= Extension.LIMIT) {
      s.refuse(call, new ExtensionRefusal.TooManyExtensions(Extension.LIMIT));
    } else if (!replaces && sameName != null) {
      s.refuse(call, new ExtensionRefusal.NameTaken());
    } else {
      Extension extension = Extension.internal(registration, events, s.now);
      if (replaces) {
        s.put(extension);
      } else {
        s.add(extension);
      }
      s.effects.add(new Effect.AcceptRegistration(call));
      s.then(new Next.Progress());
    }
  }

  /**
   * The end of the init closes it. The init of a runtime that the user starts is not seen to end.
   */
  private static boolean registrationIsOpen(Step s) {
    if (!s.config.owner().seesProcess()) {
      return switch (s.state.phase()) {
        case Phase.Initializing p -> true;
        case Phase.Serving p -> true;
        case Phase.Restoring p -> true;
        case Phase.Failed p -> true;
        case Phase.Resetting p -> true;
        case Phase.Cold p -> false;
        case Phase.ShuttingDown p -> false;
        case Phase.Terminated p -> false;
      };
    }
    return s.state.phase() instanceof Phase.Initializing
        && (s.state.worker() == WorkerState.STARTED || s.state.worker() == WorkerState.INIT_FAILED);
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
      s.refuse(call, new ExtensionRefusal.UnknownIdentifier());
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
      s.refuse(call, wrongState(extension, ExtensionState.READY.wireName()));
      return;
    }
    Extension waiting = extension.waiting(call, s.now);
    s.put(waiting);
    if (waiting.due() == null) {
      s.then(new Next.Progress());
    } else {
      giveDue(s, waiting, call);
    }
  }

  private static void giveDue(Step s, Extension extension, ExtensionNextCall call) {
    Stop stop = s.state.phase().stop();
    if (stop != null && extension.due() == ExtensionEventType.SHUTDOWN) {
      ExtensionEvents.answerShutdown(s, extension, call, stop);
    } else if (!s.state.running().isEmpty()) {
      RunningInvocation r = s.state.running().getFirst();
      ExtensionEvents.answerInvoke(s, extension, call, r.invocation(), r.deadline());
    }
  }

  static void abandoned(Step s, ExtensionNextCall call, String id) {
    Extension extension = s.extensionById(id);
    if (extension == null || !same(extension.poll(), call)) {
      return;
    }
    if (!s.config.owner().seesProcess()) {
      // It may be gone for good, and nothing else would tell.
      s.remove(extension);
      s.then(new Next.Progress());
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
    if (!s.config.owner().seesProcess()) {
      // It may be gone for good, and nothing else would tell.
      s.remove(extension);
      return;
    }
    // An invocation that is over is not given any more.
    boolean stillDue =
        extension.given() == ExtensionEventType.SHUTDOWN || !s.state.running().isEmpty();
    s.put(extension.unanswered(stillDue ? extension.given() : extension.due(), s.now));
  }

  @SuppressWarnings("ReferenceEquality") // A call is equal to itself alone.
  private static boolean same(@Nullable ExtensionNextCall one, ExtensionNextCall other) {
    return one == other;
  }

  // ------------------------------------------------------------------ telemetry

  static void subscriptionRequested(Step s, SubscribeCall call, String id) {
    Extension extension = s.extensionById(id);
    if (extension == null) {
      s.refuse(call, new ExtensionRefusal.UnknownIdentifier());
    } else {
      // The init of a runtime that the user starts is not seen to begin, nor therefore to end.
      boolean open =
          s.state.phase() instanceof Phase.Initializing || !s.config.owner().seesProcess();
      s.effects.add(new Effect.AdmitSubscriber(call, s.state.generation(), extension.name(), open));
    }
  }

  // ------------------------------------------------------------------ errors

  static void initErrorReported(Step s, ExtensionErrorCall call, String id, String errorType) {
    Extension extension = s.extensionById(id);
    if (extension == null) {
      s.refuse(call, new ExtensionRefusal.UnknownIdentifier());
    } else if (extension.state() == ExtensionState.REGISTERED) {
      s.put(extension.failed(ExtensionState.INIT_ERROR, errorType, s.now));
      s.fatal(ErrorType.EXTENSION_INIT_ERROR);
      s.effects.add(new Effect.AcceptExtensionError(call));
    } else if (extension.state() == ExtensionState.INIT_ERROR) {
      s.effects.add(new Effect.AcceptExtensionError(call));
    } else {
      s.refuse(call, wrongState(extension, ExtensionState.INIT_ERROR.wireName()));
    }
  }

  static void exitErrorReported(Step s, ExtensionErrorCall call, String id, String errorType) {
    Extension extension = s.extensionById(id);
    if (extension == null) {
      s.refuse(call, new ExtensionRefusal.UnknownIdentifier());
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
          s.refuse(call, wrongState(extension, EXIT_TARGET));
    }
  }

  private static ExtensionRefusal wrongState(Extension extension, String target) {
    return new ExtensionRefusal.InvalidState(extension.state(), target, false);
  }
}
