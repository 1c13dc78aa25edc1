package dev.rapid.core.sandbox;

import dev.rapid.core.events.InitPhase;
import dev.rapid.core.invocation.Invocation;
import org.jspecify.annotations.Nullable;

/**
 * What a sandbox is doing.
 *
 * <p>Moments are readings of the nano clock; {@link SandboxState#NO_DEADLINE} stands for "never".
 */
public sealed interface Phase {

  /** Stands for the beginning of an invocation that has not begun. */
  long NOT_BEGUN = Long.MAX_VALUE;

  /** Nothing runs. The next invocation, or a request to initialise, starts the runtime. */
  record Cold() implements Phase {}

  /**
   * The extensions and then the runtime are being started; not all of them have polled yet.
   *
   * @param deadlineNanos the end of the init budget, or of the invocation that pays for the init
   * @param waiting the invocation that runs when init is done, null if there is none
   * @param answered whether {@code waiting} already has its outcome (an init error)
   * @param begunNanos when {@code waiting} began with a runtime that died before it had the event,
   *     {@link #NOT_BEGUN} if it did not
   * @param runtimeStarted whether all extensions have registered, so that the runtime was started
   * @param failure the end of the runtime, if its report of an init error may still be on the wire
   */
  record Initializing(
      InitPhase initPhase,
      long startedNanos,
      long deadlineNanos,
      @Nullable Invocation waiting,
      boolean answered,
      long begunNanos,
      boolean runtimeStarted,
      @Nullable Failure failure)
      implements Phase {

    static Initializing begun(
        InitPhase initPhase,
        long startedNanos,
        long deadlineNanos,
        @Nullable Invocation waiting,
        long begunNanos) {
      return new Initializing(
          initPhase, startedNanos, deadlineNanos, waiting, false, begunNanos, false, null);
    }

    Initializing waitingFor(@Nullable Invocation invocation, boolean alreadyAnswered) {
      return new Initializing(
          initPhase,
          startedNanos,
          deadlineNanos,
          invocation,
          alreadyAnswered,
          begunNanos,
          runtimeStarted,
          failure);
    }

    Initializing withRuntimeStarted() {
      return new Initializing(
          initPhase, startedNanos, deadlineNanos, waiting, answered, begunNanos, true, failure);
    }

    Initializing afterFailure(Failure what) {
      return new Initializing(
          initPhase,
          startedNanos,
          deadlineNanos,
          waiting,
          answered,
          begunNanos,
          runtimeStarted,
          what);
    }

    boolean begun() {
      return begunNanos != NOT_BEGUN;
    }

    /** Returns when the invocation that pays for this init began. */
    long invocationStartedNanos() {
      return begun() ? begunNanos : startedNanos;
    }

    /** Returns what has happened to an invocation that has begun, null if none has. */
    @Nullable Timeline timeline() {
      return begun() ? Timeline.begun(begunNanos) : null;
    }
  }

  /** The runtime waits for an event, or for its restore. */
  record Ready() implements Phase {}

  /**
   * The runtime runs its hook after a restore.
   *
   * @param deadlineNanos the end of the hook's budget
   * @param waiting the invocation that runs afterwards, null if there is none
   * @param call who asked for the restore, null if an invocation did
   * @param begunNanos when {@code waiting} began if it paid for an init, else {@link #NOT_BEGUN}
   * @param invocationDeadlineNanos the deadline of {@code waiting} if it has begun
   * @param announced whether {@code waiting} was told to telemetry
   * @param delivered whether the runtime's poll was answered
   * @param failure the end of the runtime, if its report of an error may still be on the wire
   * @param failed whether the restore has failed and the runtime may still end by itself
   */
  record Restoring(
      long startedNanos,
      long deadlineNanos,
      @Nullable Invocation waiting,
      @Nullable RestoreCall call,
      long begunNanos,
      long invocationDeadlineNanos,
      boolean announced,
      boolean delivered,
      @Nullable Failure failure,
      boolean failed)
      implements Phase {

    static Restoring begun(
        long startedNanos,
        long deadlineNanos,
        @Nullable Invocation waiting,
        @Nullable RestoreCall call) {
      return new Restoring(
          startedNanos,
          deadlineNanos,
          waiting,
          call,
          NOT_BEGUN,
          SandboxState.NO_DEADLINE,
          false,
          false,
          null,
          false);
    }

    /** The invocation paid for an init, or had begun even before that. */
    Restoring insideOf(long begun, long invocationDeadline, boolean alreadyAnnounced) {
      return new Restoring(
          startedNanos,
          deadlineNanos,
          waiting,
          call,
          begun,
          invocationDeadline,
          alreadyAnnounced,
          delivered,
          failure,
          failed);
    }

    Restoring notAfter(long latest) {
      return new Restoring(
          startedNanos,
          Math.min(deadlineNanos, latest),
          waiting,
          call,
          begunNanos,
          invocationDeadlineNanos,
          announced,
          delivered,
          failure,
          failed);
    }

    Restoring waitingFor(@Nullable Invocation invocation) {
      return new Restoring(
          startedNanos,
          deadlineNanos,
          invocation,
          call,
          begunNanos,
          invocationDeadlineNanos,
          announced,
          delivered,
          failure,
          failed);
    }

    Restoring withDelivered(boolean now) {
      return new Restoring(
          startedNanos,
          deadlineNanos,
          waiting,
          call,
          begunNanos,
          invocationDeadlineNanos,
          announced,
          now,
          failure,
          failed);
    }

    Restoring afterFailure(Failure what) {
      return new Restoring(
          startedNanos,
          deadlineNanos,
          waiting,
          call,
          begunNanos,
          invocationDeadlineNanos,
          announced,
          delivered,
          what,
          failed);
    }

    /** Whoever waited has been told that the hook failed. */
    Restoring afterHookFailed() {
      return new Restoring(
          startedNanos,
          deadlineNanos,
          null,
          null,
          NOT_BEGUN,
          SandboxState.NO_DEADLINE,
          false,
          delivered,
          failure,
          true);
    }

    boolean begun() {
      return begunNanos != NOT_BEGUN;
    }
  }

