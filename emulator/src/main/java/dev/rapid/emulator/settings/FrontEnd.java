package dev.rapid.emulator.settings;

import dev.rapid.invokeapi.url.WebPages;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the callers of all functions are served.
 *
 * @param asyncDrain how long the end of Rapid waits for asynchronous invocations
 * @param drainDelay how long callers are served at the end of Rapid after it has announced that it
 *     is not ready any more, so that load balancers notice; then running requests finish. Null if
 *     the end does not wait for callers
 * @param pages which web pages may call
 * @param lambdaEndpoint whether functions find the address for callers in {@code
 *     AWS_ENDPOINT_URL_LAMBDA}, so that they can invoke each other with an SDK; their own variables
 *     and inherited ones count more
 */
public record FrontEnd(
    ResponseShaping shaping,
    StreamErrors streamErrors,
    Duration asyncDrain,
    @Nullable Duration drainDelay,
    WebPages pages,
    boolean lambdaEndpoint) {

  /** How callers are served unless the settings say otherwise. */
  public static final FrontEnd DEFAULT =
      new FrontEnd(
          ResponseShaping.ON, StreamErrors.REPORT, Duration.ZERO, null, WebPages.NONE, false);
}
