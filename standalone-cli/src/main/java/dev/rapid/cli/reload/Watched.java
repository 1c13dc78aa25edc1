package dev.rapid.cli.reload;

import java.nio.file.Path;

/**
 * A file, or a folder with all that is below it.
 *
 * @param path absolute and normalised; it need not exist
 */
public record Watched(Path path, Subject subject) {}
