package dev.rapid.kapacitor.codec;

import java.io.IOException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A peer has sent what is not a frame. The message says what is wrong, and shows the first bytes of
 * the frame (contract kapacitor-udf, section 1, F2, F3 and F6). Nothing more can be read.
 */
public final class FrameException extends IOException {

  private static final long serialVersionUID = 1L;
  private static final int SHOWN_BYTES = 64;
  private static final int TEXT_BYTES = 8;
  private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

  private final Reason reason;

  /** What is wrong. */
  public enum Reason {
    /** The message is longer than the limit. */
    TOO_LONG,
    /** The length has too many bytes. */
    LONG_HEADER,
    /** The input ended in the frame. */
    TRUNCATED,
    /** The bytes are not a message. */
    UNDECODABLE
  }

  private FrameException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /**
   * Says what is wrong with the frame that begins at an offset.
   *
   * @param end of the bytes that have been read
   */
  static FrameException of(
      Reason reason, String message, byte[] bytes, int offset, int end, @Nullable Throwable cause) {
    return new FrameException(reason, message + "; " + beginning(bytes, offset, end), cause);
  }

  /** How many bytes {@link #beginning} needs at most. */
  static int shownBytes() {
    return SHOWN_BYTES;
  }

  /** Says how the frame begins that lies between two offsets, as far as it has been read. */
  static String beginning(byte[] bytes, int offset, int end) {
    int shown = Math.min(end - offset, SHOWN_BYTES);
    StringBuilder text = new StringBuilder();
    text.append("the frame begins with ").append(HEX.formatHex(bytes, offset, offset + shown));
    text.append(" \"");
    for (int i = offset; i < offset + shown; i++) {
      text.append(isPrintable(bytes[i]) ? (char) bytes[i] : '.');
    }
    text.append('"');
    if (isText(bytes, offset, offset + Math.min(shown, TEXT_BYTES))) {
      text.append("; this looks like text: only frames may be written to stdout, print to stderr");
    }
    return text.toString();
  }

  /** Returns what is wrong. */
  public Reason reason() {
    return reason;
  }

  private static boolean isText(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (!isPrintable(b) && b != '\n' && b != '\r' && b != '\t') {
        return false;
      }
    }
    return true;
  }

  private static boolean isPrintable(byte b) {
    return b >= ' ' && b <= '~';
  }
}
