package dev.rapid.core.sandbox;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the runtime of the running generation.
 *
 * @param state where it stands in its conversation with the Runtime API
 * @param alive whether its process was started and has not ended
 * @param changedNanos when {@code state} changed, null if no runtime was started
 * @param respondedNanos when its last reply was complete, null if there was none
 * @param polls the polls that wait for an event, the oldest first
 * @param restorePoll the poll that waits for the restore, null if there is none
 * @param initError what it reported, null if nothing
 */
public record RuntimeSide(
    RuntimeState state,
    boolean alive,
    @Nullable Long changedNanos,
    @Nullable Long respondedNanos,
    List<NextCall> polls,
    @Nullable RestoreNextCall restorePoll,
    Reply.@Nullable ReportedError initError) {

  /** A runtime of which nothing was heard. */
  static final RuntimeSide UNKNOWN =
      new RuntimeSide(RuntimeState.STARTED, false, null, null, List.of(), null, null);

  static RuntimeSide started(long nowNanos) {
    return new RuntimeSide(RuntimeState.STARTED, true, nowNanos, null, List.of(), null, null);
  }

  RuntimeSide in(RuntimeState next, long nowNanos) {
    boolean same = next == state;
    boolean responded = next == RuntimeState.RESPONSE_SENT;
    return new RuntimeSide(
        next,
        alive,
        same ? changedNanos : Long.valueOf(nowNanos),
        responded ? Long.valueOf(nowNanos) : respondedNanos,
        polls,
        restorePoll,
        initError);
  }

  RuntimeSide ended() {
    return new RuntimeSide(
        state, false, changedNanos, respondedNanos, polls, restorePoll, initError);
  }

  RuntimeSide withPolls(List<NextCall> waiting) {
    return new RuntimeSide(
        state, alive, changedNanos, respondedNanos, waiting, restorePoll, initError);
  }

  RuntimeSide withPoll(NextCall call) {
    if (polls.isEmpty()) {
      return withPolls(List.of(call));
    }
    List<NextCall> longer = new ArrayList<>(polls);
    longer.add(call);
    return withPolls(longer);
  }

  RuntimeSide without(NextCall call) {
    if (polls.size() == 1) {
      return withPolls(List.of());
    }
    List<NextCall> shorter = new ArrayList<>(polls);
    shorter.remove(call);
    return withPolls(shorter);
  }

  RuntimeSide withRestorePoll(@Nullable RestoreNextCall call) {
    return new RuntimeSide(state, alive, changedNanos, respondedNanos, polls, call, initError);
  }

  RuntimeSide withInitError(Reply.ReportedError error) {
    return new RuntimeSide(state, alive, changedNanos, respondedNanos, polls, restorePoll, error);
  }
}
