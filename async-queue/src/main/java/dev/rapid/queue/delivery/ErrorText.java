package dev.rapid.queue.delivery;

import java.nio.charset.StandardCharsets;

/** The text of an error for people. */
final class ErrorText {

  private static final int MAX_LENGTH = 200;

  private ErrorText() {}

  /** Returns the beginning of a body on one line, with a colon before it; empty if it has none. */
  static String of(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8).replaceAll("[\\s\\p{Cntrl}]+", " ");
    String line = text.strip();
    return line.isEmpty()
        ? ""
        : ": " + (line.length() > MAX_LENGTH ? line.substring(0, MAX_LENGTH) + "..." : line);
  }
}
