package dev.rapid.templates.source;

import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.TemplateException;
import dev.rapid.templates.source.Source.CdkOutput;
import dev.rapid.templates.source.Source.TemplateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Chooses the template that a path stands for (contract templates-and-runtimes, section 1.1). */
public final class TemplateFinder {

  private static final String BUILT = ".aws-sam/build/template.yaml";
  private static final List<String> SOURCES =
      List.of("template.yaml", "template.yml", "template.json");

  private TemplateFinder() {}

  /**
   * Returns the template or the output of the CDK that {@code path} stands for.
   *
   * @param path a file, or a directory in which the usual names are looked for
   * @param problems gets a warning if the chosen template is older than its source
   * @throws TemplateException if there is none
   */
  public static Source find(Path path, Problems problems) throws TemplateException {
    if (!Files.isDirectory(path)) {
      return new TemplateFile(path);
    }
    if (isCdkOutput(path)) {
      return new CdkOutput(path);
    }
    Path built = path.resolve(BUILT);
    Path source = firstOf(path);
    if (Files.isRegularFile(built)) {
      warnIfOlder(built, source, problems);
      return new TemplateFile(built);
    }
    if (!source.equals(path)) {
      return new TemplateFile(source);
    }
    Path output = path.resolve("cdk.out");
    if (Files.isRegularFile(output.resolve(CloudAssembly.MANIFEST))) {
      return new CdkOutput(output);
    }
    throw new TemplateException(begin(path), nothingIn(path));
  }

  private static boolean isCdkOutput(Path directory) {
    return Files.isRegularFile(directory.resolve(CloudAssembly.MANIFEST))
        && Files.isRegularFile(directory.resolve("cdk.out"));
  }

  /** Returns the source template in a directory, or the directory itself if it has none. */
  private static Path firstOf(Path directory) {
    return SOURCES.stream()
        .map(directory::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElse(directory);
  }

  private static void warnIfOlder(Path built, Path source, Problems problems) {
    try {
      if (Files.isRegularFile(source)
          && Files.getLastModifiedTime(source).compareTo(Files.getLastModifiedTime(built)) > 0) {
        problems.warn(
            begin(source), "this is newer than " + built + ", which is used; run 'sam build'");
      }
    } catch (IOException e) {
      problems.warn(begin(built), "cannot find out whether it is older than " + source + ": " + e);
    }
  }

  private static String nothingIn(Path directory) {
    if (Files.isRegularFile(directory.resolve("cdk.json"))) {
      return "this CDK app has no output 'cdk.out'; run 'cdk synth'";
    }
    String names =
        SOURCES.stream()
            .collect(Collectors.joining(", ", BUILT + ", ", " or cdk.out/manifest.json"));
    return "there is no template in this directory: none of " + names;
  }

  private static Position begin(Path file) {
    return new Position(file, 1, 1);
  }
}
