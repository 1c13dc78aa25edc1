package dev.rapid.core.testing;

import dev.rapid.core.invocation.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A payload that knows its readers, and fails the test on one release too many. */
public final class CountedPayload implements Payload {

  private final byte[] bytes;
  private final AtomicInteger readers = new AtomicInteger(1);

  /** Creates a payload with one reader. */
  public CountedPayload(String text) {
    bytes = text.getBytes(StandardCharsets.UTF_8);
  }

  /** Returns how many readers have not released the payload yet. */
  public int readers() {
    return readers.get();
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public List<ByteBuffer> buffers() {
    if (readers.get() == 0) {
      throw new AssertionError(this + " was read after its last release");
    }
    return List.of(ByteBuffer.wrap(bytes).asReadOnlyBuffer());
  }

  @Override
  public void acquire() {
    if (readers.getAndIncrement() == 0) {
      throw new AssertionError(this + " was acquired after its last release");
    }
  }

  @Override
  public void release() {
    if (readers.decrementAndGet() < 0) {
      throw new AssertionError(this + " was released too often");
    }
  }

  @Override
  public String toString() {
    return "CountedPayload[" + new String(bytes, StandardCharsets.UTF_8) + "]";
  }
}
