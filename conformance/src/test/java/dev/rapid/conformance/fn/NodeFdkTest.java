package dev.rapid.conformance.fn;

import dev.rapid.conformance.ClientProject;
import java.util.List;

/** Fn's FDK for Node.js. */
final class NodeFdkTest extends FdkTest {

  @Override
  ClientProject prepare() {
    return ClientProject.of("fn-node", "node", "npm")
        .install("npm", "install", "--silent", "--no-fund", "--no-audit", "@fnproject/fdk@0.0.76");
  }

  @Override
  List<String> command(ClientProject project) {
    return List.of("node", "func.js");
  }

  @Override
  String version() {
    return "fdk-node/0.0.76";
  }
}
