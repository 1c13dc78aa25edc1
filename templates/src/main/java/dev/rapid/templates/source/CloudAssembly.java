package dev.rapid.templates.source;

import dev.rapid.templates.document.Documents;
import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.ScalarNode;
import dev.rapid.templates.document.TemplateException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * The output of the CDK: the stacks of an app, also those of its stages (contract
 * templates-and-runtimes, section 1.5).
 */
public final class CloudAssembly {

  static final String MANIFEST = "manifest.json";
  private static final int DEEPEST_STAGE = 10;

  private final Problems problems;
  private final List<AssemblyStack> stacks = new ArrayList<>();
  private final SequencedSet<Path> files = new LinkedHashSet<>();

  private CloudAssembly(Problems problems) {
    this.problems = problems;
  }

  /**
   * Reads the manifests.
   *
   * @param directory the one with {@code manifest.json}
   * @throws TemplateException if a manifest cannot be read, or describes no stack
   */
  public static CloudAssembly read(Path directory, Problems problems) throws TemplateException {
    CloudAssembly assembly = new CloudAssembly(problems);
    MapNode manifest = assembly.readManifest(directory, 0);
    if (assembly.stacks.isEmpty()) {
      throw new TemplateException(
          manifest.positionOf("artifacts"), "this CDK app has no stack; add one, run 'cdk synth'");
    }
    return assembly;
  }

  /** Returns the stacks in the order of the manifests, those of stages where the stage is. */
  public List<AssemblyStack> stacks() {
    return List.copyOf(stacks);
  }

  /** Returns the manifests that were read. */
  public SequencedSet<Path> files() {
    return files;
  }

  private MapNode readManifest(Path directory, int depth) throws TemplateException {
    Path file = directory.resolve(MANIFEST);
    files.add(file);
    MapNode manifest = Documents.readMapping(file, problems);
    if (!(manifest.get("artifacts") instanceof MapNode artifacts)) {
      throw new TemplateException(
          manifest.positionOf("artifacts"),
          "'artifacts' is missing or no mapping; run 'cdk synth' again");
    }
    for (var artifact : artifacts.entries().entrySet()) {
      if (artifact.getValue().value() instanceof MapNode description) {
        readArtifact(artifact.getKey(), description, artifacts, directory, depth);
      }
    }
    return manifest;
  }

  private void readArtifact(String id, MapNode artifact, MapNode all, Path directory, int depth)
      throws TemplateException {
    String type = text(artifact, "type");
    if ("cdk:cloud-assembly".equals(type) && depth < DEEPEST_STAGE) {
      String name = property(artifact, "directoryName");
      if (name == null) {
        problems.warn(artifact.position(), "stage '" + id + "' has no directory; it is left out");
      } else {
        readManifest(directory.resolve(name), depth + 1);
      }
    } else if ("aws:cloudformation:stack".equals(type)) {
      String template = property(artifact, "templateFile");
      if (template == null) {
        problems.warn(artifact.position(), "stack '" + id + "' has no template; it is left out");
      } else {
        stacks.add(stack(id, artifact, all, directory, template));
      }
    }
  }

  private AssemblyStack stack(
      String id, MapNode artifact, MapNode all, Path directory, String template) {
    String stackName = property(artifact, "stackName");
    String displayName = text(artifact, "displayName");
    String environment = text(artifact, "environment");
    return new AssemblyStack(
        displayName == null ? id : displayName,
        stackName == null ? id : stackName,
        directory.resolve(template),
        ofEnvironment(environment, 0),
        ofEnvironment(environment, 1),
        new AssetManifest(assetManifest(id, artifact, all, directory), problems));
  }

  /** Returns the asset manifest that the stack depends on, or the one with the usual name. */
  private static Path assetManifest(String id, MapNode artifact, MapNode all, Path directory) {
    if (artifact.get("dependencies") instanceof ListNode dependencies) {
      for (Node item : dependencies.items()) {
        if (item instanceof ScalarNode dependency
            && all.get(dependency.text()) instanceof MapNode other
            && "cdk:asset-manifest".equals(text(other, "type"))) {
          String file = property(other, "file");
          if (file != null) {
            return directory.resolve(file);
          }
        }
      }
    }
    return directory.resolve(id + ".assets.json");
  }

  /** Returns a part of {@code aws://account/region}, null if it is not known. */
  private static @Nullable String ofEnvironment(@Nullable String environment, int part) {
    if (environment == null || !environment.startsWith("aws://")) {
      return null;
    }
    String[] parts = environment.substring("aws://".length()).split("/", -1);
    return part >= parts.length || parts[part].isEmpty() || parts[part].startsWith("unknown-")
        ? null
        : parts[part];
  }

  private static @Nullable String property(MapNode artifact, String name) {
    return artifact.get("properties") instanceof MapNode properties ? text(properties, name) : null;
  }

  private static @Nullable String text(MapNode mapping, String name) {
    return mapping.get(name) instanceof ScalarNode scalar && !scalar.isNull()
        ? scalar.text()
        : null;
  }
}
