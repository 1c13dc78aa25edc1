package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Span;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How telemetry and callers learn that an invocation is over (all rules share it). */
final class Reports {

  private Reports() {}

  /** Reports that an invocation is over, and first that the runtime is done with it. */
  static void report(
      Step s, Invocation invocation, Status status, @Nullable String errorType, Timeline timeline) {
    List<Span> spans;
    Long producedBytes = null;
    if (s.config.isShared()) {
      spans = timeline.runtimeSpans(s.now, false);
      producedBytes = timeline.isResponse() ? timeline.producedBytes() : null;
    } else {
      Timeline done =
          timeline.isRuntimeDone()
              ? timeline
              : runtimeDone(s, invocation, status, errorType, timeline, false);
      spans = s.hasExtensions() ? List.of(done.extensionSpan(s.now)) : List.of();
    }
    s.emit(new LifecycleEvent.End(invocation));
    SandboxState.Unreported before = s.state.unreported();
    s.emit(
        new LifecycleEvent.Report(
            invocation,
            status,
            errorType,
            s.now - timeline.startedNanos(),
            before.initNanos(),
            before.restoreNanos(),
            producedBytes,
            spans));
    if (!before.equals(SandboxState.Unreported.NOTHING)) {
      s.state = s.state.withUnreported(SandboxState.Unreported.NOTHING);
    }
  }

  /**
   * Reports that the runtime is done with an invocation. Of a runtime that invocations share only
   * the end is reported (contract lifecycle-and-control, section 9.10).
   *
   * @param polled whether it asked for its next event just now
   */
  static Timeline runtimeDone(
      Step s,
      Invocation invocation,
      Status status,
      @Nullable String errorType,
      Timeline timeline,
      boolean polled) {
    if (!s.config.isShared()) {
      s.emit(
          new LifecycleEvent.RuntimeDone(
              invocation,
              status,
              errorType,
              timeline.runtimeNanos(s.now),
              timeline.producedBytes(),
              timeline.runtimeSpans(s.now, polled)));
    }
    return timeline.runtimeDone(s.now);
  }

  /** Ends an invocation that took too long. */
  static void timeout(Step s, Invocation invocation, boolean answered, Timeline timeline) {
    String message = s.config.messages().timedOut(invocation.function().timeout());
    if (!answered) {
      s.fail(invocation, ErrorType.SANDBOX_TIMEDOUT, message);
    }
    s.emit(
        new LifecycleEvent.Fault(
            invocation, Status.TIMEOUT, ErrorType.SANDBOX_TIMEDOUT.wireName(), message));
    report(s, invocation, Status.TIMEOUT, null, timeline);
  }

  /** Why an invocation ends because its sandbox is reset or ends. */
  record Cut(Outcome outcome, Status status, @Nullable String errorType) {}

  /** Ends an invocation that waits, because the sandbox is reset or ends. */
  static void cutShort(Step s, WaitingInvocation waiting, Cut cut) {
    cutShort(s, waiting.invocation(), waiting.answered(), waiting.timeline(), cut);
  }

  /** Ends an invocation that runs, because the sandbox is reset or ends. */
  static void cutShort(Step s, RunningInvocation running, Cut cut) {
    cutShort(s, running.invocation(), running.answered(), running.timeline(), cut);
  }

  private static void cutShort(
      Step s, Invocation invocation, boolean answered, @Nullable Timeline timeline, Cut cut) {
    if (!answered) {
      s.complete(invocation, cut.outcome());
    }
    if (timeline != null) {
      // A caller who has the answer was served; that the runtime did not poll again harms no one.
      if (answered) {
        report(s, invocation, Status.SUCCESS, null, timeline);
      } else {
        report(s, invocation, cut.status(), cut.errorType(), timeline);
      }
    }
    s.available(invocation);
  }

  /**
   * Goes on after invocations failed: resets the sandbox, unless that is left to the client of the
   * control API who has reserved it. To reset a runtime that the user starts ends nothing.
   *
   * @param waiting the invocations that pay for the next init
   */
  static void resetAfter(
      Step s, boolean reserved, ShutdownReason reason, List<WaitingInvocation> waiting) {
    if (reserved && waiting.isEmpty() && !s.config.owner().survivesReset()) {
      s.enter(new Phase.Failed());
    } else {
      s.then(new Next.Reset(reason, waiting));
    }
  }
}
