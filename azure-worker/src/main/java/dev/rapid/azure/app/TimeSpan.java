package dev.rapid.azure.app;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A time as the files of Azure Functions write it: {@code hh:mm:ss}, with days before a point
 * ({@code 1.02:03:04}), parts of a second, and a minus sign; a number alone is days.
 */
public final class TimeSpan {

  private static final Pattern CLOCK =
      Pattern.compile(
          "(-)?(?:(\\d{1,8})\\.)?(\\d{1,2}):(\\d{1,2})(?::(\\d{1,2})(?:\\.(\\d{1,7}))?)?");
  private static final Pattern DAYS = Pattern.compile("(-)?(\\d{1,8})");

  private TimeSpan() {}

  /** Returns the time, null if the text is none. */
  public static @Nullable Duration parse(String text) {
    String trimmed = text.strip();
    Matcher days = DAYS.matcher(trimmed);
    if (days.matches()) {
      return signed(days.group(1), Duration.ofDays(Long.parseLong(days.group(2))));
    }
    Matcher clock = CLOCK.matcher(trimmed);
    if (!clock.matches()) {
      return null;
    }
    long hours = number(clock.group(3));
    long minutes = number(clock.group(4));
    long seconds = number(clock.group(5));
    if (hours > 23 || minutes > 59 || seconds > 59) {
      return null;
    }
    return signed(
        clock.group(1),
        Duration.ofDays(number(clock.group(2)))
            .plusHours(hours)
            .plusMinutes(minutes)
            .plusSeconds(seconds)
            .plusNanos(nanos(clock.group(6))));
  }

  private static long number(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  private static long nanos(@Nullable String fraction) {
    return fraction == null ? 0 : Long.parseLong((fraction + "00000000").substring(0, 9));
  }

  private static Duration signed(@Nullable String sign, Duration time) {
    return sign == null ? time : time.negated();
  }
}
