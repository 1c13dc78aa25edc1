package dev.rapid.kapacitor.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Payload;
import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.KapacitorSettings.Completion;
import dev.rapid.kapacitor.UdfSchema;
import dev.rapid.kapacitor.json.AgentOutput.Counts;
import dev.rapid.kapacitor.json.AgentOutput.InvalidOrderException;
import dev.rapid.kapacitor.protocol.BeginBatch;
import dev.rapid.kapacitor.protocol.EndBatch;
import dev.rapid.kapacitor.protocol.Point;
import dev.rapid.kapacitor.protocol.Request;
import dev.rapid.kapacitor.protocol.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random data stays the same on its way through JSON. */
final class JsonRoundTripTest {

  private static final int MAX_FRAME_BYTES = 10_000;
  private static final UseContext CONTEXT = new UseContext("t", "n", List.of());
  private static final ResponseMeta META =
      new ResponseMeta(new Counts(0, 0), Completion.BARRIER, 1, Duration.ZERO, List.of());

  static Stream<Integer> seeds() {
    return Stream.iterate(1, seed -> seed + 1).limit(300);
  }

  private static List<Response> batch(RandomData data, int size) {
    String name = data.text();
    String group = data.text();
    Map<String, String> tags = data.tags();
    List<Response> frames = new ArrayList<>();
    BeginBatch begin =
        BeginBatch.newBuilder()
            .setName(name)
            .setGroup(group)
            .putAllTags(tags)
            .setSize(size)
            .setByName(size % 2 == 0)
            .build();
    frames.add(FrameKind.RESPONSES.begin(begin));
    for (int i = 0; i < size; i++) {
      frames.add(FrameKind.RESPONSES.point(data.batchPoint().setGroup(group).build()));
    }
    EndBatch end =
        EndBatch.newBuilder()
            .setName(name)
            .setGroup(group)
            .setTmax(data.integer())
            .putAllTags(tags)
            .build();
    frames.add(FrameKind.RESPONSES.end(end));
    return frames;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void points_that_a_function_returns_are_those_it_got(int seed) throws InvalidResultException {
    Random random = new Random(seed);
    RandomData data = new RandomData(random);
    List<Point> points = Stream.generate(data::streamPoint).limit(random.nextInt(5)).toList();

    Payload event = new EventWriter().stream(points, CONTEXT);

    assertThat(new ResultReader(EdgeType.STREAM, UdfSchema.CURRENT, MAX_FRAME_BYTES).read(event))
        .extracting(Response::getPoint)
        .containsExactlyElementsOf(points);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void a_batch_that_a_function_returns_is_the_one_it_got(int seed) throws InvalidResultException {
    Random random = new Random(seed);
    List<Response> frames = batch(new RandomData(random), random.nextInt(5));
    List<Point> points =
        frames.subList(1, frames.size() - 1).stream().map(Response::getPoint).toList();

    Payload event =
        EventWriterTest.batch(
            frames.getFirst().getBegin(), points, frames.getLast().getEnd(), CONTEXT);

    assertThat(new ResultReader(EdgeType.BATCH, UdfSchema.CURRENT, MAX_FRAME_BYTES).read(event))
        .containsExactlyElementsOf(frames);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void the_response_of_an_agent_is_an_event_with_the_same_points(int seed)
      throws InvalidOrderException, InvalidResultException {
    Random random = new Random(seed);
    RandomData data = new RandomData(random);
    List<Response> frames =
        Stream.generate(data::streamPoint)
            .limit(random.nextInt(5))
            .map(FrameKind.RESPONSES::point)
            .toList();

    assertThat(readAgain(EdgeType.STREAM, frames, random)).containsExactlyElementsOf(frames);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void the_response_of_an_agent_has_the_same_batches(int seed)
      throws InvalidOrderException, InvalidResultException {
    Random random = new Random(seed);
    RandomData data = new RandomData(random);
    List<Response> frames = new ArrayList<>();
    for (int batches = random.nextInt(4); batches > 0; batches--) {
      frames.addAll(batch(data, random.nextInt(4)));
    }

    assertThat(readAgain(EdgeType.BATCH, frames, random)).containsExactlyElementsOf(frames);
  }

  /** Returns the frames of the response that has frames of an agent, some of them late. */
  private static List<Response> readAgain(EdgeType provides, List<Response> frames, Random random)
      throws InvalidOrderException, InvalidResultException {
    AgentOutput output = new AgentOutput(provides);
    int late = random.nextInt(frames.size() + 1);
    for (int i = 0; i < frames.size(); i++) {
      if (i == late) {
        output.beginInvocation();
      }
      output.add(frames.get(i));
    }
    return new ResultReader(provides, UdfSchema.CURRENT, MAX_FRAME_BYTES)
        .read(output.takeResponse(META));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void an_event_for_an_agent_may_have_what_a_function_gets(int seed) throws InvalidEventException {
    Random random = new Random(seed);
    RandomData data = new RandomData(random);
    List<Point> points = Stream.generate(data::streamPoint).limit(3).toList();

    UdfEvent event =
        new EventReader(EdgeType.STREAM, UdfSchema.CURRENT, MAX_FRAME_BYTES)
            .read(new EventWriter().stream(points, CONTEXT));

    assertThat(event.frames()).extracting(Request::getPoint).containsExactlyElementsOf(points);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void no_text_whatever_breaks_a_reader(int seed) {
    Random random = new Random(seed);
    RandomData data = new RandomData(random);
    byte[] stream = new EventWriter().stream(List.of(data.streamPoint()), CONTEXT).toByteArray();
    List<Response> frames = batch(data, 2);
    byte[] batch =
        EventWriterTest.batch(
                frames.get(0).getBegin(),
                List.of(frames.get(1).getPoint()),
                frames.getLast().getEnd(),
                CONTEXT)
            .toByteArray();
    for (int i = 0; i < 20; i++) {
      readAny(mutated(random.nextBoolean() ? stream : batch, random));
    }
  }

  /** Returns text in which some bytes are missing, doubled or others. */
  private static byte[] mutated(byte[] text, Random random) {
    String[] tokens = {"null", "{", "}", "[", "]", "\"", "1e9", "-", "\\ud83d", "true", ",", ":"};
    byte[] changed = text;
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      int from = random.nextInt(changed.length + 1);
      int to = Math.min(changed.length, from + random.nextInt(8));
      byte[] inserted =
          switch (random.nextInt(4)) {
            case 0 -> new byte[0];
            case 1 -> new byte[] {(byte) random.nextInt()};
            case 2 -> tokens[random.nextInt(tokens.length)].getBytes(UTF_8);
            default -> Arrays.copyOfRange(changed, from, to);
          };
      int end = random.nextBoolean() ? from : to;
      byte[] next = new byte[from + inserted.length + changed.length - end];
      System.arraycopy(changed, 0, next, 0, from);
      System.arraycopy(inserted, 0, next, from, inserted.length);
      System.arraycopy(changed, end, next, from + inserted.length, changed.length - end);
      changed = next;
    }
    return changed;
  }

  /** Reads text in each way; what is wrong with it may be one thing only. */
  private static void readAny(byte[] text) {
    for (EdgeType type : EdgeType.values()) {
      for (UdfSchema schema : UdfSchema.values()) {
        try {
          assertThat(new EventReader(type, schema, 200).read(Payload.of(text)).frames())
              .allSatisfy(frame -> assertThat(frame.toByteArray()).hasSizeBetween(1, 200));
        } catch (InvalidEventException e) {
          assertThat(e).hasMessageNotContaining("\n");
        }
        try {
          assertThat(new ResultReader(type, schema, 200).read(Payload.of(text)))
              .allSatisfy(frame -> assertThat(frame.toByteArray()).hasSizeBetween(1, 200));
        } catch (InvalidResultException e) {
          assertThat(e).hasMessageNotContaining("\n");
        }
      }
    }
  }
}
