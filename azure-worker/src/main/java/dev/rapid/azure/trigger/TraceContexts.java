package dev.rapid.azure.trigger;

import dev.rapid.azure.protocol.RpcTraceContext;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.lambda.TraceHeader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The trace of an invocation as workers get it (contract azure-functions-worker, section 7.7). */
final class TraceContexts {

  static final String TRACE_PARENT = "traceparent";
  static final String TRACE_STATE = "tracestate";

  private static final Pattern W3C =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?");
  private static final Pattern ROOT = Pattern.compile("1-([0-9a-f]{8})-([0-9a-f]{24})");
  private static final Pattern PARENT = Pattern.compile("[0-9a-f]{16}");

  private TraceContexts() {}

  /**
   * Returns the caller's trace, or else that of the X-Ray header; an empty one if there is none.
   *
   * @param traceParent the caller's header, null if there is none
   * @param traceState the caller's header, null if there is none
   */
  static RpcTraceContext of(
      Invocation invocation, @Nullable String traceParent, @Nullable String traceState) {
    RpcTraceContext.Builder trace = RpcTraceContext.newBuilder();
    if (traceParent != null && W3C.matcher(traceParent).matches()) {
      trace.setTraceParent(traceParent);
      if (traceState != null) {
        trace.setTraceState(traceState);
      }
    } else {
      trace.setTraceParent(ofXray(TraceHeader.parse(invocation.traceId())));
    }
    return trace.build();
  }

  private static String ofXray(TraceHeader header) {
    String root = header.root();
    String parent = header.parent();
    if (root == null || parent == null) {
      return "";
    }
    Matcher ids = ROOT.matcher(root);
    return ids.matches() && PARENT.matcher(parent).matches()
        ? "00-" + ids.group(1) + ids.group(2) + "-" + parent + (header.isSampled() ? "-01" : "-00")
        : "";
  }
}
