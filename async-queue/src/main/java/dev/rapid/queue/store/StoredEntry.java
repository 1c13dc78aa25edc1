package dev.rapid.queue.store;

import dev.rapid.core.queue.QueueEntry;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the queue as the store keeps it: an accepted event, or a delivery to a destination.
 *
 * @param id identifies it; a UUID of version 7, so that ids sort by time
 * @param lane the entries that share a limit with it, as {@link Lanes} names them
 * @param function the name of the function whose event it is
 * @param requestId of the invocation, the same for all attempts and deliveries
 * @param attributes what an attempt needs besides the payload, as {@link Attributes} names them
 * @param payload the bytes of the event or of the delivery; an empty array in lists
 * @param payloadBytes how many the payload has
 * @param acceptedMillis when it was accepted, milliseconds since 1970
 * @param dueMillis when the next attempt may begin, or when the lease ends
 * @param claim how often it was claimed
 * @param attempts how many attempts have counted
 * @param throttles how many attempts in a row did not count
 * @param node the node that has claimed it, null if none has
 * @param reason what the last attempt failed with, null if none has failed
 */
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
    @Nullable String reason) {

  /** Returns what the queue's decisions need of it. */
  public QueueEntry entry() {
    return new QueueEntry(id, lane, claim, attempts, throttles, acceptedMillis);
  }
}
