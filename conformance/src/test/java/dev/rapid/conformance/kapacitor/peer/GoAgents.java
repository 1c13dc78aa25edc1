package dev.rapid.conformance.kapacitor.peer;

import dev.rapid.conformance.ClientProject;
import java.nio.file.Path;
import java.util.List;

/** The program of {@code clients/kapacitor-go}: handlers on Kapacitor's own package for agents. */
final class GoAgents {

  private final String program;

  private GoAgents(String program) {
    this.program = program;
  }

  /** Builds it; the test is skipped without Go, or without what Go downloads. */
  static GoAgents build() {
    return new GoAgents(
        ClientProject.of("kapacitor-go", "go")
            .install("go", "build", "-mod=readonly", "-o", "agents", ".")
            .path("agents"));
  }

  /** Returns a function whose process is a handler. */
  UdfFunction started(String handler) {
    return UdfFunction.started(handler, List.of(program, handler));
  }

  /** Starts a handler that listens on a socket. */
  ListeningAgent listening(String handler, Path socket) {
    return ListeningAgent.start(socket, program, handler, socket.toString());
  }
}
