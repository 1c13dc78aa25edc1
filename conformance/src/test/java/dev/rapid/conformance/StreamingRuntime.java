package dev.rapid.conformance;

import java.util.ArrayList;
import java.util.List;

/** The streaming runtime of the examples. */
final class StreamingRuntime {

  private StreamingRuntime() {}

  /** Starts {@code rapid serve} with it. */
  static Rapid serve(String... options) {
    List<String> args = new ArrayList<>(List.of(options));
    args.add("--cwd=examples/streaming");
    args.addAll(command());
    return Rapid.serve(args.toArray(String[]::new));
  }

  /** Returns the end of a command line. */
  static List<String> command() {
    return List.of("--", "python3", "bootstrap.py");
  }
}
