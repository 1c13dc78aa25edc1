package dev.rapid.azure.launch;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the start of a worker depends on besides its files.
 *
 * @param system {@code LINUX}, {@code OSX} or {@code WINDOWS}
 * @param architecture {@code X64}, {@code Arm64} or {@code X86}
 * @param home the user's directory
 */
record WorkerMachine(String system, String architecture, Path home) {

  private static final long VERSION_SECONDS = 10;

  /** Returns this machine. */
  static WorkerMachine local() {
    return new WorkerMachine(
        system(property("os.name")),
        architecture(property("os.arch")),
        Path.of(property("user.home")));
  }

  private static String property(String name) {
    return System.getProperty(name, "");
  }

  private static String system(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.startsWith("mac")) {
      return "OSX";
    }
    return lower.startsWith("windows") ? "WINDOWS" : "LINUX";
  }

  private static String architecture(String name) {
    return switch (name) {
      case "aarch64", "arm64" -> "Arm64";
      case "x86", "i386", "i686" -> "X86";
      default -> "X64";
    };
  }

  /** Returns whether a program of this name is in the {@code PATH} of an environment. */
  boolean isInPath(String program, Map<String, String> environment) {
    for (String directory : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      try {
        if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, program))) {
          return true;
        }
      } catch (InvalidPathException e) {
        // Such a directory holds no program.
      }
    }
    return false;
  }

  /**
   * Returns the version of Python, for example {@code 3.12}, null if the program does not say it.
   * Starts the program.
   */
  @Nullable String pythonVersion(String program, Map<String, String> environment) {
    ProcessBuilder builder =
        new ProcessBuilder(program, "-c", "import sys; print('%d.%d' % sys.version_info[:2])");
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(VERSION_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return null;
      }
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return said.isBlank() ? null : said.strip();
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
