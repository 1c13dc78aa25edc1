package dev.rapid.runtimes;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Paths below {@code /opt} in variables of a function, which are those of the layer root here
 * (contract templates-and-runtimes, section 6.6).
 */
final class LayerPaths {

  /** Variables that are lists of paths. */
  private static final Set<String> LISTS =
      Set.of(
          "PATH",
          "LD_LIBRARY_PATH",
          "PYTHONPATH",
          "NODE_PATH",
          "GEM_PATH",
          "RUBYLIB",
          "CLASSPATH",
          ExecWrapper.VARIABLE);

  private static final String OPT = "/opt";

  private LayerPaths() {}

  /** Returns the variables with the paths of this machine. */
  static Map<String, String> rewrite(Map<String, String> variables, Path layerRoot) {
    Map<String, String> rewritten = new HashMap<>(variables);
    rewritten.replaceAll((name, value) ->
        LISTS.contains(name)
            ? String.join(
                ":",
                List.of(value.split(":", -1)).stream()
                    .map(path -> isInLayer(path) ? layerRoot + path.substring(OPT.length()) : path)
                    .toList())
            : value);
    return rewritten;
  }

  private static boolean isInLayer(String path) {
    return path.equals(OPT) || path.startsWith(OPT + "/");
  }
}
