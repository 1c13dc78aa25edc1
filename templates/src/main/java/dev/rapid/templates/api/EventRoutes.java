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
import dev.rapid.templates.stack.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Routes that events of functions make (contract http-front-door, section 10.1). */
final class EventRoutes {

  private static final String DEFAULT = "$default";
  private static final Set<String> ANY = Set.of("any", "x-amazon-apigateway-any-method");

  private final ApiTable apis;
  private final Functions functions;
  private final Problems problems;

  EventRoutes(ApiTable apis, Functions functions, Problems problems) {
    this.apis = apis;
    this.functions = functions;
    this.problems = problems;
  }

  /** Reads the events of a function. */
  void read(Resource function) {
    function
        .properties()
        .map("Events")
        .forEachMap((name, event) -> {
          switch (event.text("Type")) {
            case "Api" -> read(function, name, event, ApiType.REST);
            case "HttpApi" -> read(function, name, event, ApiType.HTTP);
            case null -> event.warn("Type", "is missing; the event is ignored");
            default -> {}
          }
        });
  }

  private void read(Resource function, String name, Properties event, ApiType type) {
    Properties properties = event.map("Properties");
    Position from = function.properties().map("Events").position(name);
    String key = key(function, name, properties, from, type);
    ConfiguredApi api = key == null ? null : api(function, name, properties, type);
    if (key == null || api == null) {
      return;
    }
    FunctionTarget target =
        new FunctionTarget(function, function.properties().text("AutoPublishAlias"));
    ConfiguredApi.Route other = api.route(key);
    if (other != null && apis.isDefined(api)) {
      // The API's own document counts; the event only permits it to invoke the function.
      return;
    }
    if (other != null) {
      problems.error(from, twice(key, api, other.target().function(), function));
      return;
    }
    Section options = new Section(from);
    readOptions(properties, options, type);
    readAuth(function, name, properties.map("Auth"), options, api);
    api.addRoute(key, new ConfiguredApi.Route(from, target, options));
  }

  private String twice(String key, ConfiguredApi api, Resource first, Resource second) {
    int space = key.indexOf(' ');
    String method = space < 0 ? "any" : key.substring(0, space).toLowerCase(Locale.ROOT);
    return "API method '"
        + method
        + "' defined multiple times for path '"
        + key.substring(space + 1)
        + "' of API '"
        + api.id()
        + "': by function '"
        + functions.names().of(first)
        + "' and by function '"
        + functions.names().of(second)
        + "'; change one of them";
  }

  // ------------------------------------------------------------------ method, path and API

  private @Nullable String key(
      Resource function, String name, Properties properties, Position from, ApiType type) {
    String path = properties.text("Path");
    String method = properties.text("Method");
    if (path == null && method == null && type == ApiType.HTTP) {
      return DEFAULT;
    }
    if (path == null || method == null) {
      problems.error(
          from,
          "event '"
              + name
              + "' of function '"
              + function.id()
              + "': Event is missing key '"
              + (path == null ? "Path" : "Method")
              + "'.");
      return null;
    }
    if (path.equals(DEFAULT) || path.equals("/" + DEFAULT)) {
      return DEFAULT;
    }
    if (!path.startsWith("/")) {
      properties.error("Path", "is '" + path + "'; it begins with a slash");
      return null;
    }
    return key(method, path);
  }

  /** Returns {@code METHOD PATH}. */
  static String key(String method, String path) {
    boolean slash = path.length() > 1 && path.endsWith("/");
    return (ANY.contains(method.toLowerCase(Locale.ROOT)) ? "ANY" : method.toUpperCase(Locale.ROOT))
        + " "
        + (slash ? path.substring(0, path.length() - 1) : path);
  }

  /** Returns the API of an event, null if the event names it in a wrong way. */
  private @Nullable ConfiguredApi api(
      Resource function, String name, Properties properties, ApiType type) {
    String property = type == ApiType.REST ? "RestApiId" : "ApiId";
    if (properties.node().get(property) == null) {
      return apis.implicit(function.stack(), type);
    }
    if (!isNameOrRef(written(function, name, property))) {
      problems.error(
          properties.position(property),
          "'"
              + property
              + "' of event '"
              + name
              + "' of function '"
              + function.id()
              + "' must be the logical id of an API or a Ref to it");
      return null;
    }
    String id = properties.text(property);
    ConfiguredApi api = id == null ? null : apis.find(function.stack(), id);
    if (api == null) {
      properties.warn(
          property,
          (id == null ? "is not known" : "is '" + id + "', which is no API here")
              + "; '"
              + type.implicitId()
              + "' is used");
      return apis.implicit(function.stack(), type);
    }
    return api;
  }

