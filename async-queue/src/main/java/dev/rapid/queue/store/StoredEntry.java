package dev.rapid.queue.store;

import dev.rapid.core.queue.QueueEntry;
import dev.rapid.core.queue.Settlement;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the queue as the store keeps it: an accepted event, or a delivery to a destination.
 *
 * @param id identifies it; a UUID of version 7, so that ids sort by the time of acceptance
 * @param lane the entries that share a limit with it, as {@link Lanes} names them
 * @param function the name of the function whose event it is
 * @param requestId of the invocation, the same for all attempts and for deliveries other than to a
 *     function, whose invocation has its own
 * @param attributes what an attempt needs besides the payload, as {@link Attributes} names them
 * @param payload the bytes of the event or of the delivery; an empty array in lists
 * @param payloadBytes how many the payload has
 * @param acceptedMillis when it was accepted, milliseconds since 1970
 * @param dueMillis when the next attempt may begin, or when the lease ends; 0 if it is dead
 * @param claim how often it was claimed
 * @param attempts how many attempts have counted
 * @param throttles how many attempts in a row did not count
 * @param node the node that has claimed it, null if none has
 * @param condition why it was given up, null unless it is dead
 * @param reason what the last attempt failed with, null if none has failed
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record StoredEntry(
    UUID id,
    String lane,
    String function,
    String requestId,
    Map<String, String> attributes,
    byte[] payload,
    int payloadBytes,
    long acceptedMillis,
    long dueMillis,
    EntryState state,
    int claim,
    int attempts,
    int throttles,
    @Nullable String node,
    Settlement.@Nullable Condition condition,
    @Nullable String reason) {

  private static final byte[] NO_PAYLOAD = {};

  /**
   * Returns a new entry, which no node has claimed yet.
   *
   * @param acceptedMillis now, milliseconds since 1970 by the clock of the store
   * @param dueMillis when its first attempt may begin
   */
  public static StoredEntry queued(
      UUID id,
      String lane,
      String function,
      String requestId,
      Map<String, String> attributes,
      byte[] payload,
      long acceptedMillis,
      long dueMillis) {
    return new StoredEntry(
        id,
        lane,
        function,
        requestId,
        attributes,
        payload,
        payload.length,
        acceptedMillis,
        dueMillis,
        EntryState.QUEUED,
        0,
        0,
        0,
        null,
        null,
        null);
  }

  /** Returns what the queue's decisions need of it. */
  public QueueEntry entry() {
    return new QueueEntry(id, lane, claim, attempts, throttles, acceptedMillis);
  }

  /** Returns it as a node has it that claims it. */
  public StoredEntry claimedBy(String claimant, long leaseEndMillis) {
    return with(
        acceptedMillis,
        leaseEndMillis,
        EntryState.RUNNING,
        claim + 1,
        attempts,
        throttles,
        claimant,
        null,
        reason);
  }

  /** Returns it with another end of its lease. */
  StoredEntry leasedUntil(long leaseEndMillis) {
    return with(
        acceptedMillis, leaseEndMillis, state, claim, attempts, throttles, node, null, reason);
  }

  /** Returns what is left of it after a settlement, null if nothing is. */
  @Nullable StoredEntry settled(Settlement settlement) {
    return switch (settlement) {
      case Settlement.Done() -> null;
      case Settlement.Again(long due, int counted, int refused, String why) ->
          with(acceptedMillis, due, EntryState.RETRYING, claim, counted, refused, null, null, why);
      case Settlement.Dead(Settlement.Condition given, int counted, String why) ->
          with(
              acceptedMillis,
              0,
              EntryState.DEAD,
              claim,
              counted,
              throttles,
              null,
              given,
              why == null ? reason : why);
      // Due since it was accepted, so that it keeps its place before those that came later.
      case Settlement.Released() ->
          with(
              acceptedMillis,
              acceptedMillis,
              attempts == 0 && throttles == 0 ? EntryState.QUEUED : EntryState.RETRYING,
              claim,
              attempts,
              throttles,
              null,
              null,
              reason);
    };
  }

  /** Returns it due now; if it is dead, as if it was accepted now. */
  StoredEntry retriedAt(long nowMillis) {
    return state == EntryState.DEAD
        ? with(nowMillis, nowMillis, EntryState.QUEUED, claim, 0, 0, null, null, null)
        : with(acceptedMillis, nowMillis, state, claim, attempts, throttles, null, null, reason);
  }

  /** Returns it as lists have it. */
  StoredEntry withoutPayload() {
    return new StoredEntry(
        id,
        lane,
        function,
        requestId,
        attributes,
        NO_PAYLOAD,
        payloadBytes,
        acceptedMillis,
        dueMillis,
        state,
        claim,
        attempts,
        throttles,
        node,
        condition,
        reason);
  }

  private StoredEntry with(
      long accepted,
      long due,
      EntryState newState,
      int newClaim,
      int newAttempts,
      int newThrottles,
      @Nullable String newNode,
      Settlement.@Nullable Condition newCondition,
      @Nullable String newReason) {
    return new StoredEntry(
        id,
        lane,
        function,
        requestId,
        attributes,
        payload,
        payloadBytes,
        accepted,
        due,
        newState,
        newClaim,
        newAttempts,
        newThrottles,
        newNode,
        newCondition,
        newReason);
  }
}
