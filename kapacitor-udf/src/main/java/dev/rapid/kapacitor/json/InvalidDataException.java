package dev.rapid.kapacitor.json;

import java.io.IOException;

/** What is wrong at one place of a JSON text. */
final class InvalidDataException extends IOException {

  private static final long serialVersionUID = 1;

  /** How much of a pointer or of a user's text a message shows, in characters. */
  private static final int SHOWN = 200;

  private final String pointer;

  /**
   * @param pointer RFC 6901, empty for the whole text
   */
  InvalidDataException(String pointer, String message) {
    super(message);
    this.pointer = pointer;
  }

  /**
   * Returns the place and what is wrong there.
   *
   * @param subject what the whole text is
   */
  String describe(String subject) {
    return pointer.isEmpty()
        ? subject + " " + getMessage()
        : printable(pointer) + ": it " + getMessage();
  }

  /** Returns text for a message: of a limited length, in one line and valid in UTF-8. */
  static String printable(String text) {
    StringBuilder shown = new StringBuilder();
    int length = 0;
    for (int c : text.codePoints().limit(SHOWN + 1L).toArray()) {
      if (++length > SHOWN) {
        shown.append("...");
      } else if (Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE) {
        shown.append('?');
      } else {
        shown.appendCodePoint(c);
      }
    }
    return shown.toString();
  }
}
