package dev.rapid.kapacitor.json;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as TICKscript writes them, in nanoseconds (contract kapacitor-udf, section 8.3). */
final class DurationText {

  private record Unit(String name, long nanos) {}

  private static final long MICRO = 1000;
  private static final long MILLI = 1000 * MICRO;
  private static final long SECOND = 1000 * MILLI;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  /** Those that are written, the longest first. */
  private static final List<Unit> UNITS =
      List.of(
          new Unit("d", DAY),
          new Unit("h", HOUR),
          new Unit("m", MINUTE),
          new Unit("s", SECOND),
          new Unit("ms", MILLI),
          new Unit("u", MICRO),
          new Unit("ns", 1));

  private static final Map<String, Long> NANOS_BY_NAME =
      Map.ofEntries(
          Map.entry("w", 7 * DAY),
          Map.entry("d", DAY),
          Map.entry("h", HOUR),
          Map.entry("m", MINUTE),
          Map.entry("s", SECOND),
          Map.entry("ms", MILLI),
          Map.entry("u", MICRO),
          Map.entry("us", MICRO),
          // The micro sign and the Greek letter.
          Map.entry("\u00b5", MICRO),
          Map.entry("\u00b5s", MICRO),
          Map.entry("\u03bc", MICRO),
          Map.entry("\u03bcs", MICRO),
          Map.entry("ns", 1L));

  /** A number with its unit. */
  private static final Pattern PART = Pattern.compile("([0-9]{1,19})([a-z\u00b5\u03bc]{1,2})");

  private DurationText() {}

  /**
   * Returns the nanoseconds of one or more numbers with units, perhaps behind a minus sign.
   *
   * @return null if text is not a duration, or not one that fits into 64 bits
   */
  static @Nullable Long parse(String text) {
    boolean isNegative = text.startsWith("-");
    Matcher part = PART.matcher(text);
    int at = isNegative ? 1 : 0;
    if (at == text.length()) {
      return null;
    }
    long nanos = 0;
    try {
      for (; at < text.length(); at = part.end()) {
        part.region(at, text.length());
        Long unit = part.lookingAt() ? NANOS_BY_NAME.get(part.group(2)) : null;
        if (unit == null) {
          return null;
        }
        long value = Math.multiplyExact(Long.parseLong(part.group(1)), unit);
        nanos = isNegative ? Math.subtractExact(nanos, value) : Math.addExact(nanos, value);
      }
      return nanos;
    } catch (ArithmeticException | NumberFormatException e) {
      return null;
    }
  }

  /** Returns a whole number of the longest unit that does not need a fraction. */
  static String of(long nanos) {
    if (nanos == 0) {
      return "0s";
    }
    for (Unit unit : UNITS) {
      if (nanos % unit.nanos() == 0) {
        return nanos / unit.nanos() + unit.name();
      }
    }
    throw new IllegalStateException(); // Each number is a multiple of one nanosecond.
  }
}
