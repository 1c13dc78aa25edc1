package dev.rapid.core.fleet;

import org.jspecify.annotations.Nullable;

/** A request for a sandbox that one client has for itself. */
@FunctionalInterface
interface ReservationCall {

  /**
   * Answers the request.
   *
   * @param member the number of the sandbox, null if none is free
   */
  void answer(@Nullable Integer member);
}
