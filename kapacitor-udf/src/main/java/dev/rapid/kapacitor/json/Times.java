package dev.rapid.kapacitor.json;

import java.time.DateTimeException;
import java.time.LocalDate;

/**
 * Reads moments of RFC 3339 to the nanosecond, in the range of 64 bits: from
 * 1677-09-21T00:12:43.145224192Z to 2262-04-11T23:47:16.854775807Z.
 */
final class Times {

  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final int SECONDS_PER_DAY = 86_400;
  private static final int MAX_DECIMALS = 9;
  private static final int LENGTH_TO_SECONDS = "2006-01-02T15:04:05".length();

  private final char[] text;
  private final int end;
  private int at;

  private Times(char[] text, int from, int length) {
    this.text = text;
    this.at = from;
    this.end = from + length;
  }

  /** Text is not a moment, or not one in the range. */
  static final class InvalidTimeException extends Exception {

    private static final long serialVersionUID = 1;

    private InvalidTimeException(String message) {
      super(message);
    }
  }

  /**
   * Returns the nanoseconds since the epoch that text stands for.
   *
   * @param text RFC 3339 with up to 9 decimals, or the number in decimal digits
   */
  static long parse(char[] text, int from, int length) throws InvalidTimeException {
    Times times = new Times(text, from, length);
    return Integers.isDecimal(text, from, length) ? times.digits(from, length) : times.moment();
  }

  private long digits(int from, int length) throws InvalidTimeException {
    try {
      return Integers.parse(text, from, length);
    } catch (NumberFormatException e) {
      throw outOfRange();
    }
  }

  private long moment() throws InvalidTimeException {
    if (end - at <= LENGTH_TO_SECONDS) {
      throw notAMoment();
    }
    long day = day();
    if (!takes('T') && !takes('t')) {
      throw notAMoment();
    }
    int hour = number(2, 23);
    expect(':');
    int minute = number(2, 59);
    expect(':');
    int second = number(2, 59);
    int nanos = takes('.') ? fraction() : 0;
    long offset = offset();
    if (at != end) {
      throw notAMoment();
    }
    return nanosOf(day * SECONDS_PER_DAY + hour * 3600L + minute * 60L + second - offset, nanos);
  }

  private long day() throws InvalidTimeException {
    int year = number(4, 9999);
    expect('-');
    int month = number(2, 12);
    expect('-');
    int day = number(2, 31);
    try {
      return LocalDate.of(year, month, day).toEpochDay();
    } catch (DateTimeException e) {
      throw new InvalidTimeException("has a day that does not exist");
    }
  }

  private int fraction() throws InvalidTimeException {
    int nanos = 0;
    int decimals = 0;
    while (at < end && isDigit(text[at])) {
      if (++decimals > MAX_DECIMALS) {
        throw new InvalidTimeException("has more than 9 decimals of a second");
      }
      nanos = nanos * 10 + text[at++] - '0';
    }
    if (decimals == 0) {
      throw notAMoment();
    }
    for (; decimals < MAX_DECIMALS; decimals++) {
      nanos *= 10;
    }
    return nanos;
  }

  /** Returns by how many seconds local time is ahead of UTC. */
  private long offset() throws InvalidTimeException {
    if (takes('Z') || takes('z')) {
      return 0;
    }
    int sign = takes('-') ? -1 : 1;
    if (sign > 0) {
      expect('+');
    }
    int hours = number(2, 23);
    expect(':');
    return sign * (hours * 3600L + number(2, 59) * 60L);
  }

  private static long nanosOf(long seconds, int nanos) throws InvalidTimeException {
    try {
      if (seconds < 0 && nanos > 0) {
        // The earliest second begins before the range.
        return Math.addExact(
            Math.multiplyExact(seconds + 1, NANOS_PER_SECOND), nanos - NANOS_PER_SECOND);
      }
      return Math.addExact(Math.multiplyExact(seconds, NANOS_PER_SECOND), nanos);
    } catch (ArithmeticException e) {
      throw outOfRange();
    }
  }

  private int number(int digits, int max) throws InvalidTimeException {
    if (end - at < digits) {
      throw notAMoment();
    }
    int value = 0;
    for (int i = 0; i < digits; i++) {
      char digit = text[at++];
      if (!isDigit(digit)) {
        throw notAMoment();
      }
      value = value * 10 + digit - '0';
    }
    if (value > max) {
      throw notAMoment();
    }
    return value;
  }

  private void expect(char wanted) throws InvalidTimeException {
    if (!takes(wanted)) {
      throw notAMoment();
    }
  }

  private boolean takes(char wanted) {
    if (at < end && text[at] == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static InvalidTimeException notAMoment() {
    return new InvalidTimeException(
        "is not a time: use RFC 3339, such as 2023-11-14T22:13:20.5Z, or nanoseconds since 1970");
  }

  static InvalidTimeException outOfRange() {
    return new InvalidTimeException(
        "is out of range: from 1677-09-21T00:12:43.145224192Z to 2262-04-11T23:47:16.854775807Z");
  }
}
