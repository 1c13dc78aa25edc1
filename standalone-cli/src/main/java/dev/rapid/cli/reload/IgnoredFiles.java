package dev.rapid.cli.reload;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.PatternSyntaxException;

/**
 * The files whose changes do not matter: what tools keep beside the code, what editors write for a
 * moment, and logs.
 *
 * <p>A pattern is a glob. Without a slash it is for the name of a file or folder at any depth; with
 * one it is for the end of the path below the watched folder, or for the whole of it if it begins
 * with a slash. All below an ignored folder is ignored.
 */
public final class IgnoredFiles {

  private static final List<String> USUAL =
      List.of(
          // Version control, dependencies, caches of tools.
          ".git",
          ".hg",
          ".svn",
          ".jj",
          "node_modules",
          "__pycache__",
          "*.py[co]",
          ".venv",
          "venv",
          ".tox",
          ".nox",
          ".pytest_cache",
          ".mypy_cache",
          ".ruff_cache",
          ".gradle",
          ".terraform",
          ".aws-sam/cache",
          ".aws-sam/deps",
          ".aws-sam/build.toml",
          "cdk.out/.cache",
          // Editors and desktops.
          ".idea",
          ".vscode",
          "*.swp",
          "*.swx",
          "*.swo",
          "4913",
          "*~",
          ".#*",
          "#*#",
          "*___jb_tmp___",
          "*___jb_old___",
          "*.tmp",
          ".DS_Store",
          "Thumbs.db",
          // Logs, perhaps of Rapid itself.
          "*.log",
          "nohup.out");

  private final List<PathMatcher> names = new ArrayList<>();
  private final List<PathMatcher> paths = new ArrayList<>();
  private final Set<Path> outputs;

  private IgnoredFiles(Set<Path> outputs) {
    this.outputs = Set.copyOf(outputs);
  }

  /**
   * Returns the usual ones and more.
   *
   * @param outputs files that Rapid itself writes, absolute: each line in them would be a change,
   *     which would be another line
   * @throws IllegalArgumentException if a pattern is no glob; the message says which
   */
  public static IgnoredFiles usualAnd(List<String> patterns, Set<Path> outputs) {
    IgnoredFiles ignored = new IgnoredFiles(outputs);
    USUAL.forEach(ignored::add);
    patterns.forEach(ignored::add);
    return ignored;
  }

  private void add(String pattern) {
    String glob = pattern.endsWith("/") ? pattern.substring(0, pattern.length() - 1) : pattern;
    if (glob.isEmpty()) {
      throw new IllegalArgumentException("'" + pattern + "' is no pattern of files");
    }
    if (glob.startsWith("/")) {
      paths.add(matcher(glob.substring(1), pattern));
    } else if (glob.indexOf('/') >= 0) {
      paths.add(matcher(glob, pattern));
      paths.add(matcher("**/" + glob, pattern));
    } else {
      names.add(matcher(glob, pattern));
    }
  }

  private static PathMatcher matcher(String glob, String pattern) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + glob);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "'" + pattern + "' is no pattern of files: " + e.getDescription(), e);
    }
  }

  /**
   * Returns whether changes of a file do not matter, given that those of its folder do.
   *
   * @param root the watched folder
   * @param file below it
   */
  boolean has(Path root, Path file) {
    if (outputs.contains(file)) {
      return true;
    }
    Path path = root.relativize(file);
    Path name = path.getFileName();
    return name != null
        && (names.stream().anyMatch(each -> each.matches(name))
            || paths.stream().anyMatch(each -> each.matches(path)));
  }
}
