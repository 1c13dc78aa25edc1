package dev.rapid.core.invocation;

import java.nio.ByteBuffer;
import java.util.List;

/** A payload in one array of the heap; releasing it is the garbage collector's work. */
final class HeapPayload implements Payload {

  private final byte[] bytes;

  HeapPayload(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public List<ByteBuffer> buffers() {
    return List.of(ByteBuffer.wrap(bytes));
  }

  @Override
  public void acquire() {}

  @Override
  public void release() {}

  @Override
  public String toString() {
    return "Payload[" + bytes.length + " bytes]";
  }
}
