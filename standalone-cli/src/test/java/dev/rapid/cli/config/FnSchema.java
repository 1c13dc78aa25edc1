package dev.rapid.cli.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The schemas of the structures {@code fnRunner} and {@code fn}. */
final class FnSchema {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  static final String DURATION = "[0-9]+(\\.[0-9]+)?(s|ms)?";

  private FnSchema() {}

  static void runner(ObjectNode schema) {
    ObjectNode members = closed(schema);
    members.set("listen", FileSchema.scalar("^.+:[0-9]{1,5}$"));
    members.set("waitForCapacity", duration(DURATION));
    members.set("initTimeout", duration(DURATION));
    members.set("pauseAfterIdle", duration(DURATION + "|off"));
    members.set("detached", truth());
    ObjectNode statusFunction = FileSchema.scalar(null);
    statusFunction.withArray("type").add("null");
    members.set("statusFunction", statusFunction);
    members.set("totalMemory", number(1));
    ObjectNode limits = closed(members.putObject("limits"));
    limits.set("requestBytes", number(0));
    limits.set("responseBytes", number(0));
    limits.set("headBytes", number(1024, 10 * 1024 * 1024));
    ObjectNode tls = members.putObject("tls");
    ObjectNode files = closed(tls);
    tls.putArray("required").add("certificate").add("key");
    files.set("certificate", FileSchema.scalar(null));
    files.set("key", FileSchema.scalar(null));
    files.set("clientAuthorities", FileSchema.scalar(null));
  }

  static void function(ObjectNode schema) {
    ObjectNode members = closed(schema);
    members.set("fnIds", texts());
    members.set("images", texts());
    members.set("app", FileSchema.scalar(null));
    members.set("catchAll", truth());
  }

  static ObjectNode closed(ObjectNode schema) {
    return schema.put("type", "object").put("additionalProperties", false).putObject("properties");
  }

  static ObjectNode texts() {
    ObjectNode schema = JSON.objectNode();
    ArrayNode forms = schema.putArray("anyOf");
    forms.add(JSON.objectNode().put("type", "array").set("items", FileSchema.scalar(null)));
    forms.add(FileSchema.scalar(null));
    return schema;
  }

  static ObjectNode truth() {
    return FileSchema.either(JSON.objectNode().put("type", "boolean"), "true|false");
  }

  static ObjectNode number(int least) {
    return FileSchema.either(
        JSON.objectNode().put("type", "integer").put("minimum", least), "[0-9]+");
  }

  static ObjectNode number(int least, int most) {
    return FileSchema.either(
        JSON.objectNode().put("type", "integer").put("minimum", least).put("maximum", most),
        "[0-9]+");
  }

  static ObjectNode duration(String text) {
    return FileSchema.either(JSON.objectNode().put("type", "number").put("minimum", 0), text);
  }
}
