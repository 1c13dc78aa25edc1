package dev.rapid.azure.server.forward;

import dev.rapid.core.invocation.Payload;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Bytes that came over a connection, as a payload. */
abstract class CountedBytes implements Payload {

  private final ByteBuf bytes;
  private final int length;
  private final AtomicInteger readers = new AtomicInteger(1);

  CountedBytes(ByteBuf bytes) {
    this.bytes = bytes;
    this.length = bytes.readableBytes();
  }

  /** No reader is left; on any thread. */
  abstract void released(ByteBuf buffer);

  @Override
  public long size() {
    return length;
  }

  @Override
  public List<ByteBuffer> buffers() {
    return List.of(bytes.nioBuffers());
  }

  @Override
  public void acquire() {
    readers.incrementAndGet();
  }

  @Override
  public void release() {
    if (readers.decrementAndGet() == 0) {
      released(bytes);
    }
  }

  @Override
  public String toString() {
    return "Payload[" + length + " bytes of an answer]";
  }
}
