package dev.rapid.cli.config.value;

import dev.rapid.emulator.settings.Checks;
import java.time.Duration;

/** Durations with units, as members of structures have them. */
public final class DurationText {

  private static final int MAX_MILLISECONDS = 999_999_999;

  private DurationText() {}

  /**
   * Returns a duration of seconds, {@code 5} or {@code 5s}, or of milliseconds, {@code 50ms}.
   *
   * @throws IllegalArgumentException if it is none; the message has no subject
   */
  public static Duration parse(String text) {
    boolean milliseconds = text.endsWith("ms");
    String number =
        milliseconds || text.endsWith("s")
            ? text.substring(0, text.length() - (milliseconds ? 2 : 1)).strip()
            : text;
    try {
      return milliseconds
          ? Duration.ofMillis(Checks.count(number, 0, MAX_MILLISECONDS))
          : Checks.seconds(number);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("is not a duration like 5s or 50ms", e);
    }
  }
}
