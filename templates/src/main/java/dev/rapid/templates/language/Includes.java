package dev.rapid.templates.language;

import dev.rapid.templates.document.Documents;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.Problem;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.TemplateException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads the local files of {@code AWS::Include}. */
final class Includes {

  private final List<Path> directories;
  private final Problems problems;
  private final SequencedSet<Path> files = new LinkedHashSet<>();
  private final Chain reading = new Chain();

  Includes(List<Path> directories, Problems problems) {
    this.directories = directories;
    this.problems = problems;
  }

  /** Returns the files that were read. */
  SequencedSet<Path> files() {
    return files;
  }

  /**
   * Returns the content of a file, null with a warning if it is not read.
   *
   * @param macro has a name and parameters
   * @param expand applies the macros of the content
   * @param instead what happens without the content, for the warning
   */
  @Nullable Node read(
      MapNode macro, Evaluator evaluator, UnaryOperator<Node> expand, String instead) {
    try {
      return read(location(macro, evaluator), expand);
    } catch (UnresolvedException e) {
      evaluator.report(e, instead);
      return null;
    }
  }

  private Location location(MapNode macro, Evaluator evaluator) throws UnresolvedException {
    Node location =
        macro.get("Parameters") instanceof MapNode parameters ? parameters.get("Location") : null;
    if (location == null) {
      throw UnresolvedException.wrong(
          macro.position(), Macros.INCLUDE + " takes Parameters with a Location");
    }
    Node value = evaluator.strictly(location);
    return new Location(location.position(), Nodes.text(value, ""));
  }

  private @Nullable Node read(Location location, UnaryOperator<Node> expand)
      throws UnresolvedException {
    Path file = file(location);
    if (!reading.enter(file.toString())) {
      throw UnresolvedException.wrong(
          location.position, "files include each other: " + reading.upTo(file.toString()));
    }
    try {
      files.add(file);
      return expand.apply(Documents.read(file, problems));
    } catch (TemplateException e) {
      for (Problem problem : e.problems()) {
        problems.error(
            new Position(problem.file(), problem.line(), problem.column()), problem.message());
      }
      return null;
    } finally {
      reading.leave(file.toString());
    }
  }

  private Path file(Location location) throws UnresolvedException {
    if (location.text.contains("://")) {
      throw UnresolvedException.unknown(
          location.position, "'" + location.text + "' is not a local file and is not included");
    }
    try {
      for (Path directory : directories) {
        Path file = directory.resolve(location.text).normalize();
        if (Files.isRegularFile(file)) {
          return file;
        }
      }
    } catch (InvalidPathException notAPath) {
      throw UnresolvedException.wrong(
          location.position, "'" + location.text + "' is not the name of a file");
    }
    throw UnresolvedException.unknown(
        location.position, "there is no file '" + location.text + "' to include");
  }

  private record Location(Position position, String text) {}
}
