package dev.rapid.runtimes.interpreter;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Where programs are, as the environment of the caller says. Each program is asked at most once.
 */
public final class Machine {

  private static final long PATIENCE_SECONDS = 10;
  private static final int MAX_ANSWER_BYTES = 64 * 1024;

  private final Map<String, String> environment;
  private final Map<List<String>, Optional<String>> answers = new ConcurrentHashMap<>();

  /** Creates a view of this machine with the caller's environment. */
  public Machine(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** Returns a variable of the caller, empty if it is missing or empty. */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  /** Returns the directory that a variable of the caller names. */
  public Optional<Path> directory(String variable) {
    try {
      return variable(variable).map(Path::of).filter(Path::isAbsolute);
    } catch (InvalidPathException notAPath) {
      return Optional.empty();
    }
  }

  /** Returns the caller's home directory, which may be missing. */
  public Path home() {
    return directory("HOME").orElseGet(() -> Path.of(System.getProperty("user.home", "/")));
  }

  /** Returns the directories of the caller's {@code PATH}. */
  public List<Path> searchPath() {
    List<Path> directories = new ArrayList<>();
    for (String element : variable("PATH").orElse("").split(File.pathSeparator, -1)) {
      try {
        Path directory = Path.of(element);
        if (directory.isAbsolute()) {
          directories.add(directory);
        }
      } catch (InvalidPathException notADirectory) {
        // Shells pass over elements that are no paths, too.
      }
    }
    return directories;
  }

  /** Returns all programs of this name, in the order of {@code PATH}. */
  public List<Path> programs(String name) {
    return searchPath().stream()
        .map(directory -> directory.resolve(name))
        .filter(Machine::isProgram)
        .toList();
  }

  /** Returns whether {@code PATH} has a program of this name. */
  public boolean has(String name) {
    return searchPath().stream().anyMatch(directory -> isProgram(directory.resolve(name)));
  }

  /** Returns whether a file can be executed. */
  public static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  /** Returns what is in a directory, in the order of names; nothing if it cannot be read. */
  public static List<Path> list(Path directory) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      entries.forEach(found::add);
    } catch (IOException | DirectoryIteratorException unreadable) {
      return List.of();
    }
    found.sort(Comparator.comparing(Path::toString));
    return found;
  }

  /** Returns a file with all links in its path resolved, or itself if that is not possible. */
  public static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException unresolvable) {
      return file;
    }
  }

  /** Returns what a program prints, empty if it fails. It runs once for each command. */
  public Optional<String> answer(List<String> command) {
    return answers.computeIfAbsent(List.copyOf(command), this::run);
  }

  private Optional<String> run(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process;
    try {
      process = builder.start();
    } catch (IOException notStarted) {
      return Optional.empty();
    }
    try (InputStream out = process.getInputStream()) {
      process.getOutputStream().close();
      process
          .onExit()
          .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
          .exceptionally(late -> {
            process.destroyForcibly();
            return process;
          });
      String text = new String(out.readNBytes(MAX_ANSWER_BYTES), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? Optional.of(text.strip()) : Optional.empty();
    } catch (IOException unreadable) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      process.destroyForcibly();
    }
  }
}
