package dev.rapid.core.queue;

import org.jspecify.annotations.Nullable;

/** What becomes of an entry that was claimed. */
public sealed interface Settlement {

  /** It is done, and leaves the queue. */
  record Done() implements Settlement {}

  /**
   * It waits for another attempt.
   *
   * @param dueMillis when, milliseconds since 1970
   * @param attempts how many attempts have counted
   * @param throttles how many in a row did not
   * @param reason one line for people
   */
  record Again(long dueMillis, int attempts, int throttles, String reason) implements Settlement {}

  /**
   * It is given up.
   *
   * @param condition why no attempt follows
   * @param attempts how many attempts have counted
   * @param reason what the last attempt failed with, one line for people; null if this claim had no
   *     attempt: then the store keeps the reason that it has
   */
  record Dead(Condition condition, int attempts, @Nullable String reason) implements Settlement {}

  /** The claim ends without an attempt; the entry is due at once, for any node. */
  record Released() implements Settlement {}

  /** Why an entry is given up (contract invoke-api, section 4.1). */
  enum Condition {
    RETRIES_EXHAUSTED("RetriesExhausted"),
    EVENT_AGE_EXCEEDED("EventAgeExceeded"),
    ZERO_RESERVED_CONCURRENCY("ZeroReservedConcurrency");

    private final String wireName;

    Condition(String wireName) {
      this.wireName = wireName;
    }

    /** Returns its name in invocation records, meters and pages. */
    public String wireName() {
      return wireName;
    }
  }
}
