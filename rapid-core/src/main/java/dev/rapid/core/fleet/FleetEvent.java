package dev.rapid.core.fleet;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import org.jspecify.annotations.Nullable;

/** What can happen to a fleet. */
sealed interface FleetEvent {

  /** The function starts: what runs before there is work is initialised. */
  record Begun() implements FleetEvent {}

  /**
   * A caller wants an invocation.
   *
   * @param aboutToBeFree how many of its sandboxes have answered all that they run
   */
  record InvokeRequested(Invocation invocation, int aboutToBeFree) implements FleetEvent {}

  /** The caller of an invocation has gone. */
  record CallerGone(Invocation invocation) implements FleetEvent {}

  /** The caller of an invocation does not want it any more, also if it runs. */
  record InvocationCancelled(Invocation invocation) implements FleetEvent {}

  /**
   * A sandbox has ended an invocation, extensions included.
   *
   * @param phase of the sandbox now
   * @param error what the sandbox failed with, null if with nothing
   */
  record InvocationEnded(
      int member, Invocation invocation, MemberPhase phase, @Nullable ErrorType error)
      implements FleetEvent {}

  /**
   * A sandbox is in another phase.
   *
   * @param error what the sandbox failed with, null if with nothing
   */
  record PhaseEntered(int member, MemberPhase phase, @Nullable ErrorType error)
      implements FleetEvent {}

  /**
   * A sandbox could not be made.
   *
   * @param message why, one line for people
   */
  record CreationFailed(int member, String message) implements FleetEvent {}

  /** A sandbox has ended for good, and no process of it is left. */
  record Terminated(int member) implements FleetEvent {}

  /** A client wants a sandbox for itself. */
  record ReservationRequested(ReservationCall call) implements FleetEvent {}

  /** The client that has reserved a sandbox wants an invocation in it. */
  record ReservedInvokeRequested(int member, Invocation invocation) implements FleetEvent {}

  /** The client that has reserved a sandbox gives it back. */
  record ReservationReleased(int member) implements FleetEvent {}

  /** The program may run one more invocation, and it is one of this function. */
  record PermitGranted() implements FleetEvent {}

  /** The program, or the function, runs as many invocations as it may. */
  record PermitRefused(Outcome.Rejection why) implements FleetEvent {}

  /** There is memory that was asked for. */
  record MemoryGranted(int request) implements FleetEvent {}

  /**
   * There is no memory now that was asked for.
   *
   * @param soon whether some sandbox that has memory is about to be idle
   */
  record MemoryDelayed(int request, boolean soon) implements FleetEvent {}

  /** The memory of an idle sandbox is needed. */
  record EvictionRequested(int member) implements FleetEvent {}

  /**
   * The function is about to be renewed, for example because its code is being written: until then
   * no init begins.
   *
   * @param untilNanos when it is not expected any more
   */
  record RenewalExpected(long untilNanos) implements FleetEvent {}

  /**
   * The function is another one from now on, with other code or settings: its sandboxes are
   * outdated, and new ones take their places.
   */
  record Renewed(FleetConfig config) implements FleetEvent {}

  /** No further invocation comes; the function ends when those that are there have ended. */
  record RetirementRequested() implements FleetEvent {}

  /** A moment has come that the fleet waited for. */
  record TimerFired() implements FleetEvent {}

  /** The function ends. */
  record ShutdownRequested() implements FleetEvent {}
}
