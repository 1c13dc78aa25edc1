package dev.rapid.templates.api;

import dev.rapid.templates.document.Documents;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.Problem;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.ScalarNode;
import dev.rapid.templates.document.TemplateException;
import dev.rapid.templates.output.Section;
import dev.rapid.templates.stack.Functions;
import dev.rapid.templates.stack.Properties;
import dev.rapid.templates.stack.Resource;
import dev.rapid.templates.stack.Stack;
import dev.rapid.templates.stack.StackTree;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads all APIs of the stacks (contract http-front-door, section 10). */
public final class ConfiguredApis {

  private final StackTree tree;
  private final Functions functions;
  private final Problems problems;
  private final ApiTable apis = new ApiTable(this::readGlobals);

  private ConfiguredApis(StackTree tree) {
    this.tree = tree;
    this.functions = tree.functions();
    this.problems = tree.problems();
  }

  /** Returns the value of the key {@code apis}. APIs without routes are left out. */
  public static Section read(StackTree tree) {
    ConfiguredApis all = new ConfiguredApis(tree);
    all.readSam("AWS::Serverless::Api", ApiType.REST);
    all.readSam("AWS::Serverless::HttpApi", ApiType.HTTP);
    new RestApis(tree, all.apis, all.openApi()).read();
    new HttpApis(tree, all.apis, all.openApi()).read();
    EventRoutes events = new EventRoutes(all.apis, all.functions, all.problems);
    tree.resources("AWS::Serverless::Function").forEach(events::read);
    Section section = new Section(tree.position());
    for (ConfiguredApi api : all.apis.all()) {
      if (!api.routeKeys().isEmpty()) {
        section.put(all.apis.name(api), api.entry(all.functions));
      }
    }
    return section;
  }

  private OpenApiReader openApi() {
    return new OpenApiReader(functions, problems);
  }

  // ------------------------------------------------------------------ SAM

  private void readSam(String type, ApiType kind) {
    for (Resource resource : tree.resources(type)) {
      ConfiguredApi api = apis.add(resource.stack(), resource.id(), kind, resource.position());
      Properties properties = resource.properties();
      readSam(api, properties);
      MapNode definition = definition(resource);
      if (definition != null) {
        openApi().read(api, definition);
        apis.define(api);
      }
    }
  }

  /** Reads what {@code Globals} say of an API that nothing declares. */
  private void readGlobals(ConfiguredApi api) {
    Stack stack = api.stack();
    readSam(api, stack.globals(api.type() == ApiType.REST ? "Api" : "HttpApi"));
  }

  private void readSam(ConfiguredApi api, Properties properties) {
    boolean rest = api.type() == ApiType.REST;
    Section settings = api.settings();
    String stage = properties.text("StageName", api.type().stage());
    settings.put("stage", properties.position("StageName"), stage);
    Properties variables = properties.map(rest ? "Variables" : "StageVariables");
    settings.put("stage-variables", texts(variables));
    if (rest) {
      settings.putTexts(
          "binary-media-types",
          properties.position("BinaryMediaTypes"),
          properties.texts("BinaryMediaTypes").stream()
              .map(each -> each.replace("~1", "/"))
              .toList());
      CorsReader.readRest(api, properties, "Cors");
      settings.put("gateway-responses", GatewayResponses.read(properties.map("GatewayResponses")));
    } else {
      CorsReader.readHttp(api, properties, "CorsConfiguration");
    }
    Properties auth = properties.map("Auth");
    if (rest && auth.is("ApiKeyRequired")) {
      apis.needApiKeys(api);
    }
    if (!rest && auth.is("EnableIamAuthorizer")) {
      apis.takeSignatures(api);
    }
    SamAuthReader.read(api, auth, functions);
  }

  /** Returns the texts of a mapping. */
  static Section texts(Properties mapping) {
    Section section = new Section(mapping.node().position());
    mapping
        .node()
        .entries()
        .forEach((name, entry) -> {
          if (entry.value() instanceof ScalarNode scalar && !scalar.isNull()) {
            section.put(name, entry.key(), scalar.asText());
          }
        });
    return section;
  }

  private @Nullable MapNode definition(Resource resource) {
    Properties properties = resource.properties();
    Node body = properties.get("DefinitionBody");
    if (body instanceof MapNode document) {
      return document;
    }
    if (body != null) {
      properties.warn("DefinitionBody", "is no OpenAPI document; it is ignored");
      return null;
    }
    return definitionFile(resource.stack(), properties, "DefinitionUri", problems);
  }

  /** Returns the OpenAPI document in a file, null if there is none or the file is not here. */
  private static @Nullable MapNode definitionFile(
      Stack stack, Properties properties, String name, Problems problems) {
    Node uri = properties.get(name);
    if (uri == null) {
      return null;
    }
    Path file =
        uri instanceof ScalarNode scalar && !scalar.asText().startsWith("s3://")
            ? stack.directory().resolve(scalar.asText()).normalize()
            : null;
    if (file == null || !Files.isRegularFile(file)) {
      properties.warn(
          name,
          (file == null
                  ? "is not a local file"
                  : "is '" + properties.text(name) + "', which does not exist")
              + "; the routes in it are left out");
      return null;
    }
    try {
      MapNode document = Documents.readMapping(file, problems);
      stack.addFile(file);
      return document;
    } catch (TemplateException e) {
      for (Problem problem : e.problems()) {
        problems.warn(
            new Position(problem.file(), problem.line(), problem.column()),
            problem.message() + "; the routes in it are left out");
      }
      return null;
    }
  }
}
