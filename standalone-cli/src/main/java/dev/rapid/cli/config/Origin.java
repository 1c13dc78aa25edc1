package dev.rapid.cli.config;

/**
 * The place where a value was written.
 *
 * @param inWords the end of a message about the value, with the blank before it; empty for the
 *     command line, whose option the message names anyway
 */
record Origin(String inWords) {

  /** The command line. */
  static final Origin COMMAND_LINE = new Origin("");

  /** The table of options. */
  static final Origin DEFAULT = new Origin("");

  /** Returns the origin of the value of an environment variable. */
  static Origin variable(String name) {
    return new Origin(" (from the environment variable " + name + ")");
  }

  /** Returns the origin of the value of a variable of the function's own environment. */
  static Origin functionVariable(String name) {
    return new Origin(" (from " + name + " of the function's environment)");
  }

  /**
   * Returns the origin of a value in the configuration file.
   *
   * @param place the name of the file, with line and column where the format has them: {@code
   *     rapid.yaml:3:10}
   */
  static Origin file(String key, String place) {
    return new Origin(" (from '" + key + "' in " + place + ")");
  }
}
