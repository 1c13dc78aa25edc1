package dev.rapid.kapacitor.json;

import dev.rapid.core.invocation.Payload;
import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.KapacitorSettings.Completion;
import dev.rapid.kapacitor.UdfSchema;
import dev.rapid.kapacitor.json.UdfEvent.Expected;
import dev.rapid.kapacitor.protocol.Request;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Makes frames for an agent of the events of its function (contract kapacitor-udf, sections 10.1
 * and 10.3). Thread-safe.
 */
public final class EventReader {

  private static final int DATA = 1;
  private static final int EXPECT = 1 << 1;
  private static final int COMPLETION = 1 << 2;
  private static final int CONTEXT = 1 << 3;

  private final EdgeType wants;
  private final UdfSchema schema;
  private final int maxFrameBytes;

  /**
   * @param wants what the agent takes
   * @param schema what the agent knows
   * @param maxFrameBytes the longest message, in bytes
   */
  public EventReader(EdgeType wants, UdfSchema schema, int maxFrameBytes) {
    this.wants = wants;
    this.schema = schema;
    this.maxFrameBytes = maxFrameBytes;
  }

  /**
   * Returns the frames of an event. The payload is neither changed nor released.
   *
   * @throws InvalidEventException if anything in it is wrong
   */
  public UdfEvent read(Payload event) throws InvalidEventException {
    try {
      return JsonInput.read(event, "The event", this::read);
    } catch (InvalidDataException e) {
      throw new InvalidEventException(String.valueOf(e.getMessage()));
    }
  }

  private UdfEvent read(JsonInput in) throws IOException {
    DataReader<Request> data = new DataReader<>(in, FrameKind.REQUESTS, schema, maxFrameBytes);
    Completion completion = null;
    Expected expected = null;
    int seen = 0;
    in.expectObject();
    for (String name = in.nextMember(); name != null; name = in.nextMember()) {
      switch (name) {
        case "points" -> {
          DataMembers.expect(in, wants, EdgeType.STREAM, "The agent wants");
          seen = in.once(seen, DATA);
          data.read(EdgeType.STREAM);
        }
        case "batches" -> {
          DataMembers.expect(in, wants, EdgeType.BATCH, "The agent wants");
          seen = in.once(seen, DATA);
          data.read(EdgeType.BATCH);
        }
        case "expect" -> {
          seen = in.once(seen, EXPECT);
          expected = expected(in);
        }
        case "completion" -> {
          seen = in.once(seen, COMPLETION);
          completion = completion(in);
        }
        case "context" -> {
          // An exposed function may be an agent itself.
          seen = in.once(seen, CONTEXT);
          in.skip();
        }
        default -> throw in.unknown("points, batches, expect and completion");
      }
    }
    if ((seen & DATA) == 0) {
      throw in.invalid("lacks \"" + DataMembers.nameOf(wants) + '"');
    }
    return new UdfEvent(data.frames(), data.points(), data.batches(), completion, expected);
  }

  private static Expected expected(JsonInput in) throws IOException {
    Integer points = null;
    Integer batches = null;
    Duration timeout = null;
    in.expectObject();
    for (String name = in.nextMember(); name != null; name = in.nextMember()) {
      switch (name) {
        case "points" -> points = only(in, points, in.count());
        case "batches" -> batches = only(in, batches, in.count());
        case "timeoutMs" -> timeout = only(in, timeout, Duration.ofMillis(in.count()));
        default -> throw in.unknown("points, batches and timeoutMs");
      }
    }
    if (points == null && batches == null) {
      throw in.invalid("has neither \"points\" nor \"batches\"");
    }
    return new Expected(points, batches, timeout);
  }

  private static <T> T only(JsonInput in, @Nullable T before, T value) throws IOException {
    if (before != null) {
      throw in.twice();
    }
    return value;
  }

  private static Completion completion(JsonInput in) throws IOException {
    return switch (in.string()) {
      case "barrier" -> Completion.BARRIER;
      case "count" -> Completion.COUNT;
      case "eof" -> Completion.EOF;
      default -> throw in.invalid("is not \"barrier\", \"count\" or \"eof\"");
    };
  }
}
