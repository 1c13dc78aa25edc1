package dev.rapid.cli.config.value;

import org.jspecify.annotations.Nullable;

/** Thrown if the command line, the environment, a file or the payload is wrong. */
public final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final @Nullable String suggestion;

  /**
   * Creates an exception.
   *
   * @param message what is wrong, in one line
   */
  public UsageException(String message) {
    this(message, null);
  }

  /**
   * Creates an exception.
   *
   * @param suggestion what to do instead, in one line
   */
  public UsageException(String message, @Nullable String suggestion) {
    super(message);
    this.suggestion = suggestion;
  }

  public String text() {
    return String.valueOf(getMessage());
  }

  public @Nullable String suggestion() {
    return suggestion;
  }
}
