package dev.rapid.templates.api;

import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.ScalarNode;
import dev.rapid.templates.output.Section;
import dev.rapid.templates.stack.FunctionTarget;
import dev.rapid.templates.stack.Functions;
import dev.rapid.templates.stack.Properties;
import dev.rapid.templates.stack.Resource;
import dev.rapid.templates.stack.StackTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads REST APIs that consist of resources {@code AWS::ApiGateway::...}, as the CDK has them. */
final class RestApis {

  private static final int DEEPEST_PATH = 50;

  private final StackTree tree;
  private final Functions functions;
  private final ApiTable apis;
  private final OpenApiReader openApi;
  private final Set<ConfiguredApi> staged = new HashSet<>();

  RestApis(StackTree tree, ApiTable apis, OpenApiReader openApi) {
    this.tree = tree;
    this.functions = tree.functions();
    this.apis = apis;
    this.openApi = openApi;
  }

  /** Reads all of them into the table. */
  void read() {
    tree.resources("AWS::ApiGateway::RestApi").forEach(this::readApi);
    tree.resources("AWS::ApiGateway::Stage").forEach(this::readStage);
    tree.resources("AWS::ApiGateway::Deployment").forEach(this::readStage);
    tree.resources("AWS::ApiGateway::GatewayResponse").forEach(this::readGatewayResponse);
    tree.resources("AWS::ApiGateway::Authorizer").forEach(this::readAuthorizer);
    tree.resources("AWS::ApiGateway::Method").forEach(this::readMethod);
  }

  private void readApi(Resource resource) {
    ConfiguredApi api =
        apis.add(resource.stack(), resource.id(), ApiType.REST, resource.position());
    Properties properties = resource.properties();
    api.settings()
        .putTexts(
            "binary-media-types",
            properties.position("BinaryMediaTypes"),
            properties.texts("BinaryMediaTypes"));
    if (properties.get("Body") instanceof MapNode document) {
      openApi.read(api, document);
      apis.define(api);
    } else if (properties.has("BodyS3Location")) {
      properties.warn("BodyS3Location", "is not on this machine; the routes in it are left out");
    }
  }

  /** Reads a stage, or a deployment that names one. The first stage of an API counts. */
  private void readStage(Resource resource) {
    Properties properties = resource.properties();
    ConfiguredApi api = api(resource);
    String name = properties.text("StageName");
    if (api == null || name == null) {
      return;
    }
    if (!staged.add(api)) {
      properties.warn(
          "StageName", "is '" + name + "', another stage of '" + api.id() + "'; it is not served");
      return;
    }
    api.settings().put("stage", properties.position("StageName"), name);
    api.settings().put("stage-variables", ConfiguredApis.texts(properties.map("Variables")));
  }

  private void readGatewayResponse(Resource resource) {
    ConfiguredApi api = api(resource);
    String type = resource.properties().text("ResponseType");
    if (api != null && type != null) {
      Section answers = new Section(resource.position());
      if (api.settings().node().get("gateway-responses") instanceof MapNode others) {
        others.entries().forEach((other, entry) -> answers.put(other, entry.key(), entry.value()));
      }
      GatewayResponses.put(answers, type, resource.properties());
      api.settings().put("gateway-responses", answers);
    }
  }

  private void readAuthorizer(Resource resource) {
    ConfiguredApi api = api(resource);
    if (api == null) {
      return;
    }
    Properties properties = resource.properties();
    AuthorizerEntry entry = new AuthorizerEntry(api, functions, properties);
    List<String> sources = commaSeparated(properties.texts("IdentitySource"));
    if ("COGNITO_USER_POOLS".equals(properties.text("Type"))) {
      entry.jwt(resource.id(), sources, null, List.of());
    } else {
      entry.function(
          resource.id(),
          properties.text("Type", "REQUEST").toLowerCase(Locale.ROOT),
          "AuthorizerUri",
          sources,
          null,
          false,
          properties.text("IdentityValidationExpression"),
          properties.number("AuthorizerResultTtlInSeconds"));
    }
  }

  private static List<String> commaSeparated(List<String> texts) {
    return texts.stream()
        .flatMap(text -> Arrays.stream(text.split(",")))
        .map(String::strip)
        .toList();
  }

