package dev.rapid.conformance;

import java.util.List;

/** Rapid's own runtime for Node.js, with everything that AWS's client does. */
final class OwnNodeRuntimeTest extends NodeClientTest {

  @Override
  ClientProject prepare() {
    return ClientProject.of("node", "node");
  }

  @Override
  List<String> command(ClientProject project, String handler) {
    return List.of("node", Rapid.shipped("runtimes/node/rapid-runtime.mjs"), handler);
  }
}
