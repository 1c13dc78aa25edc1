package dev.rapid.templates.api;

import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.ScalarNode;
import dev.rapid.templates.output.Section;
import dev.rapid.templates.stack.Properties;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** How a REST API changes its own answers (contract http-front-door, section 6.2). */
final class GatewayResponses {

  private static final Set<String> TYPES =
      Set.of(
          "ACCESS_DENIED",
          "API_CONFIGURATION_ERROR",
          "AUTHORIZER_CONFIGURATION_ERROR",
          "AUTHORIZER_FAILURE",
          "BAD_REQUEST_BODY",
          "BAD_REQUEST_PARAMETERS",
          "EXPIRED_TOKEN",
          "INTEGRATION_FAILURE",
          "INTEGRATION_TIMEOUT",
          "INVALID_API_KEY",
          "INVALID_SIGNATURE",
          "MISSING_AUTHENTICATION_TOKEN",
          "QUOTA_EXCEEDED",
          "REQUEST_TOO_LARGE",
          "RESOURCE_NOT_FOUND",
          "THROTTLED",
          "UNAUTHORIZED",
          "UNSUPPORTED_MEDIA_TYPE",
          "WAF_FILTERED",
          "DEFAULT_4XX",
          "DEFAULT_5XX");

  /** What SAM calls the kinds of parameters, and API Gateway. */
  private static final Map<String, String> KINDS =
      Map.of("Headers", "header", "QueryStrings", "querystring", "Paths", "path");

  private GatewayResponses() {}

  /**
   * Reads all answers by their types, as SAM and OpenAPI have them.
   *
   * @param answers members may begin in lower case
   */
  static Section read(Properties answers) {
    Section section = new Section(answers.node().position());
    answers.forEachMap((type, answer) -> put(section, type, answer));
    return section;
  }

  /** Reads one answer. */
  static void put(Section answers, String type, Properties answer) {
    if (!TYPES.contains(type)) {
      answer.warn("ResponseType", "is '" + type + "', which is no answer of an API; it is ignored");
      return;
    }
    Section section = new Section(answer.node().position());
    answer
        .node()
        .entries()
        .keySet()
        .forEach(name -> {
          String member = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
          switch (member) {
            case "StatusCode" -> {
              Long status = answer.number(name);
              if (status != null) {
                section.put(member, answer.position(name), status);
              }
            }
            case "ResponseParameters" -> section.put(member, parameters(answer.map(name)));
            case "ResponseTemplates" -> section.put(member, texts(answer.map(name)));
            default -> {}
          }
        });
    answers.put(type, section);
  }

  private static Section parameters(Properties parameters) {
    Section section = new Section(parameters.node().position());
    parameters
        .node()
        .entries()
        .forEach((name, entry) -> {
          String kind = KINDS.get(name);
          if (kind != null && entry.value() instanceof MapNode named) {
            named
                .entries()
                .forEach(
                    (each, value) -> put(section, "gatewayresponse." + kind + "." + each, value));
          } else {
            put(section, name, entry);
          }
        });
    return section;
  }

  private static Section texts(Properties texts) {
    Section section = new Section(texts.node().position());
    texts.node().entries().forEach((name, entry) -> put(section, name, entry));
    return section;
  }

  private static void put(Section section, String name, MapNode.Entry entry) {
    Node value = entry.value();
    if (value instanceof ScalarNode scalar && !scalar.isNull()) {
      section.put(name, entry.key(), scalar.asText());
    }
  }
}
