package dev.rapid.templates.stack;

import dev.rapid.templates.document.Documents;
import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.Problem;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.ScalarNode;
import dev.rapid.templates.document.TemplateException;
import dev.rapid.templates.language.Deployment;
import dev.rapid.templates.source.AssemblyStack;
import dev.rapid.templates.source.AssetManifest;
import dev.rapid.templates.source.CloudAssembly;
import dev.rapid.templates.source.Source;
import dev.rapid.templates.source.Source.CdkOutput;
import dev.rapid.templates.source.Source.TemplateFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A template with its nested stacks, or all stacks of a CDK app (contract templates-and-runtimes,
 * sections 1.5, 1.6).
 */
public final class StackTree {

  private static final int DEEPEST = 10;

  private final Problems problems;
  private final LoadSettings settings;
  private final List<Stack> stacks = new ArrayList<>();
  private final SequencedSet<Path> files = new LinkedHashSet<>();
  private @Nullable Functions functions;

  private StackTree(LoadSettings settings, Problems problems) {
    this.settings = settings;
    this.problems = problems;
  }

  /**
   * Loads the stacks.
   *
   * @throws TemplateException if a template cannot be read, except a nested one
   */
  public static StackTree load(Source source, LoadSettings settings, Problems problems)
      throws TemplateException {
    StackTree tree = new StackTree(settings, problems);
    switch (source) {
      case TemplateFile template -> tree.loadTemplate(template.path());
      case CdkOutput output -> tree.loadAssembly(output.directory());
    }
    return tree;
  }

  private void loadTemplate(Path file) throws TemplateException {
    Deployment deployment = settings.deployment(null, null, "local");
    Stack root = stack("", file, deployment, false, null, null);
    addChildren(root, List.of(real(file)));
  }

  private void loadAssembly(Path directory) throws TemplateException {
    CloudAssembly assembly = CloudAssembly.read(directory, problems);
    files.addAll(assembly.files());
    List<Stack> roots = new ArrayList<>();
    for (AssemblyStack each : assembly.stacks()) {
      Deployment deployment = settings.deployment(each.region(), each.account(), each.stackName());
      boolean hasOwnPlace = each.region() != null || each.account() != null;
      roots.add(
          stack(each.displayName(), each.template(), deployment, hasOwnPlace, each.assets(), null));
    }
    // The names of functions depend on all stacks, and nested stacks may get them.
    for (int i = 0; i < roots.size(); i++) {
      addChildren(roots.get(i), List.of(real(assembly.stacks().get(i).template())));
    }
  }

  private Stack stack(
      String path,
      Path file,
      Deployment deployment,
      boolean hasOwnPlace,
      @Nullable AssetManifest assets,
      @Nullable Stack parent)
      throws TemplateException {
    files.add(file);
    MapNode root = Documents.readMapping(file, problems);
    Path own = parentOf(real(file));
    Stack stack =
        new Stack(
            path,
            Objects.requireNonNullElse(settings.baseDirectory(), own),
            root,
            deployment.withIncludeDirectories(List.of(own, Path.of("").toAbsolutePath())),
            hasOwnPlace,
            parent == null,
            assets,
            this);
    stacks.add(stack);
    functions = null;
    return stack;
  }

  // ------------------------------------------------------------------ nested stacks

  /**
   * Loads the nested stacks of a stack.
   *
   * @param above the files of the stack and of those around it
   */
  private void addChildren(Stack stack, List<Path> above) {
    for (Resource resource : List.copyOf(stack.resources())) {
      String property =
          switch (resource.type()) {
            case "AWS::Serverless::Application" -> "Location";
            case "AWS::CloudFormation::Stack" -> "TemplateURL";
            default -> null;
          };
      if (property != null && exists(resource)) {
        addChild(stack, resource, property, above);
      }
    }
  }

  private void addChild(Stack stack, Resource resource, String property, List<Path> above) {
    Path file = nestedTemplate(stack, resource, property);
    if (file == null) {
      return;
    }
    Path real = real(file);
    if (above.contains(real) || above.size() >= DEEPEST) {
      resource.properties().warn(property, "nests stacks without end; this one is left out");
      return;
    }
    String path = stack.path().isEmpty() ? resource.id() : stack.path() + "/" + resource.id();
    Deployment deployment = stack.deployment().withStackParameters(parameters(resource));
    try {
      Stack child = stack(path, file, deployment, stack.hasOwnPlace(), stack.assets(), stack);
      stack.addChild(resource.id(), child);
      List<Path> files = new ArrayList<>(above);
      files.add(real);
      addChildren(child, files);
    } catch (TemplateException e) {
      for (Problem problem : e.problems()) {
        problems.warn(
            new Position(problem.file(), problem.line(), problem.column()),
            problem.message() + "; the nested stack '" + path + "' is left out");
      }
    }
  }

