package dev.rapid.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A package of the npm registry, which is installed once for all runs in a build directory. */
public final class NpmPackage {

  private static final Duration PATIENCE = Duration.ofMinutes(8);

  private NpmPackage() {}

  /**
   * Installs a package; without npm, or if it cannot be installed, the test is skipped.
   *
   * @param installed a file that the package has when it is complete
   * @return the directory that {@code node_modules} is in
   */
  public static Path install(String name, String installed) {
    assumeTrue(Command.exists("node") && Command.exists("npm"), "node and npm exist");
    Path directory =
        Path.of(System.getProperty("conformance.classes"))
            .resolveSibling("npm-" + name.replaceAll("[^a-z-]", ""))
            .toAbsolutePath();
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!Files.exists(directory.resolve("node_modules").resolve(name).resolve(installed))) {
      Command.Result result =
          Command.of(
                  "npm",
                  "install",
                  "--silent",
                  "--no-fund",
                  "--no-audit",
                  "--prefix",
                  directory.toString(),
                  name)
              .within(PATIENCE)
              .run();
      assumeTrue(result.exit() == 0, name + " can be installed: " + result.err());
    }
    return directory;
  }
}
