package dev.rapid.cli.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.KapacitorSettings.Completion;
import dev.rapid.kapacitor.KapacitorSettings.LateData;
import dev.rapid.kapacitor.UdfSchema;
import dev.rapid.kapacitor.ValueType;
import java.util.List;

/** The schemas of the structures {@code kapacitor} and {@code udf}. */
final class KapacitorSchema {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private KapacitorSchema() {}

  static void agent(ObjectNode schema) {
    ObjectNode members = FnSchema.closed(schema);
    for (String text : List.of("socket", "taskID", "nodeID")) {
      members.set(text, FileSchema.scalar(null));
    }
    members.set("options", options());
    for (String duration : List.of("timeout", "initTimeout", "settle", "stopGrace", "termGrace")) {
      members.set(duration, FnSchema.duration(FnSchema.DURATION));
    }
    members.set("snapshotInterval", FnSchema.duration(FnSchema.DURATION + "|off"));
    members.set("completion", AzureSchema.oneOf(Completion.values()));
    members.set("barrierRounds", FnSchema.number(1, 1000));
    members.set("lateData", AzureSchema.oneOf(LateData.values()));
    members.set("edgeTypeCheck", words("strict", "warn"));
    members.set("restoreAfterFailure", FnSchema.truth());
    members.set("separateInfoProbe", FnSchema.truth());
    members.set("maxFrameBytes", FnSchema.number(1024, Integer.MAX_VALUE));
    members.set("udfSchema", AzureSchema.oneOf(UdfSchema.values()));
  }

  static void exposure(ObjectNode schema) {
    ObjectNode members = FnSchema.closed(schema);
    members.set("socket", FileSchema.scalar(null));
    members.set("socketMode", FileSchema.scalar(null));
    members.set("wants", AzureSchema.oneOf(EdgeType.values()));
    members.set("provides", AzureSchema.oneOf(EdgeType.values()));
    ObjectNode type = AzureSchema.oneOf(ValueType.values());
    ObjectNode types = members.putObject("options").put("type", "object");
    ArrayNode forms = types.putObject("additionalProperties").putArray("anyOf");
    forms.add(JSON.objectNode().put("type", "array").set("items", type.deepCopy()));
    forms.add(type);
    forms.add(JSON.objectNode().put("type", "null"));
    members.set("streamMaxPoints", FnSchema.number(1, 10_000_000));
    members.set("streamMaxWait", FnSchema.duration(FnSchema.DURATION));
    members.set("onFunctionError", words("error", "drop"));
    members.set("retries", FnSchema.number(0, 100));
    members.set("snapshotMode", words("none", "sandbox"));
    members.set("keepaliveOrder", words("immediate", "ordered"));
    members.set("maxQueuedPoints", FnSchema.number(1, 10_000_000));
    members.set("maxFrameBytes", FnSchema.number(1024, Integer.MAX_VALUE));
    members.set("udfSchema", AzureSchema.oneOf(UdfSchema.values()));
  }

  /** Options by name, or a list of them, because a name may repeat. */
  private static ObjectNode options() {
    ObjectNode value = JSON.objectNode();
    ArrayNode forms = value.putArray("anyOf");
    forms.add(JSON.objectNode().put("type", "array").set("items", FileSchema.scalar(null)));
    forms.add(FileSchema.scalar(null));
    forms.add(JSON.objectNode().put("type", "null"));
    ObjectNode mapping = JSON.objectNode().put("type", "object");
    mapping.set("additionalProperties", value);
    ObjectNode schema = JSON.objectNode();
    ArrayNode either = schema.putArray("anyOf");
    either.add(JSON.objectNode().put("type", "array").set("items", mapping.deepCopy()));
    either.add(mapping);
    return schema;
  }

  private static ObjectNode words(String... words) {
    ObjectNode schema = JSON.objectNode();
    ArrayNode known = schema.putArray("enum");
    for (String word : words) {
      known.add(word);
    }
    return FileSchema.either(schema, FileSchema.anyCase(List.of(words)));
  }
}