  private @Nullable Path nestedTemplate(Stack stack, Resource resource, String property) {
    String asset = resource.metadata("aws:asset:path");
    if (asset != null && property.equals(resource.metadata("aws:asset:property"))) {
      return existing(stack, resource, property, asset);
    }
    if (!(resource.properties().get(property) instanceof ScalarNode location)) {
      resource
          .properties()
          .warn(
              property, "is no local file; the nested stack '" + resource.path() + "' is left out");
      return null;
    }
    String text = location.asText();
    if (text.startsWith("file:")) {
      return existing(stack, resource, property, ofUrl(text));
    }
    if (text.contains("://")) {
      Path source = stack.asset(text.substring(text.lastIndexOf('/') + 1));
      if (source == null) {
        resource
            .properties()
            .warn(
                property,
                "is at " + text + "; the nested stack '" + resource.path() + "' is left out");
      }
      return source;
    }
    return existing(stack, resource, property, text);
  }

  private static String ofUrl(String text) {
    try {
      return URI.create(text).getPath();
    } catch (IllegalArgumentException e) {
      return text.substring("file://".length());
    }
  }

  private static @Nullable Path existing(
      Stack stack, Resource resource, String property, @Nullable String named) {
    Path file = named == null ? null : stack.directory().resolve(named).normalize();
    if (file != null && Files.isRegularFile(file)) {
      return file;
    }
    resource
        .properties()
        .warn(
            property,
            "is "
                + named
                + ", which does not exist; the nested stack '"
                + resource.path()
                + "' is left out");
    return null;
  }

  /** Returns the parameters that a nested stack gets. A list is a text with commas. */
  private static Map<String, String> parameters(Resource resource) {
    Map<String, String> parameters = new LinkedHashMap<>();
    Properties given = resource.properties().map("Parameters");
    given
        .node()
        .forEach((name, value) -> {
          String text =
              switch (value) {
                case ScalarNode scalar -> scalar.isNull() ? null : scalar.asText();
                case ListNode list ->
                    list.items().stream()
                        .map(item -> item instanceof ScalarNode scalar ? scalar.asText() : "")
                        .collect(Collectors.joining(","));
                case MapNode mapping -> null;
              };
          if (text != null) {
            parameters.put(name, text);
          }
        });
    return parameters;
  }

  // ------------------------------------------------------------------ questions

  /** Returns where problems are collected. */
  public Problems problems() {
    return problems;
  }

  LocalAddresses addresses() {
    return settings.addresses();
  }

  /** Returns all stacks, each before its nested ones. */
  public List<Stack> stacks() {
    return List.copyOf(stacks);
  }

  /** Returns the files that were read so far. */
  public List<Path> files() {
    SequencedSet<Path> all = new LinkedHashSet<>(files);
    stacks.forEach(stack -> all.addAll(stack.otherFiles()));
    return List.copyOf(all);
  }

  /** Returns where the first template begins. */
  public Position position() {
    return stacks.getFirst().position();
  }

  /** Returns the resources of these types that exist, in the order of their stacks. */
  public List<Resource> resources(String... types) {
    Set<String> wanted = Set.of(types);
    List<Resource> found = new ArrayList<>();
    for (Stack stack : stacks) {
      for (Resource resource : stack.resources()) {
        if (wanted.contains(resource.type()) && exists(resource)) {
          found.add(resource);
        }
      }
    }
    return found;
  }

  private boolean exists(Resource resource) {
    return settings.keepsConditional() || resource.stack().exists(resource);
  }

  /** Returns the functions of all stacks. */
  public Functions functions() {
    Functions known = functions;
    if (known == null) {
      known =
          new Functions(
              new FunctionNames(resources("AWS::Serverless::Function", "AWS::Lambda::Function")),
              resources("AWS::Lambda::Version"));
      functions = known;
    }
    return known;
  }

  /** Returns the value of an export of one of the stacks, null if there is none. */
  @Nullable String export(String name) {
    for (Stack stack : stacks) {
      String value = stack.export(name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  private static Path parentOf(Path file) {
    Path parent = file.getParent();
    return parent == null ? file : parent;
  }

  /** Returns the file that links lead to. */
  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      return file.toAbsolutePath().normalize();
    }
  }
}
