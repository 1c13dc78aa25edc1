package dev.rapid.lambda;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an X-Ray trace header: {@code Root=...;Parent=...;Sampled=...} (contract
 * invoke-api, section 1.8). Names mind the case, nothing is trimmed, the last of several values
 * counts, and what has not exactly one equals sign is no field. An empty value counts as none.
 */
public final class TraceFields {

  /** The field that names the trace. */
  public static final String ROOT = "Root";

  /** The field that names the segment which the invocation is a part of. */
  public static final String PARENT = "Parent";

  /** The field that says whether the trace is recorded: {@code 1} or {@code 0}. */
  public static final String SAMPLED = "Sampled";

  private final Map<String, String> values;

  private TraceFields(Map<String, String> values) {
    this.values = values;
  }

  /** Returns the fields of {@code header}, none if there is no header. */
  public static TraceFields of(@Nullable String header) {
    Map<String, String> values = new LinkedHashMap<>();
    if (header != null) {
      int from = 0;
      while (from <= header.length()) {
        int semicolon = header.indexOf(';', from);
        int to = semicolon < 0 ? header.length() : semicolon;
        int equals = header.indexOf('=', from);
        if (equals >= 0 && equals < to && header.lastIndexOf('=', to - 1) == equals) {
          values.put(header.substring(from, equals), header.substring(equals + 1, to));
        }
        from = to + 1;
      }
    }
    return new TraceFields(values);
  }

  /** Returns whether there is no field at all. */
  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** Returns the value of a field, null if it has none. */
  public @Nullable String get(String name) {
    String value = values.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /** Returns whether {@code header} names a trace that is recorded; quick if it does not. */
  public static boolean isSampled(@Nullable String header) {
    return header != null && header.contains("Sampled=1") && of(header).isSampled();
  }

  /** Returns whether these fields name a trace that is recorded. */
  public boolean isSampled() {
    return get(ROOT) != null && "1".equals(get(SAMPLED));
  }

  /** Returns these fields and one more behind them, in place of one with that name. */
  public TraceFields with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(values);
    more.put(name, value);
    return new TraceFields(more);
  }

  /** Returns these fields behind one more, in place of one with that name. */
  public TraceFields withFirst(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>();
    more.put(name, value);
    values.forEach(more::putIfAbsent);
    return new TraceFields(more);
  }

  /** Returns the header of these fields. */
  public String header() {
    return values.entrySet().stream()
        .map(field -> field.getKey() + "=" + field.getValue())
        .collect(Collectors.joining(";"));
  }
}
