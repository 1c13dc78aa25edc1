package dev.rapid.conformance;

import java.util.List;

/** AWS's runtime client for Node.js behind {@code npx}, which starts it through a shell. */
final class NpxClientTest extends NodeClientTest {

  @Override
  List<String> command(ClientProject project, String handler) {
    return List.of("npx", "aws-lambda-ric", handler);
  }

  /** A launcher closes the descriptor of the framed log, so the client prints lines. */
  @Override
  boolean hasFramedLog() {
    return false;
  }
}
