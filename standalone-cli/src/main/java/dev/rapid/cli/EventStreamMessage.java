package dev.rapid.cli;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * One message of {@code application/vnd.amazon.eventstream}, as a client reads it (contract
 * invoke-api, section 3.5).
 */
final class EventStreamMessage {

  private static final int PRELUDE_BYTES = 12;
  private static final int TRAILER_BYTES = 4;
  private static final int MAX_BYTES = 24 * 1024 * 1024;
  private static final byte STRING = 7;

  private final Map<String, String> headers;
  private final byte[] payload;

  private EventStreamMessage(Map<String, String> headers, byte[] payload) {
    this.headers = headers;
    this.payload = payload;
  }

  /** Returns the value of a header, null if there is none; this API has strings only. */
  @Nullable String header(String name) {
    return headers.get(name);
  }

  /** Returns the payload, which is not copied. */
  byte[] payload() {
    return payload;
  }

  /**
   * Reads the next message.
   *
   * @return null at the end of the stream
   * @throws IOException if the stream breaks off or is malformed
   */
  static @Nullable EventStreamMessage read(DataInputStream in) throws IOException {
    int first = in.read();
    if (first < 0) {
      return null;
    }
    byte[] prelude = new byte[PRELUDE_BYTES];
    prelude[0] = (byte) first;
    in.readFully(prelude, 1, PRELUDE_BYTES - 1);
    int total = intAt(prelude, 0);
    int headersLength = intAt(prelude, 4);
    if (crc(prelude, 8) != intAt(prelude, 8)
        || total < PRELUDE_BYTES + TRAILER_BYTES
        || total > MAX_BYTES
        || headersLength < 0
        || headersLength > total - PRELUDE_BYTES - TRAILER_BYTES) {
      throw new IOException("the event stream is damaged");
    }
    byte[] frame = new byte[total];
    System.arraycopy(prelude, 0, frame, 0, PRELUDE_BYTES);
    in.readFully(frame, PRELUDE_BYTES, total - PRELUDE_BYTES);
    if (crc(frame, total - TRAILER_BYTES) != intAt(frame, total - TRAILER_BYTES)) {
      throw new IOException("a message of the event stream is damaged");
    }
    int payloadAt = PRELUDE_BYTES + headersLength;
    byte[] payload = new byte[total - TRAILER_BYTES - payloadAt];
    System.arraycopy(frame, payloadAt, payload, 0, payload.length);
    return new EventStreamMessage(headers(frame, payloadAt), payload);
  }

  private static Map<String, String> headers(byte[] frame, int end) throws IOException {
    Map<String, String> headers = new HashMap<>();
    int at = PRELUDE_BYTES;
    try {
      while (at < end) {
        int nameLength = frame[at] & 0xff;
        String name = new String(frame, at + 1, nameLength, StandardCharsets.UTF_8);
        at += 1 + nameLength;
        if (frame[at] != STRING) {
          throw new IOException("the header " + name + " is not a string");
        }
        int length = (frame[at + 1] & 0xff) << 8 | (frame[at + 2] & 0xff);
        headers.put(name, new String(frame, at + 3, length, StandardCharsets.UTF_8));
        at += 3 + length;
      }
    } catch (IndexOutOfBoundsException e) {
      throw new EOFException("a header is longer than its message");
    }
    return headers;
  }

  private static int intAt(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }

  private static int crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
