package dev.rapid.fnrunner.server;

import com.google.protobuf.ByteString;
import dev.rapid.core.invocation.Payload;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Bytes of one or more frames. */
final class ByteStringPayload implements Payload {

  private final ByteString bytes;
  private final Runnable whenReleased;
  private final AtomicInteger readers = new AtomicInteger(1);

  /**
   * @param whenReleased runs when the last reader has released them
   */
  ByteStringPayload(ByteString bytes, Runnable whenReleased) {
    this.bytes = bytes;
    this.whenReleased = whenReleased;
  }

  @Override
  public long size() {
    return bytes.size();
  }

  @Override
  public List<ByteBuffer> buffers() {
    return bytes.asReadOnlyByteBufferList();
  }

  @Override
  public void acquire() {
    readers.incrementAndGet();
  }

  @Override
  public void release() {
    if (readers.decrementAndGet() == 0) {
      whenReleased.run();
    }
  }

  @Override
  public String toString() {
    return "Payload[" + bytes.size() + " bytes]";
  }
}
