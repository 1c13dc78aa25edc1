package dev.rapid.runtimes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a launcher starts.
 *
 * @param code the function
 * @param runtime the runtime that it asks for
 * @param taskRoot the directory of its code
 * @param layerRoot the directory that stands for {@code /opt}, null without layers
 */
record Request(FunctionCode code, RuntimeName runtime, Path taskRoot, @Nullable Path layerRoot) {

  /**
   * Returns the handler.
   *
   * @throws UnusableRuntimeException if the function has none
   */
  String handler() throws UnusableRuntimeException {
    String handler = code.handler();
    if (handler == null || handler.isEmpty()) {
      throw new UnusableRuntimeException(
          "the function '"
              + code.function()
              + "' has no handler; "
              + runtime.text()
              + " needs one (Handler)");
    }
    return handler;
  }

  /** Returns paths in the layer root, none without layers. */
  List<String> inLayers(String... paths) {
    Path root = layerRoot;
    return root == null
        ? List.of()
        : Arrays.stream(paths).map(path -> root.resolve(path).toString()).toList();
  }

  /** Returns the directories of the layer root that exist. */
  List<Path> layerDirectories(String... paths) {
    return inLayers(paths).stream().map(Path::of).filter(Files::isDirectory).toList();
  }

  /** Returns whether the function sets a variable itself. */
  boolean sets(String variable) {
    return code.variables().containsKey(variable);
  }
}
