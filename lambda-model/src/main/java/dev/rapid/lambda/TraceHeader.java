package dev.rapid.lambda;

import dev.rapid.core.function.FunctionIdentity;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An X-Ray trace header: {@code Root=...;Parent=...;Sampled=...} (contract invoke-api, section
 * 1.8).
 *
 * <p>Field names are case-sensitive, and white space is kept. A field has exactly one equals sign;
 * other parts are ignored. Of several values the last one counts. An empty value counts as absent.
 */
public final class TraceHeader {

  private static final String ROOT = "Root";
  private static final String PARENT = "Parent";
  private static final String SAMPLED = "Sampled";
  private static final String RECORDED = "1";
  private static final int MAX_LENGTH = 1024;

  private final Map<String, String> fields;

  private TraceHeader(Map<String, String> fields) {
    this.fields = fields;
  }

  /** Reads a header; null gives a header without fields. */
  public static TraceHeader parse(@Nullable String header) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (header != null) {
      int from = 0;
      while (from <= header.length()) {
        int semicolon = header.indexOf(';', from);
        int to = semicolon < 0 ? header.length() : semicolon;
        int equals = header.indexOf('=', from);
        if (equals >= 0 && equals < to && header.lastIndexOf('=', to - 1) == equals) {
          fields.put(header.substring(from, equals), header.substring(equals + 1, to));
        }
        from = to + 1;
      }
    }
    return new TraceHeader(fields);
  }

  /**
   * Returns a header with root, parent and sampling decision. What {@code received} lacks is
   * generated; its other fields are kept.
   *
   * @param received the caller's header, null if there is none
   * @param function whose {@code Lineage} a new header has
   * @param epochMillis now, for a new root
   */
  public static String complete(
      @Nullable String received, FunctionIdentity function, long epochMillis) {
    TraceHeader header = parse(received);
    if (received == null || received.length() > MAX_LENGTH || header.fields.isEmpty()) {
      return "Root="
          + newRoot(epochMillis)
          + ";Parent="
          + newParent()
          + ";Sampled=0;Lineage=1:"
          + hex(function.arn().hashCode() & 0xffffffffL, 8)
          + ":0";
    }
    if (header.root() == null) {
      header = header.withFirst(ROOT, newRoot(epochMillis));
    }
    if (header.parent() == null) {
      header = header.with(PARENT, newParent());
    }
    if (header.get(SAMPLED) == null) {
      header = header.with(SAMPLED, "0");
    }
    return header.toString();
  }

  /** Returns whether {@code header} names a trace that is recorded; quick if it does not. */
  public static boolean isSampled(@Nullable String header) {
    return header != null && header.contains("Sampled=1") && parse(header).isSampled();
  }

  /** Returns whether this names a trace that is recorded. */
  public boolean isSampled() {
    return root() != null && RECORDED.equals(get(SAMPLED));
  }

  /** Returns the root, which names the trace; null if it is absent. */
  public @Nullable String root() {
    return get(ROOT);
  }

  /** Returns the parent segment, null if it is absent. */
  public @Nullable String parent() {
    return get(PARENT);
  }

  /** Returns the value of a field, null if it has none. */
  public @Nullable String get(String name) {
    String value = fields.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /** Returns the header with the root alone, for a request that has no parent segment. */
  public String rootOnly() {
    return ROOT + "=" + get(ROOT);
  }

  /** Returns the header with root and sampling decision alone. */
  public String withoutParent() {
    return rootOnly() + ";" + SAMPLED + "=" + get(SAMPLED);
  }

  /** Returns this header with one more field at its end, in place of one with that name. */
  TraceHeader with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(fields);
    more.put(name, value);
    return new TraceHeader(more);
  }

  /** Returns this header with one more field at its beginning, in place of one with that name. */
  TraceHeader withFirst(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>();
    more.put(name, value);
    fields.forEach(more::putIfAbsent);
    return new TraceHeader(more);
  }

  /** Returns the header as it is sent. */
  @Override
  public String toString() {
    return fields.entrySet().stream()
        .map(field -> field.getKey() + "=" + field.getValue())
        .collect(Collectors.joining(";"));
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