  private static @Nullable Node written(Resource function, String event, String property) {
    return function.written("Events") instanceof MapNode events
            && events.get(event) instanceof MapNode written
            && written.get("Properties") instanceof MapNode properties
        ? properties.get(property)
        : null;
  }

  private static boolean isNameOrRef(@Nullable Node written) {
    return switch (written) {
      case null -> true;
      case ScalarNode name -> true;
      case MapNode reference -> reference.get("Ref") != null;
      case ListNode list -> false;
    };
  }

  // ------------------------------------------------------------------ options

  private static void readOptions(Properties properties, Section options, ApiType type) {
    if (type == ApiType.HTTP) {
      String format = properties.oneOf("PayloadFormatVersion", List.of("1.0", "2.0"));
      if (format != null) {
        options.put("payload", properties.position("PayloadFormatVersion"), format);
      }
    } else {
      readRequiredParameters(properties, options);
      if ("STREAM".equals(properties.text("ResponseTransferMode"))) {
        options.put("stream", properties.position("ResponseTransferMode"), true);
      }
    }
    Timeouts.read(properties, "TimeoutInMillis", options);
  }

  /** Parameters are checked only if a validator does it. */
  private static void readRequiredParameters(Properties properties, Section options) {
    if (!properties.map("RequestModel").is("ValidateParameters")) {
      return;
    }
    List<String> required = new ArrayList<>();
    for (Node item : properties.list("RequestParameters")) {
      if (item instanceof MapNode named) {
        named.forEach((parameter, description) -> {
          if (description instanceof MapNode settings
              && settings.get("Required") instanceof ScalarNode truth
              && truth.asBoolean().orElse(false)) {
            required.add(parameter);
          }
        });
      }
    }
    options.putTexts("required-parameters", properties.position("RequestParameters"), required);
  }

  private void readAuth(
      Resource function, String event, Properties auth, Section options, ConfiguredApi api) {
    String authorizer = auth.text("Authorizer");
    if (authorizer != null && isUsable(auth, authorizer, api)) {
      Position from = auth.position("Authorizer");
      options.put(
          "authorizer",
          from,
          authorizer.equals("NONE") ? ConfiguredApi.NO_AUTHORIZER : api.usable(authorizer, from));
    }
    if (authorizer == null
        && api.type() == ApiType.HTTP
        && !api.hasDefaultAuthorizer()
        && auth.has("AuthorizationScopes")) {
      problems.error(
          auth.node().position(),
          "'Auth' of event '"
              + event
              + "' of function '"
              + function.id()
              + "' needs an Authorizer, because API '"
              + api.id()
              + "' has no DefaultAuthorizer");
    }
    options.putTexts(
        "scopes", auth.position("AuthorizationScopes"), auth.texts("AuthorizationScopes"));
    if (auth.has("ApiKeyRequired")) {
      options.put("api-key", auth.position("ApiKeyRequired"), auth.is("ApiKeyRequired"));
    } else if (apis.needsApiKeys(api)) {
      options.put("api-key", auth.node().position(), true);
    }
  }

  private boolean isUsable(Properties auth, String authorizer, ConfiguredApi api) {
    if (authorizer.equals("NONE")) {
      if (!api.hasDefaultAuthorizer()) {
        auth.error(
            "Authorizer",
            "is NONE, and API '" + api.id() + "' has no DefaultAuthorizer that this could remove");
      }
      return api.hasDefaultAuthorizer();
    }
    boolean iam = authorizer.equals(ConfiguredApi.IAM);
    if (iam && api.type() == ApiType.HTTP && !apis.takesSignatures(api)) {
      auth.error(
          "Authorizer",
          "is AWS_IAM, which API '" + api.id() + "' takes only with 'EnableIamAuthorizer: true'");
      return false;
    }
    if (!iam && !api.hasAuthorizer(authorizer)) {
      auth.error("Authorizer", SamAuthReader.unknown(authorizer, api));
      return false;
    }
    return true;
  }
}
