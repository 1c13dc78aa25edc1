package dev.rapid.templates.document;

import java.nio.file.Path;

/**
 * A place in a file.
 *
 * @param file the file, as the user named it
 * @param line from 1
 * @param column from 1, in characters
 */
public record Position(Path file, int line, int column) {

  /** Returns {@code FILE:LINE:COLUMN}. */
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
