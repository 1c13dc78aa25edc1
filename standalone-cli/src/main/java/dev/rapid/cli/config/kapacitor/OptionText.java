package dev.rapid.cli.config.kapacitor;

import dev.rapid.kapacitor.UdfOption;
import dev.rapid.kapacitor.UdfOption.Argument;
import java.util.ArrayList;
import java.util.List;

/**
 * An option for an agent as one word of a command line: {@code NAME}, {@code NAME=VALUE} or {@code
 * NAME=VALUE,VALUE}. After a backslash, a comma and a backslash stand for themselves.
 */
public final class OptionText {

  private OptionText() {}

  /**
   * Returns {@code text} if it is an option.
   *
   * @throws IllegalArgumentException if not; the message has no subject
   */
  public static String checked(String text) {
    UdfOption unused = parse(text);
    return text;
  }

  /**
   * Returns the option.
   *
   * @throws IllegalArgumentException if it has no name; the message has no subject
   */
  public static UdfOption parse(String text) {
    int end = text.indexOf('=');
    String name = end < 0 ? text : text.substring(0, end);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("is not NAME=VALUE");
    }
    return new UdfOption(name, end < 0 ? List.of() : arguments(text.substring(end + 1)));
  }

  private static List<Argument> arguments(String text) {
    List<Argument> arguments = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean escapes =
          c == '\\'
              && i + 1 < text.length()
              && (text.charAt(i + 1) == ',' || text.charAt(i + 1) == '\\');
      if (escapes) {
        i++;
        word.append(text.charAt(i));
      } else if (c == ',') {
        arguments.add(new Argument.Word(word.toString()));
        word.setLength(0);
      } else {
        word.append(c);
      }
    }
    arguments.add(new Argument.Word(word.toString()));
    return arguments;
  }
}
