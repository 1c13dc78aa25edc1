package dev.rapid.kapacitor.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.rapid.core.invocation.Payload;
import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.protocol.BeginBatch;
import dev.rapid.kapacitor.protocol.EndBatch;
import dev.rapid.kapacitor.protocol.Point;
import dev.rapid.kapacitor.protocol.Response;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The data that an agent sends: that of an invocation, and that which came before the invocation
 * began (contract kapacitor-udf, sections 9.2 and 10.2). It becomes JSON when it comes. Not
 * thread-safe.
 */
public final class AgentOutput {

  /** How much came. */
  public record Counts(int points, int batches) {

    /** Returns whether nothing came. */
    public boolean isNone() {
      return points == 0 && batches == 0;
    }
  }

  private final EdgeType provides;
  private final DataWriter writer = new DataWriter();
  private Part current = new Part();
  private Part late = new Part();
  private @Nullable OpenBatch open;

  /**
   * @param provides what the agent has announced
   */
  public AgentOutput(EdgeType provides) {
    this.provides = provides;
  }

  /** Data breaks the order of batches, or is none. The message is the end of a sentence. */
  public static final class InvalidOrderException extends Exception {

    private static final long serialVersionUID = 1;

    private InvalidOrderException(String message) {
      super(message);
    }
  }

  /** A batch whose end has not come. */
  private static final class OpenBatch {
    private final BeginBatch begin;
    private final JsonElements points = new JsonElements();
    private int pointCount;

    OpenBatch(BeginBatch begin) {
      this.begin = begin;
    }
  }

  /**
   * Takes a frame with data, of whatever type.
   *
   * @throws InvalidOrderException if the frame has no data, or no place between those before it
   */
  public void add(Response frame) throws InvalidOrderException {
    switch (frame.getMessageCase()) {
      case BEGIN -> begin(frame.getBegin());
      case POINT -> point(frame.getPoint());
      case END -> end(frame.getEnd());
      default -> throw new InvalidOrderException("has no data");
    }
  }

  private void begin(BeginBatch begin) throws InvalidOrderException {
    if (open != null) {
      throw new InvalidOrderException("begins a batch while another one is open");
    }
    if (begin.getSize() < 0) {
      throw new InvalidOrderException("begins a batch with the negative size " + begin.getSize());
    }
    open = new OpenBatch(begin);
  }

  private void point(Point point) {
    OpenBatch batch = open;
    if (batch != null) {
      batch.points.add(json -> writer.batchPoint(json, point));
      batch.pointCount++;
    } else {
      current.points.add(json -> writer.streamPoint(json, point));
    }
    current.pointCount++;
  }

  private void end(EndBatch end) throws InvalidOrderException {
    OpenBatch batch = open;
    if (batch == null) {
      throw new InvalidOrderException("ends a batch while none is open");
    }
    open = null;
    writer.batch(current.batches.next(), batch.begin.getByName(), batch.points, end);
    current.batchCount++;
  }

  /** Returns whether the end of a batch has not come. */
  public boolean isBatchOpen() {
    return open != null;
  }

  /** Returns how much has come since the invocation began, or since the last one ended. */
  public Counts received() {
    return current.counts();
  }

  /** Returns how much came before the invocation began. */
  public Counts late() {
    return late.counts();
  }

  /** Returns how much memory everything takes, about as much as its JSON, in bytes. */
  public long bytes() {
    OpenBatch batch = open;
    return current.bytes()
        + late.bytes()
        + (batch == null ? 0 : batch.begin.getSerializedSize() + batch.points.size());
  }

  /** Begins an invocation: what has come until now is late. */
  public void beginInvocation() {
    late.append(renewCurrent());
  }

  /** Begins with new data, to which an open batch belongs. Returns the data until now. */
  private Part renewCurrent() {
    Part until = current;
    current = new Part();
    if (open != null) {
      until.pointCount -= open.pointCount;
      current.pointCount = open.pointCount;
    }
    return until;
  }

  /** Forgets what came before the invocation began, and returns how much it was. */
  public Counts dropLate() {
    Counts dropped = late.counts();
    late.close();
    late = new Part();
    return dropped;
  }

  /** Forgets everything, also an open batch. */
  public void clear() {
    dropLate();
    current.close();
    current = new Part();
    open = null;
  }

  /**
   * Ends an invocation: returns its response, and forgets its data. An open batch stays open, and
   * comes with what follows.
   */
  public Payload takeResponse(ResponseMeta meta) {
    Part ended = renewCurrent();
    Part before = late;
    late = new Part();
    JsonBytes response =
        new JsonBytes((int) Math.min(ended.bytes() + before.bytes(), 1 << 30) + 300);
    response.write(JsonGenerator::writeStartObject);
    ended.batches.writeTo(response, "batches", provides == EdgeType.BATCH);
    if (!before.counts().isNone()) {
      response.write(json -> json.writeObjectFieldStart("late"));
      before.batches.writeTo(response, "batches", false);
      before.points.writeTo(response, "points", false);
      response.write(JsonGenerator::writeEndObject);
    }
    response.write(json -> writeMeta(json, meta, ended.counts()));
    ended.points.writeTo(response, "points", provides == EdgeType.STREAM);
    response.write(JsonGenerator::writeEndObject);
    return response.payload();
  }

  private static void writeMeta(JsonGenerator json, ResponseMeta meta, Counts received)
      throws IOException {
    json.writeObjectFieldStart("meta");
    json.writeStringField("completion", meta.completion().name().toLowerCase(Locale.ROOT));
    json.writeNumberField(
        "elapsedMs", TimeUnit.NANOSECONDS.toMicros(meta.elapsed().toNanos()) / 1000.0);
    writeCounts(json, "received", received);
    json.writeNumberField("rounds", meta.rounds());
    writeCounts(json, "sent", meta.sent());
    json.writeArrayFieldStart("warnings");
    for (String warning : meta.warnings()) {
      json.writeString(warning);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeCounts(JsonGenerator json, String name, Counts counts)
      throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("batches", counts.batches());
    json.writeNumberField("points", counts.points());
    json.writeEndObject();
  }

  /** The data of an invocation, or that before it. */
  private static final class Part {
    private final JsonElements points = new JsonElements();
    private final JsonElements batches = new JsonElements();
    private int pointCount;
    private int batchCount;

    Counts counts() {
      return new Counts(pointCount, batchCount);
    }

    long bytes() {
      return (long) points.size() + batches.size();
    }

    /** Takes the data of another part, which is not used any more. */
    void append(Part other) {
      points.append(other.points);
      batches.append(other.batches);
      pointCount += other.pointCount;
      batchCount += other.batchCount;
    }

    void close() {
      points.close();
      batches.close();
    }
  }
}
