package dev.rapid.core.sandbox;

import dev.rapid.core.events.LifecycleEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decides what a sandbox does next.
 *
 * @param phase what it is doing
 * @param generation how many times an init was begun; names the processes
 * @param runtime where the runtime stands
 * @param parked the polls that wait for an event, the oldest first
 * @param initError what the runtime of this generation reported, null if nothing
 * @param unreportedInitNanos the duration of an init that no report has carried yet, or {@link
 *     LifecycleEvent.Report#NO_INIT}
 */
public record SandboxState(
    Phase phase,
    int generation,
    RuntimeState runtime,
    List<NextCall> parked,
    Reply.@Nullable ReportedError initError,
    long unreportedInitNanos) {

  /** A deadline that never passes. */
  public static final long NO_DEADLINE = Long.MAX_VALUE;

  /** Where every sandbox begins. */
  public static final SandboxState INITIAL =
      new SandboxState(
          new Phase.Cold(),
          0,
          RuntimeState.STARTED,
          List.of(),
          null,
          LifecycleEvent.Report.NO_INIT);

  SandboxState in(Phase next) {
    return new SandboxState(next, generation, runtime, parked, initError, unreportedInitNanos);
  }

  SandboxState with(RuntimeState next) {
    return new SandboxState(phase, generation, next, parked, initError, unreportedInitNanos);
  }

  SandboxState with(List<NextCall> polls) {
    return new SandboxState(phase, generation, runtime, polls, initError, unreportedInitNanos);
  }

  SandboxState with(Reply.ReportedError error) {
    return new SandboxState(phase, generation, runtime, parked, error, unreportedInitNanos);
  }

  SandboxState withUnreportedInit(long nanos) {
    return new SandboxState(phase, generation, runtime, parked, initError, nanos);
  }

  /** Forgets all that belongs to the runtime that was. */
  SandboxState withoutRuntime() {
    return new SandboxState(
        phase, generation, RuntimeState.STARTED, List.of(), null, unreportedInitNanos);
  }

  SandboxState nextGeneration() {
    return new SandboxState(phase, generation + 1, runtime, parked, initError, unreportedInitNanos);
  }
}
