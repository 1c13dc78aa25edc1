package dev.rapid.azure.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Variables and words in the texts of {@code worker.config.json}. */
final class Words {

  private static final Pattern VARIABLE = Pattern.compile("%([^%\\s]+)%");

  private Words() {}

  /**
   * Replaces each {@code %NAME%} by the value of the variable; what is not set is removed. Names
   * count in any case.
   */
  static String expand(String text, Map<String, String> environment) {
    return VARIABLE
        .matcher(text)
        .replaceAll(found -> {
          String value = value(environment, found.group(1));
          return Matcher.quoteReplacement(value == null ? "" : value);
        });
  }

  /** Returns whether a text has a {@code %NAME%} whose variable is not set. */
  static boolean lacksVariable(String text, Map<String, String> environment) {
    return VARIABLE
        .matcher(text)
        .results()
        .anyMatch(found -> value(environment, found.group(1)) == null);
  }

  /** Returns a variable by its name in any case, the exact name first; null if there is none. */
  static @Nullable String value(Map<String, String> environment, String name) {
    String exact = environment.get(name);
    if (exact != null) {
      return exact;
    }
    return environment.entrySet().stream()
        .filter(each -> each.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  /** Splits a text at white space; a part between double quotes is one word. */
  static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    boolean begun = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
        begun = true;
      } else if (!quoted && Character.isWhitespace(c)) {
        if (begun) {
          words.add(word.toString());
          word.setLength(0);
          begun = false;
        }
      } else {
        word.append(c);
        begun = true;
      }
    }
    if (begun) {
      words.add(word.toString());
    }
    return words;
  }
}
