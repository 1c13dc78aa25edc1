package dev.rapid.cli.config;

import dev.rapid.cli.config.value.UsageException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The file of {@code --env-file}: lines {@code NAME=VALUE}, as in {@code .env} files.
 *
 * <ul>
 *   <li>Empty lines and lines that begin with {@code #} are ignored. {@code export} before a name
 *       is allowed.
 *   <li>A value without quotes is literal, without the blanks at its ends; {@code #} and {@code $}
 *       have no special meaning.
 *   <li>A value in single quotes is literal. In double quotes {@code \\n}, {@code \\r} and {@code
 *       \\t} are control characters, and {@code \\} before {@code "}, {@code \\}, {@code $} and a
 *       backquote makes that character literal. Both may have several lines. Only blanks and a
 *       comment may follow the closing quote.
 *   <li>The last of several lines with the same name counts.
 * </ul>
 *
 * <p>Messages never repeat the content of the file, because it may be secret.
 */
final class EnvFile {

  private static final String EXPORT = "export";

  private final String name;
  private final String text;
  private final Map<String, String> variables = new LinkedHashMap<>();
  private int at;
  private int line = 1;

  private EnvFile(String name, String text) {
    this.name = name;
    this.text = text;
  }

  /**
   * Returns the variables of a file.
   *
   * @throws UsageException if it cannot be read, or a line cannot be understood
   */
  static Map<String, String> read(String name, ProcessContext context) {
    return parse(name, TextFiles.read(name, context));
  }

  /**
   * Returns the variables.
   *
   * @param name the file's name, for messages
   * @param text what is in it
   * @throws UsageException if a line cannot be understood
   */
  static Map<String, String> parse(String name, String text) {
    EnvFile file = new EnvFile(name, text.replace("\r\n", "\n"));
    while (file.at < file.text.length()) {
      file.readLine();
    }
    return file.variables;
  }

  /** Reads a line, or several if a quoted value has several. */
  private void readLine() {
    int end = endOfLine();
    String content = text.substring(at, end).strip();
    if (content.isEmpty() || content.startsWith("#")) {
      nextLine(end);
      return;
    }
    int equals = text.indexOf('=', at);
    if (equals < 0 || equals > end) {
      throw wrong(line, "it is not NAME=VALUE");
    }
    String variable = nameIn(text.substring(at, equals).strip());
    at = equals + 1;
    while (at < end && isBlank(text.charAt(at))) {
      at++;
    }
    char first = at < end ? text.charAt(at) : 0;
    String value = first == '"' || first == '\'' ? quoted(first) : text.substring(at, end).strip();
    if (value.indexOf('\0') >= 0) {
      throw wrong(line, "its value contains the character 0, which no process can be given");
    }
    variables.put(variable, value);
    nextLine(endOfLine());
  }

  private String nameIn(String declared) {
    String variable = declared;
    if (declared.startsWith(EXPORT)
        && declared.length() > EXPORT.length()
        && isBlank(declared.charAt(EXPORT.length()))) {
      variable = declared.substring(EXPORT.length()).strip();
    }
    boolean fine =
        !variable.isEmpty()
            && variable
                .chars()
                .noneMatch(c -> Character.isWhitespace(c) || c == '"' || c == '\'' || c == 0);
    if (!fine) {
      throw wrong(line, "it is not NAME=VALUE");
    }
    return variable;
  }

  /** Reads a value from its opening quote to the end of the line of its closing one. */
  private String quoted(char quote) {
    StringBuilder value = new StringBuilder();
    int began = line;
    for (at++; at < text.length() && text.charAt(at) != quote; at++) {
      char c = text.charAt(at);
      if (c == '\n') {
        line++;
      }
      if (quote == '"' && c == '\\' && at + 1 < text.length() && isEscaped(text.charAt(at + 1))) {
        at++;
        value.append(unescaped(text.charAt(at)));
      } else {
        value.append(c);
      }
    }
    if (at == text.length()) {
      throw wrong(began, "the quote " + quote + " that begins there is not closed");
    }
    at++;
    String rest = text.substring(at, endOfLine()).strip();
    if (!rest.isEmpty() && !rest.startsWith("#")) {
      throw wrong(line, "something follows the closing quote");
    }
    return value.toString();
  }

  private static boolean isEscaped(char c) {
    return "nrt\"\\$`".indexOf(c) >= 0;
  }

  private static char unescaped(char c) {
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> c;
    };
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private int endOfLine() {
    int end = text.indexOf('\n', at);
    return end < 0 ? text.length() : end;
  }

  private void nextLine(int end) {
    at = end + 1;
    line++;
  }

  private UsageException wrong(int number, String why) {
    return new UsageException(
        "Invalid value for "
            + Options.ENV_FILE.flag()
            + ": line "
            + number
            + " of "
            + name
            + ": "
            + why);
  }
}
