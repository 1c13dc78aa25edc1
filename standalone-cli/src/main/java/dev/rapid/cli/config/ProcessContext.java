package dev.rapid.cli.config;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * The environment of Rapid's own process.
 *
 * @param environment the environment variables
 * @param directory the current directory, absolute; names of files are relative to it
 * @param stdin the standard input
 */
public record ProcessContext(Map<String, String> environment, Path directory, InputStream stdin) {

  /** Copies the environment. */
  public ProcessContext {
    environment = Map.copyOf(environment);
  }

  /** Returns this context with another directory. */
  ProcessContext in(Path other) {
    return new ProcessContext(environment, other, stdin);
  }
}
