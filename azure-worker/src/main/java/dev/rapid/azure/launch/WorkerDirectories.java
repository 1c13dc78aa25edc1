package dev.rapid.azure.launch;

import dev.rapid.azure.app.InvalidAppException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The workers of this machine. Azure Functions Core Tools bring those for Java, Node.js, Python and
 * PowerShell: a directory {@code workers} with one directory for each language.
 */
public final class WorkerDirectories {

  /** Where the tools' packages for Debian and Ubuntu put them, and those for Homebrew. */
  private static final List<String> PACKAGES =
      List.of(
          "/usr/lib/azure-functions-core-tools-4",
          "/usr/lib/azure-functions-core-tools",
          "/opt/homebrew/opt/azure-functions-core-tools@4",
          "/usr/local/opt/azure-functions-core-tools@4",
          "/home/linuxbrew/.linuxbrew/opt/azure-functions-core-tools@4");

  /** Where the tools are below a directory of npm's packages. */
  private static final String NPM_PACKAGE = "azure-functions-core-tools/bin";

  private static final List<String> NPM_DIRECTORIES =
      List.of("/usr/local/lib/node_modules", "/usr/lib/node_modules");

  private static final String WORKERS = "workers";
  private static final String TOOL = "func";

  private final Map<String, String> environment;
  private final WorkerMachine machine;
  private final Path root;

  /**
   * A worker of this machine.
   *
   * @param directory has its {@code worker.config.json}
   * @param extensions of the script files that it runs, with the dot; may be empty
   */
  public record Found(String language, Path directory, List<String> extensions) {}

  WorkerDirectories(Map<String, String> environment, WorkerMachine machine, Path root) {
    this.environment = environment;
    this.machine = machine;
    this.root = root;
  }

  /**
   * Returns where workers are looked for.
   *
   * @param environment says the {@code PATH}, and with {@code languageWorkers__workersDirectory} a
   *     directory that is stronger than the others
   */
  public static WorkerDirectories of(Map<String, String> environment) {
    return new WorkerDirectories(environment, WorkerMachine.local(), Path.of("/"));
  }

  /** Finds the workers, one for each language, sorted by language. Reads files. */
  public List<Found> find() {
    Map<String, Found> byLanguage = new LinkedHashMap<>();
    for (Path workers : candidates()) {
      for (Path directory : directoriesIn(workers)) {
        if (WorkerConfig.isIn(directory)) {
          try {
            WorkerConfig config = WorkerConfig.read(directory, environment, Map.of());
            if (!config.isDisabled()) {
              Found unused =
                  byLanguage.putIfAbsent(
                      config.language().toLowerCase(Locale.ROOT),
                      new Found(config.language(), directory, config.extensions()));
            }
          } catch (InvalidAppException e) {
            // A worker that cannot be used is as good as none.
          }
        }
      }
    }
    return byLanguage.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(Map.Entry::getValue)
        .toList();
  }

  /** Returns the directories that may have a directory for each language, the strongest first. */
  private Collection<Path> candidates() {
    Set<Path> candidates = new LinkedHashSet<>();
    String set = Words.value(environment, "languageWorkers__workersDirectory");
    if (set == null) {
      set = Words.value(environment, "languageWorkers:workersDirectory");
    }
    if (set != null && !set.isBlank()) {
      candidates.add(Path.of(set));
    }
    for (String directory : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      addTools(candidates, directory);
    }
    for (String directory : PACKAGES) {
      candidates.add(below(directory).resolve(WORKERS));
    }
    for (String directory : NPM_DIRECTORIES) {
      candidates.add(below(directory).resolve(NPM_PACKAGE).resolve(WORKERS));
    }
    candidates.add(
        machine
            .home()
            .resolve(".npm-global/lib/node_modules")
            .resolve(NPM_PACKAGE)
            .resolve(WORKERS));
    for (Path version : directoriesIn(machine.home().resolve(".nvm/versions/node"))) {
      candidates.add(version.resolve("lib/node_modules").resolve(NPM_PACKAGE).resolve(WORKERS));
    }
    return candidates;
  }

  /** The program of the tools is beside the workers, or is a script of npm's package. */
  private static void addTools(Set<Path> candidates, String directory) {
    try {
      Path tool = Path.of(directory, TOOL);
      if (directory.isEmpty() || !Files.isRegularFile(tool)) {
        return;
      }
      Path parent = tool.toRealPath().getParent();
      if (parent != null) {
        candidates.add(parent.resolve(WORKERS));
        candidates.add(parent.resolveSibling("bin").resolve(WORKERS));
      }
    } catch (IOException | InvalidPathException e) {
      // Such a directory has no tools.
    }
  }

  private Path below(String absolute) {
    return root.resolve(absolute.substring(1));
  }

  private static List<Path> directoriesIn(Path parent) {
    try (Stream<Path> entries = Files.list(parent)) {
      return new ArrayList<>(entries.filter(Files::isDirectory).sorted().toList());
    } catch (IOException e) {
      return List.of();
    }
  }
}
