package dev.rapid.cli.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The schemas of a function's versions and aliases. */
final class VersionSchema {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String NUMBER = "^[1-9][0-9]{0,17}$";
  private static final String VERSION = "^(\\$LATEST|[1-9][0-9]{0,17})$";

  private VersionSchema() {}

  /** A number, or a structure with one. */
  static ObjectNode version() {
    return either(FileSchema.scalar(NUMBER), structure(NUMBER));
  }

  /** The version of an alias, or a structure with it. */
  static ObjectNode alias() {
    ObjectNode alias = structure(VERSION);
    ObjectNode weights = ((ObjectNode) alias.path("properties")).putObject("weights");
    weights
        .put("type", "object")
        .set(
            "additionalProperties",
            FileSchema.either(
                JSON.objectNode().put("type", "number").put("minimum", 0).put("maximum", 1),
                "[0-9.]+"));
    return either(FileSchema.scalar(VERSION), alias);
  }

  private static ObjectNode structure(String version) {
    ObjectNode schema = JSON.objectNode().put("type", "object").put("additionalProperties", false);
    schema.putArray("required").add("version");
    ObjectNode members = schema.putObject("properties");
    members.set("version", FileSchema.scalar(version));
    members.set("description", FileSchema.scalar(null));
    members.set(
        "provisioned",
        FileSchema.either(JSON.objectNode().put("type", "integer").put("minimum", 0), "[0-9]+"));
    return schema;
  }

  private static ObjectNode either(ObjectNode one, ObjectNode other) {
    ObjectNode schema = JSON.objectNode();
    ArrayNode forms = schema.putArray("anyOf");
    forms.add(one).add(other);
    return schema;
  }
}
