package dev.rapid.cli.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The field {@code tracing} of records about an invocation; only a sampled trace with a root has it
 * (contract lifecycle-and-control, section 7.5).
 */
final class Tracing {

  private static final String HEADER = "X-Amzn-Trace-Id";

  private Tracing() {}

  static void putIntoStart(ObjectNode json, @Nullable String traceId) {
    Map<String, String> parts = partsOf(traceId);
    if (isSampled(parts)) {
      put(
          json,
          parts.getOrDefault("Parent", ""),
          "Root=" + parts.get("Root") + ";Sampled=" + parts.get("Sampled"));
    }
  }

  static void putIntoRuntimeDone(ObjectNode json, @Nullable String traceId) {
    if (traceId != null && isSampled(partsOf(traceId))) {
      put(json, "Invocation", traceId);
    }
  }

  private static void put(ObjectNode json, String spanId, String value) {
    ObjectNode tracing = json.putObject("tracing");
    tracing.put("spanId", spanId);
    tracing.put("type", HEADER);
    tracing.put("value", value);
  }

  private static boolean isSampled(Map<String, String> parts) {
    return !parts.getOrDefault("Root", "").isEmpty() && "1".equals(parts.get("Sampled"));
  }

  /** Parts without exactly one equals sign are ignored. */
  private static Map<String, String> partsOf(@Nullable String header) {
    Map<String, String> parts = new HashMap<>();
    if (header != null) {
      for (String part : header.split(";", -1)) {
        int equals = part.indexOf('=');
        if (equals >= 0 && equals == part.lastIndexOf('=')) {
          parts.put(part.substring(0, equals), part.substring(equals + 1));
        }
      }
    }
    return parts;
  }
}
