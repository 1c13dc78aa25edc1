package dev.rapid.kapacitor.json;

import java.util.List;

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

  private DurationText() {}

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
