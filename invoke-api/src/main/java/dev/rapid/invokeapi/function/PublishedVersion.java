package dev.rapid.invokeapi.function;

/**
 * A published version of a function. It runs the same code as {@code $LATEST}, in sandboxes of its
 * own (contract templates-and-runtimes, section 8.1).
 *
 * @param version a number from 1
 * @param description for people, empty if it has none of its own
 * @param provisioned how many sandboxes are initialised before there is work, 0 or more
 */
public record PublishedVersion(String version, String description, int provisioned) {

  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException if it is none; the message is for people
   */
  public PublishedVersion {
    if (!isNumber(version)) {
      throw new IllegalArgumentException("The version '" + version + "' is not a number from 1");
    }
    if (provisioned < 0) {
      throw new IllegalArgumentException(
          "The provisioned concurrency of version " + version + " is negative");
    }
  }

  /** Returns a version without a description. */
  public static PublishedVersion of(String version) {
    return new PublishedVersion(version, "", 0);
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() <= 18
        && text.charAt(0) != '0'
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Returns the number. */
  long number() {
    return Long.parseLong(version);
  }
}
