package dev.rapid.emulator.settings;

import dev.rapid.invokeapi.url.WebPages;
import java.time.Duration;

/**
 * How the callers of all functions are served.
 *
 * @param asyncDrain how long the end of Rapid waits for asynchronous invocations
 * @param drainDelay how long callers are still served at the end of Rapid after it has announced
 *     that it is not ready any more, so that load balancers stop sending requests
 * @param pages which web pages may call
 * @param lambdaEndpoint whether functions find the address for callers in {@code
 *     AWS_ENDPOINT_URL_LAMBDA}, so that they can invoke each other with an SDK; their own variables
 *     and inherited ones count more
 */
public record FrontEnd(
    ResponseShaping shaping,
    StreamErrors streamErrors,
    Duration asyncDrain,
    Duration drainDelay,
    WebPages pages,
    boolean lambdaEndpoint) {

  /** How callers are served unless the settings say otherwise. */
  public static final FrontEnd DEFAULT =
      new FrontEnd(
          ResponseShaping.ON,
          StreamErrors.REPORT,
          Duration.ZERO,
          Duration.ZERO,
          WebPages.NONE,
          false);
}
