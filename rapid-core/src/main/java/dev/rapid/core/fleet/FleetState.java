package dev.rapid.core.fleet;

import dev.rapid.core.time.Deadline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a fleet knows.
 *
 * @param config its limits
 * @param members its sandboxes, the most recently used first
 * @param waiting the invocations that wait for one
 * @param lastNumber the number of the newest sandbox
 * @param running how many invocations the sandboxes have
 * @param begun whether the function has started, so that provisioned sandboxes are kept
 * @param reserved the number of the sandbox that one client has for itself, null if there is none
 * @param failedInits how many inits have failed since one was successful
 * @param pausedUntil no init begins before
 * @param renewalBy until when a renewal is expected, so that no init begins; null if none is
 * @param aboutToBeFree how many sandboxes have answered all that they run, so that they are worth
 *     waiting for
 * @param waitedForUntil when waiting for them has lasted too long
 * @param permitsRequested how many permits of the program were asked for and not answered
 * @param permits how many invocations the program lets this function run
 * @param memoryRequests for sandboxes that will be initialised when there is memory, the oldest
 *     first
 * @param lastMemoryRequest the number of the newest request
 * @param timer when the timer fires
 * @param retiring whether the function ends when all its invocations have ended
 * @param closing whether the function ends
 */
record FleetState(
    FleetConfig config,
    List<MemberState> members,
    WaitingLine waiting,
    int lastNumber,
    int running,
    boolean begun,
    @Nullable Integer reserved,
    int failedInits,
    @Nullable Deadline pausedUntil,
    @Nullable Deadline renewalBy,
    int aboutToBeFree,
    Deadline waitedForUntil,
    int permitsRequested,
    int permits,
    List<MemoryRequest> memoryRequests,
    int lastMemoryRequest,
    Deadline timer,
    boolean retiring,
    boolean closing) {

  /** Returns the state of a fleet that begins with its first sandbox, if it may have one. */
  static FleetState initial(FleetConfig config, long nowNanos) {
    boolean any = config.maxSandboxes() > 0;
    return new FleetState(
        config,
        any ? List.of(MemberState.cold(1, config.provisioned() > 0, nowNanos)) : List.of(),
        WaitingLine.EMPTY,
        any ? 1 : 0,
        0,
        false,
        null,
        0,
        null,
        null,
        0,
        Deadline.NEVER,
        0,
        0,
        List.of(),
        0,
        Deadline.NEVER,
        false,
        false);
  }

  /** Returns a sandbox, null if it was forgotten. */
  @Nullable MemberState member(int number) {
    for (MemberState each : members) {
      if (each.number() == number) {
        return each;
      }
    }
    return null;
  }
}
