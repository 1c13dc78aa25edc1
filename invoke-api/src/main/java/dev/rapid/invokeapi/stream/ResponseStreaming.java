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
 * The pace, the limit and the end of streamed responses.
 *
 * @param pacers makes the pacer of one response
 * @param maxBytes the limit of a response in bytes; the rest is dropped
 * @param errorsReported whether the last frame has the error, as the service's model says; the real
 *     service leaves it out
 */
public record ResponseStreaming(Supplier<Pacer> pacers, long maxBytes, boolean errorsReported) {

  private static final Logger LOG = System.getLogger(ResponseStreaming.class.getName());

  /**
   * The cloud's behaviour (contract invoke-api, section 3.4): the first 6 MiB at once, then 2
   * MiB/s, and no more than 200 MiB and one byte.
   */
  public static ResponseStreaming asInTheCloud(NanoClock clock, Timers timers) {
    return new ResponseStreaming(
        () -> new Pacer(ResponseShaper.of(ShapingRates.DEFAULT), clock, timers),
        Limits.MAX_STREAMED_BYTES + 1L,
        true);
  }

  /** Without limits of pace and length. */
  public static ResponseStreaming unlimited(NanoClock clock, Timers timers) {
    return new ResponseStreaming(
        () -> new Pacer(ResponseShaper.unshaped(), clock, timers), Invocation.UNLIMITED, true);
  }

  /** Logs that the end of a response was dropped, which its caller may not notice. */
  public void warnOfDropped(String requestId) {
    LOG.log(
        Level.WARNING,
        "The response is longer than {0} bytes; as in the cloud, the rest was dropped (request"
            + " {1}). Without response shaping there is no limit.",
        Long.toString(maxBytes),
        requestId);
  }

  /** Returns the same, but without errors in the last frame. */
  public ResponseStreaming withoutErrors() {
    return new ResponseStreaming(pacers, maxBytes, false);
  }
}
