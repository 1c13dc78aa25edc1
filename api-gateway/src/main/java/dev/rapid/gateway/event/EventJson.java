package dev.rapid.gateway.event;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Writes the parts of events that more than one format has. */
final class EventJson {

  private EventJson() {}

  /** Writes the last value of each name. */
  static void writeLast(JsonGenerator json, String name, Map<String, List<String>> values)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, List<String>> each : values.entrySet()) {
      json.writeStringField(each.getKey(), each.getValue().getLast());
    }
    json.writeEndObject();
  }

  /** Writes all values of each name. */
  static void writeAll(JsonGenerator json, String name, Map<String, List<String>> values)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, List<String>> each : values.entrySet()) {
      writeStrings(json, each.getKey(), each.getValue());
    }
    json.writeEndObject();
  }

  static void writeStrings(JsonGenerator json, String name, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  /** Writes a value that came as JSON. */
  static void writeTree(JsonGenerator json, JsonNode value) throws IOException {
    switch (value.getNodeType()) {
      case OBJECT -> {
        json.writeStartObject();
        for (Map.Entry<String, JsonNode> member : value.properties()) {
          json.writeFieldName(member.getKey());
          writeTree(json, member.getValue());
        }
        json.writeEndObject();
      }
      case ARRAY -> {
        json.writeStartArray();
        for (JsonNode element : value) {
          writeTree(json, element);
        }
        json.writeEndArray();
      }
      case STRING -> json.writeString(value.textValue());
      case BOOLEAN -> json.writeBoolean(value.booleanValue());
      case NUMBER -> json.writeNumber(value.asText());
      default -> json.writeNull();
    }
  }
}
