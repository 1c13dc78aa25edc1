package dev.rapid.azure.trigger;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Moments in the form that the libraries of all languages read. */
final class Moments {

  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'+00:00'").withZone(ZoneOffset.UTC);

  private Moments() {}

  /** Returns a moment, to the second. */
  static String text(Instant moment) {
    return FORMAT.format(moment);
  }

  /** Returns a moment as JSON. */
  static String json(Instant moment) {
    return '"' + text(moment) + '"';
  }
}
