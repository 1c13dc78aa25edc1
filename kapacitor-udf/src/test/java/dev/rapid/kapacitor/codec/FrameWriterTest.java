package dev.rapid.kapacitor.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.kapacitor.protocol.BeginBatch;
import dev.rapid.kapacitor.protocol.EndBatch;
import dev.rapid.kapacitor.protocol.Point;
import dev.rapid.kapacitor.protocol.Response;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How frames are written (contract kapacitor-udf, section 1, F1). */
class FrameWriterTest {

  private final Writes out = new Writes();
  private final FrameWriter writer = new FrameWriter(out);

  @Test
  void length_and_message_are_one_write_and_are_flushed() throws IOException {
    writer.write(keepalive(1));

    assertThat(out.writes).isEqualTo(1);
    assertThat(out.flushes).isEqualTo(1);
    assertThat(readAll()).containsExactly(keepalive(1));
  }

  @Test
  void many_short_messages_are_one_write() throws IOException {
    List<Response> messages = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      messages.add(keepalive(i));
    }

    writer.write(messages);

    assertThat(out.writes).isEqualTo(1);
    assertThat(out.flushes).isEqualTo(1);
    assertThat(readAll()).isEqualTo(messages);
  }

  @Test
  void a_long_message_keeps_its_place_among_short_ones() throws IOException {
    List<Response> messages =
        List.of(
            keepalive(1),
            point("x".repeat(200_000)),
            keepalive(2),
            point("x".repeat(65_000)),
            point("x".repeat(65_000)),
            keepalive(3));

    writer.write(messages);

    assertThat(readAll()).isEqualTo(messages);
    assertThat(out.flushes).isEqualTo(1);
  }

  @Test
  void no_messages_are_no_bytes() throws IOException {
    writer.write(List.of());

    assertThat(out.writes).isZero();
  }

  @Test
  void the_messages_of_one_call_stay_together() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      String name = "batch" + thread;
      threads.add(Thread.ofPlatform().start(() -> writeBatches(name)));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    String open = "";
    for (Response message : readAll()) {
      switch (message.getMessageCase()) {
        case BEGIN -> {
          assertThat(open).isEmpty();
          open = message.getBegin().getName();
        }
        case POINT -> assertThat(message.getPoint().getName()).isEqualTo(open);
        case END -> {
          assertThat(message.getEnd().getName()).isEqualTo(open);
          open = "";
        }
        default -> throw new AssertionError(message);
      }
    }
    assertThat(open).isEmpty();
  }

  @Test
  void the_size_of_a_frame_is_known_before_it_is_written() throws IOException {
    for (int length : List.of(0, 1, 110, 127, 128, 16_383, 16_384, 70_000)) {
      Response message = point("x".repeat(length));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      new FrameWriter(bytes).write(message);

      assertThat(Frames.size(message)).isEqualTo(bytes.size());
    }
  }

  private void writeBatches(String name) {
    List<Response> batch = new ArrayList<>();
    batch.add(Response.newBuilder().setBegin(BeginBatch.newBuilder().setName(name)).build());
    for (int i = 0; i < 50; i++) {
      batch.add(
          Response.newBuilder().setPoint(Point.newBuilder().setTime(i).setName(name)).build());
    }
    batch.add(Response.newBuilder().setEnd(EndBatch.newBuilder().setName(name)).build());
    try {
      for (int i = 0; i < 200; i++) {
        writer.write(batch);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private List<Response> readAll() throws IOException {
    FrameReader<Response> reader =
        new FrameReader<>(Response.parser(), new ByteArrayInputStream(out.toByteArray()), 1 << 20);
    List<Response> read = new ArrayList<>();
    for (Response next = reader.next(); next != null; next = reader.next()) {
      read.add(next);
    }
    return read;
  }

  private static Response keepalive(long time) {
    Response.Builder response = Response.newBuilder();
    response.getKeepaliveBuilder().setTime(time);
    return response.build();
  }

  private static Response point(String value) {
    return Response.newBuilder()
        .setPoint(Point.newBuilder().setTime(1).putFieldsString("s", value))
        .build();
  }

  /** Counts the calls of the writer. */
  private static final class Writes extends ByteArrayOutputStream {
    private int writes;
    private int flushes;

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      writes++;
      super.write(bytes, offset, length);
    }

    @Override
    public void flush() {
      flushes++;
    }
  }
}
