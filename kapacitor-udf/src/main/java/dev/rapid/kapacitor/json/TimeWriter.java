package dev.rapid.kapacitor.json;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;

/**
 * Writes moments as RFC 3339 in UTC, without zeros at the end of the fraction. Most moments are of
 * the day of the one before, whose text is kept. Not thread-safe.
 */
final class TimeWriter {

  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final int SECONDS_PER_DAY = 86_400;
  private static final int DAY_LENGTH = "2006-01-02".length();
  private static final int SECONDS_END = "2006-01-02T15:04:05".length();
  private static final int MAX_LENGTH = "2006-01-02T15:04:05.999999999Z".length();

  private final byte[] text = new byte[MAX_LENGTH];
  private long day = Long.MIN_VALUE;

  TimeWriter() {
    text[DAY_LENGTH] = 'T';
    text[DAY_LENGTH + 3] = ':';
    text[DAY_LENGTH + 6] = ':';
  }

  /** Writes a moment in nanoseconds since the epoch. */
  void write(JsonGenerator json, long nanos) throws IOException {
    json.writeRawUTF8String(text, 0, format(nanos));
  }

  /** Puts the text of a moment into the array, and returns its length. */
  private int format(long nanos) {
    long seconds = Math.floorDiv(nanos, NANOS_PER_SECOND);
    long newDay = Math.floorDiv(seconds, (long) SECONDS_PER_DAY);
    if (newDay != day) {
      day = newDay;
      byte[] date = LocalDate.ofEpochDay(day).toString().getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(date, 0, text, 0, DAY_LENGTH);
    }
    int second = (int) (seconds - newDay * SECONDS_PER_DAY);
    twoDigits(DAY_LENGTH + 1, second / 3600);
    twoDigits(DAY_LENGTH + 4, second / 60 % 60);
    twoDigits(DAY_LENGTH + 7, second % 60);
    int end = SECONDS_END;
    int fraction = (int) Math.floorMod(nanos, NANOS_PER_SECOND);
    if (fraction > 0) {
      end = fraction(fraction);
    }
    text[end] = 'Z';
    return end + 1;
  }

  private int fraction(int nanos) {
    text[SECONDS_END] = '.';
    int end = SECONDS_END + 10;
    int rest = nanos;
    for (int at = end - 1; at > SECONDS_END; at--) {
      text[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    while (text[end - 1] == '0') {
      end--;
    }
    return end;
  }

  private void twoDigits(int at, int value) {
    text[at] = (byte) ('0' + value / 10);
    text[at + 1] = (byte) ('0' + value % 10);
  }
}
