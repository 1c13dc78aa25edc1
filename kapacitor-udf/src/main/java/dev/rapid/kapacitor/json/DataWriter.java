package dev.rapid.kapacitor.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.rapid.kapacitor.protocol.EndBatch;
import dev.rapid.kapacitor.protocol.Point;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Writes points and batches as JSON (contract kapacitor-udf, section 10.2). The members of each
 * object are sorted. Those that an event may lack are left out if they have nothing. Not
 * thread-safe.
 */
final class DataWriter {

  private static final SerializableString BY_NAME = new SerializedString("byName");
  private static final SerializableString DATABASE = new SerializedString("database");
  private static final SerializableString DIMENSIONS = new SerializedString("dimensions");
  private static final SerializableString DOUBLE = new SerializedString("double");
  private static final SerializableString FIELDS = new SerializedString("fields");
  private static final SerializableString GROUP = new SerializedString("group");
  private static final SerializableString INTS = new SerializedString("ints");
  private static final SerializableString NAME = new SerializedString("name");
  private static final String POINTS = "points";
  private static final SerializableString RETENTION_POLICY =
      new SerializedString("retentionPolicy");
  private static final SerializableString TAGS = new SerializedString("tags");
  private static final SerializableString TIME = new SerializedString("time");
  private static final SerializableString TMAX = new SerializedString("tmax");

  /** The largest integer that each reader of JSON takes exactly. */
  private static final long MAX_EXACT = (1L << 53) - 1;

  private final TimeWriter times = new TimeWriter();

  /** Writes a point of a stream. */
  void streamPoint(JsonGenerator json, Point point) throws IOException {
    json.writeStartObject();
    byName(json, point.getByName());
    text(json, DATABASE, point.getDatabase());
    if (point.getDimensionsCount() > 0) {
      json.writeFieldName(DIMENSIONS);
      json.writeStartArray();
      for (int i = 0; i < point.getDimensionsCount(); i++) {
        json.writeString(point.getDimensions(i));
      }
      json.writeEndArray();
    }
    FieldMaps fields = FieldMaps.of(point);
    fields(json, fields);
    boolean isGrouped = point.getByName() || point.getDimensionsCount() > 0;
    group(json, point.getGroup(), isGrouped);
    ints(json, fields);
    json.writeFieldName(NAME);
    json.writeString(point.getName());
    text(json, RETENTION_POLICY, point.getRetentionPolicy());
    tagsAndTime(json, point);
    json.writeEndObject();
  }

  /**
   * Writes a batch.
   *
   * @param byName what its begin says
   * @param points as {@link #batchPoint} writes them
   */
  void batch(JsonBytes target, boolean byName, JsonElements points, EndBatch end) {
    target.write(json -> {
      json.writeStartObject();
      byName(json, byName);
      group(json, end.getGroup(), byName || end.getTagsCount() > 0);
      json.writeFieldName(NAME);
      json.writeString(end.getName());
    });
    points.writeTo(target, POINTS, true);
    target.write(json -> {
      texts(json, TAGS, end.getTagsMap());
      json.writeFieldName(TMAX);
      times.write(json, end.getTmax());
      json.writeEndObject();
    });
  }

  /** Writes a point of a batch. */
  void batchPoint(JsonGenerator json, Point point) throws IOException {
    json.writeStartObject();
    FieldMaps fields = FieldMaps.of(point);
    fields(json, fields);
    ints(json, fields);
    tagsAndTime(json, point);
    json.writeEndObject();
  }

  private void tagsAndTime(JsonGenerator json, Point point) throws IOException {
    texts(json, TAGS, point.getTagsMap());
    json.writeFieldName(TIME);
    times.write(json, point.getTime());
  }

  private static void byName(JsonGenerator json, boolean byName) throws IOException {
    if (byName) {
      json.writeFieldName(BY_NAME);
      json.writeBoolean(true);
    }
  }

  /** Writes a group, unless it is the empty one that a reader assumes. */
  private static void group(JsonGenerator json, String group, boolean isGrouped)
      throws IOException {
    if (isGrouped || !group.isEmpty()) {
      json.writeFieldName(GROUP);
      json.writeString(group);
    }
  }

