package dev.rapid.core.sandbox;

import dev.rapid.core.events.InitPhase;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.ProcessExit;
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
   * The runtime was started and has not polled yet.
   *
   * @param deadlineNanos the end of the init budget, or of the invocation that pays for the init
   * @param waiting the invocation that runs when init is done, null if there is none
   * @param answered whether {@code waiting} already has its outcome (an init error)
   * @param begunNanos when {@code waiting} began with a runtime that died before it had the event,
   *     {@link #NOT_BEGUN} if it did not
   */
  record Initializing(
      InitPhase initPhase,
      long startedNanos,
      long deadlineNanos,
      @Nullable Invocation waiting,
      boolean answered,
      long begunNanos)
      implements Phase {

    Initializing waitingFor(@Nullable Invocation invocation, boolean alreadyAnswered) {
      return new Initializing(
          initPhase, startedNanos, deadlineNanos, invocation, alreadyAnswered, begunNanos);
    }

    boolean begun() {
      return begunNanos != NOT_BEGUN;
    }

    /** Returns when the invocation that pays for this init began. */
    long invocationStartedNanos() {
      return begun() ? begunNanos : startedNanos;
    }
  }

  /** The runtime waits for an event. */
  record Ready() implements Phase {}

  /**
   * An invocation runs.
   *
   * @param delivered the poll that was answered with the event, null if none was or several were
   * @param reply the reply whose body is being read, null if there is none
   * @param answered whether the caller already has the outcome
   * @param exit how the runtime ended, if that happened while its reply may still be on the wire
   */
  record Invoking(
      Invocation invocation,
      long startedNanos,
      long deadlineNanos,
      @Nullable NextCall delivered,
      @Nullable ReplyCall reply,
      boolean answered,
      @Nullable ProcessExit exit)
      implements Phase {

    static Invoking begun(Invocation invocation, long startedNanos, long deadlineNanos) {
      return new Invoking(invocation, startedNanos, deadlineNanos, null, null, false, null);
    }

    Invoking deliveredTo(@Nullable NextCall call) {
      return new Invoking(invocation, startedNanos, deadlineNanos, call, reply, answered, exit);
    }

    Invoking replyingWith(ReplyCall call) {
      return new Invoking(invocation, startedNanos, deadlineNanos, delivered, call, answered, exit);
    }

    Invoking afterReply() {
      return new Invoking(invocation, startedNanos, deadlineNanos, delivered, null, true, exit);
    }

    Invoking afterExit(ProcessExit how) {
      return new Invoking(invocation, startedNanos, deadlineNanos, delivered, reply, answered, how);
    }
  }

  /**
   * The processes are being ended; then the sandbox is cold again.
   *
   * @param waiting the invocation that pays for the next init, null if there is none
   * @param begunNanos when {@code waiting} began with a runtime that died before it had the event,
   *     {@link #NOT_BEGUN} if it did not
   */
  record Resetting(@Nullable Invocation waiting, long begunNanos) implements Phase {

    boolean begun() {
      return begunNanos != NOT_BEGUN;
    }
  }

  /** The processes are being ended for good. */
  record ShuttingDown() implements Phase {}

  /** Nothing runs and nothing will. */
  record Terminated() implements Phase {}
}
