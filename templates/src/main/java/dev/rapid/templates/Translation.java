package dev.rapid.templates;

import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.Problem;
import java.nio.file.Path;
import java.util.List;

/**
 * A template as a configuration file.
 *
 * @param yaml the text of the file
 * @param directory where the relative paths in it start
 * @param warnings what could not be taken as it is, and what is used instead
 * @param files the files that were read; another content of one of them may give another text
 * @param positions for each line of the text, in order, the place in the template that it comes
 *     from
 */
public record Translation(
    String yaml,
    Path directory,
    List<Problem> warnings,
    List<Path> files,
    List<Position> positions) {

  /** Copies the lists. */
  public Translation {
    warnings = List.copyOf(warnings);
    files = List.copyOf(files);
    positions = List.copyOf(positions);
  }
}
