package dev.rapid.invokeapi.read;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Moments as the service writes them. */
final class Times {

  private static final DateTimeFormatter OFFSET_WITHOUT_COLON =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSxx", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Times() {}

  /** Returns for example {@code 2026-09-15T11:53:23.648+0000}. */
  static String text(Instant moment) {
    return OFFSET_WITHOUT_COLON.format(moment);
  }

  /** Returns seconds since 1970, with milliseconds as a fraction. */
  static BigDecimal epochSeconds(Instant moment) {
    return BigDecimal.valueOf(moment.toEpochMilli(), 3);
  }
}
