package dev.rapid.cli.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.azure.AzureSettings.ArgumentStyle;
import dev.rapid.azure.AzureSettings.HttpResponse;
import dev.rapid.azure.AzureSettings.Indexing;
import dev.rapid.azure.AzureSettings.TriggerDataType;
import dev.rapid.azure.WorkerTimers;
import java.util.Arrays;
import java.util.List;

/** The schema of the structure {@code azure}. */
final class AzureSchema {

  private AzureSchema() {}

  static void app(ObjectNode schema) {
    ObjectNode members = FnSchema.closed(schema);
    for (String text :
        new String[] {
          "appDirectory", "functionName", "workerDirectory", "executable", "workerPath", "language"
        }) {
      members.set(text, FileSchema.scalar(null));
    }
    members.set("arguments", FnSchema.texts());
    members.set("indexing", oneOf(Indexing.values()));
    members.set("argumentStyle", oneOf(ArgumentStyle.values()));
    ObjectNode environment =
        members.putObject("environment").put("type", "object").put("additionalProperties", false);
    environment.putObject("patternProperties").set("^[^=]+$", FileSchema.scalar(null));
    ObjectNode timers = FnSchema.closed(members.putObject("timers"));
    Arrays.stream(WorkerTimers.class.getRecordComponents())
        .forEach(timer -> timers.set(timer.getName(), FnSchema.duration(FnSchema.DURATION)));
    members.set("hostVersion", FileSchema.scalar(null));
    members.set("loadAll", FnSchema.truth());
    members.set("triggerDataType", oneOf(TriggerDataType.values()));
    members.set("httpResponse", oneOf(HttpResponse.values()));
  }

  static ObjectNode oneOf(Enum<?>[] values) {
    List<String> words = Arrays.stream(values).map(OptionBuilder::word).toList();
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    ArrayNode known = schema.putArray("enum");
    words.forEach(known::add);
    return FileSchema.either(schema, FileSchema.anyCase(words));
  }
}
