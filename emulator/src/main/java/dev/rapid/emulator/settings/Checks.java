package dev.rapid.emulator.settings;

import dev.rapid.core.function.FunctionIdentity;
import java.time.Duration;

/** Checks of values from options, variables and the control API. */
public final class Checks {

  /** The most invocations at once that a setting may ask for. */
  public static final int MAX_COUNT = 10_000;

  /** The largest memory size. */
  public static final int MAX_MEGABYTES = 1024 * 1024;

  /** The longest duration. */
  public static final Duration MAX_DURATION = Duration.ofDays(365);

  private static final int MAX_NAME_LENGTH = 64;
  private static final int MAX_VERSION_LENGTH = 128;

  private Checks() {}

  /**
   * Returns the duration of a number of seconds, which may have a fraction.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Duration seconds(String text) {
    boolean number = !text.isEmpty() && text.length() <= 12;
    int points = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      points += c == '.' ? 1 : 0;
      number &= (c >= '0' && c <= '9') || (c == '.' && i > 0 && i < text.length() - 1);
    }
    if (!number || points > 1) {
      throw new IllegalArgumentException("is not a number of seconds");
    }
    double seconds = Double.parseDouble(text);
    if (seconds > MAX_DURATION.toSeconds()) {
      throw new IllegalArgumentException("is more than a year of seconds");
    }
    return Duration.ofMillis(Math.round(seconds * 1000));
  }

  /**
   * Returns a whole number from {@code least} to {@code most}.
   *
   * @throws IllegalArgumentException if it is none; the message has no subject
   */
  public static int count(String text, int least, int most) {
    int number = HostPort.isNumber(text) && text.length() <= 9 ? Integer.parseInt(text) : -1;
    if (number < least || number > most) {
      throw new IllegalArgumentException("is not a number from " + least + " to " + most);
    }
    return number;
  }

  /**
   * Returns {@code text} if a function can have this name.
   *
   * @throws IllegalArgumentException if not; the message has no subject
   */
  public static String functionName(String text) {
    if (text.isEmpty() || text.length() > MAX_NAME_LENGTH || !consistsOf(text, true, "-_")) {
      throw new IllegalArgumentException(
          "is not 1 to " + MAX_NAME_LENGTH + " letters, digits, '-' or '_'");
    }
    return text;
  }

  /**
   * Returns {@code text} if a function can have this version.
   *
   * @throws IllegalArgumentException if not; the message has no subject
   */
  public static String functionVersion(String text) {
    boolean named =
        !text.isEmpty() && text.length() <= MAX_VERSION_LENGTH && consistsOf(text, true, "-_");
    if (!named && !text.equals(FunctionIdentity.LATEST)) {
      throw new IllegalArgumentException(
          "is neither $LATEST nor 1 to " + MAX_VERSION_LENGTH + " letters, digits, '-' or '_'");
    }
    return text;
  }

  /**
   * Returns {@code text} if a region can have this name.
   *
   * @throws IllegalArgumentException if not; the message has no subject
   */
  public static String region(String text) {
    if (text.isEmpty() || !consistsOf(text, false, "-")) {
      throw new IllegalArgumentException("is not a region, for example us-east-1");
    }
    return text;
  }

  /**
   * Returns {@code text} if it has no line end, no character 0 and no other control character.
   *
   * @throws IllegalArgumentException if it has one; the message has no subject
   */
  public static String withoutControlCharacters(String text) {
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("has a control character");
    }
    return text;
  }

  /**
   * Returns a memory size.
   *
   * @throws IllegalArgumentException if there is no such size; the message has no subject
   */
  public static int megabytes(String text) {
    if (!HostPort.isNumber(text) || text.length() > 7) {
      throw new IllegalArgumentException("is not a number of megabytes");
    }
    int megabytes = Integer.parseInt(text);
    if (megabytes < 1 || megabytes > MAX_MEGABYTES) {
      throw new IllegalArgumentException("is not between 1 and " + MAX_MEGABYTES + " megabytes");
    }
    return megabytes;
  }

  private static boolean consistsOf(String text, boolean upperCase, String others) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean fine =
          (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || (upperCase && c >= 'A' && c <= 'Z')
              || others.indexOf(c) >= 0;
      if (!fine) {
        return false;
      }
    }
    return true;
  }
}
