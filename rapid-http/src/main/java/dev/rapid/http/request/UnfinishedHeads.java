package dev.rapid.http.request;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that all connections of a process share for heads that are not complete yet and for
 * requests that were sent ahead of an answer. When it is used up, the request whose head has been
 * incomplete for the longest time is refused: an ordinary head is complete within milliseconds.
 */
final class UnfinishedHeads {

  private final long maxBytes;

  /** Each delivery to a runtime counts here for a moment, so it takes no lock. */
  private final AtomicLong sentAheadBytes = new AtomicLong();

  // Both guarded by this.
  private final Map<RequestConduit, Integer> heads = new LinkedHashMap<>();
  private long headBytes;

  UnfinishedHeads(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Counts the memory of an incomplete head. Another connection may lose its head for it. */
  void hold(RequestConduit connection, int bytes) {
    RequestConduit oldest = null;
    synchronized (this) {
      Integer before = heads.put(connection, bytes);
      headBytes += bytes - (before == null ? 0 : before);
      if (headBytes + sentAheadBytes.get() > maxBytes) {
        oldest = heads.keySet().iterator().next();
        forget(oldest);
      }
    }
    if (oldest != null) {
      oldest.giveUp();
    }
  }

  /** Removes an incomplete head from the count. */
  synchronized void release(RequestConduit connection) {
    forget(connection);
  }

  private void forget(RequestConduit connection) {
    Integer bytes = heads.remove(connection);
    headBytes -= bytes == null ? 0 : bytes;
  }

  /**
   * Counts what a connection sends ahead, if there is room for it. Half of the memory is reserved
   * for heads.
   */
  boolean tryHoldSentAhead(int bytes) {
    if (sentAheadBytes.addAndGet(bytes) <= maxBytes / 2) {
      return true;
    }
    releaseSentAhead(bytes);
    return false;
  }

  /** Removes bytes that were sent ahead from the count. */
  void releaseSentAhead(int bytes) {
    sentAheadBytes.addAndGet(-bytes);
  }
}
