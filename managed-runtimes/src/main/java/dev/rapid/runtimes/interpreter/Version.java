package dev.rapid.runtimes.interpreter;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of a program.
 *
 * @param major 0 if it is not known
 * @param minor 0 if it is not known
 * @param patch 0 if it is not known
 */
public record Version(int major, int minor, int patch) implements Comparable<Version> {

  /** No version is known. */
  public static final Version NONE = new Version(0, 0, 0);

  private static final Pattern NUMBERS =
      Pattern.compile("([0-9]{1,6})(?:\\.([0-9]{1,6}))?(?:\\.([0-9]{1,6}))?");

  private static final Comparator<Version> ORDER =
      Comparator.comparingInt(Version::major)
          .thenComparingInt(Version::minor)
          .thenComparingInt(Version::patch);

  /** Returns the first version in a text, {@link #NONE} if there is none. */
  public static Version find(String text) {
    Matcher numbers = NUMBERS.matcher(text);
    return numbers.find()
        ? new Version(number(numbers, 1), number(numbers, 2), number(numbers, 3))
        : NONE;
  }

  private static int number(Matcher numbers, int group) {
    String digits = numbers.group(group);
    return digits == null ? 0 : Integer.parseInt(digits);
  }

  /** Returns the same version of which only the first {@code parts} numbers count. */
  public Version upTo(int parts) {
    return new Version(major, parts > 1 ? minor : 0, parts > 2 ? patch : 0);
  }

  /** Returns whether this one is {@code other} or later. */
  public boolean isAtLeast(Version other) {
    return compareTo(other) >= 0;
  }

  @Override
  public int compareTo(Version other) {
    return ORDER.compare(this, other);
  }

  /** Returns the first {@code parts} numbers, with dots between them. */
  public String text(int parts) {
    return parts == 1 ? "" + major : major + "." + minor + (parts > 2 ? "." + patch : "");
  }

  @Override
  public String toString() {
    return text(3);
  }
}
