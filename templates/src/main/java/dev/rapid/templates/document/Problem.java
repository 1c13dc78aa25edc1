package dev.rapid.templates.document;

import java.nio.file.Path;

/**
 * What is wrong at a place of a template, and what to do about it.
 *
 * @param file the file, as the user named it
 * @param line from 1
 * @param column from 1, in characters
 * @param message one sentence, without the place
 */
public record Problem(Path file, int line, int column, String message) {

  /** Returns a problem at {@code position}. */
  public static Problem at(Position position, String message) {
    return new Problem(position.file(), position.line(), position.column(), message);
  }

  /** Returns {@code FILE:LINE:COLUMN: MESSAGE}. */
  @Override
  public String toString() {
    return file + ":" + line + ":" + column + ": " + message;
  }
}
