package dev.rapid.cli;

import org.jspecify.annotations.Nullable;

/** The user asked for something that cannot be done as he said it. */
final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final @Nullable String suggestion;

  /**
   * Creates an exception.
   *
   * @param message what is wrong, in one line
   */
  UsageException(String message) {
    this(message, null);
  }

  /**
   * Creates an exception.
   *
   * @param suggestion what to do instead, in one line
   */
  UsageException(String message, @Nullable String suggestion) {
    super(message);
    this.suggestion = suggestion;
  }

  String text() {
    return String.valueOf(getMessage());
  }

  @Nullable String suggestion() {
    return suggestion;
  }
}
