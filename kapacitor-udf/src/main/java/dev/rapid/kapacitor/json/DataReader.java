package dev.rapid.kapacitor.json;

import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.MessageLite;
import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.UdfSchema;
import dev.rapid.kapacitor.protocol.Point;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads points and batches of one text (contract kapacitor-udf, section 10.1), and collects their
 * frames.
 */
final class DataReader<F extends MessageLite> {

  private static final int TIME = 1;
  private static final int NAME = 1 << 1;
  private static final int DATABASE = 1 << 2;
  private static final int RETENTION_POLICY = 1 << 3;
  private static final int TAGS = 1 << 4;
  private static final int DIMENSIONS = 1 << 5;
  private static final int BY_NAME = 1 << 6;
  private static final int GROUP = 1 << 7;
  private static final int FIELDS = 1 << 8;
  private static final int INTS = 1 << 9;

  private static final String POINT_MEMBERS =
      "time, name, database, retentionPolicy, tags, dimensions, byName, group, fields and ints";
  private static final String BATCH_POINT_MEMBERS = "time, tags, fields and ints";

  private final JsonInput in;
  private final FrameKind<F> kind;
  private final UdfSchema schema;
  private final int maxFrameBytes;
  private final List<F> frames = new ArrayList<>();
  private int points;
  private int batches;

  DataReader(JsonInput in, FrameKind<F> kind, UdfSchema schema, int maxFrameBytes) {
    this.in = in;
    this.kind = kind;
    this.schema = schema;
    this.maxFrameBytes = maxFrameBytes;
  }

  /** Reads the array at which the input stands. */
  void read(EdgeType type) throws IOException {
    in.expectArray();
    while (in.nextElement()) {
      in.expectObject();
      switch (type) {
        case STREAM -> addPoint(streamPoint());
        case BATCH -> new BatchReader<>(in, this).read();
      }
    }
  }

  /** Returns the frames of everything that was read. */
  List<F> frames() {
    return frames;
  }

  /** Returns how many points were read, in batches and outside. */
  int points() {
    return points;
  }

  /** Returns how many batches were read. */
  int batches() {
    return batches;
  }

  FrameKind<F> kind() {
    return kind;
  }

  UdfSchema schema() {
    return schema;
  }

  void addPoint(Point point) throws IOException {
    points++;
    add(kind.point(point));
  }

  void batchEnded() {
    batches++;
  }

  void add(F frame) throws IOException {
    if (frame.getSerializedSize() > maxFrameBytes) {
      throw in.invalid(
          "is too long for a message: "
              + frame.getSerializedSize()
              + " bytes, the limit (maxFrameBytes) is "
              + maxFrameBytes);
    }
    frames.add(frame);
  }

  private Point streamPoint() throws IOException {
    Point.Builder point = Point.newBuilder();
    int seen = 0;
    for (String name = in.nextMember(); name != null; name = in.nextMember()) {
      switch (name) {
        case "time" -> {
          seen = in.once(seen, TIME);
          point.setTime(in.time());
        }
        case "name" -> {
          seen = in.once(seen, NAME);
          point.setName(in.string());
        }
        case "database" -> {
          seen = in.once(seen, DATABASE);
          point.setDatabase(in.string());
        }
        case "retentionPolicy" -> {
          seen = in.once(seen, RETENTION_POLICY);
          point.setRetentionPolicy(in.string());
        }
        case "tags" -> {
          seen = in.once(seen, TAGS);
          readTags(point);
        }
        case "dimensions" -> {
          seen = in.once(seen, DIMENSIONS);
          in.expectArray();
          while (in.nextElement()) {
            point.addDimensions(in.string());
          }
        }
        case "byName" -> {
          seen = in.once(seen, BY_NAME);
          point.setByName(byName());
        }
        case "group" -> {
          seen = in.once(seen, GROUP);
          point.setGroup(in.string());
        }
        case "fields" -> {
          seen = in.once(seen, FIELDS);
          readFields(point);
        }
        case "ints" -> {
          seen = in.once(seen, INTS);
          readInts(point);
        }
        default -> throw in.unknown(POINT_MEMBERS);
      }
    }
    require(seen, TIME, "time");
    require(seen, NAME, "name");
    if ((seen & GROUP) == 0 && (seen & (DIMENSIONS | BY_NAME)) != 0) {
      point.setGroup(
          GroupIds.of(
              point.getName(), point.getByName(), point.getDimensionsList(), point.getTagsMap()));
    }
    return point.build();
  }

