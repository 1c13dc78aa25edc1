package dev.rapid.kapacitor.codec;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes messages to a stream. Length and message go into one write, and so do many short messages
 * (contract kapacitor-udf, section 1, F1). Thread-safe: nothing comes between the messages of one
 * call.
 */
public final class FrameWriter {

  private static final int FIRST_BUFFER_BYTES = 1024;

  /** Messages are collected up to here; a longer one has a write of its own. */
  private static final int BUFFER_BYTES = 64 * 1024;

  private final OutputStream out;
  private final ReentrantLock lock = new ReentrantLock();
  private byte[] buffer = new byte[FIRST_BUFFER_BYTES];
  private int used;

  /** Writes to a stream, which the caller closes. */
  public FrameWriter(OutputStream out) {
    this.out = out;
  }

  /**
   * Writes a message and flushes.
   *
   * @throws IOException if the stream fails; what has been written of the message is unknown
   */
  public void write(MessageLite message) throws IOException {
    lock.lock();
    try {
      used = 0;
      add(message);
      flush();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes messages in their order, then flushes.
   *
   * @throws IOException if the stream fails; how many messages have been written is unknown
   */
  public void write(List<? extends MessageLite> messages) throws IOException {
    lock.lock();
    try {
      used = 0;
      for (MessageLite message : messages) {
        add(message);
      }
      flush();
    } finally {
      lock.unlock();
    }
  }

  private void add(MessageLite message) throws IOException {
    long size = Frames.size(message);
    if (size > BUFFER_BYTES) {
      writeBuffer();
      byte[] frame = new byte[Math.toIntExact(size)];
      encode(message, frame, 0, frame.length);
      out.write(frame);
      return;
    }
    if (used + size > BUFFER_BYTES) {
      writeBuffer();
    }
    reserve(used + (int) size);
    encode(message, buffer, used, (int) size);
    used += (int) size;
  }

  private static void encode(MessageLite message, byte[] target, int offset, int size)
      throws IOException {
    CodedOutputStream coded = CodedOutputStream.newInstance(target, offset, size);
    coded.writeUInt32NoTag(message.getSerializedSize());
    message.writeTo(coded);
    coded.checkNoSpaceLeft();
  }

  private void reserve(int bytes) {
    if (bytes > buffer.length) {
      int capacity = buffer.length;
      while (capacity < bytes) {
        capacity *= 2;
      }
      byte[] larger = new byte[capacity];
      System.arraycopy(buffer, 0, larger, 0, used);
      buffer = larger;
    }
  }

  private void flush() throws IOException {
    writeBuffer();
    out.flush();
  }

  private void writeBuffer() throws IOException {
    if (used > 0) {
      int length = used;
      used = 0;
      out.write(buffer, 0, length);
    }
  }
}
