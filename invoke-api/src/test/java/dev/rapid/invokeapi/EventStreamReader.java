package dev.rapid.invokeapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * Reads {@code application/vnd.amazon.eventstream} as a client does: piece by piece, believing no
 * length and no checksum. It shares nothing with the encoder.
 */
public final class EventStreamReader {

  /** One frame; the headers in their order. */
  public record Frame(Map<String, String> headers, ByteBuffer payload) {

    public byte[] bytes() {
      return bytesOf(List.of(payload));
    }

    public String text() {
      return new String(bytes(), UTF_8);
    }
  }

  private static final int MAX_FRAME_BYTES = 16 * 1024 * 1024;

  private final List<Frame> frames = new ArrayList<>();
  private byte[] rest = new byte[0];

  /** Decodes a complete stream. */
  public static List<Frame> readAll(byte[] stream) {
    EventStreamReader reader = new EventStreamReader();
    reader.read(stream);
    return reader.end();
  }

  public void read(byte[] bytes) {
    byte[] all = Arrays.copyOf(rest, rest.length + bytes.length);
    System.arraycopy(bytes, 0, all, rest.length, bytes.length);
    int from = 0;
    while (all.length - from >= 12) {
      int total = ByteBuffer.wrap(all).getInt(from);
      check(total >= 16 && total <= MAX_FRAME_BYTES, "a frame of " + total + " bytes");
      check(crc(all, from, 8) == ByteBuffer.wrap(all).getInt(from + 8), "the prelude is damaged");
      if (all.length - from < total) {
        break;
      }
      frames.add(frame(Arrays.copyOfRange(all, from, from + total)));
      from += total;
    }
    rest = Arrays.copyOfRange(all, from, all.length);
  }

  /** Returns the frames that were complete so far. */
  List<Frame> frames() {
    return frames;
  }

  public List<Frame> end() {
    check(rest.length == 0, rest.length + " bytes of an incomplete frame");
    return frames;
  }

  private static Frame frame(byte[] bytes) {
    int end = bytes.length - 4;
    check(crc(bytes, 0, end) == ByteBuffer.wrap(bytes).getInt(end), "the frame is damaged");
    int headersEnd = 12 + ByteBuffer.wrap(bytes).getInt(4);
    check(headersEnd >= 12 && headersEnd <= end, "the headers are longer than the frame");
    Map<String, String> headers = new LinkedHashMap<>();
    ByteBuffer in = ByteBuffer.wrap(bytes, 12, headersEnd - 12);
    while (in.hasRemaining()) {
      String name = text(in, in.get() & 0xff);
      check(in.get() == 7, name + " is not a string");
      check(headers.put(name, text(in, in.getShort() & 0xffff)) == null, name + " comes twice");
    }
    return new Frame(headers, ByteBuffer.wrap(bytes, headersEnd, end - headersEnd));
  }

  private static String text(ByteBuffer in, int length) {
    byte[] text = new byte[length];
    in.get(text);
    return new String(text, UTF_8);
  }

  private static int crc(byte[] bytes, int from, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  private static void check(boolean condition, String fault) {
    if (!condition) {
      throw new IllegalStateException("Not an event stream: " + fault);
    }
  }

  /** Returns the bytes of all buffers, which keep their positions. */
  public static byte[] bytesOf(List<ByteBuffer> buffers) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuffer buffer : buffers) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      all.writeBytes(bytes);
    }
    return all.toByteArray();
  }
}