  /** Returns a point of a batch, without what the batch gives it. */
  BatchPoint batchPoint() throws IOException {
    in.expectObject();
    Point.Builder point = Point.newBuilder();
    int seen = 0;
    for (String name = in.nextMember(); name != null; name = in.nextMember()) {
      switch (name) {
        case "time" -> {
          seen = in.once(seen, TIME);
          point.setTime(in.time());
        }
        case "tags" -> {
          seen = in.once(seen, TAGS);
          readTags(point);
        }
        case "fields" -> {
          seen = in.once(seen, FIELDS);
          readFields(point);
        }
        case "ints" -> {
          seen = in.once(seen, INTS);
          readInts(point);
        }
        case "name", "database", "retentionPolicy", "dimensions", "group" ->
            throw in.invalid("belongs to points of a stream, not to those of a batch");
        default -> throw in.unknown(BATCH_POINT_MEMBERS);
      }
    }
    require(seen, TIME, "time");
    return new BatchPoint(point, (seen & TAGS) != 0);
  }

  /**
   * A point of a batch.
   *
   * @param hasTags whether it has tags of its own, if only none
   */
  record BatchPoint(Point.Builder point, boolean hasTags) {}

  private void require(int seen, int member, String name) throws IOException {
    if ((seen & member) == 0) {
      throw in.invalid("lacks \"" + name + '"');
    }
  }

  /** Returns a value of the member {@code byName}. */
  boolean byName() throws IOException {
    if (schema == UdfSchema.SEED) {
      throw in.invalid("is not in the schema \"seed\"");
    }
    return in.bool();
  }

  private void readTags(Point.Builder point) throws IOException {
    in.expectObject();
    for (String name = in.nextMember(); name != null; name = in.nextMember()) {
      if (point.containsTags(name)) {
        throw in.twice();
      }
      point.putTags(name, in.string());
    }
  }

  /** Reads the object at which the input stands. */
  void readTags(Map<String, String> into) throws IOException {
    in.expectObject();
    for (String name = in.nextMember(); name != null; name = in.nextMember()) {
      if (into.put(name, in.string()) != null) {
        throw in.twice();
      }
    }
  }

  private void readFields(Point.Builder point) throws IOException {
    in.expectObject();
    for (String name = in.nextMember(); name != null; name = in.nextMember()) {
      if (isTaken(point, name)) {
        throw in.twice();
      }
      readField(point, name);
    }
  }

  private void readField(Point.Builder point, String name) throws IOException {
    if (in.isAt(JsonToken.VALUE_NUMBER_FLOAT) || in.isAt(JsonToken.VALUE_NUMBER_INT)) {
      point.putFieldsDouble(name, in.number());
    } else if (in.isAt(JsonToken.VALUE_STRING)) {
      point.putFieldsString(name, in.string());
    } else if (in.isAt(JsonToken.VALUE_TRUE) || in.isAt(JsonToken.VALUE_FALSE)) {
      if (schema == UdfSchema.SEED) {
        throw in.invalid("is a boolean, which the schema \"seed\" does not have");
      }
      point.putFieldsBool(name, in.bool());
    } else if (in.isAt(JsonToken.START_OBJECT)) {
      point.putFieldsDouble(name, nonFinite());
    } else {
      throw in.invalid("is not a field: use a number, a string or a boolean");
    }
  }

  /** Returns the value of an object such as {@code {"double": "NaN"}}. */
  private double nonFinite() throws IOException {
    String name = in.nextMember();
    if (name == null || !name.equals("double")) {
      throw in.invalid("is not a field; an object here is {\"double\": \"NaN\"} or alike");
    }
    double value =
        switch (in.string()) {
          case "NaN" -> Double.NaN;
          case "Infinity" -> Double.POSITIVE_INFINITY;
          case "-Infinity" -> Double.NEGATIVE_INFINITY;
          default -> throw in.invalid("is not \"NaN\", \"Infinity\" or \"-Infinity\"");
        };
    if (in.nextMember() != null) {
      throw in.unknown("double");
    }
    return value;
  }

  private void readInts(Point.Builder point) throws IOException {
    in.expectObject();
    for (String name = in.nextMember(); name != null; name = in.nextMember()) {
      if (isTaken(point, name)) {
        throw in.twice();
      }
      point.putFieldsInt(name, in.integer());
    }
  }

  /** Returns whether a point has a field with the name, of whatever type. */
  private static boolean isTaken(Point.Builder point, String name) {
    return point.containsFieldsDouble(name)
        || (point.getFieldsIntCount() > 0 && point.containsFieldsInt(name))
        || (point.getFieldsStringCount() > 0 && point.containsFieldsString(name))
        || (point.getFieldsBoolCount() > 0 && point.containsFieldsBool(name));
  }
}
