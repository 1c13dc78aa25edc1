package dev.rapid.azure.server.forward;

import dev.rapid.core.invocation.CollectedPayload;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.PayloadPrefix;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.ResponseSource;
import dev.rapid.core.invocation.StreamingSink;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer: passed on as it comes, or collected until it is complete. Runs on the
 * event loop of its exchange.
 */
final class AnswerPieces {

  private final boolean streamed;

  /** What waits for the caller of a stream. */
  private final Deque<Payload> held = new ArrayDeque<>();

  private CollectedPayload collected = new CollectedPayload();
  private long heldBytes;
  private @Nullable StreamingSink sink;
  private long maxBytes;
  private long passedOn;

  /**
   * @param streamed whether it is passed on as it comes
   * @param maxBytes how long it may be; a stream gets its limit with its sink
   */
  AnswerPieces(boolean streamed, long maxBytes) {
    this.streamed = streamed;
    this.maxBytes = streamed ? Invocation.UNLIMITED : maxBytes;
  }

  boolean isStreamed() {
    return streamed;
  }

  /** Returns whether the caller of a stream has its head. */
  boolean hasPassedOn() {
    return sink != null;
  }

  /** Returns how many bytes the caller of a stream has. */
  long passedOn() {
    return passedOn;
  }

  /** Returns how many bytes the caller does not have yet. */
  long heldBytes() {
    return heldBytes;
  }

  boolean isOverLimit() {
    return (streamed ? passedOn : heldBytes) > maxBytes;
  }

  void add(Payload bytes) {
    if (sink != null) {
      pass(sink, bytes);
      return;
    }
    heldBytes += bytes.size();
    if (streamed) {
      held.add(bytes);
    } else {
      if (!isOverLimit()) {
        collected.add(bytes);
      }
      bytes.release();
    }
  }

  /**
   * Begins to pass it on.
   *
   * @param most one byte more than this is passed on at the most
   */
  void passTo(StreamingSink to, ResponseHead head, long most, ResponseSource source) {
    sink = to;
    maxBytes = most;
    heldBytes = 0;
    to.begin(head, source);
    for (Payload next = held.poll(); next != null; next = held.poll()) {
      pass(to, next);
    }
  }

  private void pass(StreamingSink to, Payload bytes) {
    long room = maxBytes == Invocation.UNLIMITED ? bytes.size() : maxBytes + 1 - passedOn;
    if (room <= 0) {
      bytes.release();
    } else {
      long size = Math.min(room, bytes.size());
      passedOn += size;
      to.write(size == bytes.size() ? bytes : new PayloadPrefix(bytes, size));
    }
  }

  /** Returns what was collected. */
  Payload collected() {
    return collected;
  }

  /** Forgets what the caller does not have. */
  void drop() {
    held.forEach(Payload::release);
    held.clear();
    heldBytes = 0;
    collected = new CollectedPayload();
  }
}
