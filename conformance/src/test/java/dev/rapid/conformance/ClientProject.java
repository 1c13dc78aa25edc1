package dev.rapid.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * A function that uses a runtime client of AWS, copied into the build directory and built there.
 */
public final class ClientProject {

  /**
   * A resource of test classes whose projects other classes may have, too: if classes run at the
   * same time, these run one after the other, so that no two install the same.
   */
  public static final String SHARED = "client projects";

  /** A client with native code is compiled on a slow machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(8);

  private final Path directory;

  private ClientProject(Path directory) {
    this.directory = directory;
  }

  /**
   * Copies {@code clients/NAME} of the test resources.
   *
   * @param tools programs that it is built and run with; the test is skipped if one is missing
   */
  public static ClientProject of(String name, String... tools) {
    for (String tool : tools) {
      assumeTrue(Command.exists(tool), tool + " is not installed");
    }
    Path directory =
        Path.of(System.getProperty("conformance.classes"))
            .resolveSibling("clients")
            .resolve(name)
            .toAbsolutePath();
    try {
      copy(Path.of(ClientProject.class.getResource("/clients/" + name).toURI()), directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    return new ClientProject(directory);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  public Path directory() {
    return directory;
  }

  public boolean has(String file) {
    return Files.exists(directory.resolve(file));
  }

  /** Returns the path of a file in the project. */
  public String path(String file) {
    return directory.resolve(file).toString();
  }

  /** Runs a command that needs a package registry; the test is skipped if it fails. */
  public ClientProject install(String... words) {
    Command.Result result = run(words);
    assumeTrue(
        result.exit() == 0,
        () ->
            List.of(words) + " failed: " + (result.err().isEmpty() ? result.out() : result.err()));
    return this;
  }

  private Command.Result run(String... words) {
    return Command.of(words).in(directory).within(PATIENCE).run();
  }
}
