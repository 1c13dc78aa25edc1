package dev.rapid.runtimes;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Chooses the command of functions of one family of runtimes. */
interface Launcher {

  /**
   * Returns how to start a function.
   *
   * @throws UnusableRuntimeException if it cannot run here
   */
  Start start(Request request) throws UnusableRuntimeException;

  /**
   * Returns the variables of a function whose command the user gives.
   *
   * @throws UnusableRuntimeException never, unless a launcher needs files for them
   */
  default Map<String, String> variables(Request request) throws UnusableRuntimeException {
    return Map.of();
  }

  /**
   * What a family adds to a launch.
   *
   * @param command the program and its arguments
   * @param interpreterDirectory where the interpreter is, for {@code PATH}; null if there is none
   * @param variables the variables of the family
   * @param notices lines for the log
   */
  record Start(
      List<String> command,
      @Nullable Path interpreterDirectory,
      Map<String, String> variables,
      List<Notice> notices) {

    public Start {
      command = List.copyOf(command);
      variables = Map.copyOf(variables);
      notices = List.copyOf(notices);
    }
  }
}
