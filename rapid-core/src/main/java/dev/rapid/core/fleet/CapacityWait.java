package dev.rapid.core.fleet;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.time.Deadline;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long invocations wait for room ({@link FleetConfig#capacityWait}).
 *
 * <p>As many of the oldest as sandboxes are coming for wait as long as it takes. The others are
 * rejected when their time is over.
 */
final class CapacityWait {

  private CapacityWait() {}

  /** Returns whether an invocation that finds no room is rejected at once. */
  static boolean isZero(FleetStep s) {
    Duration wait = s.config.capacityWait();
    return s.config.maxWaiting() == 0 || (wait != null && wait.isZero());
  }

  /** Rejects those that have waited for too long; returns whether there was one. */
  static boolean rejectOverdue(FleetStep s) {
    Duration wait = limit(s);
    if (wait == null || isAnswerOutstanding(s)) {
      return false;
    }
    int from = seatsToCome(s);
    int to = from;
    while (to < s.waiting.size() && end(s, to, wait).hasPassed(s.now)) {
      to++;
    }
    if (to == from) {
      return false;
    }
    Outcome.Rejection why =
        isMemoryShort(s) ? Outcome.Rejection.PROGRAM_BUSY : Outcome.Rejection.FUNCTION_BUSY;
    int place = 0;
    for (Invocation each : s.waiting) {
      if (place >= from && place < to) {
        s.reject(each, why);
      }
      place++;
    }
    s.waiting = s.waiting.without(from, to);
    return true;
  }

  /** Returns when the next invocation has waited for too long. */
  static Deadline nextEnd(FleetStep s) {
    Duration wait = limit(s);
    int next = seatsToCome(s);
    if (wait == null || isAnswerOutstanding(s) || next >= s.waiting.size()) {
      return Deadline.NEVER;
    }
    return end(s, next, wait);
  }

  private static Deadline end(FleetStep s, int place, Duration wait) {
    return new Deadline(s.waiting.sinceNanos(place) + wait.toNanos());
  }

  /** Without a queue, an invocation gets a place only if a sandbox is free; memory is not one. */
  private static @Nullable Duration limit(FleetStep s) {
    if (s.waiting.isEmpty()) {
      return null;
    }
    return s.config.maxWaiting() == 0 && isMemoryShort(s) ? Duration.ZERO : s.config.capacityWait();
  }

  /**
   * A pause of the inits is no lack of room, and a permit that may not wait is answered at once.
   */
  private static boolean isAnswerOutstanding(FleetStep s) {
    return Inits.isPaused(s) || (isZero(s) && s.permitsRequested > 0);
  }

  private static boolean isMemoryShort(FleetStep s) {
    for (MemoryRequest each : s.memoryRequests) {
      if (each.isRefused(s.now)) {
        return true;
      }
    }
    return false;
  }

  /** Returns how many invocations there will be room for in a moment. */
  private static int seatsToCome(FleetStep s) {
    boolean full = !s.mayCreate();
    int capacity = s.config.capacity();
    int seats = s.aboutToBeFree;
    for (MemoryRequest each : s.memoryRequests) {
      seats += each.isRefused(s.now) ? 0 : capacity;
    }
    for (MemberState each : s.members()) {
      if (s.isReserved(each) || each.outdated()) {
        continue;
      }
      if (each.leaving()) {
        seats += full ? capacity : 0;
      } else if (each.phase() == MemberPhase.STARTING || each.phase() == MemberPhase.RESETTING) {
        seats += capacity - each.running();
      }
    }
    return seats;
  }
}
