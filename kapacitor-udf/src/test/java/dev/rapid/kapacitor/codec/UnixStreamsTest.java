package dev.rapid.kapacitor.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rapid.kapacitor.protocol.Point;
import dev.rapid.kapacitor.protocol.Request;
import dev.rapid.kapacitor.protocol.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The streams of a socket, between two threads that play a host and an agent. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class UnixStreamsTest {

  private static final int LONG_TEXT = 20 * 1024 * 1024;
  private static final int LIMIT = 64 * 1024 * 1024;

  private UnixStreams host;
  private UnixStreams agent;

  @BeforeEach
  void connect(@TempDir Path directory) throws IOException {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("s"));
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(address);
      host = new UnixStreams(SocketChannel.open(address));
      agent = new UnixStreams(server.accept());
    }
  }

  @AfterEach
  void close() throws IOException {
    host.close();
    agent.close();
  }

  @Test
  void both_directions_carry_a_long_message_at_once() throws Exception {
    String text = "x".repeat(LONG_TEXT);
    FutureTask<Response> received =
        start(() -> new FrameReader<>(Response.parser(), host.in(), LIMIT).next());
    FutureTask<Request> taken =
        start(() -> new FrameReader<>(Request.parser(), agent.in(), LIMIT).next());
    FutureTask<Void> sent =
        start(() -> {
          new FrameWriter(host.out()).write(Request.newBuilder().setPoint(point(text)).build());
          return null;
        });
    new FrameWriter(agent.out()).write(Response.newBuilder().setPoint(point(text)).build());

    sent.get();
    assertThat(received.get().getPoint().getFieldsStringOrThrow("s")).isEqualTo(text);
    assertThat(taken.get().getPoint().getFieldsStringOrThrow("s")).isEqualTo(text);
  }

  @Test
  void a_reader_does_not_hold_up_a_writer_of_the_same_socket() throws Exception {
    FutureTask<Integer> read = start(() -> host.in().read());

    host.out().write(1);
    assertThat(agent.in().read()).isEqualTo(1);

    agent.out().write(2);
    assertThat(read.get()).isEqualTo(2);
  }

  @Test
  void a_writer_that_waits_for_a_full_socket_does_not_hold_up_a_reader() throws Exception {
    byte[] more = new byte[LONG_TEXT];
    FutureTask<Void> write =
        start(() -> {
          host.out().write(more);
          return null;
        });
    agent.out().write(7);

    assertThat(host.in().read()).isEqualTo(7);

    assertThat(agent.in().readNBytes(more.length)).isEqualTo(more);
    write.get();
  }

  @Test
  void the_end_of_the_output_leaves_the_input_open() throws Exception {
    host.endOutput();

    assertThat(agent.in().read()).isEqualTo(-1);
    agent.out().write(3);
    assertThat(host.in().read()).isEqualTo(3);
  }

  @Test
  void closing_the_output_ends_it_and_closes_nothing() throws Exception {
    try (OutputStream out = host.out()) {
      out.write(1);
    }

    assertThat(agent.in().readAllBytes()).containsExactly(1);
    agent.out().write(200);
    assertThat(host.in().read()).isEqualTo(200);
  }

  @Test
  void closing_ends_a_read_that_waits() throws Exception {
    InputStream in = host.in();
    FutureTask<Boolean> failed =
        start(() -> {
          assertThatExceptionOfType(IOException.class).isThrownBy(in::read);
          return true;
        });

    host.close();

    assertThat(failed.get()).isTrue();
  }

  private static Point point(String value) {
    return Point.newBuilder().setTime(1).putFieldsString("s", value).build();
  }

  private static <T> FutureTask<T> start(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofPlatform().daemon().start(task);
    return task;
  }
}
