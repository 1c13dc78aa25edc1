package dev.rapid.queue.store;

/**
 * How many entries of a lane are in a state.
 *
 * @param due how many of them could be claimed now
 * @param oldestMillis when the oldest of them was accepted, milliseconds since 1970
 */
public record LaneCount(String lane, EntryState state, long entries, long due, long oldestMillis) {

  /** Returns the count of both. */
  LaneCount plus(LaneCount more) {
    return new LaneCount(
        lane,
        state,
        entries + more.entries,
        due + more.due,
        Math.min(oldestMillis, more.oldestMillis));
  }
}
