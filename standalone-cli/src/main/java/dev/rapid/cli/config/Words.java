package dev.rapid.cli.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Splits a command into words as a shell does, without expanding anything: blanks separate words,
 * quotes keep them, and a backslash keeps the next character (in double quotes only a quote or a
 * backslash).
 */
final class Words {

  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean started;

  private Words() {}

  /**
   * Returns the words of a text.
   *
   * @throws IllegalArgumentException if a quote or a backslash has no end; the message has no
   *     subject
   */
  static List<String> of(String text) {
    return new Words().split(text);
  }

  /**
   * Returns the words of a text that must have one.
   *
   * @throws IllegalArgumentException if it has none, or a quote or a backslash has no end; the
   *     message has no subject
   */
  static List<String> nonEmpty(String text) {
    List<String> words = of(text);
    if (words.isEmpty()) {
      throw new IllegalArgumentException("has no command");
    }
    return words;
  }

  /** Returns a text whose words are these. */
  static String join(List<String> words) {
    return words.stream()
        .map(word -> "'" + word.replace("'", "'\"'\"'") + "'")
        .collect(Collectors.joining(" "));
  }

  private List<String> split(String text) {
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '\'' || c == '"') {
        i = quoted(text, i);
      } else if (c == '\\') {
        i++;
        if (i == text.length()) {
          throw new IllegalArgumentException("ends with a backslash");
        }
        add(text.charAt(i));
      } else if (Character.isWhitespace(c)) {
        end();
      } else {
        add(c);
      }
      i++;
    }
    end();
    return words;
  }

  /** Adds what is in quotes, and returns the position of the closing one. */
  private int quoted(String text, int start) {
    char quote = text.charAt(start);
    started = true;
    for (int i = start + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == quote) {
        return i;
      }
      if (c == '\\' && quote == '"' && i + 1 < text.length()) {
        char next = text.charAt(i + 1);
        if (next == '"' || next == '\\') {
          i++;
          c = next;
        }
      }
      word.append(c);
    }
    throw new IllegalArgumentException("has an opening quote without a closing one");
  }

  private void add(char c) {
    started = true;
    word.append(c);
  }

  private void end() {
    if (started) {
      words.add(word.toString());
      word.setLength(0);
      started = false;
    }
  }
}
