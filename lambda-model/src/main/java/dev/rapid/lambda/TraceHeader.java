package dev.rapid.lambda;

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
   * has them, new ones where not. Its other fields are kept.
   *
   * @param received the caller's header, null if there is none
   * @param function whose {@code Lineage} a new header has
   * @param epochMillis now, for a new root
   */
  public static String complete(
      @Nullable String received, FunctionIdentity function, long epochMillis) {
    TraceFields fields = TraceFields.of(received);
    if (received == null || received.length() > MAX_LENGTH || fields.isEmpty()) {
      return "Root="
          + newRoot(epochMillis)
          + ";Parent="
          + newParent()
          + ";Sampled=0;Lineage=1:"
          + hex(function.arn().hashCode() & 0xffffffffL, 8)
          + ":0";
    }
    if (fields.get(TraceFields.ROOT) == null) {
      fields = fields.withFirst(TraceFields.ROOT, newRoot(epochMillis));
    }
    if (fields.get(TraceFields.PARENT) == null) {
      fields = fields.with(TraceFields.PARENT, newParent());
    }
    if (fields.get(TraceFields.SAMPLED) == null) {
      fields = fields.with(TraceFields.SAMPLED, "0");
    }
    return fields.header();
  }

  /** Returns the root field of a complete header: a request is no part of another one. */
  public static String rootOf(String header) {
    return TraceFields.ROOT + "=" + TraceFields.of(header).get(TraceFields.ROOT);
  }

  /** Returns root and sampling decision of a complete header. */
  public static String withoutParent(String header) {
    return rootOf(header)
        + ";"
        + TraceFields.SAMPLED
        + "="
        + TraceFields.of(header).get(TraceFields.SAMPLED);
  }

  private static String newRoot(long epochMillis) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return "1-"
        + hex(epochMillis / 1000, 8)
        + "-"
        + hex(random.nextInt() & 0xffffffffL, 8)
        + hex(random.nextLong(), 16);
  }

  private static String newParent() {
    return hex(ThreadLocalRandom.current().nextLong(), 16);
  }

  private static String hex(long value, int digits) {
    String hex = Long.toHexString(value);
    return "0".repeat(Math.max(0, digits - hex.length())) + hex.toLowerCase(Locale.ROOT);
  }
}
