package dev.rapid.cli.settings;

import dev.rapid.invokeapi.AsyncSettings;
import dev.rapid.invokeapi.UrlSettings;
import dev.rapid.invokeapi.WebPages;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How callers are served.
 *
 * @param async how events are tried
 * @param asyncDrain how long the end of Rapid waits for events
 * @param pages which web pages may call
 * @param urlAddress where the function URL is besides its path on the main address, null if nowhere
 */
public record FrontEnd(
    ResponseShaping shaping,
    StreamErrors streamErrors,
    AsyncSettings async,
    Duration asyncDrain,
    UrlSettings url,
    WebPages pages,
    @Nullable HostPort urlAddress) {

  /** What callers get if nobody has chosen. */
  public static final FrontEnd DEFAULT =
      new FrontEnd(
          ResponseShaping.ON,
          StreamErrors.REPORT,
          AsyncSettings.DEFAULT,
          Duration.ZERO,
          UrlSettings.DEFAULT,
          WebPages.NONE,
          null);
}
