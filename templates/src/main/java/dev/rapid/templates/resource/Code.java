package dev.rapid.templates.resource;

import java.nio.file.Path;

/** Where the code of a function or the content of a layer is. */
sealed interface Code {

  /**
   * A directory that is used as it is, or a {@code .zip} or {@code .jar} file.
   *
   * @param path absolute
   */
  record Local(Path path) implements Code {}

  /** The text of the only file. */
  record Inline(String text) implements Code {}

  /**
   * Nothing that can run here.
   *
   * @param reason a sentence without its end, whose subject is in it
   */
  record Absent(String reason) implements Code {}
}
