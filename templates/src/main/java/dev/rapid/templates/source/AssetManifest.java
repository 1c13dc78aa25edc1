package dev.rapid.templates.source;

import dev.rapid.templates.document.Documents;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.Problem;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.ScalarNode;
import dev.rapid.templates.document.TemplateException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file {@code STACK.assets.json} of the CDK, which says from which file or directory an object in
 * S3 is made. A template without metadata names only the object (contract templates-and-runtimes,
 * section 1.5). It is read at the first question.
 */
public final class AssetManifest {

  private final Path file;
  private final Problems problems;
  private @Nullable Map<String, Path> sources;

  AssetManifest(Path file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  /** Returns the file or directory that the object with this key is made from, null if unknown. */
  public @Nullable Path source(String objectKey) {
    if (sources == null) {
      sources = read();
    }
    return sources.get(objectKey);
  }

  private Map<String, Path> read() {
    Map<String, Path> found = new HashMap<>();
    if (!Files.isRegularFile(file)) {
      return found;
    }
    try {
      if (Documents.readMapping(file, problems).get("files") instanceof MapNode assets) {
        assets.forEach((hash, asset) -> add(asset, found));
      }
    } catch (TemplateException e) {
      for (Problem problem : e.problems()) {
        problems.warn(
            new Position(problem.file(), problem.line(), problem.column()),
            problem.message() + "; assets are not looked for in it");
      }
    }
    return found;
  }

  private void add(Node asset, Map<String, Path> found) {
    if (asset instanceof MapNode description
        && description.get("source") instanceof MapNode source
        && source.get("path") instanceof ScalarNode path
        && description.get("destinations") instanceof MapNode destinations) {
      destinations.forEach((id, destination) -> {
        if (destination instanceof MapNode place
            && place.get("objectKey") instanceof ScalarNode objectKey) {
          found.put(objectKey.text(), file.resolveSibling(path.text()).normalize());
        }
      });
    }
  }
}
