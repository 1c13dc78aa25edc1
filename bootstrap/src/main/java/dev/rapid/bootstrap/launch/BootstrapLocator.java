package dev.rapid.bootstrap.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chooses what to run from the command line (contract lifecycle-and-control, section 1.3). */
public final class BootstrapLocator {

  private static final List<String> PLACES =
      List.of("var/task/bootstrap", "opt/bootstrap", "var/runtime/bootstrap");

  private final Path root;

  /** Creates a locator for this machine. */
  public BootstrapLocator() {
    this(Path.of("/"));
  }

  /**
   * Creates a locator for which {@code root} is the directory that holds {@code var} and {@code
   * opt}.
   */
  public BootstrapLocator(Path root) {
    this.root = root;
  }

  /**
   * What to run.
   *
   * @param command the program and its arguments
   * @param workingDirectory where it is to run
   * @param handler the handler that the command line names, null if it names none
   */
  public record Choice(List<String> command, Path workingDirectory, @Nullable String handler) {

    /** Copies the command. */
    public Choice {
      command = List.copyOf(command);
    }
  }

  /**
   * Chooses the command, the working directory and the handler.
   *
   * <p>Arguments are the command as they are, in the current directory; if there are at least two,
   * the last one is the handler as well. Without arguments it is the first of {@code
   * /var/task/bootstrap}, {@code /opt/bootstrap} and {@code /var/runtime/bootstrap} that exists and
   * is no directory, in {@code /var/task}. If none exists it is the first, and its start fails
   * because it is missing.
   *
   * @param arguments the positional arguments, without options
   * @param currentDirectory the directory in which we were called
   */
  public Choice choose(List<String> arguments, Path currentDirectory) {
    if (arguments.isEmpty()) {
      return new Choice(List.of(bootstrap().toString()), root.resolve("var/task"), null);
    }
    String last = arguments.getLast();
    boolean namesHandler = arguments.size() > 1 && !last.isEmpty();
    return new Choice(arguments, currentDirectory, namesHandler ? last : null);
  }

  private Path bootstrap() {
    return PLACES.stream()
        .map(root::resolve)
        .filter(path -> Files.exists(path) && !Files.isDirectory(path))
        .findFirst()
        .orElse(root.resolve(PLACES.getFirst()));
  }
}
