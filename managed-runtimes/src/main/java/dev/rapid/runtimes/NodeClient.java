package dev.rapid.runtimes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * AWS's client for Node.js with its native part.
 *
 * @param program the module that is the client
 * @param readsHandler whether it starts by itself and reads {@code _HANDLER}, as 4.x does; else it
 *     needs a start script
 */
record NodeClient(Path program, boolean readsHandler) {

  private static final String NATIVE_PART = "rapid-client.node";

  /** Returns the client in a {@code node_modules}, if its native part has been built. */
  static Optional<NodeClient> in(Path modules) {
    Path home = modules.resolve("aws-lambda-ric");
    if (isBuilt(home)) {
      return Optional.of(new NodeClient(home.resolve("index.mjs"), true));
    }
    Path distribution = home.resolve("dist");
    return isBuilt(distribution)
        ? Optional.of(new NodeClient(distribution.resolve("index.mjs"), false))
        : Optional.empty();
  }

  private static boolean isBuilt(Path directory) {
    return Files.isRegularFile(directory.resolve(NATIVE_PART))
        && Files.isRegularFile(directory.resolve("index.mjs"));
  }

  /**
   * Returns the arguments of Node.js before the handler.
   *
   * @param shipped where Rapid's start scripts are
   */
  List<String> arguments(Path shipped) {
    return readsHandler
        ? List.of(program.toString())
        : List.of(shipped.resolve("start-aws-lambda-ric.mjs").toString(), program.toString());
  }
}
