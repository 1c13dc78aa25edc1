package dev.rapid.templates.source;

import java.nio.file.Path;

/** What a user's path stands for. */
public sealed interface Source {

  /**
   * A template.
   *
   * @param path as the user named it, or below the directory that the user named
   */
  record TemplateFile(Path path) implements Source {}

  /**
   * The output of the CDK: a directory with {@code manifest.json}.
   *
   * @param directory as the user named it, or below the directory that the user named
   */
  record CdkOutput(Path directory) implements Source {}
}
