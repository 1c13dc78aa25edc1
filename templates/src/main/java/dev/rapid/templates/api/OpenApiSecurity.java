package dev.rapid.templates.api;

import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.ScalarNode;
import dev.rapid.templates.output.Section;
import dev.rapid.templates.stack.Functions;
import dev.rapid.templates.stack.Properties;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads the security schemes of an OpenAPI document and which routes need them. */
final class OpenApiSecurity {

  private static final String EXTENSION = "x-amazon-apigateway-";

  private final ConfiguredApi api;
  private final Properties root;
  private final Functions functions;
  private final Set<String> keys = new HashSet<>();
  private final Set<String> signatures = new HashSet<>();

  OpenApiSecurity(ConfiguredApi api, Properties root, Functions functions) {
    this.api = api;
    this.root = root;
    this.functions = functions;
  }

  /** Reads the schemes. */
  void readAuthorizers() {
    root.map("components").map("securitySchemes").forEachMap(this::readScheme);
    root.map("securityDefinitions").forEachMap(this::readScheme);
  }

  private void readScheme(String name, Properties scheme) {
    if (scheme.has(EXTENSION + "authorizer")) {
      readAuthorizer(name, scheme, scheme.map(EXTENSION + "authorizer"));
    } else if (scheme.text(EXTENSION + "authtype", "").equalsIgnoreCase("awsSigv4")) {
      signatures.add(name);
    } else if ("apiKey".equals(scheme.text("type"))) {
      keys.add(name);
    } else if (scheme.text(EXTENSION + "authtype", "").startsWith("cognito")) {
      Position from = scheme.node().position();
      api.addAuthorizer(name, new Section(from).put("type", from, "jwt"));
    }
  }

  private void readAuthorizer(String name, Properties scheme, Properties authorizer) {
    String type = authorizer.text("type", "request").toLowerCase(Locale.ROOT);
    AuthorizerEntry entry = new AuthorizerEntry(api, functions, authorizer);
    switch (type) {
      case "jwt" -> {
        Properties jwt = authorizer.map("jwtConfiguration");
        entry.jwt(name, sources(authorizer), jwt.text("issuer"), jwt.texts("audience"));
      }
      case "cognito_user_pools" -> entry.jwt(name, List.of(), null, List.of());
      default -> {
        List<String> sources = sources(authorizer);
        if (sources.isEmpty() && type.equals("token")) {
          sources = List.of("method.request.header." + scheme.text("name", "Authorization"));
        }
        entry.function(
            name,
            type,
            "authorizerUri",
            sources,
            authorizer.text("authorizerPayloadFormatVersion"),
            authorizer.is("enableSimpleResponses"),
            authorizer.text("identityValidationExpression"),
            authorizer.number("authorizerResultTtlInSeconds"));
      }
    }
  }

  /** Returns identity sources: a list, or a text with commas. */
  private static List<String> sources(Properties authorizer) {
    List<String> sources = new ArrayList<>();
    for (String text : authorizer.texts("identitySource")) {
      Arrays.stream(text.split(",")).map(String::strip).forEach(sources::add);
    }
    return sources;
  }

  /** Reads what a route needs: its own requirements, or else those of the document. */
  void read(Properties operation, Section options) {
    Properties auth = operation.map(EXTENSION + "auth");
    if ("AWS_IAM".equals(auth.text("type"))) {
      Position from = operation.position(EXTENSION + "auth");
      options.put("authorizer", from, api.usable(ConfiguredApi.IAM, from));
      return;
    }
    Properties owner = operation.node().get("security") == null ? root : operation;
    if (owner.get("security") instanceof ListNode security) {
      for (Node requirement : security.items()) {
        if (requirement instanceof MapNode named) {
          named.entries().forEach((name, entry) -> require(name, entry, options));
        }
      }
    }
  }

  private void require(String name, MapNode.Entry entry, Section options) {
    if (keys.contains(name)) {
      options.put("api-key", entry.key(), true);
    } else if (signatures.contains(name)) {
      options.put("authorizer", entry.key(), api.usable(ConfiguredApi.IAM, entry.key()));
    } else if (name.equals("NONE")) {
      options.put("authorizer", entry.key(), ConfiguredApi.NO_AUTHORIZER);
    } else if (api.hasAuthorizer(name)) {
      options.put("authorizer", entry.key(), api.usable(name, entry.key()));
      if (entry.value() instanceof ListNode scopes) {
        options.putTexts(
            "scopes",
            entry.key(),
            scopes.items().stream()
                .map(scope -> scope instanceof ScalarNode text ? text.asText() : "")
                .filter(text -> !text.isEmpty())
                .toList());
      }
    } else {
      root.warn("security", "has '" + name + "', which is no authorizer; it is ignored");
    }
  }
}
