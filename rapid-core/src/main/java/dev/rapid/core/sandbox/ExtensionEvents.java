package dev.rapid.core.sandbox;

import dev.rapid.core.extension.Extension;
import dev.rapid.core.extension.ExtensionEventType;
import dev.rapid.core.extension.ExtensionNextCall;
import dev.rapid.core.extension.ExtensionRefusal;
import dev.rapid.core.extension.ExtensionState;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.time.Deadline;

/**
 * What extensions get to know, and whether they are done with it (contract
 * runtime-extensions-telemetry, sections 2 and 3).
 */
final class ExtensionEvents {

  private ExtensionEvents() {}

  /**
   * Gives an invocation to all extensions that want to know, external ones first. Those of a
   * runtime that several invocations share cannot subscribe to it.
   */
  static void giveInvoke(Step s, Invocation invocation, Deadline deadline) {
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
          answerInvoke(s, called, poll, invocation, deadline);
        } else {
          refuseParked(s, called, poll);
        }
      }
    }
  }

  /** Answers a poll with an invocation. */
  static void answerInvoke(
      Step s,
      Extension extension,
      ExtensionNextCall call,
      Invocation invocation,
      Deadline deadline) {
    s.put(extension.answered(s.now));
    s.effects.add(new Effect.DeliverInvoke(call, invocation, deadline));
  }

  /** Gives the shutdown to an extension. */
  static void giveShutdown(Step s, Extension extension, Stop stop) {
    ExtensionNextCall poll = extension.poll();
    Extension called = extension.owing(ExtensionEventType.SHUTDOWN);
    if (poll == null) {
      s.put(called);
    } else if (extension.state() == ExtensionState.READY) {
      answerShutdown(s, called, poll, stop);
    } else {
      refuseParked(s, called, poll);
    }
  }

  /** Answers a poll with the shutdown. */
  static void answerShutdown(Step s, Extension extension, ExtensionNextCall call, Stop stop) {
    s.put(extension.answered(s.now));
    s.effects.add(new Effect.DeliverShutdown(call, stop.reason(), stop.deadline()));
  }

  /** The extension reported an error while its poll was parked. */
  private static void refuseParked(Step s, Extension extension, ExtensionNextCall poll) {
    s.put(extension.withoutPoll());
    s.refuse(
        poll,
        new ExtensionRefusal.InvalidState(
            extension.state(), ExtensionState.READY.wireName(), true));
  }

  /**
   * Returns whether an extension has the invocation and is not done with it. Those of a runtime
   * that the user starts are not waited for, because their end is not seen.
   */
  static boolean anyBusy(Step s) {
    return s.config.owner().seesProcess() && s.anyExtension(Extension::busy);
  }

  /** Returns whether all extensions have asked for their first event. */
  static boolean allReady(Step s) {
    return !s.config.owner().seesProcess() || !s.anyExtension(extension -> !extension.polled());
  }

  /** After a reset of a runtime that goes on, those are left that wait for an event. */
  static void keepWaiting(Step s) {
    for (Extension extension : s.state.extensions()) {
      ExtensionNextCall poll = extension.poll();
      if (extension.state() != ExtensionState.READY || poll == null) {
        s.remove(extension);
        if (poll != null) {
          s.refuse(poll, new ExtensionRefusal.UnknownIdentifier());
        }
      }
    }
  }
}
