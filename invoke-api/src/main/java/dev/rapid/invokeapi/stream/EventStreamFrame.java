package dev.rapid.invokeapi.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Makes frames of {@code application/vnd.amazon.eventstream} with the same headers and different
 * payloads (contract invoke-api, section 3.5). All headers are strings.
 */
final class EventStreamFrame {

  static final String CONTENT_TYPE = "application/vnd.amazon.eventstream";

  private static final int PRELUDE_BYTES = 12;
  private static final int TRAILER_BYTES = 4;
  private static final byte STRING = 7;
  private static final int MAX_NAME_BYTES = 255;

  /** Readers parse the length as a signed number. */
  private static final int MAX_VALUE_BYTES = Short.MAX_VALUE;

  private final byte[] headers;

  private EventStreamFrame(byte[] headers) {
    this.headers = headers;
  }

  /** Returns a maker of frames without headers. */
  static EventStreamFrame plain() {
    return new EventStreamFrame(new byte[0]);
  }

  /**
   * Returns a maker of frames with one more header, after the others.
   *
   * @param name 1 to 255 bytes
   * @param value up to 32,767 bytes
   * @throws IllegalArgumentException if one of them is too long, or the name is empty
   */
  EventStreamFrame with(String name, String value) {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    byte[] valueBytes = value.getBytes(StandardCharsets.UTF_8);
    if (nameBytes.length == 0
        || nameBytes.length > MAX_NAME_BYTES
        || valueBytes.length > MAX_VALUE_BYTES) {
      throw new IllegalArgumentException(
          "A header of a frame has a name of 1 to "
              + MAX_NAME_BYTES
              + " bytes and a value of up to "
              + MAX_VALUE_BYTES
              + ", not "
              + nameBytes.length
              + " and "
              + valueBytes.length);
    }
    ByteBuffer more =
        ByteBuffer.allocate(headers.length + nameBytes.length + valueBytes.length + 4)
            .put(headers)
            .put((byte) nameBytes.length)
            .put(nameBytes)
            .put(STRING)
            .putShort((short) valueBytes.length)
            .put(valueBytes);
    return new EventStreamFrame(more.array());
  }

  /**
   * Returns a frame with {@code payload}. Its bytes are not copied: they must not change until the
   * frame is written.
   */
  List<ByteBuffer> around(List<ByteBuffer> payload) {
    long payloadBytes = payload.stream().mapToLong(ByteBuffer::remaining).sum();
    CRC32 crc = new CRC32();
    ByteBuffer head =
        ByteBuffer.allocate(PRELUDE_BYTES + headers.length)
            .putInt(Math.toIntExact(PRELUDE_BYTES + headers.length + payloadBytes + TRAILER_BYTES))
            .putInt(headers.length);
    crc.update(head.array(), 0, head.position());
    head.putInt((int) crc.getValue()).put(headers).flip();

    List<ByteBuffer> frame = new ArrayList<>(payload.size() + 2);
    frame.add(head);
    payload.forEach(piece -> frame.add(piece.duplicate()));
    crc.reset();
    frame.forEach(piece -> crc.update(piece.duplicate()));
    frame.add(ByteBuffer.allocate(TRAILER_BYTES).putInt((int) crc.getValue()).flip());
    return frame;
  }
}
