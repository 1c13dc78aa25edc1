package dev.rapid.templates.api;

import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.ScalarNode;
import dev.rapid.templates.output.Section;
import dev.rapid.templates.stack.Properties;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which pages may call an API (contract http-front-door, sections 7 and 10.2). */
final class CorsReader {

  private static final String ANY = "*";

  private CorsReader() {}

  /**
   * Reads {@code CorsConfiguration} of an HTTP API: {@code true} or a mapping. The names of its
   * members may begin in lower case, as in OpenAPI.
   */
  static void readHttp(ConfiguredApi api, Properties owner, String name) {
    Node value = owner.get(name);
    Position from = owner.position(name);
    Section cors = new Section(from);
    if (value instanceof ScalarNode) {
      if (owner.is(name)) {
        cors.putTexts("AllowOrigins", from, List.of(ANY));
      }
    } else if (value instanceof MapNode mapping) {
      Properties configuration = owner.map(name);
      mapping.entries().keySet().forEach(each -> readMember(each, configuration, cors));
      if (configuration.texts("AllowOrigins").contains(ANY)
          && configuration.is("AllowCredentials")) {
        configuration.error(
            "AllowCredentials", "is not supported if 'AllowOrigins' has *; name the origins");
      }
    }
    api.settings().put("cors", cors);
  }

  private static void readMember(String name, Properties configuration, Section cors) {
    String member = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    Position from = configuration.position(name);
    switch (member) {
      case "AllowOrigins", "AllowMethods", "AllowHeaders", "ExposeHeaders" ->
          cors.putTexts(member, from, configuration.texts(name));
      case "MaxAge" -> {
        Long age = configuration.number(name);
        if (age != null) {
          cors.put(member, from, age);
        }
      }
      case "AllowCredentials" -> cors.put(member, from, configuration.is(name));
      default -> configuration.warn(name, "is no setting of CORS; it is ignored");
    }
  }

  /**
   * Reads {@code Cors} of a REST API: an origin, or a mapping. Values have quotes inside, and lists
   * are texts with commas.
   */
  static void readRest(ConfiguredApi api, Properties owner, String name) {
    Node value = owner.get(name);
    Position from = owner.position(name);
    Section cors = new Section(from);
    if (value instanceof ScalarNode origin && !origin.asText().isEmpty()) {
      cors.putTexts("AllowOrigins", from, List.of(unquoted(origin.asText())));
    } else if (value instanceof MapNode) {
      Properties configuration = owner.map(name);
      putList(cors, "AllowOrigins", configuration, "AllowOrigin");
      putList(cors, "AllowMethods", configuration, "AllowMethods");
      putList(cors, "AllowHeaders", configuration, "AllowHeaders");
      String age = configuration.text("MaxAge");
      if (age != null) {
        putAge(cors, configuration.position("MaxAge"), unquoted(age));
      }
      if (configuration.is("AllowCredentials")) {
        cors.put("AllowCredentials", configuration.position("AllowCredentials"), true);
      }
    }
    api.settings().put("cors", cors);
  }

  private static void putList(Section cors, String name, Properties owner, String property) {
    String text = owner.text(property);
    if (text != null) {
      cors.putTexts(name, owner.position(property), split(unquoted(text)));
    }
  }

  private static void putAge(Section cors, Position from, String text) {
    ScalarNode age = ScalarNode.text(from, text);
    age.asNumber().ifPresent(number -> cors.put("MaxAge", from, number.longValue()));
  }

  /**
   * Takes the settings of CORS from a mock method {@code OPTIONS}, as the CDK makes one for each
   * path. The first one counts.
   *
   * @param headers headers of its answer, for example {@code
   *     method.response.header.Access-Control-Allow-Origin}, with quotes inside
   */
  static void readMock(ConfiguredApi api, MapNode headers, Problems problems) {
    if (api.settings().has("cors")) {
      return;
    }
    Section cors = new Section(headers.position());
    Map<String, String> members =
        Map.of(
            "origin", "AllowOrigins",
            "methods", "AllowMethods",
            "headers", "AllowHeaders");
    headers
        .entries()
        .forEach((name, entry) -> {
          String header = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
          String value =
              entry.value() instanceof ScalarNode scalar ? unquoted(scalar.asText()) : "";
          String member = members.get(header.replace("access-control-allow-", ""));
          if (member != null) {
            cors.putTexts(member, entry.key(), split(value));
          } else if (header.equals("access-control-max-age")) {
            putAge(cors, entry.key(), value);
          } else if (header.equals("access-control-allow-credentials")) {
            cors.put("AllowCredentials", entry.key(), value.equals("true"));
          } else if (!header.equals("vary")) {
            problems.warn(entry.key(), "header '" + header + "' of preflights is ignored");
          }
        });
    api.settings().put("cors", cors);
  }

  private static List<String> split(String text) {
    return Arrays.stream(text.split(","))
        .map(String::strip)
        .filter(each -> !each.isEmpty())
        .toList();
  }

  private static String unquoted(String text) {
    String stripped = text.strip();
    return stripped.length() > 1 && stripped.startsWith("'") && stripped.endsWith("'")
        ? stripped.substring(1, stripped.length() - 1)
        : stripped;
  }
}
