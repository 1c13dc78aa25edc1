package dev.rapid.cli.config;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The file of {@code --config}.
 *
 * <p>A file whose name ends in {@code .properties} is a Java properties file, {@code .yaml} or
 * {@code .yml} a small part of YAML: lines {@code key: value}, comments, quoted values, and one
 * level of indentation for the variables below {@code env:}. A YAML library would be larger than
 * Rapid's command line and is not worth it for a flat list of options.
 */
final class ConfigFile {

  private static final String ENV_PREFIX = Option.ENV.key() + ".";

  private final String name;
  private final Map<String, String> entries = new LinkedHashMap<>();

  private ConfigFile(String name) {
    this.name = name;
  }

  /**
   * Returns the entries by key; variables of the function have keys {@code env.NAME}.
   *
   * @param name the file's name, which decides about its format
   * @param text what is in it
   * @throws UsageException if something in it is wrong
   */
  static Map<String, String> parse(String name, String text) {
    ConfigFile file = new ConfigFile(name);
    if (name.endsWith(".properties")) {
      file.properties(text);
    } else if (name.endsWith(".yaml") || name.endsWith(".yml")) {
      file.yaml(text);
    } else {
      throw new UsageException(
          "Cannot read " + name + ": its name does not tell its format",
          "Give it a name that ends in .yaml, .yml or .properties.");
    }
    return file.entries;
  }

  private void properties(String text) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException e) {
      throw new UsageException("Cannot read " + name + ": " + e.getMessage());
    }
    for (String key : properties.stringPropertyNames()) {
      put(key, properties.getProperty(key), 0);
    }
  }

  private void yaml(String text) {
    List<String> lines = text.lines().toList();
    String parent = "";
    for (int i = 0; i < lines.size(); i++) {
      int number = i + 1;
      String line = lines.get(i);
      String content = line.strip();
      if (content.isEmpty() || content.startsWith("#") || content.equals("---")) {
        continue;
      }
      boolean indented = Character.isWhitespace(line.charAt(0));
      if (indented && parent.isEmpty()) {
        throw wrong(number, "is indented, but only variables below 'env:' may be");
      }
      int colon = content.indexOf(':');
      boolean separated =
          colon > 0
              && (colon == content.length() - 1
                  || Character.isWhitespace(content.charAt(colon + 1)));
      if (!separated) {
        throw wrong(number, "is not 'key: value'");
      }
      String key = unquoted(content.substring(0, colon).strip(), number);
      String value = value(content.substring(colon + 1).strip(), number);
      if (indented) {
        put(parent + key, value, number);
      } else if (value.isEmpty() && key.equals(Option.ENV.key())) {
        parent = ENV_PREFIX;
      } else {
        parent = "";
        put(key, value, number);
      }
    }
  }

  private String value(String text, int number) {
    if (text.startsWith("#")) {
      return "";
    }
    if (text.startsWith("\"") || text.startsWith("'")) {
      return unquoted(text, number);
    }
    if (!text.isEmpty() && "[{&*!|>%@`".indexOf(text.charAt(0)) >= 0) {
      throw wrong(number, "has a value that begins with '" + text.charAt(0) + "'; quote it");
    }
    int comment = text.indexOf(" #");
    return comment < 0 ? text : text.substring(0, comment).stripTrailing();
  }

  private String unquoted(String text, int number) {
    char quote = text.charAt(0);
    if (quote != '"' && quote != '\'') {
      return text;
    }
    StringBuilder value = new StringBuilder();
    int i = 1;
    while (i < text.length()) {
      char c = text.charAt(i);
      char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
      if (quote == '\'' && c == quote && next == quote) {
        value.append(c);
        i++;
      } else if (c == quote) {
        String rest = text.substring(i + 1).strip();
        if (!rest.isEmpty() && !rest.startsWith("#")) {
          throw wrong(number, "goes on after the closing quote");
        }
        return value.toString();
      } else if (quote == '"' && c == '\\') {
        value.append(escaped(next, number));
        i++;
      } else {
        value.append(c);
      }
      i++;
    }
    throw wrong(number, "has no closing quote");
  }

  private char escaped(char c, int number) {
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case '"', '\\', '/' -> c;
      default -> throw wrong(number, "has an unknown escape '\\" + c + "'");
    };
  }

  private void put(String key, String value, int number) {
    if (!isKnown(key)) {
      String nearest = Similar.to(key, optionKeys());
      throw new UsageException(
          at(number) + ": there is no option '" + key + "'",
          nearest == null ? null : "Did you mean '" + nearest + "'?");
    }
    if (entries.put(key, value) != null) {
      throw new UsageException(at(number) + ": '" + key + "' is there twice");
    }
  }

  private static boolean isKnown(String key) {
    if (key.startsWith(ENV_PREFIX)) {
      return key.length() > ENV_PREFIX.length();
    }
    return optionKeys().contains(key);
  }

  private static List<String> optionKeys() {
    return Arrays.stream(Option.values())
        .filter(option -> option != Option.CONFIG)
        .map(Option::key)
        .toList();
  }

  private UsageException wrong(int number, String what) {
    return new UsageException(at(number) + " " + what);
  }

  private String at(int number) {
    return number == 0 ? name : "Line " + number + " of " + name;
  }
}
