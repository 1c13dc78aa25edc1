package dev.rapid.invokeapi.stream;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.shaping.Pacer;
import dev.rapid.core.shaping.ResponseShaper;
import dev.rapid.core.shaping.ShapingRates;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.lambda.Limits;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Supplier;

/**
 * How fast streamed responses go to callers, how long they may be, and how they end.
 *
 * @param pacers makes the pacer of one response
 * @param maxBytes how many bytes of a response are passed on; what comes behind them is dropped
 * @param errorsReported whether the end of an event stream tells what went wrong, as the service's
 *     model says; the service itself was seen to leave it out
 */
public record ResponseStreaming(Supplier<Pacer> pacers, long maxBytes, boolean errorsReported) {

  private static final Logger LOG = System.getLogger(ResponseStreaming.class.getName());

  /**
   * As the cloud does it (contract invoke-api, section 3.4): the first 6 MiB at once, then 2 MiB/s,
   * and no more than 200 MiB and one byte.
   */
  public static ResponseStreaming asInTheCloud(NanoClock clock, Timers timers) {
    return new ResponseStreaming(
        () -> new Pacer(ResponseShaper.of(ShapingRates.DEFAULT), clock, timers),
        Limits.MAX_STREAMED_BYTES + 1L,
        true);
  }

  /** As fast as caller and runtime can, of any length. */
  public static ResponseStreaming unlimited(NanoClock clock, Timers timers) {
    return new ResponseStreaming(
        () -> new Pacer(ResponseShaper.unshaped(), clock, timers), Invocation.UNLIMITED, true);
  }

  /** Tells people that the end of a response was dropped, which its caller may not see. */
  public void warnOfDropped(String requestId) {
    LOG.log(
        Level.WARNING,
        "The response is longer than {0} bytes; as in the cloud, the rest was dropped (request"
            + " {1}). Without response shaping there is no limit.",
        Long.toString(maxBytes),
        requestId);
  }

  /** Returns the same with event streams that all end as if nothing had gone wrong. */
  public ResponseStreaming withoutErrors() {
    return new ResponseStreaming(pacers, maxBytes, false);
  }
}