  /**
   * An invocation runs.
   *
   * @param timeline what has happened so far
   * @param delivery how the runtime was given the event, null if it does not have it
   * @param reply the reply whose body is being read, null if there is none
   * @param answered whether the caller already has the outcome
   * @param failure the end of a process, if the runtime's reply may still be on the wire
   * @param truncation the outcome of a reply that broke off, if the end of the runtime may be the
   *     reason and not be known yet
   */
  record Invoking(
      Invocation invocation,
      Timeline timeline,
      long deadlineNanos,
      @Nullable Delivery delivery,
      @Nullable ReplyCall reply,
      boolean answered,
      @Nullable Failure failure,
      @Nullable Failure truncation)
      implements Phase {

    static Invoking begun(Invocation invocation, Timeline timeline, long deadlineNanos) {
      return new Invoking(invocation, timeline, deadlineNanos, null, null, false, null, null);
    }

    Invoking delivered(@Nullable Delivery how) {
      return new Invoking(
          invocation, timeline, deadlineNanos, how, reply, answered, failure, truncation);
    }

    Invoking replyingWith(ReplyCall call, Timeline now) {
      return new Invoking(
          invocation, now, deadlineNanos, delivery, call, answered, failure, truncation);
    }

    Invoking afterReply(Timeline now) {
      return new Invoking(invocation, now, deadlineNanos, delivery, null, true, failure, null);
    }

    Invoking afterTruncation(Timeline now, Failure outcome) {
      return new Invoking(invocation, now, deadlineNanos, delivery, null, false, failure, outcome);
    }

    Invoking afterFailure(@Nullable Failure what) {
      return new Invoking(
          invocation, timeline, deadlineNanos, delivery, reply, answered, what, truncation);
    }

    /** Returns whether a poll is the one that the runtime was last given the event with. */
    @SuppressWarnings("ReferenceEquality") // A call is equal to itself alone.
    boolean wasDeliveredTo(NextCall call) {
      return delivery != null && delivery.call() == call;
    }
  }

  /**
   * The runtime is done with an invocation and its caller has the outcome; extensions are not.
   *
   * @param invocation the invocation that ends when all extensions have polled again
   * @param timeline what has happened so far
   * @param delivery how the runtime was given the event
   */
  record Finishing(
      Invocation invocation, Timeline timeline, long deadlineNanos, @Nullable Delivery delivery)
      implements Phase {}

  /**
   * Something failed while a client of the control API drove the sandbox; it is that client's to
   * reset it (contract lifecycle-and-control, section 3.3).
   */
  record Failed() implements Phase {}

  /**
   * The processes are being ended; then the sandbox is cold again.
   *
   * @param stop how far that has come
   * @param waiting the invocation that pays for the next init, null if there is none
   * @param begunNanos when {@code waiting} began with a runtime that died before it had the event,
   *     {@link #NOT_BEGUN} if it did not
   */
  record Resetting(Stop stop, @Nullable Invocation waiting, long begunNanos) implements Phase {

    boolean begun() {
      return begunNanos != NOT_BEGUN;
    }

    /** Returns what has happened to an invocation that has begun, null if none has. */
    @Nullable Timeline timeline() {
      return begun() ? Timeline.begun(begunNanos) : null;
    }
  }

  /**
   * The processes are being ended for good.
   *
   * @param stop how far that has come
   */
  record ShuttingDown(Stop stop) implements Phase {}

  /** Nothing runs and nothing will. */
  record Terminated() implements Phase {}
}
