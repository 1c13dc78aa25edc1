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
 */
public record WorkerSide(
    WorkerState state,
    boolean alive,
    @Nullable Long changedNanos,
    @Nullable Long respondedNanos,
    List<WorkerSlot> slots,
    @Nullable RestoreSlot restoreSlot,
    Reply.@Nullable ReportedError initError) {

  /** A worker of which nothing was heard. */
  static final WorkerSide UNKNOWN =
      new WorkerSide(WorkerState.STARTED, false, null, null, List.of(), null, null);

  static WorkerSide started(long nowNanos) {
    return new WorkerSide(WorkerState.STARTED, true, nowNanos, null, List.of(), null, null);
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
        initError);
  }

  WorkerSide ended() {
    return new WorkerSide(
        state, false, changedNanos, respondedNanos, slots, restoreSlot, initError);
  }

  WorkerSide withSlots(List<WorkerSlot> waiting) {
    return new WorkerSide(
        state, alive, changedNanos, respondedNanos, waiting, restoreSlot, initError);
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
    return new WorkerSide(state, alive, changedNanos, respondedNanos, slots, call, initError);
  }

  WorkerSide withInitError(Reply.ReportedError error) {
    return new WorkerSide(state, alive, changedNanos, respondedNanos, slots, restoreSlot, error);
  }
}
