package dev.rapid.conformance.azure.worker;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rapid.conformance.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A Python that is new enough, and packages for it in a directory of their own.
 *
 * @param program the path or the name of the program
 * @param minor 13 of version 3.13
 */
record PythonVersion(String program, int minor) {

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int NEWEST = 14;
  private static final String PRINT_VERSION = "import sys; print(*sys.version_info[:2])";

  /** Returns a Python of this machine. Without one the test is skipped. */
  static PythonVersion atLeast(int minor) {
    for (String program : candidates(minor)) {
      Command.Result result = Command.of(program, "-c", PRINT_VERSION).run();
      String[] version = result.out().strip().split(" ", -1);
      if (result.exit() == 0 && version[0].equals("3")) {
        int found = Integer.parseInt(version[1]);
        if (found >= minor) {
          return new PythonVersion(program, found);
        }
      }
    }
    assumeTrue(false, "Python 3." + minor + " or newer is not installed");
    throw new IllegalStateException();
  }

  /** Returns the programs of the search path, then what pyenv has installed. */
  private static List<String> candidates(int minor) {
    List<String> found = new ArrayList<>(List.of("python3"));
    for (int i = minor; i <= NEWEST; i++) {
      found.add("python3." + i);
    }
    found.removeIf(program -> !Command.exists(program));
    Path versions = Path.of(System.getProperty("user.home"), ".pyenv", "versions");
    if (Files.isDirectory(versions)) {
      try (Stream<Path> directories = Files.list(versions)) {
        directories
            .map(version -> version.resolve("bin/python3"))
            .filter(Files::isExecutable)
            .map(Path::toString)
            .sorted()
            .forEach(found::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return found;
  }

  /**
   * Installs packages into a directory that all runs share. If that is impossible, the test is
   * skipped.
   *
   * @param name of the directory
   * @param words options of pip and requirements
   */
  Path install(String name, List<String> words) throws IOException {
    Path directory =
        Path.of(System.getProperty("conformance.classes"))
            .resolveSibling(name + "-3." + minor)
            .toAbsolutePath();
    Path complete = directory.resolve("installed");
    String wanted = String.join("\n", words);
    if (!Files.exists(complete) || !Files.readString(complete).equals(wanted)) {
      List<String> command = new ArrayList<>(List.of(program, "-m", "pip", "install", "-q"));
      command.addAll(List.of("--disable-pip-version-check", "--upgrade"));
      command.addAll(List.of("--target", directory.toString()));
      command.addAll(words);
      Command.Result result = Command.of(command.toArray(String[]::new)).within(PATIENCE).run();
      assumeTrue(result.exit() == 0, () -> words + " can be installed: " + result.err());
      Files.writeString(complete, wanted);
    }
    return directory;
  }
}
