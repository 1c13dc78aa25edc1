package dev.rapid.templates.stack;

import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.ScalarNode;
import dev.rapid.templates.language.Deployment;
import dev.rapid.templates.language.Resolver;
import dev.rapid.templates.source.AssetManifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** A template with the values that it is deployed with. */
public final class Stack {

  private final String path;
  private final Path directory;
  private final Position position;
  private final Deployment deployment;
  private final boolean hasOwnPlace;
  private final boolean isRoot;
  private final @Nullable AssetManifest assets;
  private final Problems problems;
  private final References references;
  private final Resolver resolver;
  private final SequencedMap<String, Resource> resources = new LinkedHashMap<>();
  private final List<Path> otherFiles = new ArrayList<>();
  private final SequencedMap<String, Stack> children = new LinkedHashMap<>();

  /**
   * Creates a stack without nested stacks.
   *
   * @param path the names of the stacks from the root to this one, with slashes; empty for the root
   * @param directory where relative paths start
   * @param hasOwnPlace whether the template's origin says region and account
   * @param isRoot whether it is not nested in another one
   */
  Stack(
      String path,
      Path directory,
      MapNode root,
      Deployment deployment,
      boolean hasOwnPlace,
      boolean isRoot,
      @Nullable AssetManifest assets,
      StackTree tree) {
    this.path = path;
    this.isRoot = isRoot;
    this.directory = directory;
    this.deployment = deployment;
    this.hasOwnPlace = hasOwnPlace;
    this.assets = assets;
    this.problems = tree.problems();
    this.references = new References(this, tree, tree.addresses());
    this.resolver = new Resolver(root, deployment, references, problems);
    this.position = root.position();
    readResources();
  }

  private void readResources() {
    resolver
        .resources()
        .entries()
        .forEach((id, entry) -> {
          if (entry.value() instanceof MapNode definition
              && definition.get("Type") instanceof ScalarNode type) {
            resources.put(id, new Resource(this, id, type.asText(), entry.key(), definition));
          } else {
            problems.warn(entry.key(), "resource '" + id + "' has no 'Type'; it is ignored");
          }
        });
  }

  void addChild(String id, Stack child) {
    children.put(id, child);
  }

  /**
   * Returns the names of the stacks from the root to this one, with slashes; empty for the root.
   */
  public String path() {
    return path;
  }

  /** Returns whether it is not nested in another one. */
  public boolean isRoot() {
    return isRoot;
  }

  /** Returns where relative paths start. */
  public Path directory() {
    return directory;
  }

  /** Returns where the template begins. */
  public Position position() {
    return position;
  }

  /** Returns where problems are collected. */
  public Problems problems() {
    return problems;
  }

  /** Returns what {@code Globals} has for a kind of resources, without functions. */
  public Properties globals(String section) {
    MapNode written =
        resolver.globals(section).orElseGet(() -> new MapNode(position, new LinkedHashMap<>()));
    return new Properties("Globals." + section, resolved("Globals", written), problems);
  }

  private MapNode resolved(String name, MapNode written) {
    return resolver.resolve(name, written) instanceof MapNode mapping
        ? mapping
        : new MapNode(written.position(), new LinkedHashMap<>());
  }

  /** Adds a file that belongs to the template, such as the document of an API. */
  public void addFile(Path file) {
    otherFiles.add(file);
  }

  /** Returns the files besides the template that were read so far. */
  List<Path> otherFiles() {
    List<Path> files = new ArrayList<>(resolver.includedFiles());
    files.addAll(otherFiles);
    return files;
  }

  /** Returns whether the template's origin says region and account, and not the user. */
  public boolean hasOwnPlace() {
    return hasOwnPlace;
  }

  /** Returns the region. */
  public String region() {
    return deployment.region();
  }

  /** Returns the account. */
  public String account() {
    return deployment.accountId();
  }

  String partition() {
    return deployment.partition();
  }

  /** Returns the ARN of something in the region and the account of this stack. */
  public String arn(String service, String resource) {
    return String.join(":", "arn", partition(), service, region(), account(), resource);
  }

  /**
   * Returns a value without functions, null ({@link ScalarNode#isNull}) if it is not known.
   *
   * @param name what the value is of, for warnings
   */
  public Node resolve(String name, Node value) {
    return resolver.resolve(name, value);
  }

  /** Returns what {@code Ref} of a resource gives, null if there is no such resource. */
  public @Nullable String ref(String id) {
    return references.ref(id);
  }

  /** Returns the resource with this id, also if its condition is false, null if there is none. */
  public @Nullable Resource resource(String id) {
    return resources.get(id);
  }

  /** Returns all resources, also those whose condition is false. */
  public Collection<Resource> resources() {
    return Collections.unmodifiableCollection(resources.values());
  }

  /** Returns whether the condition of a resource is true, or it has none. */
  boolean exists(Resource resource) {
    return resolver.exists(resource.definition());
  }

  /** Returns the nested stack of a resource, null if it is not loaded. */
  @Nullable Stack child(String id) {
    return children.get(id);
  }

  /** Returns the value of an output, null if there is none. */
  @Nullable String output(String name) {
    return resolver.outputs().get(name) instanceof MapNode output && resolver.exists(output)
        ? resolver.text(name, output.get("Value"))
        : null;
  }

  /** Returns the value of the output that is exported with this name, null if there is none. */
  @Nullable String export(String name) {
    MapNode outputs = resolver.outputs();
    for (String id : outputs.entries().keySet()) {
      if (outputs.get(id) instanceof MapNode output
          && output.get("Export") instanceof MapNode export
          && name.equals(resolver.text(id, export.get("Name")))) {
        return output(id);
      }
    }
    return null;
  }

  /** Returns the local source of an object in S3, null if it is not known. */
  public @Nullable Path asset(String objectKey) {
    return assets == null ? null : assets.source(objectKey);
  }

  @Nullable AssetManifest assets() {
    return assets;
  }

  Deployment deployment() {
    return deployment;
  }
}
