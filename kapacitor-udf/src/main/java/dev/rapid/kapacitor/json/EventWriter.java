package dev.rapid.kapacitor.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.rapid.core.invocation.Payload;
import dev.rapid.kapacitor.protocol.BeginBatch;
import dev.rapid.kapacitor.protocol.Option;
import dev.rapid.kapacitor.protocol.OptionValue;
import dev.rapid.kapacitor.protocol.Point;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes events for a function of the data that a host sends (contract kapacitor-udf, section 11.3).
 * Not thread-safe.
 */
public final class EventWriter {

  private static final int BYTES_PER_POINT = 200;

  /** How many bytes an event may have besides its data. */
  static final int OTHER_BYTES = 500;

  private final DataWriter writer = new DataWriter();

  /** Returns the event for points of a stream. */
  public Payload stream(List<Point> points, UseContext context) {
    JsonBytes event = new JsonBytes(expectedBytes(points));
    event.write(json -> {
      json.writeStartObject();
      writeContext(json, context);
      json.writeArrayFieldStart("points");
      for (Point point : points) {
        writer.streamPoint(json, point);
      }
      json.writeEndArray();
      json.writeEndObject();
    });
    return event.payload();
  }

  /** Begins the event for one batch. */
  public BatchEvent batch(BeginBatch begin) {
    return new BatchEvent(begin, writer);
  }

  private static int expectedBytes(List<Point> points) {
    return OTHER_BYTES + Math.min(points.size(), 10_000) * BYTES_PER_POINT;
  }

  static void writeContext(JsonGenerator json, UseContext context) throws IOException {
    json.writeObjectFieldStart("context");
    json.writeStringField("nodeID", context.nodeId());
    json.writeObjectFieldStart("options");
    for (Map.Entry<String, List<OptionValue>> option : valuesOf(context.options()).entrySet()) {
      json.writeArrayFieldStart(option.getKey());
      for (OptionValue value : option.getValue()) {
        writeOption(json, value);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
    json.writeStringField("taskID", context.taskId());
    json.writeEndObject();
  }

  /** Returns the values of each option; those of an option that repeats follow each other. */
  private static Map<String, List<OptionValue>> valuesOf(List<Option> options) {
    Map<String, List<OptionValue>> values = new TreeMap<>();
    for (Option option : options) {
      values
          .computeIfAbsent(option.getName(), name -> new ArrayList<>())
          .addAll(option.getValuesList());
    }
    return values;
  }

  private static void writeOption(JsonGenerator json, OptionValue value) throws IOException {
    switch (value.getValueCase()) {
      case BOOLVALUE -> json.writeBoolean(value.getBoolValue());
      case INTVALUE -> DataWriter.integer(json, value.getIntValue());
      case DOUBLEVALUE -> DataWriter.number(json, value.getDoubleValue());
      case STRINGVALUE -> json.writeString(value.getStringValue());
      case DURATIONVALUE -> json.writeString(DurationText.of(value.getDurationValue()));
      case VALUE_NOT_SET -> writeDefault(json, value);
    }
  }

  /** Writes a value that the host has not set because it is the default of its type. */
  private static void writeDefault(JsonGenerator json, OptionValue value) throws IOException {
    switch (value.getType()) {
      case BOOL, UNRECOGNIZED -> json.writeBoolean(false);
      case INT -> json.writeNumber(0);
      case DOUBLE -> json.writeNumber(0.0);
      case STRING -> json.writeString("");
      case DURATION -> json.writeString(DurationText.of(0));
    }
  }
}
