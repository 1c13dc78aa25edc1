package dev.rapid.cli.reload;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The folders that are registered with the operating system, and what their changes mean. Not
 * thread-safe.
 *
 * <p>All folders of a tree are registered, except ignored ones. The folder that has the tree is
 * registered too, because tools replace files by renaming others, and builds delete whole folders;
 * if it is missing, the nearest one above it. Where a symbolic link points to is watched like the
 * tree itself.
 */
final class WatchedTrees {

  private final Registration registration;
  private final IgnoredFiles ignored;
  private final BiConsumer<Subject, Path> changed;

  private final Map<Path, Tree> trees = new LinkedHashMap<>();
  private final Map<Path, Folder> folders = new HashMap<>();

  /** Several paths may lead to the same folder, which has one key. */
  private final Map<WatchKey, Set<Folder>> keys = new HashMap<>();

  private final List<Path> refused = new ArrayList<>();

  /** Registers a folder with the operating system. */
  @FunctionalInterface
  interface Registration {

    /**
     * Registers a folder.
     *
     * @return its key, the same one if it is registered already
     * @throws WatchLimitException if no more folders can be registered
     * @throws IOException if the folder cannot be registered, for example because it is gone
     */
    WatchKey register(Path folder) throws IOException;
  }

  /** A file or folder, and whom its changes concern. */
  private static final class Tree {

    private final Path path;
    private final Set<Subject> subjects = new LinkedHashSet<>();

    Tree(Path path) {
      this.path = path;
    }
  }

  /** A registered folder, and what is watched in it. */
  private static final class Folder {

    private final Path path;
    private final WatchKey key;
    private final Set<Watch> watches = new LinkedHashSet<>();

    Folder(Path path, WatchKey key) {
      this.path = path;
      this.key = key;
    }
  }

  /**
   * Something that is watched in a folder.
   *
   * @param shown the path of the folder in the tree, which may lead through symbolic links
   * @param name the only name in the folder that matters, null for all
   */
  private record Watch(Tree tree, Path shown, @Nullable String name) {}

  /** A watch that is wanted in a folder. */
  private record Wanted(Path folder, Watch watch) {}

  /**
   * Creates trees of which none is watched.
   *
   * @param changed gets each change: the subject, and the path in the watched tree
   */
  WatchedTrees(Registration registration, IgnoredFiles ignored, BiConsumer<Subject, Path> changed) {
    this.registration = registration;
    this.ignored = ignored;
    this.changed = changed;
  }

  // ------------------------------------------------------------------ what is watched

  /** Watches these and nothing else. */
  void watch(List<Watched> wanted) {
    Map<Path, Tree> next = new LinkedHashMap<>();
    List<Tree> fresh = new ArrayList<>();
    for (Watched each : wanted) {
      next.computeIfAbsent(
          each.path(),
          path -> {
            Tree known = trees.get(path);
            if (known == null) {
              known = new Tree(path);
              fresh.add(known);
            } else {
              known.subjects.clear();
            }
            return known;
          });
    }
    wanted.forEach(each -> tree(next, each.path()).subjects.add(each.subject()));
    for (Tree each : List.copyOf(trees.values())) {
      if (!next.containsKey(each.path)) {
        replace(each, Set.of());
      }
    }
    trees.clear();
    trees.putAll(next);
    // If there is a limit, each tree should have at least its top.
    fresh.forEach(each -> add(tops(each)));
    fresh.forEach(this::sync);
  }

  private static Tree tree(Map<Path, Tree> all, Path path) {
    Tree tree = all.get(path);
    if (tree == null) {
      throw new IllegalStateException(path + " is not watched");
    }
    return tree;
  }

  /** Returns how many folders are registered. */
  int size() {
    return keys.size();
  }

  /** Removes and returns the folders that could not be registered because of a limit. */
  List<Path> takeRefused() {
    List<Path> taken = List.copyOf(refused);
    refused.clear();
    return taken;
  }

