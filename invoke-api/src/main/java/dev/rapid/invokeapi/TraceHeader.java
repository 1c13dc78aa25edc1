package dev.rapid.invokeapi;

import dev.rapid.core.function.FunctionIdentity;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Makes and completes X-Ray trace headers (contract invoke-api, section 1.8). */
public final class TraceHeader {

  private static final int MAX_LENGTH = 1024;

  private TraceHeader() {}

  /**
   * Returns a header with root, parent and sampling decision: those of {@code received} where it
   * has them, new ones where not. What else it carries is kept.
   *
   * @param received the caller's header, null if there is none
   * @param function whose {@code Lineage} a new header has
   * @param epochMillis now, for a new root
   */
  public static String complete(
      @Nullable String received, FunctionIdentity function, long epochMillis) {
    if (received == null || received.isBlank() || received.length() > MAX_LENGTH) {
      return newRoot(epochMillis)
          + ";"
          + newParent()
          + ";Sampled=0;Lineage=1:"
          + hex(function.arn().hashCode() & 0xffffffffL, 8)
          + ":0";
    }
    StringBuilder header = new StringBuilder(received.trim());
    if (!has(received, "Root=")) {
      header.insert(0, newRoot(epochMillis) + ";");
    }
    if (!has(received, "Parent=")) {
      header.append(';').append(newParent());
    }
    if (!has(received, "Sampled=")) {
      header.append(";Sampled=0");
    }
    return header.toString();
  }

  private static boolean has(String header, String key) {
    for (String part : header.split(";", -1)) {
      if (part.trim().startsWith(key)) {
        return true;
      }
    }
    return false;
  }

  private static String newRoot(long epochMillis) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return "Root=1-"
        + hex(epochMillis / 1000, 8)
        + "-"
        + hex(random.nextInt() & 0xffffffffL, 8)
        + hex(random.nextLong(), 16);
  }

  private static String newParent() {
    return "Parent=" + hex(ThreadLocalRandom.current().nextLong(), 16);
  }

  private static String hex(long value, int digits) {
    String hex = Long.toHexString(value);
    return "0".repeat(Math.max(0, digits - hex.length())) + hex.toLowerCase(Locale.ROOT);
  }
}
