package dev.rapid.core.invocation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * All of a payload that arrives while its invocation runs, for worker protocols that send a payload
 * in one piece. It keeps a copy in the heap, so that the caller is read from without a pause.
 */
public final class CollectedPayload implements Payload {

  /** Learns how the collection ended; on any thread; must not block. */
  public interface Receiver {

    /** All bytes have arrived. */
    void complete(Payload whole);

    /** The payload is longer than the limit. What still comes of it is dropped. */
    void tooLarge();

    /** The caller has gone in the middle of it. */
    void truncated();
  }

  private final List<ByteBuffer> pieces = new ArrayList<>();
  private long size;

  /** Creates a payload without bytes. */
  public CollectedPayload() {}

  /**
   * Collects a payload. Exactly one method of the receiver is called, possibly before this method
   * returns; none if the payload is released before. A payload that is whole already is handed on
   * as it is.
   *
   * @param maxBytes how long a payload may be that is still arriving
   */
  public static void collect(Payload payload, long maxBytes, Receiver receiver) {
    if (payload instanceof StreamedPayload arriving) {
      arriving.passTo(new Collection(maxBytes, receiver));
    } else {
      receiver.complete(payload);
    }
  }

  /** Appends a copy of bytes; not while the payload has readers. */
  public void add(Payload bytes) {
    pieces.add(ByteBuffer.wrap(bytes.toByteArray()).asReadOnlyBuffer());
    size += bytes.size();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public List<ByteBuffer> buffers() {
    return pieces.stream().map(ByteBuffer::duplicate).toList();
  }

  /** Nothing to count: its memory is the heap's. */
  @Override
  public void acquire() {}

  @Override
  public void release() {}

  @Override
  public String toString() {
    return "Payload[" + size + " collected bytes]";
  }

  /** The pieces until now; one call at a time. */
  private static final class Collection implements StreamedPayload.Receiver {

    private final long maxBytes;
    private final Receiver receiver;
    private CollectedPayload collected = new CollectedPayload();
    private boolean ended;

    Collection(long maxBytes, Receiver receiver) {
      this.maxBytes = maxBytes;
      this.receiver = receiver;
    }

    @Override
    public void write(Payload bytes) {
      boolean fits = !ended && collected.size() + bytes.size() <= maxBytes;
      if (fits) {
        collected.add(bytes);
      }
      bytes.release();
      if (!fits && !ended) {
        ended = true;
        collected = new CollectedPayload();
        receiver.tooLarge();
      }
    }

    @Override
    public void complete() {
      if (!ended) {
        ended = true;
        receiver.complete(collected);
      }
    }

    @Override
    public void truncated() {
      if (!ended) {
        ended = true;
        receiver.truncated();
      }
    }
  }
}
