package dev.rapid.templates.language;

import dev.rapid.templates.document.Documents;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stacks of tests, whose functions and tables have names and ARNs. */
final class Stacks {

  static final Path RESOURCES =
      Path.of("src", "test", "resources", "dev", "rapid", "templates", "language");

  static final Deployment DEPLOYMENT =
      Deployment.of("us-east-1", "123456789012", "local")
          .withParameters(Map.of("Given", "user", "Undeclared", "OV"))
          .withStackParameters(Map.of("Given", "parent", "Inherited", "parent"))
          .withReferenceValues(
              Map.of(
                  "Queue.Arn", "arn:queue",
                  "Mapped", "mapped",
                  "shared", "imported",
                  "ssm:/known:1", "stored"));

  private Stacks() {}

  static Resolver resolver(Path file, Deployment deployment, Problems problems)
      throws TemplateException {
    return new Resolver(Documents.readMapping(file, problems), deployment, new Values(), problems);
  }

  static Resolver resolver(Path directory, String template, Problems problems)
      throws TemplateException, IOException {
    Path file = Files.writeString(directory.resolve("t.yaml"), template);
    return resolver(file, DEPLOYMENT.withIncludeDirectories(List.of(directory)), problems);
  }

  /** A name is {@code FunctionName} or the logical id; {@code Arn} and {@code Alias} have it. */
  private static final class Values implements ReferenceValues {

    @Override
    public @Nullable String ref(String logicalId, Resolver resolver) {
      if (!(resolver.resources().get(logicalId) instanceof MapNode resource)) {
        return null;
      }
      String name =
          resource.get("Properties") instanceof MapNode properties
              ? resolver.text("FunctionName", properties.get("FunctionName"))
              : null;
      return name == null ? logicalId : name;
    }

    @Override
    public @Nullable String attribute(String logicalId, String attribute, Resolver resolver) {
      String name = ref(logicalId, resolver);
      if (name == null) {
        return null;
      }
      return switch (attribute) {
        case "Arn" -> "arn:" + name;
        case "Alias" -> "arn:" + name + ":live";
        case "Outputs.X" -> name + "-X";
        default -> null;
      };
    }

    @Override
    public @Nullable String export(String name) {
      return name.equals("StackA:Arn") ? "arn:exported" : null;
    }
  }
}
