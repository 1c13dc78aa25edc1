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

  /** Drops a sandbox that has ended, or that could not be made. */
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

  /** Sends {@link FleetEvent.TimerFired} at a moment, and not at the one that was set before. */
  record ArmTimer(long atNanos) implements FleetEffect {}

  /** Sends no {@link FleetEvent.TimerFired}. */
  record CancelTimer() implements FleetEffect {}

  /** All sandboxes have ended. */
  record AnnounceTermination() implements FleetEffect {}
}
