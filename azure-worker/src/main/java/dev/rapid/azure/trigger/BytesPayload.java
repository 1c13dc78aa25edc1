package dev.rapid.azure.trigger;

import com.google.protobuf.ByteString;
import dev.rapid.core.invocation.Payload;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** Bytes as a payload, without a copy. Its memory is the heap's: nothing is counted. */
record BytesPayload(long size, List<ByteBuffer> views) implements Payload {

  /** Collects bytes. */
  static final class Output extends ByteArrayOutputStream {

    Output(int capacity) {
      super(capacity);
    }

    /** Returns what was written; nothing may be written afterwards. */
    Payload toPayload() {
      return new BytesPayload(count, List.of(ByteBuffer.wrap(buf, 0, count)));
    }
  }

  static Payload of(ByteString bytes) {
    return new BytesPayload(bytes.size(), bytes.asReadOnlyByteBufferList());
  }

  @Override
  public List<ByteBuffer> buffers() {
    return views.stream().map(ByteBuffer::duplicate).toList();
  }

  @Override
  public void acquire() {}

  @Override
  public void release() {}

  @Override
  public String toString() {
    return "Payload[" + size + " bytes]";
  }
}
