package dev.rapid.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.shaping.StreamMetrics;
import org.jspecify.annotations.Nullable;

/**
 * A reply that was measured while it was sent to the client (contract lifecycle-and-control,
 * section 5.9).
 */
interface MeasuredResponse {

  /** Returns the metrics, null if there was no reply. */
  @Nullable ObjectNode responseMetrics();

  /**
   * Returns metrics with the names of the reference's fields, whose moments are in nanoseconds.
   *
   * @param shaped whether it was a streaming invocation; a buffered one has no pace
   */
  static ObjectNode json(StreamMetrics metrics, boolean shaped) {
    return ControlJson.object()
        .put("StartReadingResponseMonoTimeMs", metrics.firstWriteNanos())
        .put("FinishReadingResponseMonoTimeMs", metrics.endNanos())
        .put("TimeShapedNs", shaped ? metrics.timeShapedNanos() : StreamMetrics.UNKNOWN)
        .put("ProducedBytes", metrics.producedBytes())
        .put("OutboundThroughputBps", shaped ? metrics.outboundThroughput() : StreamMetrics.UNKNOWN)
        .put(
            "FunctionResponseMode",
            shaped ? DirectInvokeRequest.STREAMING : DirectInvokeRequest.BUFFERED)
        .put("RuntimeCalledResponse", true);
  }

  /**
   * Returns the metrics of a reply that was sent to the client as a whole.
   *
   * @param nanos when that was
   */
  static ObjectNode json(Outcome reply, long nanos) {
    long bytes = 0;
    if (reply instanceof Outcome.Returned returned) {
      bytes = returned.payload().size();
    } else if (reply instanceof Outcome.Reported reported) {
      bytes = reported.payload().size();
    }
    return ControlJson.object()
        .put("StartReadingResponseMonoTimeMs", nanos)
        .put("FinishReadingResponseMonoTimeMs", nanos)
        .put("TimeShapedNs", StreamMetrics.UNKNOWN)
        .put("ProducedBytes", bytes)
        .put("OutboundThroughputBps", StreamMetrics.UNKNOWN)
        .put("FunctionResponseMode", DirectInvokeRequest.BUFFERED)
        .put("RuntimeCalledResponse", reply instanceof Outcome.Returned);
  }
}
