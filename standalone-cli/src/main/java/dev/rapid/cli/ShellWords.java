package dev.rapid.cli;

/** Words as a POSIX shell reads them. */
final class ShellWords {

  private static final String PLAIN = "_@%+=:,./-";

  private ShellWords() {}

  /** Returns a command that sets an environment variable, whatever its value is. */
  static String export(String name, String value) {
    return "export " + assignment(name, value);
  }

  /** Returns what {@code export} takes to set a variable, whatever its value is. */
  static String assignment(String name, String value) {
    return name + "=" + quoted(value);
  }

  private static String quoted(String value) {
    boolean plain =
        value
            .chars()
            .allMatch(c ->
                (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || PLAIN.indexOf(c) >= 0);
    return plain ? value : "'" + value.replace("'", "'\\''") + "'";
  }
}
