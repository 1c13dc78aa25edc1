package dev.rapid.runtimes;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to start a function.
 *
 * @param command the program and its arguments
 * @param taskRoot the directory of the function's code, which is also the working directory
 * @param layerRoot the directory that stands for {@code /opt}, null without layers; external
 *     extensions are in its folder {@code extensions}
 * @param environment the base of the function's environment, instead of the inherited one. What a
 *     platform reserves and what belongs to one sandbox is not in it
 * @param variables the function's own variables, in which paths below {@code /opt} are those of the
 *     layer root
 * @param notices lines for the log that no other launch of the program has had
 */
public record Launch(
    List<String> command,
    Path taskRoot,
    @Nullable Path layerRoot,
    Map<String, String> environment,
    Map<String, String> variables,
    List<Notice> notices) {

  /** Copies the collections. */
  public Launch {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    variables = Map.copyOf(variables);
    notices = List.copyOf(notices);
  }
}
