package dev.rapid.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.lambda.LambdaHeaders;
import dev.rapid.lambda.TraceHeader;
import org.jspecify.annotations.Nullable;

/**
 * The field {@code tracing} of records about an invocation; only a sampled trace with a root has it
 * (contract lifecycle-and-control, section 7.5).
 */
final class Tracing {

  private Tracing() {}

  static void putIntoStart(ObjectNode json, @Nullable String traceId) {
    TraceHeader header = TraceHeader.parse(traceId);
    if (header.isSampled()) {
      String parent = header.parent();
      put(json, parent == null ? "" : parent, header.withoutParent());
    }
  }

  static void putIntoRuntimeDone(ObjectNode json, @Nullable String traceId) {
    if (traceId != null && TraceHeader.isSampled(traceId)) {
      put(json, "Invocation", traceId);
    }
  }

  private static void put(ObjectNode json, String spanId, String value) {
    ObjectNode tracing = json.putObject("tracing");
    tracing.put("spanId", spanId);
    tracing.put("type", LambdaHeaders.TRACE_ID);
    tracing.put("value", value);
  }
}
