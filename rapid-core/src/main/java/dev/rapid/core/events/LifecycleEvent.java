package dev.rapid.core.events;

import dev.rapid.core.invocation.Invocation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What telemetry and the log lines tell about a sandbox, in the order in which it happened.
 *
 * <p>Durations are nanoseconds of a monotonic clock.
 */
public sealed interface LifecycleEvent {

  /** Returns the invocation that it is about, null if it is about the sandbox. */
  default @Nullable Invocation invocation() {
    return null;
  }

  /** An initialisation began. */
  record InitStart(InitPhase phase) implements LifecycleEvent {}

  /**
   * The runtime polled for the first time, or init failed after its start was attempted.
   *
   * @param errorType what failed, null on success and on a timeout
   */
  record InitRuntimeDone(InitPhase phase, Status status, @Nullable String errorType)
      implements LifecycleEvent {}

  /**
   * An initialisation ended.
   *
   * @param errorType what failed, null on success and on a timeout
   * @param message the failure in words, null if there is nothing to say
   * @param runtime the runtime as the worker described it, null if it did not
   */
  record InitReport(
      InitPhase phase,
      Status status,
      @Nullable String errorType,
      @Nullable String message,
      long durationNanos,
      @Nullable String runtime)
      implements LifecycleEvent {

    /** Creates the report of a runtime that said nothing about itself. */
    public InitReport(
        InitPhase phase,
        Status status,
        @Nullable String errorType,
        @Nullable String message,
        long durationNanos) {
      this(phase, status, errorType, message, durationNanos, null);
    }

    /** The message of an init that something else than a failure has ended. */
    public static final String INTERRUPTED = "The sandbox was reset or ended during its init";

    /** Returns whether the sandbox was reset or ended during the init, which did not fail. */
    public boolean isInterrupted() {
      return INTERRUPTED.equals(message);
    }
  }

  /**
   * An extension as it is at the end of an init.
   *
   * @param state its state by the wire name
   * @param events what it subscribed to, sorted
   * @param errorType what it reported, or why it was not started; null if all is well
   */
  record ExtensionInit(String name, String state, List<String> events, @Nullable String errorType)
      implements LifecycleEvent {}

  /**
   * An extension has subscribed to telemetry.
   *
   * @param extensionName the name by which it registered
   * @param types what it subscribed to, in its order
   */
  record Subscription(SubscriptionApi api, String extensionName, List<String> types)
      implements LifecycleEvent {}

  /**
   * The function's program could not be started.
   *
   * @param message the reason on one line
   */
  record ImageErrorLog(String message) implements LifecycleEvent {}

  /** A restore began: the runtime runs its hooks. */
  record RestoreStart() implements LifecycleEvent {}

  /**
   * The runtime polled after its restore, or the restore failed.
   *
   * @param errorType the first thing that failed in the sandbox, {@code Runtime.Unknown} if only
   *     the restore did (contract lifecycle-and-control, section 4.8); null on success
   */
  record RestoreRuntimeDone(Status status, @Nullable String errorType) implements LifecycleEvent {}

  /**
   * A restore ended.
   *
   * @param errorType what failed, null on success and on a timeout
   * @param message the failure in words, null if there is nothing to say
   */
  record RestoreReport(
      Status status, @Nullable String errorType, @Nullable String message, long durationNanos)
      implements LifecycleEvent {}

  /**
   * A process ended between invocations; the next one starts it again.
   *
   * @param message one line, for example {@code Runtime exited with error: signal: killed}
   */
  record IdleExit(String message) implements LifecycleEvent {}

  /**
   * The worker added something to the error that it reported, for telemetry only.
   *
   * @param details as the adapter of the worker's protocol made it
   */
  record ErrorDetails(Invocation invocation, String details) implements LifecycleEvent {}

  /** An invocation began. */
  record Start(Invocation invocation) implements LifecycleEvent {}

  /**
   * Something ended an invocation that the function could not report itself.
   *
   * @param message one line without the request id
   */
  record Fault(Invocation invocation, Status status, String errorType, String message)
      implements LifecycleEvent {}

  /**
   * The runtime was done with an invocation, or was ended.
   *
   * @param durationNanos from the moment at which the runtime could have the event until it polled
   *     again or was ended; 0 if it never could
   * @param producedBytes how long its response was; 0 if it sent none, or reported an error
   * @param spans what the time was spent on; none if the runtime sent no response
   */
  record RuntimeDone(
      Invocation invocation,
      Status status,
      @Nullable String errorType,
      long durationNanos,
      long producedBytes,
      List<Span> spans)
      implements LifecycleEvent {}

  /** An invocation ended; its report follows. */
  record End(Invocation invocation) implements LifecycleEvent {}

  /**
   * An invocation ended.
   *
   * @param durationNanos from the start of the invocation, which includes an init inside of it
   * @param initDurationNanos the init before the first invocation, null for all others
   * @param restoreDurationNanos the restore before the invocation, null if there was none
   * @param producedBytes how long its response was, if invocations share the runtime; null if it
   *     sent none, and otherwise, because {@link RuntimeDone} says it
   * @param spans what the time after the runtime's was spent on, none without extensions; if
   *     invocations share the runtime, what the runtime's time was spent on
   */
  record Report(
      Invocation invocation,
      Status status,
      @Nullable String errorType,
      long durationNanos,
      @Nullable Long initDurationNanos,
      @Nullable Long restoreDurationNanos,
      @Nullable Long producedBytes,
      List<Span> spans)
      implements LifecycleEvent {}
}
