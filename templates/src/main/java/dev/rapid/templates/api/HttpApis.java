package dev.rapid.templates.api;

import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.output.Section;
import dev.rapid.templates.stack.FunctionTarget;
import dev.rapid.templates.stack.Functions;
import dev.rapid.templates.stack.Properties;
import dev.rapid.templates.stack.Resource;
import dev.rapid.templates.stack.StackTree;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads HTTP APIs that consist of resources {@code AWS::ApiGatewayV2::...}. */
final class HttpApis {

  private static final String INTEGRATIONS = "integrations/";
  private static final String DEFAULT = "$default";

  private final StackTree tree;
  private final Functions functions;
  private final ApiTable apis;
  private final OpenApiReader openApi;
  private final Map<ConfiguredApi, String> stages = new HashMap<>();

  HttpApis(StackTree tree, ApiTable apis, OpenApiReader openApi) {
    this.tree = tree;
    this.functions = tree.functions();
    this.apis = apis;
    this.openApi = openApi;
  }

  /** Reads all of them into the table. */
  void read() {
    tree.resources("AWS::ApiGatewayV2::Api").forEach(this::readApi);
    tree.resources("AWS::ApiGatewayV2::Stage").forEach(this::readStage);
    tree.resources("AWS::ApiGatewayV2::Authorizer").forEach(this::readAuthorizer);
    tree.resources("AWS::ApiGatewayV2::Route").forEach(this::readRoute);
  }

  private void readApi(Resource resource) {
    Properties properties = resource.properties();
    if ("WEBSOCKET".equals(properties.text("ProtocolType"))) {
      properties.warn("ProtocolType", "is WEBSOCKET, which is not served; it is left out");
      return;
    }
    ConfiguredApi api =
        apis.add(resource.stack(), resource.id(), ApiType.HTTP, resource.position());
    CorsReader.readHttp(api, properties, "CorsConfiguration");
    if (properties.get("Body") instanceof MapNode document) {
      openApi.read(api, document);
      apis.define(api);
    } else if (properties.has("BodyS3Location")) {
      properties.warn("BodyS3Location", "is not on this machine; the routes in it are left out");
    }
    if (properties.has("Target")) {
      readTarget(api, properties);
    }
  }

  /** Reads the only route of an API that names its function itself. */
  private void readTarget(ConfiguredApi api, Properties properties) {
    Position from = properties.position("Target");
    FunctionTarget target = functions.find(properties.get("Target"));
    if (target == null) {
      properties.warn("Target", "is no function of this template; its route is left out");
      return;
    }
    api.addRoute(
        properties.text("RouteKey", DEFAULT),
        new ConfiguredApi.Route(from, target, new Section(from)));
  }

  /** Reads a stage. The default stage counts, else the first one. */
  private void readStage(Resource resource) {
    Properties properties = resource.properties();
    ConfiguredApi api = api(resource);
    String name = properties.text("StageName");
    if (api == null || name == null) {
      return;
    }
    String other = stages.get(api);
    if (other != null && !name.equals(DEFAULT)) {
      properties.warn(
          "StageName", "is '" + name + "', another stage of '" + api.id() + "'; it is not served");
      return;
    }
    stages.put(api, name);
    api.settings().put("stage", properties.position("StageName"), name);
    api.settings().put("stage-variables", ConfiguredApis.texts(properties.map("StageVariables")));
  }

  private void readAuthorizer(Resource resource) {
    ConfiguredApi api = api(resource);
    if (api == null) {
      return;
    }
    Properties properties = resource.properties();
    AuthorizerEntry entry = new AuthorizerEntry(api, functions, properties);
    List<String> sources = properties.texts("IdentitySource");
    if ("JWT".equals(properties.text("AuthorizerType"))) {
      Properties jwt = properties.map("JwtConfiguration");
      entry.jwt(resource.id(), sources, jwt.text("Issuer"), jwt.texts("Audience"));
      return;
    }
    String format = properties.text("AuthorizerPayloadFormatVersion");
    if (properties.is("EnableSimpleResponses") && "1.0".equals(format)) {
      properties.error(
          "EnableSimpleResponses", "needs the AuthorizerPayloadFormatVersion 2.0, and it is 1.0");
    }
    entry.function(
        resource.id(),
        "request",
        "AuthorizerUri",
        sources,
        format,
        properties.is("EnableSimpleResponses"),
        null,
        properties.number("AuthorizerResultTtlInSeconds"));
  }

  private void readRoute(Resource resource) {
    ConfiguredApi api = api(resource);
    Properties properties = resource.properties();
    String routeKey = properties.text("RouteKey");
    if (api == null || routeKey == null) {
      return;
    }
    String target = properties.text("Target", "");
    Resource integration =
        target.startsWith(INTEGRATIONS)
            ? integration(resource, target.substring(INTEGRATIONS.length()))
            : null;
    if (integration == null) {
      properties.warn(
          "Target", "is no integration of this template; route '" + routeKey + "' is left out");
      return;
    }
    Properties described = integration.properties();
    FunctionTarget function = functions.find(described.get("IntegrationUri"));
    if (function == null || !"AWS_PROXY".equals(described.text("IntegrationType"))) {
      described.warn(
          "IntegrationUri",
          "is no function of this template; route '" + routeKey + "' is left out");
      return;
    }
    Section options = new Section(resource.position());
    options.put(
        "payload",
        described.position("PayloadFormatVersion"),
        described.text("PayloadFormatVersion", "1.0"));
    Timeouts.read(described, "TimeoutInMillis", options);
    RouteAuthorization.read(api, properties, options);
    String operation = properties.text("OperationName");
    if (operation != null) {
      options.put("operation", properties.position("OperationName"), operation);
    }
    api.addRoute(key(routeKey), new ConfiguredApi.Route(resource.position(), function, options));
  }

  private static String key(String routeKey) {
    int space = routeKey.indexOf(' ');
    return space < 0
        ? routeKey
        : routeKey.substring(0, space).toUpperCase(Locale.ROOT) + routeKey.substring(space);
  }

  private @Nullable Resource integration(Resource route, String id) {
    Resource own = route.stack().resource(id);
    return own != null && own.is("AWS::ApiGatewayV2::Integration") ? own : null;
  }

  /** Returns the API that a resource belongs to, null if it is not here. */
  private @Nullable ConfiguredApi api(Resource resource) {
    String id = resource.properties().text("ApiId");
    return id == null ? null : apis.find(resource.stack(), id);
  }
}