  private void readMethod(Resource resource) {
    ConfiguredApi api = api(resource);
    if (api == null) {
      return;
    }
    Properties properties = resource.properties();
    String method = properties.text("HttpMethod", "ANY");
    String path = path(resource, api);
    if (path == null) {
      properties.warn("ResourceId", "is no resource of this template; the method is left out");
      return;
    }
    String key = EventRoutes.key(method, path);
    Properties integration = properties.map("Integration");
    String type = integration.text("Type", "");
    if (type.equals("MOCK") && method.equals("OPTIONS")) {
      readPreflight(api, integration);
      return;
    }
    FunctionTarget target = functions.find(integration.get("Uri"));
    if (!type.equals("AWS_PROXY") || target == null) {
      integration.warn(
          type.equals("AWS_PROXY") ? "Uri" : "Type",
          type.equals("AWS_PROXY")
              ? "is no function of this template; route '" + key + "' is left out"
              : "is " + type + ", not AWS_PROXY; route '" + key + "' is left out");
      return;
    }
    Section options = new Section(resource.position());
    RouteAuthorization.read(api, properties, options);
    if (properties.is("ApiKeyRequired")) {
      options.put("api-key", properties.position("ApiKeyRequired"), true);
    }
    readParameters(properties, options);
    Timeouts.read(integration, "TimeoutInMillis", options);
    if ("STREAM".equals(integration.text("ResponseTransferMode"))) {
      options.put("stream", integration.position("ResponseTransferMode"), true);
    }
    String operation = properties.text("OperationName");
    if (operation != null) {
      options.put("operation", properties.position("OperationName"), operation);
    }
    api.addRoute(key, new ConfiguredApi.Route(resource.position(), target, options));
  }

  private void readPreflight(ConfiguredApi api, Properties integration) {
    for (Node answer : integration.list("IntegrationResponses")) {
      if (answer instanceof MapNode mapping
          && mapping.get("ResponseParameters") instanceof MapNode headers) {
        CorsReader.readMock(api, headers, tree.problems());
      }
    }
  }

  /** Parameters are checked only if a validator does it. */
  private void readParameters(Properties properties, Section options) {
    String validator = properties.text("RequestValidatorId");
    if (validator == null || !validatesParameters(validator)) {
      return;
    }
    Set<String> required = new TreeSet<>();
    properties
        .map("RequestParameters")
        .node()
        .forEach((name, value) -> {
          if (value instanceof ScalarNode truth && truth.asBoolean().orElse(false)) {
            required.add(name);
          }
        });
    options.putTexts(
        "required-parameters", properties.position("RequestParameters"), new ArrayList<>(required));
  }

  private boolean validatesParameters(String validator) {
    return tree.resources("AWS::ApiGateway::RequestValidator").stream()
        .anyMatch(each ->
            each.id().equals(validator) && each.properties().is("ValidateRequestParameters"));
  }

  // ------------------------------------------------------------------ the tree of paths

  /** Returns the path of a method, null if it is not known. */
  private @Nullable String path(Resource method, ConfiguredApi api) {
    List<String> parts = new ArrayList<>();
    String id = method.properties().text("ResourceId");
    for (int depth = 0; depth < DEEPEST_PATH && id != null; depth++) {
      if (id.equals("/") || id.equals(api.id())) {
        return "/" + String.join("/", parts.reversed());
      }
      Resource part = resource(method, id);
      String text = part == null ? null : part.properties().text("PathPart");
      if (part == null || text == null) {
        return null;
      }
      parts.add(text);
      id = part.properties().text("ParentId");
    }
    return null;
  }

  private @Nullable Resource resource(Resource method, String id) {
    Resource own = method.stack().resource(id);
    if (own != null) {
      return own;
    }
    return tree.resources("AWS::ApiGateway::Resource").stream()
        .filter(each -> each.id().equals(id))
        .findFirst()
        .orElse(null);
  }

  /** Returns the API that a resource belongs to, null and a warning if it is not here. */
  private @Nullable ConfiguredApi api(Resource resource) {
    Properties properties = resource.properties();
    String id = properties.text("RestApiId");
    ConfiguredApi api = id == null ? null : apis.find(resource.stack(), id);
    if (api == null) {
      properties.warn("RestApiId", "is no API of this template; this is left out");
    }
    return api;
  }
}
