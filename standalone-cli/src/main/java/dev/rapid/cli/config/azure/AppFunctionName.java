package dev.rapid.cli.config.azure;

import java.util.regex.Pattern;

/** The names that functions of an app can have (contract azure-functions-worker, section 10.1). */
public final class AppFunctionName {

  private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9_-]{0,127}");

  private AppFunctionName() {}

  /**
   * Returns {@code text} if a function of an app can have this name.
   *
   * @throws IllegalArgumentException if not; the message has no subject
   */
  public static String checked(String text) {
    if (!NAME.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "is not the name of a function of an app, a letter and up to 127 letters, digits, '_' or"
              + " '-'");
    }
    return text;
  }
}
