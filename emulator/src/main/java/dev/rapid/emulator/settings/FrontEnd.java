package dev.rapid.emulator.settings;

import dev.rapid.invokeapi.async.AsyncSettings;
import dev.rapid.invokeapi.url.UrlSettings;
import dev.rapid.invokeapi.url.WebPages;
import java.time.Duration;

/**
 * How callers are served.
 *
 * @param async how asynchronous invocations are tried
 * @param asyncDrain how long the end of Rapid waits for asynchronous invocations
 * @param pages which web pages may call
 */
public record FrontEnd(
    ResponseShaping shaping,
    StreamErrors streamErrors,
    AsyncSettings async,
    Duration asyncDrain,
    UrlSettings url,
    WebPages pages) {

  /** How callers are served unless the settings say otherwise. */
  public static final FrontEnd DEFAULT =
      new FrontEnd(
          ResponseShaping.ON,
          StreamErrors.REPORT,
          AsyncSettings.DEFAULT,
          Duration.ZERO,
          UrlSettings.DEFAULT,
          WebPages.NONE);
}
