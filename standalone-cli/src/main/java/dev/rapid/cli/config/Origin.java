package dev.rapid.cli.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The place where a value was written.
 *
 * @param inWords the end of a message about the value, with the blank before it; empty for the
 *     command line, whose option the message names anyway
 * @param directory the directory that paths are relative to, null for the current one
 */
record Origin(String inWords, @Nullable Path directory) {

  /** The command line. */
  static final Origin COMMAND_LINE = new Origin("", null);

  /** The table of options. */
  static final Origin DEFAULT = new Origin("", null);

  /** Returns the origin of the value of an environment variable. */
  static Origin variable(String name) {
    return new Origin(" (from the environment variable " + name + ")", null);
  }

  /** Returns the origin of the value of a variable of the function's own environment. */
  static Origin functionVariable(String name) {
    return new Origin(" (from " + name + " of the function's environment)", null);
  }

  /**
   * Returns the origin of a value in the configuration file.
   *
   * @param place the name of the file, with line and column where the format has them: {@code
   *     rapid.yaml:3:10}
   * @param directory where the file is
   */
  static Origin file(String key, String place, Path directory) {
    return new Origin(" (from '" + key + "' in " + place + ")", directory);
  }
}
