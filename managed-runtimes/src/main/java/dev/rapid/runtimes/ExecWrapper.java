package dev.rapid.runtimes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The wrapper script of a function, which gets the command of the runtime as its arguments
 * (contract templates-and-runtimes, section 6.7). A shell checks it at each start, because a build
 * may replace it.
 */
final class ExecWrapper {

  static final String VARIABLE = "AWS_LAMBDA_EXEC_WRAPPER";

  private static final String SCRIPT =
      "[ -f \"$0\" ] || { echo \"$0: does not exist\"; exit 127; }; "
          + "[ -x \"$0\" ] || { echo \"$0: is not an executable\"; exit 126; }; "
          + "exec \"$0\" \"$@\"";

  private ExecWrapper() {}

  /**
   * Returns the command to start.
   *
   * @param variables the function's variables, with paths of this machine
   */
  static List<String> wrap(
      RuntimeFamily family, Map<String, String> variables, List<String> command) {
    String wrapper = variables.getOrDefault(VARIABLE, "");
    if (wrapper.isEmpty() || !family.isManaged()) {
      return command;
    }
    List<String> wrapped = new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, wrapper));
    wrapped.addAll(command);
    return wrapped;
  }
}
