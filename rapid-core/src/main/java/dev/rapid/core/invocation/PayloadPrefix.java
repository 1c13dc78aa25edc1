package dev.rapid.core.invocation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The first bytes of a payload; it shares the payload's reference count. */
public final class PayloadPrefix implements Payload {

  private final Payload whole;
  private final long size;

  /**
   * Creates a view.
   *
   * @param size how many bytes it has, at most as many as {@code whole}
   */
  public PayloadPrefix(Payload whole, long size) {
    this.whole = whole;
    this.size = size;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public List<ByteBuffer> buffers() {
    List<ByteBuffer> first = new ArrayList<>();
    long left = size;
    for (ByteBuffer buffer : whole.buffers()) {
      if (left == 0) {
        break;
      }
      int length = (int) Math.min(left, buffer.remaining());
      first.add(buffer.limit(buffer.position() + length));
      left -= length;
    }
    return first;
  }

  @Override
  public void acquire() {
    whole.acquire();
  }

  @Override
  public void release() {
    whole.release();
  }
}
