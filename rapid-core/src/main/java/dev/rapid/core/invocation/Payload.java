package dev.rapid.core.invocation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The bytes of a request or a response, in one or more pieces.
 *
 * <p>A payload may live in memory that is used again, so its readers are counted. The buffers that
 * {@link #buffers()} hands out are views with positions of their own, so that several readers do
 * not disturb each other.
 */
public interface Payload {

  /** A payload without bytes. */
  Payload EMPTY = of(new byte[0]);

  /** Returns the number of bytes. */
  long size();

  /** Returns fresh read-only or duplicate views over all bytes, in order. */
  List<ByteBuffer> buffers();

  /**
   * Registers one more reader, who calls {@link #release()} when it is done. The creator of a
   * payload is its first reader.
   */
  void acquire();

  /** Ends one reader's use; after the last one the memory is given back. */
  void release();

  /** Returns a payload over {@code bytes}, which must not be changed afterwards. */
  static Payload of(byte[] bytes) {
    return new HeapPayload(bytes);
  }

  /** Returns a payload with the UTF-8 bytes of {@code text}. */
  static Payload of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a copy of all bytes. */
  default byte[] toByteArray() {
    byte[] copy = new byte[Math.toIntExact(size())];
    int at = 0;
    for (ByteBuffer buffer : buffers()) {
      int length = buffer.remaining();
      buffer.get(copy, at, length);
      at += length;
    }
    return copy;
  }
}
