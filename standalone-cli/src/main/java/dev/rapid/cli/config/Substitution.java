package dev.rapid.cli.config;

import java.util.Map;

/**
 * Replaces variables in a text: <code>${NAME}</code> is the value of an environment variable, and
 * <code>${NAME:-DEFAULT}</code> is the default if the variable is not there or empty. {@code $$} is
 * a dollar; other dollars stay.
 */
final class Substitution {

  private static final String DEFAULT = ":-";

  private Substitution() {}

  /**
   * Returns {@code text} with its variables replaced.
   *
   * @throws IllegalArgumentException if a variable is not there, or the text is malformed; the
   *     message is a sentence
   */
  static String in(String text, Map<String, String> variables) {
    if (text.indexOf('$') < 0) {
      return text;
    }
    StringBuilder result = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      if (text.startsWith("$$", i)) {
        result.append('$');
        i += 2;
      } else if (text.startsWith("${", i)) {
        int end = text.indexOf('}', i);
        if (end < 0) {
          throw new IllegalArgumentException("'${' has no '}'; write $${ for the characters");
        }
        result.append(valueOf(text.substring(i + 2, end), variables));
        i = end + 1;
      } else {
        result.append(text.charAt(i));
        i++;
      }
    }
    return result.toString();
  }

  private static String valueOf(String reference, Map<String, String> variables) {
    int split = reference.indexOf(DEFAULT);
    String name = split < 0 ? reference : reference.substring(0, split);
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "'" + name + "' in '${" + reference + "}' is not a name of a variable");
    }
    String value = variables.get(name);
    if (split >= 0) {
      return value == null || value.isEmpty()
          ? reference.substring(split + DEFAULT.length())
          : value;
    }
    if (value == null) {
      throw new IllegalArgumentException(
          "there is no environment variable "
              + name
              + "; set it, or write ${"
              + name
              + ":-} for an empty text");
    }
    return value;
  }

  private static boolean isName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      if (!letter && (i == 0 || c < '0' || c > '9')) {
        return false;
      }
    }
    return !name.isEmpty();
  }
}
