package dev.rapid.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.lambda.TraceFields;
import org.jspecify.annotations.Nullable;

/**
 * The field {@code tracing} of records about an invocation; only a sampled trace with a root has it
 * (contract lifecycle-and-control, section 7.5).
 */
final class Tracing {

  private static final String HEADER = "X-Amzn-Trace-Id";

  private Tracing() {}

  static void putIntoStart(ObjectNode json, @Nullable String traceId) {
    TraceFields fields = TraceFields.of(traceId);
    if (fields.isSampled()) {
      String parent = fields.get(TraceFields.PARENT);
      put(
          json,
          parent == null ? "" : parent,
          "Root=" + fields.get(TraceFields.ROOT) + ";Sampled=" + fields.get(TraceFields.SAMPLED));
    }
  }

  static void putIntoRuntimeDone(ObjectNode json, @Nullable String traceId) {
    if (traceId != null && TraceFields.isSampled(traceId)) {
      put(json, "Invocation", traceId);
    }
  }

  private static void put(ObjectNode json, String spanId, String value) {
    ObjectNode tracing = json.putObject("tracing");
    tracing.put("spanId", spanId);
    tracing.put("type", HEADER);
    tracing.put("value", value);
  }
}
