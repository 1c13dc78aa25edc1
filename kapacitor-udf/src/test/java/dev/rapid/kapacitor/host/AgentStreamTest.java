package dev.rapid.kapacitor.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.kapacitor.AgentStreams;
import dev.rapid.kapacitor.codec.FrameReader;
import dev.rapid.kapacitor.protocol.KeepaliveRequest;
import dev.rapid.kapacitor.protocol.Point;
import dev.rapid.kapacitor.protocol.Request;
import dev.rapid.kapacitor.protocol.Request.MessageCase;
import dev.rapid.kapacitor.protocol.Response;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The frames to and from an agent that takes or gives them as a test says. */
@Timeout(60)
final class AgentStreamTest {

  private static final int FRAMES = 20;
  private static final String LONG_TEXT = "x".repeat(100_000);

  private final CountDownLatch writing = new CountDownLatch(1);
  private final CountDownLatch takes = new CountDownLatch(1);
  private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
  private final CompletableFuture<byte[]> all = new CompletableFuture<>();
  private final CompletableFuture<@Nullable IOException> outputEnded = new CompletableFuture<>();

  private static Request point(int time) {
    return Request.newBuilder()
        .setPoint(Point.newBuilder().setTime(time).putFieldsString("text", LONG_TEXT))
        .build();
  }

  private static Request keepalive() {
    return Request.newBuilder().setKeepalive(KeepaliveRequest.newBuilder().setTime(7)).build();
  }

  private AgentStream stream(InputStream fromAgent) {
    return new AgentStream(new Streams(fromAgent), 1_000_000, new Ends());
  }

  @Test
  void a_keepalive_does_not_wait_for_all_of_a_long_event() throws Exception {
    AgentStream stream = stream(InputStream.nullInputStream());
    stream.begin("average");
    stream.write(IntStream.range(0, FRAMES).mapToObj(AgentStreamTest::point).toList());
    writing.await();

    assertThat(stream.writeSoon(keepalive())).isTrue();
    stream.endInput();
    takes.countDown();

    List<Request> frames = new ArrayList<>();
    FrameReader<Request> reader =
        new FrameReader<>(Request.parser(), new ByteArrayInputStream(all.join()), 1_000_000);
    for (Request each = reader.next(); each != null; each = reader.next()) {
      frames.add(each);
    }
    List<MessageCase> kinds = frames.stream().map(Request::getMessageCase).toList();
    assertThat(kinds.indexOf(MessageCase.KEEPALIVE)).isBetween(1, FRAMES - 1);
    assertThat(frames.stream().filter(Request::hasPoint).map(each -> each.getPoint().getTime()))
        .containsExactlyElementsOf(IntStream.range(0, FRAMES).mapToObj(Long::valueOf).toList());
  }

  @Test
  void the_input_has_ended_when_all_was_written() throws Exception {
    AgentStream stream = stream(InputStream.nullInputStream());
    stream.begin("average");
    stream.write(List.of(keepalive()));
    stream.endInput();
    writing.await();
    assertThat(stream.hasInputEnded()).isFalse();

    takes.countDown();

    assertThat(all.join()).isNotEmpty();
    assertThat(stream.hasInputEnded()).isTrue();
  }

  @Test
  void a_keepalive_that_nothing_is_ahead_of_comes_in_its_order() {
    assertThat(stream(InputStream.nullInputStream()).writeSoon(keepalive())).isFalse();
  }

  @Test
  void a_reader_that_fails_for_any_reason_ends_the_output() {
    AgentStream stream =
        stream(
            new InputStream() {
              @Override
              public int read() {
                throw new OutOfMemoryError("a frame is too long for the memory");
              }

              @Override
              public int read(byte[] bytes, int offset, int length) {
                return read();
              }
            });

    stream.begin("average");

    assertThat(outputEnded.join()).hasMessageContaining("too long for the memory");
  }

  /** Takes nothing before the test lets it. */
  private final class Streams implements AgentStreams {

    private final InputStream fromAgent;

    Streams(InputStream fromAgent) {
      this.fromAgent = fromAgent;
    }

    @Override
    public InputStream fromAgent() {
      return fromAgent;
    }

    @Override
    public OutputStream toAgent() {
      return new OutputStream() {
        @Override
        public void write(int b) {
          throw new UnsupportedOperationException();
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          writing.countDown();
          try {
            takes.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          taken.write(bytes, offset, length);
        }

        @Override
        public void close() {
          all.complete(taken.toByteArray());
        }
      };
    }

    @Override
    public boolean isConnection() {
      return false;
    }

    @Override
    public void close() {}
  }

  private final class Ends implements AgentStream.Receiver {

    @Override
    public void received(List<Response> frames) {}

    @Override
    public void outputEnded(@Nullable IOException failure) {
      outputEnded.complete(failure);
    }

    @Override
    public void inputBroken(IOException failure) {}
  }
}
