package dev.rapid.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The file that {@code echo_runtime --record} appends to: a line for each attempt. */
record RecordedEvents(Path file) {

  /** Returns how often the event of each request id has begun. */
  Map<String, Integer> attempts() {
    Map<String, Integer> attempts = new LinkedHashMap<>();
    if (Files.exists(file)) {
      try {
        for (String line : Files.readAllLines(file)) {
          attempts.merge(line.substring(0, line.indexOf(' ')), 1, Integer::sum);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return attempts;
  }
}