  /** Registers what there is of a tree now, and removes what is gone. */
  private void sync(Tree tree) {
    Set<Wanted> wanted = tops(tree);
    collect(tree, tree.path, tree.path, wanted);
    replace(tree, wanted);
  }

  /** Returns the watch of the folder that has the tree, or of the nearest one that exists. */
  private static Set<Wanted> tops(Tree tree) {
    Set<Wanted> wanted = new LinkedHashSet<>();
    Path child = tree.path;
    Path parent = child.getParent();
    while (parent != null && !Files.isDirectory(parent)) {
      child = parent;
      parent = parent.getParent();
    }
    if (parent != null) {
      wanted.add(new Wanted(parent, new Watch(tree, parent, nameOf(child))));
    }
    if (Files.isDirectory(tree.path)) {
      wanted.add(new Wanted(tree.path, new Watch(tree, tree.path, null)));
    }
    return wanted;
  }

  private static String nameOf(Path path) {
    return String.valueOf(path.getFileName());
  }

  /**
   * Collects the folders below one, and those to which links point.
   *
   * @param start where to look
   * @param shown its path in the tree
   */
  private void collect(Tree tree, Path start, Path shown, Set<Wanted> wanted) {
    new Collector(tree, wanted).walk(start, shown);
  }

  /** Collects the folders of a tree. */
  private final class Collector {

    private final Tree tree;
    private final Set<Wanted> wanted;
    private final Set<Path> entered = new HashSet<>();

    Collector(Tree tree, Set<Wanted> wanted) {
      this.tree = tree;
      this.wanted = wanted;
    }

    void walk(Path start, Path shown) {
      if (Files.isSymbolicLink(start)) {
        follow(start, shown);
        return;
      }
      try {
        Path unused =
            Files.walkFileTree(
                start,
                new SimpleFileVisitor<>() {
                  @Override
                  public FileVisitResult preVisitDirectory(
                      Path folder, BasicFileAttributes attributes) {
                    Path here = shownPath(folder);
                    if (isIgnored(tree, here)) {
                      return FileVisitResult.SKIP_SUBTREE;
                    }
                    wanted.add(new Wanted(folder, new Watch(tree, here, null)));
                    return FileVisitResult.CONTINUE;
                  }

                  @Override
                  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isSymbolicLink() && !isIgnored(tree, shownPath(file))) {
                      follow(file, shownPath(file));
                    }
                    return FileVisitResult.CONTINUE;
                  }

                  @Override
                  public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE;
                  }

                  @Override
                  public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) {
                    return FileVisitResult.CONTINUE;
                  }

