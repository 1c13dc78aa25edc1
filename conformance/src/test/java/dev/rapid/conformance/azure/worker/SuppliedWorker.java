package dev.rapid.conformance.azure.worker;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Workers that no package registry has. Who has one, for example with Azure's Core Tools, names its
 * directory by an environment variable; the tests with the others are skipped.
 */
final class SuppliedWorker {

  private SuppliedWorker() {}

  /** Returns the directory of a worker: that with its {@code worker.config.json}. */
  static Path directory(String variable) {
    String directory = System.getenv().getOrDefault(variable, "");
    assumeTrue(!directory.isEmpty(), variable + " does not name the directory of a worker");
    Path found = Path.of(directory).toAbsolutePath();
    assumeTrue(
        Files.exists(found.resolve("worker.config.json")), found + " has no worker.config.json");
    return found;
  }
}
