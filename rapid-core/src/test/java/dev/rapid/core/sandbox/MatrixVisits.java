package dev.rapid.core.sandbox;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which cells of the matrix the tests of this Java virtual machine have seen. */
final class MatrixVisits {

  private static final Set<SandboxMatrix.Cell> VISITED = ConcurrentHashMap.newKeySet();

  private MatrixVisits() {}

  static void visit(SandboxState state, SandboxConfig config, SandboxEvent event) {
    VISITED.add(SandboxMatrix.cellOf(state, config, event));
  }

  static boolean visited(SandboxMatrix.Cell cell) {
    return VISITED.contains(cell);
  }
}
