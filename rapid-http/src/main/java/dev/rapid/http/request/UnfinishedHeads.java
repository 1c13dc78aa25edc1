package dev.rapid.http.request;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The memory that all connections of a process share for heads that are not complete yet and for
 * requests that were sent ahead of an answer. When it is used up, the request whose head has been
 * incomplete for the longest time is refused: an ordinary head is complete within milliseconds.
 */
final class UnfinishedHeads {

  private final long maxBytes;
  private final Map<RequestConduit, Integer> heads = new LinkedHashMap<>();
  private final Map<RequestConduit, Integer> sentAhead = new HashMap<>();
  private long headBytes;
  private long sentAheadBytes;

  UnfinishedHeads(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Counts the memory of an incomplete head. Another connection may lose its head for it. */
  void hold(RequestConduit connection, int bytes) {
    RequestConduit oldest = null;
    synchronized (this) {
      forgetSentAhead(connection);
      Integer before = heads.put(connection, bytes);
      headBytes += bytes - (before == null ? 0 : before);
      if (headBytes + sentAheadBytes > maxBytes) {
        oldest = heads.keySet().iterator().next();
        forgetHead(oldest);
      }
    }
    if (oldest != null) {
      oldest.giveUp();
    }
  }

  /**
   * Counts what a connection has sent ahead, if there is room for it. Half of the memory is
   * reserved for heads.
   */
  synchronized boolean tryHoldSentAhead(RequestConduit connection, int bytes) {
    if (sentAheadBytes + bytes > maxBytes / 2) {
      return false;
    }
    Integer before = sentAhead.put(connection, bytes);
    sentAheadBytes += bytes - (before == null ? 0 : before);
    return true;
  }

  /** Removes a connection from the count. */
  synchronized void release(RequestConduit connection) {
    forgetHead(connection);
    forgetSentAhead(connection);
  }

  private void forgetHead(RequestConduit connection) {
    Integer bytes = heads.remove(connection);
    headBytes -= bytes == null ? 0 : bytes;
  }

  private void forgetSentAhead(RequestConduit connection) {
    Integer bytes = sentAhead.remove(connection);
    sentAheadBytes -= bytes == null ? 0 : bytes;
  }
}
