package dev.rapid.templates.output;

import dev.rapid.templates.document.ScalarNode;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Scalars as YAML writes them, so that readers of YAML 1.1 and 1.2 see the same value. */
final class YamlScalar {

  /** Texts that some version of YAML reads as something else. */
  private static final Set<String> WORDS =
      Set.of("true", "false", "yes", "no", "on", "off", "y", "n", "null");

  private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_./-]*");
  private static final Pattern PLAIN_TEXT =
      Pattern.compile("[A-Za-z_/$.][A-Za-z0-9_./@$+=:,(){} -]*");
  private static final Pattern PLAIN_ITEM = Pattern.compile("[A-Za-z_/$.][A-Za-z0-9_./@$+=-]*");
  private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]{0,17})(\\.[0-9]+)?");
  private static final Pattern LIKE_NUMBER = Pattern.compile("\\.[0-9].*|\\.(inf|nan)");
  private static final Pattern VARIABLE = Pattern.compile("\\$(?=[${])");

  private YamlScalar() {}

  /** Returns a key. */
  static String key(String key) {
    return PLAIN_KEY.matcher(key).matches() && !isWord(key) ? key : quoted(key);
  }

  /** Returns a value in block style. */
  static String value(ScalarNode scalar) {
    return isTyped(scalar) ? typed(scalar) : text(scalar.text(), PLAIN_TEXT);
  }

  /** Returns a value between the brackets of a list. */
  static String flowItem(ScalarNode scalar) {
    return isTyped(scalar) ? typed(scalar) : text(scalar.text(), PLAIN_ITEM);
  }

  /** Returns whether a text is best written as a literal block. */
  static boolean isBlock(ScalarNode scalar) {
    String text = scalar.text();
    return text.indexOf('\n') >= 0
        && !text.isBlank()
        && !Character.isWhitespace(text.charAt(0))
        && text.chars().allMatch(c -> c == '\n' || c == '\t' || isPrintable(c));
  }

  /** Returns a text in which no variable is replaced by the reader of configuration files. */
  static String withoutVariables(String text) {
    return VARIABLE.matcher(text).replaceAll("\\$\\$");
  }

  /** Returns whether a scalar is a number, a boolean or null, and not text. */
  private static boolean isTyped(ScalarNode scalar) {
    return scalar.plain()
        && (scalar.isNull()
            || scalar.asBoolean().isPresent()
            || NUMBER.matcher(scalar.text()).matches());
  }

  private static String typed(ScalarNode scalar) {
    return scalar.isNull() ? "null" : scalar.asBoolean().map(String::valueOf).orElse(scalar.text());
  }

  private static String text(String text, Pattern plain) {
    String escaped = withoutVariables(text);
    boolean isPlain =
        plain.matcher(escaped).matches()
            && !isWord(escaped)
            && !LIKE_NUMBER.matcher(escaped.toLowerCase(Locale.ROOT)).matches()
            && !escaped.contains(": ")
            && !escaped.endsWith(":")
            && !escaped.endsWith(" ");
    return isPlain ? escaped : quoted(escaped);
  }

  private static boolean isWord(String text) {
    return WORDS.contains(text.toLowerCase(Locale.ROOT));
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '"' -> quoted.append("\\\"");
            case '\\' -> quoted.append("\\\\");
            case '\n' -> quoted.append("\\n");
            case '\r' -> quoted.append("\\r");
            case '\t' -> quoted.append("\\t");
            default -> {
              if (isPrintable(c)) {
                quoted.appendCodePoint(c);
              } else {
                quoted.append(String.format(Locale.ROOT, "\\U%08x", c));
              }
            }
          }
        });
    return quoted.append('"').toString();
  }

  private static boolean isPrintable(int c) {
    return (c >= 0x20 && c < 0x7f)
        || (c >= 0xa0 && c <= 0xd7ff && c != 0x2028 && c != 0x2029)
        || (c >= 0xe000 && c <= 0xfffd && c != 0xfeff)
        || (c >= 0x10000 && c <= 0x10ffff);
  }
}
