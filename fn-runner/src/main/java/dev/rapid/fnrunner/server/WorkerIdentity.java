package dev.rapid.fnrunner.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What calls must have in common to share workers, in a fixed order (contract fn-runner, sections
 * 1.6 and 3.1).
 */
final class WorkerIdentity {

  private static final String COMPUTED = "c";
  private static final String GIVEN = "g";

  private final MessageDigest digest;

  WorkerIdentity() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Adds a text; its length comes first, so that the ends of texts count. */
  WorkerIdentity text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    number(utf8.length);
    digest.update(utf8);
    return this;
  }

  WorkerIdentity number(long value) {
    for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      digest.update((byte) (value >>> shift));
    }
    return this;
  }

  /** Adds names and values, which come in an order that equal ones share. */
  WorkerIdentity texts(Map<String, String> values) {
    number(values.size());
    values.forEach((name, value) -> text(name).text(value));
    return this;
  }

  /** Returns the key; nothing can be added afterwards. */
  String key() {
    return COMPUTED + HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Returns the key for bytes that the load balancer has chosen; null if they are not hexadecimal.
   */
  static @Nullable String keyOf(String hex) {
    try {
      return GIVEN + HexFormat.of().formatHex(HexFormat.of().parseHex(hex));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
