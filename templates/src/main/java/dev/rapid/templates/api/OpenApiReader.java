package dev.rapid.templates.api;

import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.ScalarNode;
import dev.rapid.templates.output.Section;
import dev.rapid.templates.stack.FunctionTarget;
import dev.rapid.templates.stack.Functions;
import dev.rapid.templates.stack.Properties;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads OpenAPI documents with API Gateway's extensions (contract http-front-door, section 10.2):
 * routes with a Lambda proxy integration, authorizers, CORS.
 */
final class OpenApiReader {

  private static final String EXTENSION = "x-amazon-apigateway-";
  private static final String ANY_METHOD = EXTENSION + "any-method";
  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace", ANY_METHOD);

  private final Functions functions;
  private final Problems problems;

  OpenApiReader(Functions functions, Problems problems) {
    this.functions = functions;
    this.problems = problems;
  }

  /**
   * Reads a document into an API.
   *
   * @param document has no functions
   */
  void read(ConfiguredApi api, MapNode document) {
    Properties root = new Properties("the document of '" + api.id() + "'", document, problems);
    new Reading(api, root).read();
  }

  /** One document. */
  private final class Reading {

    private final ConfiguredApi api;
    private final Properties root;
    private final OpenApiSecurity security;

    Reading(ConfiguredApi api, Properties root) {
      this.api = api;
      this.root = root;
      this.security = new OpenApiSecurity(api, root, functions);
    }

    void read() {
      security.readAuthorizers();
      if (api.type() == ApiType.HTTP) {
        CorsReader.readHttp(api, root, EXTENSION + "cors");
      } else {
        api.settings()
            .putTexts(
                "binary-media-types",
                root.position(EXTENSION + "binary-media-types"),
                root.texts(EXTENSION + "binary-media-types"));
        if (root.has(EXTENSION + "gateway-responses")) {
          api.settings()
              .put(
                  "gateway-responses",
                  GatewayResponses.read(root.map(EXTENSION + "gateway-responses")));
        }
      }
      root.map("paths").forEachMap(this::readPath);
    }

    private void readPath(String path, Properties item) {
      for (String method : item.node().entries().keySet()) {
        if (METHODS.contains(method.toLowerCase(Locale.ROOT))) {
          readOperation(path, method, item, item.map(method));
        }
      }
    }

    private void readOperation(String path, String method, Properties item, Properties operation) {
      Position from = item.position(method);
      Properties integration = operation.map(EXTENSION + "integration");
      String reference = integration.text("$ref");
      if (reference != null) {
        integration = referenced(reference, integration);
      }
      String type = integration.text("type", "").toLowerCase(Locale.ROOT);
      String key = path.endsWith("$default") ? "$default" : EventRoutes.key(method, path);
      if (type.equals("mock") && key.startsWith("OPTIONS ")) {
        readPreflight(integration);
      } else if (type.equals("aws_proxy")) {
        readRoute(key, from, item, operation, integration);
      } else {
        String integrated = type.isEmpty() ? "no integration" : "an integration of type " + type;
        problems.warn(
            from,
            "route '" + key + "' has " + integrated + "; only aws_proxy is served, it is left out");
      }
    }

    private Properties referenced(String reference, Properties otherwise) {
      Properties target = root;
      for (String part : reference.replaceFirst("^#/", "").split("/", -1)) {
        if (!(target.get(part) instanceof MapNode)) {
          otherwise.warn("$ref", "is '" + reference + "', which is not in the document");
          return otherwise;
        }
        target = target.map(part);
      }
      return target;
    }

    private void readPreflight(Properties integration) {
      integration
          .map("responses")
          .forEachMap((status, response) -> {
            if (response.has("responseParameters")) {
              CorsReader.readMock(api, response.map("responseParameters").node(), problems);
            }
          });
    }

    private void readRoute(
        String key, Position from, Properties item, Properties operation, Properties integration) {
      FunctionTarget target = functions.find(integration.get("uri"));
      if (target == null) {
        integration.warn("uri", "is no function of this template; route '" + key + "' is left out");
        return;
      }
      Section options = new Section(from);
      if (api.type() == ApiType.HTTP) {
        String format = integration.text("payloadFormatVersion", "1.0");
        options.put("payload", integration.position("payloadFormatVersion"), format);
      } else if ("STREAM".equals(integration.text("responseTransferMode"))) {
        options.put("stream", integration.position("responseTransferMode"), true);
      }
      Timeouts.read(integration, "timeoutInMillis", options);
      security.read(operation, options);
      if (operation.has(EXTENSION + "request-validator")
          || root.has(EXTENSION + "request-validator")) {
        List<String> required = new ArrayList<>(requiredParameters(item));
        required.addAll(requiredParameters(operation));
        options.putTexts("required-parameters", operation.position("parameters"), required);
      }
      String name = operation.text("operationId");
      if (name != null) {
        options.put("operation", operation.position("operationId"), name);
      }
      api.addRoute(key, new ConfiguredApi.Route(from, target, options));
    }

    private static List<String> requiredParameters(Properties owner) {
      List<String> required = new ArrayList<>();
      if (owner.get("parameters") instanceof ListNode parameters) {
        for (Node each : parameters.items()) {
          String parameter = requiredParameter(each);
          if (parameter != null) {
            required.add(parameter);
          }
        }
      }
      return required;
    }

    private static @Nullable String requiredParameter(Node node) {
      if (!(node instanceof MapNode parameter)
          || !(parameter.get("name") instanceof ScalarNode name)
          || !(parameter.get("in") instanceof ScalarNode in)
          || !(parameter.get("required") instanceof ScalarNode required)
          || !required.asBoolean().orElse(false)) {
        return null;
      }
      return switch (in.asText()) {
        case "header" -> "method.request.header." + name.asText();
        case "query" -> "method.request.querystring." + name.asText();
        case "path" -> "method.request.path." + name.asText();
        default -> null;
      };
    }
  }
}