  private static void text(JsonGenerator json, SerializableString name, String text)
      throws IOException {
    if (!text.isEmpty()) {
      json.writeFieldName(name);
      json.writeString(text);
    }
  }

  private static void texts(JsonGenerator json, SerializableString name, Map<String, String> texts)
      throws IOException {
    json.writeFieldName(name);
    json.writeStartObject();
    if (texts.size() == 1) {
      Map.Entry<String, String> only = texts.entrySet().iterator().next();
      json.writeFieldName(only.getKey());
      json.writeString(only.getValue());
    } else {
      for (String key : SortedNames.of(texts)) {
        json.writeFieldName(key);
        json.writeString(texts.get(key));
      }
    }
    json.writeEndObject();
  }

  private static void fields(JsonGenerator json, FieldMaps fields) throws IOException {
    json.writeFieldName(FIELDS);
    json.writeStartObject();
    Map<String, ?> values = fields.fields();
    if (values.size() == 1) {
      Map.Entry<String, ?> only = values.entrySet().iterator().next();
      json.writeFieldName(only.getKey());
      field(json, only.getValue());
    } else {
      for (String name : SortedNames.of(values)) {
        json.writeFieldName(name);
        field(json, Objects.requireNonNull(values.get(name)));
      }
    }
    json.writeEndObject();
  }

  private static void field(JsonGenerator json, Object value) throws IOException {
    switch (value) {
      case Double number -> number(json, number);
      case String text -> json.writeString(text);
      case Boolean flag -> json.writeBoolean(flag);
      default -> throw new IllegalArgumentException(value.toString());
    }
  }

  /** Writes a double, also one that JSON has no number for. */
  static void number(JsonGenerator json, double number) throws IOException {
    if (Double.isFinite(number)) {
      json.writeNumber(number);
    } else {
      json.writeStartObject();
      json.writeFieldName(DOUBLE);
      json.writeString(Double.toString(number));
      json.writeEndObject();
    }
  }

  private static void ints(JsonGenerator json, FieldMaps fields) throws IOException {
    Map<String, Long> ints = fields.ints();
    if (ints.isEmpty()) {
      return;
    }
    json.writeFieldName(INTS);
    json.writeStartObject();
    for (String name : SortedNames.of(ints)) {
      json.writeFieldName(name);
      integer(json, Objects.requireNonNull(ints.get(name)));
    }
    json.writeEndObject();
  }

  /** Writes an integer, as text if a reader might round it. */
  static void integer(JsonGenerator json, long value) throws IOException {
    if (value > MAX_EXACT || value < -MAX_EXACT) {
      json.writeString(Long.toString(value));
    } else {
      json.writeNumber(value);
    }
  }

  /**
   * The fields of a point. A name that an agent has used for several types counts once: later wins,
   * in the order string, integer, double, boolean (contract kapacitor-udf, section 5.5).
   */
  private record FieldMaps(Map<String, ?> fields, Map<String, Long> ints) {

    static FieldMaps of(Point point) {
      Map<String, Long> ints = point.getFieldsIntMap();
      int others =
          point.getFieldsStringCount() + point.getFieldsDoubleCount() + point.getFieldsBoolCount();
      if (ints.isEmpty() || others == 0) {
        if (others == point.getFieldsDoubleCount()) {
          return new FieldMaps(point.getFieldsDoubleMap(), ints);
        }
        if (others == point.getFieldsStringCount()) {
          return new FieldMaps(point.getFieldsStringMap(), ints);
        }
      }
      Map<String, Object> fields = new TreeMap<>(point.getFieldsStringMap());
      fields.keySet().removeAll(ints.keySet());
      fields.putAll(point.getFieldsDoubleMap());
      fields.putAll(point.getFieldsBoolMap());
      Map<String, Long> rest = new TreeMap<>(ints);
      rest.keySet().removeAll(fields.keySet());
      return new FieldMaps(fields, rest);
    }
  }
}
