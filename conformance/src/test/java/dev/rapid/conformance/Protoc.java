package dev.rapid.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** The compiler of Protocol Buffers that the build of the program has used. */
public final class Protoc {

  private static final Path DIRECTORY =
      Command.ROOT.resolve("kapacitor-protocol/target/protoc-plugins");

  private Protoc() {}

  /** Returns its path; the test is skipped where the build was made without it. */
  public static Path path() {
    assumeTrue(Files.isDirectory(DIRECTORY), DIRECTORY + " does not exist: build the project");
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .filter(file -> file.getFileName().toString().matches("protoc-[0-9].*"))
          .findFirst()
          .orElseThrow(() -> new TestAbortedException(DIRECTORY + " has no protoc"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
