package dev.rapid.cli.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rapid.invokeapi.url.CorsSettings;
import dev.rapid.lambda.JsonReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The CORS settings of a function URL in the format of the AWS CLI (Lambda API, data type {@code
 * Cors}).
 */
final class CorsJson {

  private static final Set<String> MEMBERS =
      Set.of(
          "AllowOrigins",
          "AllowMethods",
          "AllowHeaders",
          "ExposeHeaders",
          "MaxAge",
          "AllowCredentials");

  private CorsJson() {}

  /**
   * Reads settings.
   *
   * @throws IllegalArgumentException if they are wrong; the message lacks its subject, the name of
   *     the option
   */
  static CorsSettings parse(String text) {
    JsonNode json;
    try {
      json =
          new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("is not JSON: " + JsonReader.messageOf(e), e);
    }
    if (!json.isObject()) {
      throw new IllegalArgumentException(
          "is not a JSON object like {\"AllowOrigins\":[\"*\"],\"AllowMethods\":[\"GET\"]}");
    }
    for (var members = json.fieldNames(); members.hasNext(); ) {
      String name = members.next();
      if (!MEMBERS.contains(name)) {
        throw new IllegalArgumentException(
            "has no member "
                + name
                + ", but "
                + String.join(", ", MEMBERS.stream().sorted().toList()));
      }
    }
    JsonNode age = json.path("MaxAge");
    if (!age.isMissingNode() && !age.isInt()) {
      throw new IllegalArgumentException("has a MaxAge that is not a number of seconds");
    }
    JsonNode credentials = json.path("AllowCredentials");
    if (!credentials.isMissingNode() && !credentials.isBoolean()) {
      throw new IllegalArgumentException("has AllowCredentials that are not true or false");
    }
    try {
      return new CorsSettings(
          texts(json, "AllowOrigins"),
          texts(json, "AllowMethods"),
          texts(json, "AllowHeaders"),
          texts(json, "ExposeHeaders"),
          age.isInt() ? age.intValue() : null,
          credentials.booleanValue());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("is refused: " + e.getMessage(), e);
    }
  }

  private static List<String> texts(JsonNode json, String name) {
    JsonNode list = json.path(name);
    List<String> texts = new ArrayList<>();
    if (list.isMissingNode()) {
      return texts;
    }
    if (!list.isArray()) {
      throw new IllegalArgumentException(name + " is not a list of strings");
    }
    for (JsonNode each : list) {
      if (!each.isTextual()) {
        throw new IllegalArgumentException(name + " is not a list of strings");
      }
      texts.add(each.textValue());
    }
    return texts;
  }
}
