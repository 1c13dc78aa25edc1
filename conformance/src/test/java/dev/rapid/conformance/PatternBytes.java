package dev.rapid.conformance;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The bytes that the streaming example sends for {@code {"pattern":n}}: 0 to 250, again and again.
 */
public final class PatternBytes {

  private static final int PERIOD = 251;

  private PatternBytes() {}

  public static byte byteAt(long index) {
    return (byte) (index % PERIOD);
  }

  /** Returns the SHA-256 of the first bytes, in hexadecimal digits. */
  public static String hashOf(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = byteAt(i);
    }
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java has SHA-256", e);
    }
  }
}
