package dev.rapid.fnrunner.server;

import dev.rapid.core.invocation.Payload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The first bytes of a payload. */
final class PayloadBeginning implements Payload {

  private final Payload whole;
  private final long size;

  /**
   * @param size at most the size of {@code whole}
   */
  PayloadBeginning(Payload whole, long size) {
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
    for (ByteBuffer each : whole.buffers()) {
      if (left < each.remaining()) {
        each.limit(each.position() + (int) left);
      }
      left -= each.remaining();
      first.add(each);
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
