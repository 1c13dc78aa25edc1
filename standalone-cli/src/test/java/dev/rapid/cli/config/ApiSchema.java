package dev.rapid.cli.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.gateway.api.GatewayResponseType;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The schema of the structures below the key {@code apis}. */
final class ApiSchema {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String API = "api";
  private static final String AUTHORIZER = "authorizer";
  private static final String ROUTE = "route";

  private ApiSchema() {}

  static ObjectNode reference() {
    return reference(API);
  }

  private static ObjectNode reference(String name) {
    return JSON.objectNode().put("$ref", "#/definitions/" + name);
  }

  static void addTo(ObjectNode definitions) {
    definitions.set(API, api());
    definitions.set(AUTHORIZER, authorizer());
    definitions.set(ROUTE, route());
  }

  private static ObjectNode api() {
    ObjectNode api = closed("An HTTP or REST API, by default an HTTP API.");
    ObjectNode members = api.putObject("properties");
    members.set("type", words("http", "rest"));
    texts(members, "id", "stage", "default-authorizer");
    members.set("stage-variables", named());
    lists(members, "binary-media-types", "api-keys");
    members.set("cors", cors());
    members.set("timeout", seconds());
    members.set("gateway-responses", gatewayResponses());
    members.set(
        "authorizers",
        JSON.objectNode().put("type", "object").set("additionalProperties", reference(AUTHORIZER)));
    members.set("preflights-authorized", truth());
    members.set("routes", JSON.objectNode().put("type", "array").set("items", reference(ROUTE)));
    return api;
  }

  private static ObjectNode cors() {
    ObjectNode cors = closed("Which pages of other origins may call.");
    ObjectNode members = cors.putObject("properties");
    lists(members, "AllowOrigins", "AllowMethods", "AllowHeaders", "ExposeHeaders");
    members.set("MaxAge", number(0, 86_400));
    members.set("AllowCredentials", truth());
    return cors;
  }

  private static ObjectNode gatewayResponses() {
    ObjectNode response = closed("How the API changes one of its own answers.");
    ObjectNode members = response.putObject("properties");
    members.set("StatusCode", number(100, 599));
    members.set("ResponseParameters", named());
    members.set("ResponseTemplates", named());
    ObjectNode all = JSON.objectNode().put("type", "object").put("additionalProperties", false);
    ObjectNode names = all.putObject("properties");
    for (GatewayResponseType type : GatewayResponseType.values()) {
      names.set(type.name(), response.deepCopy());
    }
    return all;
  }

  private static ObjectNode authorizer() {
    ObjectNode authorizer = closed("What decides whether a request may reach a route.");
    authorizer.putArray("required").add("type");
    ObjectNode members = authorizer.putObject("properties");
    members.set("type", words("request", "token", "jwt", "iam"));
    texts(members, "function", "identity-validation", "issuer");
    members.set("payload", version());
    members.set("simple-responses", truth());
    lists(members, "identity-sources", "audience");
    members.set("ttl", seconds());
    return authorizer;
  }

  private static ObjectNode route() {
    ObjectNode route = closed("Which requests go to which function.");
    route.putArray("required").add("route").add("function");
    ObjectNode members = route.putObject("properties");
    members.set("route", FileSchema.scalar("^(([A-Za-z-]+ +)?/.*|\\$default)$"));
    texts(members, "function", "authorizer", "operation");
    members.set("payload", version());
    lists(members, "scopes", "required-parameters");
    members.set("api-key", truth());
    members.set("timeout", seconds());
    members.set("stream", truth());
    return route;
  }

  private static ObjectNode closed(String description) {
    return JSON.objectNode()
        .put("description", description)
        .put("type", "object")
        .put("additionalProperties", false);
  }

  private static void texts(ObjectNode members, String... names) {
    Stream.of(names).forEach(name -> members.set(name, FileSchema.scalar(null)));
  }

  /** Lists of texts, or one text. */
  private static void lists(ObjectNode members, String... names) {
    for (String name : names) {
      ArrayNode forms = members.putObject(name).putArray("anyOf");
      forms.add(JSON.objectNode().put("type", "array").set("items", FileSchema.scalar(null)));
      forms.add(FileSchema.scalar(null));
    }
  }

  private static ObjectNode named() {
    return JSON.objectNode()
        .put("type", "object")
        .set("additionalProperties", FileSchema.scalar(null));
  }

  private static ObjectNode words(String... words) {
    ObjectNode schema = JSON.objectNode();
    ArrayNode values = schema.putArray("enum");
    List.of(words).forEach(word -> values.add(word.toLowerCase(Locale.ROOT)));
    return schema;
  }

  private static ObjectNode version() {
    return FileSchema.scalar("^(1|2)\\.0$");
  }

  private static ObjectNode truth() {
    return FileSchema.either(JSON.objectNode().put("type", "boolean"), "true|false");
  }

  private static ObjectNode number(int least, int most) {
    return FileSchema.either(
        JSON.objectNode().put("type", "integer").put("minimum", least).put("maximum", most),
        "[0-9]+");
  }

  private static ObjectNode seconds() {
    return FileSchema.either(
        JSON.objectNode().put("type", "number").put("minimum", 0), "[0-9]+(\\.[0-9]+)?");
  }
}
