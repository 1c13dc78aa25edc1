package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.extension.Extension;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.WorkerSlot;
import dev.rapid.core.worker.WorkerState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decides what a sandbox does next.
 *
 * @param phase what it is doing
 * @param generation how many times an init was begun; names the processes
 * @param side what is known of the worker
 * @param extensions the external ones in the order of their start, then the internal ones in the
 *     order of their registration
 * @param fatalError the first thing that went wrong with this generation, null if nothing has
 * @param lastFailure the first thing that went wrong with the generation whose processes the
 *     sandbox has ended by itself, until the next init or reset; null if nothing has
 * @param unreported the durations that no report has carried yet
 * @param freeze whether the processes are stopped, or about to be
 */
public record SandboxState(
    Phase phase,
    int generation,
    WorkerSide side,
    List<Extension> extensions,
    @Nullable ErrorType fatalError,
    @Nullable ErrorType lastFailure,
    Unreported unreported,
    FreezeState freeze) {

  /** Where every sandbox begins. */
  public static final SandboxState INITIAL =
      new SandboxState(
          new Phase.Cold(),
          0,
          WorkerSide.UNKNOWN,
          List.of(),
          null,
          null,
          Unreported.NOTHING,
          FreezeState.RUNNING);

  /**
   * Durations of what came before an invocation, which its report carries.
   *
   * @param initNanos null if there was no init
   * @param restoreNanos null if there was no restore
   */
  public record Unreported(@Nullable Long initNanos, @Nullable Long restoreNanos) {
    static final Unreported NOTHING = new Unreported(null, null);
  }

  /** Returns where the worker stands. */
  public WorkerState worker() {
    return side.state();
  }

  /** Returns what went wrong first, also after the sandbox has ended the processes for it. */
  public @Nullable ErrorType firstError() {
    return fatalError == null ? lastFailure : fatalError;
  }

  /** Returns the room that the worker has for invocations, the oldest first. */
  public List<WorkerSlot> slots() {
    return side.slots();
  }

  /** Returns what the worker of this generation reported of its init, null if nothing. */
  public Reply.@Nullable ReportedError initError() {
    return side.initError();
  }

  /** Returns the invocations that run, the oldest first. */
  public List<RunningInvocation> running() {
    return phase.running();
  }

  /** Returns the invocations that wait for an init, a restore or a reset, the oldest first. */
  public List<WaitingInvocation> waiting() {
    return phase.waiting();
  }

  SandboxState in(Phase next) {
    return new SandboxState(
        next, generation, side, extensions, fatalError, lastFailure, unreported, freeze);
  }

  SandboxState with(WorkerSide next) {
    return new SandboxState(
        phase, generation, next, extensions, fatalError, lastFailure, unreported, freeze);
  }

  SandboxState withExtensions(List<Extension> all) {
    return new SandboxState(
        phase, generation, side, List.copyOf(all), fatalError, lastFailure, unreported, freeze);
  }

  SandboxState withFatalError(@Nullable ErrorType error) {
    return new SandboxState(
        phase, generation, side, extensions, error, lastFailure, unreported, freeze);
  }

  SandboxState withLastFailure(@Nullable ErrorType error) {
    return new SandboxState(
        phase, generation, side, extensions, fatalError, error, unreported, freeze);
  }

  SandboxState withUnreported(Unreported durations) {
    return new SandboxState(
        phase, generation, side, extensions, fatalError, lastFailure, durations, freeze);
  }

  SandboxState with(FreezeState next) {
    return new SandboxState(
        phase, generation, side, extensions, fatalError, lastFailure, unreported, next);
  }

  /** Forgets all that belongs to the processes that were. */
  SandboxState withoutProcesses() {
    return new SandboxState(
        phase,
        generation,
        WorkerSide.UNKNOWN,
        List.of(),
        null,
        lastFailure,
        unreported,
        FreezeState.RUNNING);
  }

  SandboxState nextGeneration() {
    return new SandboxState(
        phase, generation + 1, side, extensions, fatalError, null, unreported, FreezeState.RUNNING);
  }
}