                  private Path shownPath(Path path) {
                    return shown.equals(start)
                        ? path
                        : shown.resolve(start.relativize(path).toString());
                  }
                });
      } catch (IOException e) {
        // It is gone meanwhile, which the folder above it reports.
      }
    }

    /** A link that leads back into what was entered already is not followed again. */
    private void follow(Path link, Path shown) {
      Path target;
      try {
        target = link.toRealPath();
      } catch (IOException broken) {
        return;
      }
      Path parent = target.getParent();
      if (parent != null) {
        wanted.add(new Wanted(parent, new Watch(tree, shownParent(shown), nameOf(target))));
      }
      if (Files.isDirectory(target) && !leadsBack(link, target) && entered.add(target)) {
        walk(target, shown);
      }
    }

    private Path shownParent(Path shown) {
      Path parent = shown.getParent();
      return parent == null ? shown : parent;
    }

    private boolean leadsBack(Path link, Path target) {
      try {
        Path parent = link.getParent();
        return parent != null && parent.toRealPath().startsWith(target);
      } catch (IOException e) {
        return true;
      }
    }
  }

  private boolean isIgnored(Tree tree, Path shown) {
    return shown.startsWith(tree.path) && !shown.equals(tree.path) && ignored.has(tree.path, shown);
  }

  // ------------------------------------------------------------------ registrations

  private void add(Set<Wanted> wanted) {
    boolean limited = false;
    for (Wanted each : wanted) {
      Folder folder = folders.get(each.folder());
      if (folder == null || !folder.key.isValid()) {
        if (limited) {
          refused.add(each.folder());
          continue;
        }
        try {
          folder = register(each.folder());
        } catch (WatchLimitException e) {
          limited = true;
          refused.add(each.folder());
          continue;
        } catch (IOException goneOrForbidden) {
          continue;
        }
      }
      folder.watches.add(each.watch());
    }
  }

  private Folder register(Path path) throws IOException {
    Folder stale = folders.get(path);
    Folder folder = new Folder(path, registration.register(path));
    if (stale != null) {
      folder.watches.addAll(stale.watches);
      forget(stale);
    }
    folders.put(path, folder);
    keys.computeIfAbsent(folder.key, key -> new LinkedHashSet<>()).add(folder);
    return folder;
  }

  private void replace(Tree tree, Set<Wanted> wanted) {
    for (Folder each : List.copyOf(folders.values())) {
      boolean had =
          each.watches.removeIf(
              watch -> watch.tree() == tree && !wanted.contains(new Wanted(each.path, watch)));
      if (had && each.watches.isEmpty()) {
        forget(each);
      }
    }
    add(wanted);
  }

  private void forget(Folder folder) {
    folders.remove(folder.path, folder);
    Set<Folder> same = keys.get(folder.key);
    if (same != null && same.remove(folder) && same.isEmpty()) {
      keys.remove(folder.key);
      folder.key.cancel();
    }
  }

  // ------------------------------------------------------------------ changes

  /** Reports what a key has to say, and watches new folders. */
  void signalled(WatchKey key) {
    List<WatchEvent<?>> events = key.pollEvents();
    boolean valid = key.reset();
    Set<Tree> toSync = new LinkedHashSet<>();
    for (Folder folder : List.copyOf(keys.getOrDefault(key, Set.of()))) {
      for (Watch watch : List.copyOf(folder.watches)) {
        for (WatchEvent<?> event : events) {
          handle(folder, watch, event, toSync);
        }
        if (!valid) {
          // The folder is gone. Its other key may be cancelled before it reports that.
          report(watch.tree(), watch.shown());
          toSync.add(watch.tree());
        }
      }
      if (!valid) {
        forget(folder);
      }
    }
    toSync.forEach(this::sync);
  }

  private void handle(Folder folder, Watch watch, WatchEvent<?> event, Set<Tree> toSync) {
    if (!(event.context() instanceof Path name)) {
      // So many changes that the system has dropped some.
      report(watch.tree(), watch.shown());
      toSync.add(watch.tree());
    } else if (watch.name() != null) {
      if (watch.name().equals(name.toString())) {
        report(watch.tree(), watch.shown().resolve(name));
        toSync.add(watch.tree());
      }
    } else {
      Path shown = watch.shown().resolve(name);
      if (!isIgnored(watch.tree(), shown)) {
        report(watch.tree(), shown);
        if (event.kind().equals(StandardWatchEventKinds.ENTRY_CREATE)) {
          addCreated(watch.tree(), folder.path.resolve(name), shown);
        }
      }
    }
  }

  private void addCreated(Tree tree, Path created, Path shown) {
    if (Files.isSymbolicLink(created) || Files.isDirectory(created, LinkOption.NOFOLLOW_LINKS)) {
      Set<Wanted> wanted = new LinkedHashSet<>();
      collect(tree, created, shown, wanted);
      add(wanted);
    }
  }

  /** A file of settings among the code is no code. */
  private void report(Tree tree, Path path) {
    Tree own = trees.get(path);
    boolean settings = own != null && own.subjects.contains(new Subject.Configuration());
    for (Subject each : tree.subjects) {
      if (!settings || each instanceof Subject.Configuration) {
        changed.accept(each, path);
      }
    }
  }
}
