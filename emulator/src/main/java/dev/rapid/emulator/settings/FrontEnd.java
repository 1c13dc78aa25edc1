package dev.rapid.emulator.settings;

import dev.rapid.invokeapi.url.WebPages;
import java.time.Duration;

/**
 * How the callers of all functions are served.
 *
 * @param asyncDrain how long the end of Rapid waits for asynchronous invocations
 * @param pages which web pages may call
 * @param lambdaEndpoint whether functions find the address for callers in {@code
 *     AWS_ENDPOINT_URL_LAMBDA}, so that they can invoke each other with an SDK; their own variables
 *     and inherited ones count more
 */
public record FrontEnd(
    ResponseShaping shaping,
    StreamErrors streamErrors,
    Duration asyncDrain,
    WebPages pages,
    boolean lambdaEndpoint) {

  /** How callers are served unless the settings say otherwise. */
  public static final FrontEnd DEFAULT =
      new FrontEnd(ResponseShaping.ON, StreamErrors.REPORT, Duration.ZERO, WebPages.NONE, false);
}
