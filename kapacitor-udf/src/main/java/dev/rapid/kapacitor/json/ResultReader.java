package dev.rapid.kapacitor.json;

import com.fasterxml.jackson.core.JsonToken;
import dev.rapid.core.invocation.Payload;
import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.UdfSchema;
import dev.rapid.kapacitor.protocol.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes frames for a host of the results of a function (contract kapacitor-udf, sections 11.4 and
 * 11.5). They are complete: a batch begins with its size and ends. Thread-safe.
 */
public final class ResultReader {

  private static final int POINTS = 1;
  private static final int BATCHES = 1 << 1;
  private static final int LATE = 1 << 2;

  private final EdgeType provides;
  private final UdfSchema schema;
  private final int maxFrameBytes;

  /**
   * @param provides what the function gives
   * @param schema what the host knows
   * @param maxFrameBytes the longest message, in bytes
   */
  public ResultReader(EdgeType provides, UdfSchema schema, int maxFrameBytes) {
    this.provides = provides;
    this.schema = schema;
    this.maxFrameBytes = maxFrameBytes;
  }

  /**
   * Returns the frames of a result; none if it has no bytes or is null. The payload is neither
   * changed nor released.
   *
   * @throws InvalidResultException if anything in it is wrong
   */
  public List<Response> read(Payload result) throws InvalidResultException {
    if (result.size() == 0) {
      return List.of();
    }
    try {
      return JsonInput.read(result, "The result", this::read);
    } catch (InvalidDataException e) {
      throw new InvalidResultException(String.valueOf(e.getMessage()));
    }
  }

  private List<Response> read(JsonInput in) throws IOException {
    if (in.isAt(JsonToken.VALUE_NULL)) {
      return List.of();
    }
    DataReader<Response> data = newReader(in);
    DataReader<Response> late = newReader(in);
    int seen = 0;
    in.expectObject();
    for (String name = in.nextMember(); name != null; name = in.nextMember()) {
      switch (name) {
        case "points" -> {
          seen = in.once(seen, POINTS);
          read(in, EdgeType.STREAM, data);
        }
        case "batches" -> {
          seen = in.once(seen, BATCHES);
          read(in, EdgeType.BATCH, data);
        }
        case "late" -> {
          // The function may be an agent itself, whose late data came first.
          seen = in.once(seen, LATE);
          readLate(in, late);
        }
        // A function may return its event, and an agent tells how it went.
        case "context", "meta" -> in.skip();
        default -> throw in.unknown(DataMembers.nameOf(provides));
      }
    }
    if (late.frames().isEmpty()) {
      return data.frames();
    }
    List<Response> all = new ArrayList<>(late.frames());
    all.addAll(data.frames());
    return all;
  }

  private DataReader<Response> newReader(JsonInput in) {
    return new DataReader<>(in, FrameKind.RESPONSES, schema, maxFrameBytes);
  }

  private void readLate(JsonInput in, DataReader<Response> late) throws IOException {
    int seen = 0;
    in.expectObject();
    for (String name = in.nextMember(); name != null; name = in.nextMember()) {
      switch (name) {
        case "points" -> {
          seen = in.once(seen, POINTS);
          read(in, EdgeType.STREAM, late);
        }
        case "batches" -> {
          seen = in.once(seen, BATCHES);
          read(in, EdgeType.BATCH, late);
        }
        default -> throw in.unknown("points and batches");
      }
    }
  }

  private void read(JsonInput in, EdgeType type, DataReader<Response> into) throws IOException {
    DataMembers.expect(in, provides, type, "The function provides");
    if (!in.isAt(JsonToken.VALUE_NULL)) {
      into.read(type);
    }
  }
}
