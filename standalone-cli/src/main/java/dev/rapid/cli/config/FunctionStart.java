package dev.rapid.cli.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What starts a function.
 *
 * @param command the program and its arguments; empty if the user starts the runtime, or the
 *     function cannot run
 * @param taskRoot where its code is
 * @param inherited the base of its environment
 * @param variables its own variables
 * @param layerRoot the directory that stands for {@code /opt}, null for the machine's own
 * @param notRunnable why it cannot run, null if it can
 * @param messages what the user should know about its runtime
 */
record FunctionStart(
    List<String> command,
    Path taskRoot,
    Map<String, String> inherited,
    Map<String, String> variables,
    @Nullable Path layerRoot,
    @Nullable String notRunnable,
    List<Message> messages) {

  /** Returns the start of a function with a command of its own, or that the user starts. */
  static FunctionStart of(
      List<String> command,
      Path taskRoot,
      Map<String, String> inherited,
      Map<String, String> variables) {
    return new FunctionStart(command, taskRoot, inherited, variables, null, null, List.of());
  }

  /** Returns the start of a function that cannot run. */
  static FunctionStart impossible(Path taskRoot, Map<String, String> variables, String reason) {
    return new FunctionStart(List.of(), taskRoot, Map.of(), variables, null, reason, List.of());
  }

  /** Returns whether the user starts the runtime. */
  boolean isAttached() {
    return command.isEmpty() && notRunnable == null;
  }
}
