package dev.rapid.core.queue;

/**
 * An entry that the node has claimed.
 *
 * @param leaseUntilMillis until when the claim holds at least
 * @param sinceMillis since when the entry waits for its attempt, or since when the attempt runs
 * @param lost whether the claim is known not to hold any more
 */
public record ClaimedEntry(
    QueueEntry entry, long leaseUntilMillis, long sinceMillis, boolean lost) {

  ClaimedEntry since(long millis) {
    return new ClaimedEntry(entry, leaseUntilMillis, millis, lost);
  }

  ClaimedEntry leasedUntil(long millis) {
    return new ClaimedEntry(entry, millis, sinceMillis, lost);
  }

  ClaimedEntry asLost() {
    return new ClaimedEntry(entry, leaseUntilMillis, sinceMillis, true);
  }

  /** Goes on with a newer claim of the same entry. */
  ClaimedEntry claimedAgain(QueueEntry newer, long newLeaseUntilMillis) {
    return new ClaimedEntry(newer, newLeaseUntilMillis, sinceMillis, false);
  }
}
