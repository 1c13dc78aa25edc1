package dev.rapid.kapacitor.json;

import dev.rapid.core.invocation.Payload;
import dev.rapid.kapacitor.protocol.BeginBatch;
import dev.rapid.kapacitor.protocol.EndBatch;
import dev.rapid.kapacitor.protocol.Point;

/**
 * The event for one batch, in the making. A point becomes JSON when it comes, which takes a tenth
 * of its memory. Not thread-safe, together with the {@link EventWriter} that has made it.
 */
public final class BatchEvent {

  private final BeginBatch begin;
  private final DataWriter writer;
  private final JsonElements points = new JsonElements();
  private int pointCount;

  BatchEvent(BeginBatch begin, DataWriter writer) {
    this.begin = begin;
    this.writer = writer;
  }

  /** Adds a point. */
  public void add(Point point) {
    points.add(json -> writer.batchPoint(json, point));
    pointCount++;
  }

  /** Returns the name with which the batch has begun. */
  public String name() {
    return begin.getName();
  }

  /** Returns how many points there are. */
  public int points() {
    return pointCount;
  }

  /** Returns the event, which is complete. */
  public Payload end(EndBatch end, UseContext context) {
    JsonBytes event = new JsonBytes(EventWriter.OTHER_BYTES + points.size());
    event.write(json -> {
      json.writeStartObject();
      json.writeArrayFieldStart("batches");
    });
    writer.batch(event, begin.getByName(), points, end);
    event.write(json -> {
      json.writeEndArray();
      EventWriter.writeContext(json, context);
      json.writeEndObject();
    });
    return event.payload();
  }
}
