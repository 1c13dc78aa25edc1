package dev.rapid.kapacitor.json;

import com.google.protobuf.MessageLite;
import dev.rapid.core.invocation.Payload;
import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.KapacitorSettings;
import dev.rapid.kapacitor.KapacitorSettings.Completion;
import dev.rapid.kapacitor.UdfSchema;
import dev.rapid.kapacitor.json.AgentOutput.Counts;
import dev.rapid.kapacitor.protocol.Point;
import dev.rapid.kapacitor.protocol.Response;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/**
 * Measures how many points each direction of the JSON takes per second of one processor, in events
 * of 100 points with two tags and two fields. Run {@code main}; no test does.
 */
final class JsonSpeed {

  private static final int POINTS = 100;
  private static final long WARM_UP_NANOS = 2_000_000_000L;
  private static final long NANOS = 2_000_000_000L;

  private JsonSpeed() {}

  public static void main(String[] arguments) throws Exception {
    List<Point> points = IntStream.range(0, POINTS).mapToObj(JsonSpeed::point).toList();
    List<Response> frames = points.stream().map(FrameKind.RESPONSES::point).toList();
    UseContext context = new UseContext("task", "udf2", List.of());
    EventWriter writer = new EventWriter();
    Payload json = writer.stream(points, context);
    System.out.println(json.size() / POINTS + " bytes of JSON per point");
    EventReader events =
        new EventReader(
            EdgeType.STREAM, UdfSchema.CURRENT, KapacitorSettings.DEFAULT_MAX_FRAME_BYTES);
    ResultReader results =
        new ResultReader(
            EdgeType.STREAM, UdfSchema.CURRENT, KapacitorSettings.DEFAULT_MAX_FRAME_BYTES);
    AgentOutput output = new AgentOutput(EdgeType.STREAM);
    ResponseMeta meta =
        new ResponseMeta(
            new Counts(POINTS, 0), Completion.BARRIER, 3, Duration.ofMillis(2), List.of());

    measure("role B, event of a function", () -> writer.stream(points, context));
    measure("role B, result of a function", () -> results.read(json));
    measure("role A, event for an agent", () -> events.read(json));
    measure(
        "role A, response of an agent",
        () -> {
          output.beginInvocation();
          for (Response frame : frames) {
            output.add(frame);
          }
          return output.takeResponse(meta);
        });
    measure(
        "frames of a result to bytes, without a codec",
        () -> results.read(json).stream().mapToInt(f -> f.toByteArray().length).sum());
    byte[][] bytes = frames.stream().map(MessageLite::toByteArray).toArray(byte[][]::new);
    measure(
        "frames from bytes, without a codec",
        () -> {
          Response last = null;
          for (byte[] frame : bytes) {
            last = Response.parseFrom(frame);
          }
          return last;
        });
  }

  private static Point point(int i) {
    return Point.newBuilder()
        .setTime(1_700_000_000_000_000_000L + i * 10_000_003L)
        .setName("cpu")
        .setDatabase("telegraf")
        .setRetentionPolicy("autogen")
        .setGroup("host=server" + i % 10)
        .addDimensions("host")
        .putAllTags(Map.of("host", "server" + i % 10, "region", "eu-west"))
        .putAllFieldsDouble(Map.of("usage_user", i * 0.37, "usage_idle", 100 - i * 0.61))
        .build();
  }

  private static void measure(String name, Callable<?> step) throws Exception {
    run(step, WARM_UP_NANOS);
    System.out.printf("%,12.0f points/s  %s%n", run(step, NANOS), name);
  }

  /** Returns the number of points per second of the processor. */
  private static double run(Callable<?> step, long nanos) throws Exception {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long begin = threads.getCurrentThreadCpuTime();
    long events = 0;
    long sum = 0;
    while (threads.getCurrentThreadCpuTime() - begin < nanos) {
      sum += step.call().hashCode() & 1;
      events++;
    }
    double seconds = (threads.getCurrentThreadCpuTime() - begin) / 1e9;
    return sum < 0 ? 0 : events * POINTS / seconds;
  }
}
