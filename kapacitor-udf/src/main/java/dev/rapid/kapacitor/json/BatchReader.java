package dev.rapid.kapacitor.json;

import com.google.protobuf.MessageLite;
import dev.rapid.kapacitor.UdfSchema;
import dev.rapid.kapacitor.json.DataReader.BatchPoint;
import dev.rapid.kapacitor.protocol.BeginBatch;
import dev.rapid.kapacitor.protocol.EndBatch;
import dev.rapid.kapacitor.protocol.Point;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one batch. Its members may come in any order, so that its points wait for its end. */
final class BatchReader<F extends MessageLite> {

  private static final int NAME = 1;
  private static final int TAGS = 1 << 1;
  private static final int BY_NAME = 1 << 2;
  private static final int GROUP = 1 << 3;
  private static final int TMAX = 1 << 4;
  private static final int POINTS = 1 << 5;

  private final JsonInput in;
  private final DataReader<F> data;
  private final Map<String, String> tags = new LinkedHashMap<>();
  private final List<BatchPoint> points = new ArrayList<>();
  private String name = "";
  private boolean byName;
  private @Nullable String group;
  private long tmax;

  BatchReader(JsonInput in, DataReader<F> data) {
    this.in = in;
    this.data = data;
  }

  /** Reads the object at whose begin the input stands, and adds its frames to the data. */
  void read() throws IOException {
    int seen = 0;
    for (String member = in.nextMember(); member != null; member = in.nextMember()) {
      switch (member) {
        case "name" -> {
          seen = in.once(seen, NAME);
          name = in.string();
        }
        case "tags" -> {
          seen = in.once(seen, TAGS);
          data.readTags(tags);
        }
        case "byName" -> {
          seen = in.once(seen, BY_NAME);
          byName = data.byName();
        }
        case "group" -> {
          seen = in.once(seen, GROUP);
          group = in.string();
        }
        case "tmax" -> {
          seen = in.once(seen, TMAX);
          tmax = in.time();
        }
        case "points" -> {
          seen = in.once(seen, POINTS);
          in.expectArray();
          while (in.nextElement()) {
            points.add(data.batchPoint());
          }
        }
        default -> throw in.unknown("name, tags, byName, group, tmax and points");
      }
    }
    if ((seen & NAME) == 0) {
      throw in.invalid("lacks \"name\"");
    }
    if ((seen & POINTS) == 0) {
      throw in.invalid("lacks \"points\"");
    }
    addFrames((seen & TMAX) != 0);
  }

  private void addFrames(boolean hasTmax) throws IOException {
    String id = group == null ? GroupIds.ofBatch(name, byName, tags) : group;
    BeginBatch.Builder begin =
        BeginBatch.newBuilder().setName(name).setGroup(id).putAllTags(tags).setByName(byName);
    if (data.schema() == UdfSchema.CURRENT) {
      begin.setSize(points.size());
    }
    data.add(data.kind().begin(begin.build()));
    long largest = points.isEmpty() ? 0 : Long.MIN_VALUE;
    for (BatchPoint read : points) {
      if (!read.hasTags()) {
        read.point().putAllTags(tags);
      }
      Point point = read.point().setGroup(id).build();
      largest = Math.max(largest, point.getTime());
      data.addPoint(point);
    }
    data.add(
        data.kind()
            .end(
                EndBatch.newBuilder()
                    .setName(name)
                    .setGroup(id)
                    .setTmax(hasTmax ? tmax : largest)
                    .putAllTags(tags)
                    .build()));
    data.batchEnded();
  }
}
