package dev.rapid.cli.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.core.shaping.StreamMetrics;
import org.jspecify.annotations.Nullable;

/**
 * A response that was measured while it was passed on (contract lifecycle-and-control, section
 * 5.9).
 */
interface MeasuredResponse {

  /** Returns what was measured, null if there was no response. */
  @Nullable ObjectNode responseMetrics();

  /**
   * Returns metrics with the names of the reference's fields, whose moments are in nanoseconds.
   *
   * @param shaped whether it was a streaming invocation; for a buffered one nobody asks for the
   *     pace
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
}
