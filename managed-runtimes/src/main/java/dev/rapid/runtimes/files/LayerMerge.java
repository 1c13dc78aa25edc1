package dev.rapid.runtimes.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Several layers as one folder of links (contract templates-and-runtimes, section 6.6): directories
 * are merged, and files of later layers win.
 *
 * <p>A directory that only one layer has is one link, so new files in it are seen at once. Only the
 * folder of extensions has links to files alone: a link there is an extension, also one to a
 * directory.
 */
public final class LayerMerge {

  private static final String EXTENSIONS = "extensions";

  /** The target of each link, by its path in the merged folder. */
  private final Map<String, Path> links = new TreeMap<>();

  private final Collection<String> directories = new ArrayList<>();

  private LayerMerge() {}

  /**
   * Plans the merge as the layers are now.
   *
   * @param layers directories, in the order of the function's layers
   * @throws IOException if a directory cannot be read
   */
  public static LayerMerge of(List<Path> layers) throws IOException {
    LayerMerge merge = new LayerMerge();
    merge.add("", layers);
    return merge;
  }

  private void add(String path, List<Path> sources) throws IOException {
    Map<String, List<Path>> byName = new TreeMap<>();
    for (Path source : sources) {
      try (Stream<Path> entries = Files.list(source)) {
        for (Path entry : (Iterable<Path>) entries::iterator) {
          Path name = entry.getFileName();
          if (name != null) {
            byName.computeIfAbsent(name.toString(), unused -> new ArrayList<>()).add(entry);
          }
        }
      }
    }
    for (var entry : byName.entrySet()) {
      String child = path.isEmpty() ? entry.getKey() : path + "/" + entry.getKey();
      List<Path> same = sinceLastFile(entry.getValue());
      boolean expand =
          Files.isDirectory(same.getLast())
              && (same.size() > 1 || child.equals(EXTENSIONS) || path.startsWith(EXTENSIONS));
      if (expand) {
        directories.add(child);
        add(child, same);
      } else {
        links.put(child, same.getLast());
      }
    }
  }

  /** A file replaces everything of earlier layers, and is replaced by a later directory. */
  private static List<Path> sinceLastFile(List<Path> same) {
    int from = same.size() - 1;
    if (Files.isDirectory(same.getLast())) {
      while (from > 0 && Files.isDirectory(same.get(from - 1))) {
        from--;
      }
    }
    return same.subList(from, same.size());
  }

  /** Returns a text that is the same for equal merges. */
  public String key() {
    return "layers\n" + directories + "\n" + links;
  }

  /** Makes the links in an empty folder. */
  public void make(Path folder) throws IOException {
    for (String directory : directories) {
      Files.createDirectories(folder.resolve(directory));
    }
    for (var link : links.entrySet()) {
      Files.createSymbolicLink(folder.resolve(link.getKey()), link.getValue());
    }
  }
}
