package dev.rapid.core.sandbox;

import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.RestoreSlot;
import dev.rapid.core.worker.WorkerSlot;
import dev.rapid.core.worker.WorkerState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the worker of the running generation.
 *
 * @param state where it stands in its conversation with the sandbox
 * @param alive whether its process was started and has not ended
 * @param changedNanos when {@code state} changed, null if none was started
 * @param respondedNanos when its last reply was complete, null if there was none
 * @param slots its room for invocations, the oldest first
 * @param restoreSlot what waits for the restore, null if nothing does
 * @param initError what it reported, null if nothing
 * @param timedOut what it may still reply to in vain
 * @param runtime the runtime as the worker describes it, null if it has not
 */
public record WorkerSide(
    WorkerState state,
    boolean alive,
    @Nullable Long changedNanos,
    @Nullable Long respondedNanos,
    List<WorkerSlot> slots,
    @Nullable RestoreSlot restoreSlot,
    Reply.@Nullable ReportedError initError,
    TimedOutDeliveries timedOut,
    @Nullable String runtime) {

  /** A worker of which nothing was heard. */
  static final WorkerSide UNKNOWN = ofProcess(false, null);

  static WorkerSide started(long nowNanos) {
    return ofProcess(true, nowNanos);
  }

  private static WorkerSide ofProcess(boolean alive, @Nullable Long startedNanos) {
    return new WorkerSide(
        WorkerState.STARTED,
        alive,
        startedNanos,
        null,
        List.of(),
        null,
        null,
        TimedOutDeliveries.NONE,
        null);
  }

  WorkerSide in(WorkerState next, long nowNanos) {
    boolean same = next == state;
    boolean responded = next == WorkerState.REPLIED;
    return new WorkerSide(
        next,
        alive,
        same ? changedNanos : Long.valueOf(nowNanos),
        responded ? Long.valueOf(nowNanos) : respondedNanos,
        slots,
        restoreSlot,
        initError,
        timedOut,
        runtime);
  }

  WorkerSide ended() {
    return new WorkerSide(
        state,
        false,
        changedNanos,
        respondedNanos,
        slots,
        restoreSlot,
        initError,
        timedOut,
        runtime);
  }

  WorkerSide withSlots(List<WorkerSlot> waiting) {
    return new WorkerSide(
        state,
        alive,
        changedNanos,
        respondedNanos,
        waiting,
        restoreSlot,
        initError,
        timedOut,
        runtime);
  }

  WorkerSide withSlot(WorkerSlot call) {
    if (slots.isEmpty()) {
      return withSlots(List.of(call));
    }
    List<WorkerSlot> longer = new ArrayList<>(slots);
    longer.add(call);
    return withSlots(longer);
  }

  WorkerSide without(WorkerSlot call) {
    if (slots.size() == 1) {
      return withSlots(List.of());
    }
    List<WorkerSlot> shorter = new ArrayList<>(slots);
    shorter.remove(call);
    return withSlots(shorter);
  }

  WorkerSide withRestoreSlot(@Nullable RestoreSlot call) {
    return new WorkerSide(
        state, alive, changedNanos, respondedNanos, slots, call, initError, timedOut, runtime);
  }

  WorkerSide withInitError(Reply.ReportedError error) {
    return new WorkerSide(
        state, alive, changedNanos, respondedNanos, slots, restoreSlot, error, timedOut, runtime);
  }

  WorkerSide withTimedOut(TimedOutDeliveries late) {
    return new WorkerSide(
        state, alive, changedNanos, respondedNanos, slots, restoreSlot, initError, late, runtime);
  }

  WorkerSide describedAs(String description) {
    return new WorkerSide(
        state,
        alive,
        changedNanos,
        respondedNanos,
        slots,
        restoreSlot,
        initError,
        timedOut,
        description);
  }
}
