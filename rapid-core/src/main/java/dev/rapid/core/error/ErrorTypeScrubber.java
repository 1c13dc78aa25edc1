package dev.rapid.core.error;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reduces the error type that a runtime reports to what telemetry may carry (contract
 * runtime-extensions-telemetry, section 6.1).
 */
public final class ErrorTypeScrubber {

  private static final Pattern ALLOWED = Pattern.compile("(Runtime|Function)\\.[A-Z][a-zA-Z]+");
  private static final Pattern CONTROL_CHARACTERS = Pattern.compile("\\p{Cntrl}");

  private ErrorTypeScrubber() {}

  /**
   * Returns {@code reported} without control characters if it contains an allowed type anywhere;
   * otherwise {@code Function.Unknown} if it starts with {@code Function.}, else {@code
   * Runtime.Unknown}.
   *
   * @param reported the value of {@code Lambda-Runtime-Function-Error-Type}, null if absent
   */
  public static String scrub(@Nullable String reported) {
    if (reported == null) {
      return ErrorType.RUNTIME_UNKNOWN.wireName();
    }
    String clean = CONTROL_CHARACTERS.matcher(reported).replaceAll("");
    if (ALLOWED.matcher(clean).find()) {
      return clean;
    }
    return clean.startsWith("Function.")
        ? ErrorType.FUNCTION_UNKNOWN.wireName()
        : ErrorType.RUNTIME_UNKNOWN.wireName();
  }
}
