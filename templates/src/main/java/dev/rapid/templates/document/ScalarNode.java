package dev.rapid.templates.document;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/**
 * A text, number, boolean or null.
 *
 * @param text as written: a number keeps its zeros, a date its form
 * @param plain whether it is written without quotes, so that it may be something else than text
 */
public record ScalarNode(Position position, String text, boolean plain) implements Node {

  /** Returns a value that is text, whatever it looks like. */
  public static ScalarNode text(Position position, String text) {
    return new ScalarNode(position, text, false);
  }

  /** Returns a boolean. */
  public static ScalarNode of(Position position, boolean value) {
    return new ScalarNode(position, Boolean.toString(value), true);
  }

  /** Returns a number. */
  public static ScalarNode of(Position position, long value) {
    return new ScalarNode(position, Long.toString(value), true);
  }

  /** Returns whether it is null: empty, {@code ~} or {@code null} without quotes. */
  public boolean isNull() {
    return plain && PlainScalars.isNull(text);
  }

  /**
   * Returns the value as a boolean, empty if it is none. Without quotes the words of YAML 1.1 are
   * booleans ({@code yes}, {@code Off}); with quotes only {@code true} and {@code false} are.
   */
  public Optional<Boolean> asBoolean() {
    return plain
        ? PlainScalars.toBoolean(text)
        : switch (text.toLowerCase(Locale.ROOT)) {
          case "true" -> Optional.of(true);
          case "false" -> Optional.of(false);
          default -> Optional.empty();
        };
  }

  /**
   * Returns the value as a number, empty if it is none. Without quotes it may have any form of YAML
   * 1.1 (contract templates-and-runtimes, section 4.3); with quotes, as parameters have them, it is
   * decimal.
   */
  public Optional<BigDecimal> asNumber() {
    return plain ? PlainScalars.toNumber(text) : PlainScalars.toDecimal(text.strip());
  }

  /**
   * Returns the value where text is asked for: as written, but {@code true} or {@code false} for
   * any word that is a boolean, and empty for null.
   */
  public String asText() {
    if (!plain) {
      return text;
    }
    return isNull() ? "" : PlainScalars.toBoolean(text).map(String::valueOf).orElse(text);
  }
}
