package dev.rapid.core.fleet;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import org.jspecify.annotations.Nullable;

/** What a fleet can ask for. */
sealed interface FleetEffect {

  /** Makes a cold sandbox. */
  record Create(int member, boolean provisioned) implements FleetEffect {}

  /** Initialises a cold sandbox. */
  record Initialise(int member) implements FleetEffect {}

  /** Gives an invocation to a sandbox. */
  record Run(int member, Invocation invocation) implements FleetEffect {}

  /** Tells the sandboxes that the caller of an invocation has gone. */
  record PassCallerGone(Invocation invocation) implements FleetEffect {}

  /** Tells the sandboxes that an invocation is not wanted any more. */
  record PassCancelled(Invocation invocation) implements FleetEffect {}

  /** Ends a sandbox for good. */
  record ShutDown(int member) implements FleetEffect {}

  /** Drops a sandbox that has ended, or that could not be made, and gives its memory back. */
  record Forget(int member) implements FleetEffect {}

  /** Ends an invocation that never ran. */
  record Complete(Invocation invocation, Outcome outcome) implements FleetEffect {}

  /** Answers a request for a sandbox. */
  record AnswerReservation(ReservationCall call, @Nullable Integer member) implements FleetEffect {}

  /**
   * Asks whether the program may run one more invocation.
   *
   * @param mayWait whether to wait until it may
   */
  record RequestPermit(boolean mayWait) implements FleetEffect {}

  /** Lets the program run one more invocation elsewhere. */
  record ReturnPermit() implements FleetEffect {}

  /**
   * Asks for the memory of a sandbox.
   *
   * @param mayWait whether to wait for it, and to end idle sandboxes for it
   */
  record RequestMemory(int request, int megabytes, boolean mayWait) implements FleetEffect {}

  /** Does not wait for memory any more, or gives it back. */
  record WithdrawMemory(int request) implements FleetEffect {}

  /** Uses memory that was granted for a sandbox, until the sandbox is forgotten. */
  record UseMemory(int request, int member) implements FleetEffect {}

  /** Refuses to end a sandbox, because it is not idle. */
  record KeepMemory(int member) implements FleetEffect {}

  /** Sends {@link FleetEvent.TimerFired} at a moment, and not at the one that was set before. */
  record ArmTimer(long atNanos) implements FleetEffect {}

  /** Sends no {@link FleetEvent.TimerFired}. */
  record CancelTimer() implements FleetEffect {}

  /** All sandboxes have ended. */
  record AnnounceTermination() implements FleetEffect {}
}
