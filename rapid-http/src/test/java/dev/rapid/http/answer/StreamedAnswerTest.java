package dev.rapid.http.answer;

import static dev.rapid.http.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.shaping.Pacer;
import dev.rapid.core.shaping.ResponseShaper;
import dev.rapid.core.time.NanoClock;
import dev.rapid.http.TestServer;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HttpString;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xnio.IoUtils;

/** Answers that are written piece by piece. */
final class StreamedAnswerTest {

  /** What the kernel may take while nothing is read, and more. */
  private static final int MORE_THAN_BUFFERS = 48 * 1024 * 1024;

  private static final int LARGE = 16 * 1024 * 1024;

  /** A piece that knows whether it was released. */
  private static final class Piece implements Payload {

    private final byte[] bytes;
    private final AtomicInteger readers = new AtomicInteger(1);

    Piece(byte[] bytes) {
      this.bytes = bytes;
    }

    Piece(String text) {
      this(text.getBytes(UTF_8));
    }

    boolean released() {
      return readers.get() == 0;
    }

    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public List<ByteBuffer> buffers() {
      return List.of(ByteBuffer.wrap(bytes));
    }

    @Override
    public void acquire() {
      readers.incrementAndGet();
    }

    @Override
    public void release() {
      if (readers.decrementAndGet() < 0) {
        throw new AssertionError("released too often");
      }
    }
  }

  private final AtomicReference<@Nullable HttpServerExchange> exchange = new AtomicReference<>();
  private final AtomicReference<@Nullable StreamedAnswer> answer = new AtomicReference<>();
  private final AtomicInteger written = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private volatile StreamedAnswer.Framing framing = StreamedAnswer.Framing.NONE;
  private volatile long maxBytes = Invocation.UNLIMITED;
  private final TestServer server =
      TestServer.bound()
          .serving(next -> {
            if (next.getRequestPath().equals("/ping")) {
              Answers.send(next, 200, Answers.TEXT, "pong".getBytes(UTF_8));
            } else {
              Answers.park(next, () -> open(next));
            }
          });

  private void open(HttpServerExchange next) {
    answer.set(
        new StreamedAnswer(
            next,
            new Pacer(
                ResponseShaper.unshaped(),
                NanoClock.SYSTEM,
                (atNanos, task) -> {
                  throw new AssertionError("Nothing is shaped");
                }),
            framing,
            maxBytes,
            new Answers.Listener() {
              @Override
              public void written() {
                written.incrementAndGet();
              }

              @Override
              public void failed() {
                failed.incrementAndGet();
              }
            }));
    exchange.set(next);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private WireClient begun() {
    WireClient client = server.connect().sendHead("GET", "/");
    eventually(() -> exchange.get() != null);
    return client;
  }

  private void perform(Consumer<StreamedAnswer> action) {
    StreamedAnswer opened = Objects.requireNonNull(answer.get());
    Answers.onIoThread(Objects.requireNonNull(exchange.get()), () -> action.accept(opened));
  }

  private Piece write(String text) {
    return write(new Piece(text));
  }

  private Piece write(Piece piece) {
    perform(opened -> opened.write(piece));
    return piece;
  }

  private void end(String... trailers) {
    HeaderMap map = new HeaderMap();
    for (int i = 0; i < trailers.length; i += 2) {
      map.put(new HttpString(trailers[i]), trailers[i + 1]);
    }
    perform(opened -> opened.end(ByteBuffer.allocate(0), map));
  }

  // ------------------------------------------------------------------ whole answers

  @Test
  void each_piece_is_on_its_way_at_once_and_then_released() {
    WireClient client = begun();

    Piece first = write("first");

    assertThat(client.receiveHead().header("Transfer-Encoding")).isEqualTo("chunked");
    assertThat(client.receiveChunk()).isEqualTo("first".getBytes(UTF_8));
    eventually(first::released);
    Piece second = write("second");
    assertThat(client.receiveChunk()).isEqualTo("second".getBytes(UTF_8));
    eventually(second::released);
    end();
    assertThat(client.receiveChunk()).isEmpty();
    eventually(() -> written.get() == 1);
  }

  @Test
  void pieces_that_come_together_keep_their_order() {
    WireClient client = begun();

    perform(opened -> {
      opened.write(new Piece("a"));
      opened.write(new Piece(""));
      opened.write(new Piece("b"));
      opened.write(new Piece("c"));
      opened.end(ByteBuffer.wrap("end".getBytes(UTF_8)), new HeaderMap());
    });

    assertThat(client.receive().text()).isEqualTo("abcend");
  }

  @Test
  void an_empty_answer_is_chunked_too() {
    WireClient client = begun();

    end("X-End", "yes");

    WireAnswer received = client.receive();
    assertThat(received.header("Transfer-Encoding")).isEqualTo("chunked");
    assertThat(received.header("Content-Length")).isNull();
    assertThat(received.body()).isEmpty();
    assertThat(received.trailerLines()).containsExactly("X-End: yes");
  }

  @Test
  void the_trailers_come_behind_the_last_chunk() {
    WireClient client = begun();
    write("abc");

    end("X-End", "yes", "X-More", "1");

    assertThat(client.receive().trailerLines())
        .containsExactlyInAnyOrder("X-End: yes", "X-More: 1");
  }

  @Test
  void the_connection_serves_the_next_request() {
    WireClient client = begun();
    write("abc");
    end();
    client.receive();

    assertThat(client.get("/ping").text()).isEqualTo("pong");
    client.close();
    assertThat(failed.get()).isZero();
  }

  @Test
  void a_client_that_speaks_http_1_0_gets_the_bytes_alone() {
    WireClient client = server.connect().send("GET / HTTP/1.0\r\n\r\n");
    eventually(() -> exchange.get() != null);
    write("abc");

    end("X-End", "yes");

    String received = client.receiveUntilClosed();
    assertThat(received).endsWith("\r\n\r\nabc").doesNotContainIgnoringCase("transfer-encoding");
  }

  @Test
  void an_empty_answer_to_http_1_0_has_no_bytes() {
    WireClient client = server.connect().send("GET / HTTP/1.0\r\n\r\n");
    eventually(() -> exchange.get() != null);

    end();

    assertThat(client.receiveUntilClosed()).endsWith("\r\n\r\n");
  }

  @Test
  void bytes_behind_the_limit_are_dropped() {
    maxBytes = 4;
    WireClient client = begun();
    Piece second = new Piece("def");
    write("abc");
    write(second);
    Piece third = write("ghi");

    end();

    assertThat(client.receive().text()).isEqualTo("abcd");
    assertThat(second.released()).isTrue();
    assertThat(third.released()).isTrue();
  }

  @Test
  void the_framing_is_around_parts_of_a_limited_length() {
    framing =
        bytes -> {
          ByteBuffer framed = ByteBuffer.allocate(bytes.remaining() + 2);
          return framed.put((byte) '<').put(bytes).put((byte) '>').flip();
        };
    WireClient client = begun();
    write(new Piece("x".repeat(StreamedAnswer.MAX_WRITE_BYTES + 1).getBytes(UTF_8)));

    end();

    assertThat(client.receive().text())
        .isEqualTo("<" + "x".repeat(StreamedAnswer.MAX_WRITE_BYTES) + "><x>");
  }

  @Test
  void a_large_answer_arrives_whole() {
    WireClient client = begun();
    Piece piece = write(new Piece(new byte[LARGE]));

    end();

    assertThat(client.receive().body()).hasSize(LARGE);
    assertThat(piece.released()).isTrue();
  }

  // ------------------------------------------------------------------ slow clients

  private WireClient slow() {
    WireClient client = server.connectWithSmallBuffer().sendHead("GET", "/");
    eventually(() -> exchange.get() != null);
    return client;
  }

  @Test
  void a_piece_is_not_released_before_a_slow_client_has_room() {
    WireClient client = slow();
    Piece piece = write(new Piece(new byte[LARGE]));
    client.receiveHead();

    assertThat(piece.released()).isFalse();
    end();

    int received = 0;
    for (byte[] chunk = client.receiveChunk(); chunk.length > 0; chunk = client.receiveChunk()) {
      received += chunk.length;
    }
    assertThat(received).isEqualTo(LARGE);
    eventually(piece::released);
  }

  @Test
  void what_was_dropped_is_released_and_the_end_comes_behind_whole_parts() {
    WireClient client = slow();
    Piece piece = write(new Piece(new byte[MORE_THAN_BUFFERS]));
    Piece next = write("next");
    client.receiveHead();

    perform(opened -> {
      opened.dropRest();
      opened.end(ByteBuffer.wrap("end".getBytes(UTF_8)), new HeaderMap());
    });

    int received = 0;
    byte[] last = new byte[0];
    for (byte[] chunk = client.receiveChunk(); chunk.length > 0; chunk = client.receiveChunk()) {
      received += chunk.length;
      last = chunk;
    }
    assertThat(new String(last, UTF_8)).isEqualTo("end");
    assertThat(received).isLessThan(MORE_THAN_BUFFERS);
    assertThat((received - 3) % StreamedAnswer.MAX_WRITE_BYTES).isZero();
    eventually(piece::released);
    assertThat(next.released()).isTrue();
  }

  // ------------------------------------------------------------------ broken connections

  @Test
  void a_client_that_goes_while_nothing_is_written_is_noticed_at_the_next_piece() {
    WireClient client = begun();
    write("abc");
    client.receiveHead();

    client.reset();

    eventually(() -> {
      Piece more = write("more");
      eventually(more::released);
      return failed.get() == 1;
    });
    Piece late = write("late");
    eventually(late::released);
    end();
    assertThat(written.get()).isZero();
  }

  @Test
  void a_client_that_goes_while_it_is_written_to_fails_the_answer() {
    WireClient client = slow();
    Piece piece = write(new Piece(new byte[LARGE]));
    Piece next = write("next");
    client.receiveHead();

    client.reset();

    eventually(() -> failed.get() == 1);
    eventually(() -> piece.released() && next.released());
  }

  @Test
  void a_cut_answer_has_no_last_chunk() {
    WireClient client = begun();
    write("abc");
    client.receiveHead();
    assertThat(client.receiveChunk()).hasSize(3);

    perform(StreamedAnswer::cut);

    client.expectClosed();
    eventually(() -> failed.get() == 1);
  }

  @Test
  void a_connection_that_rapid_closes_fails_the_answer() {
    WireClient client = slow();
    Piece piece = write(new Piece(new byte[LARGE]));
    client.receiveHead();

    IoUtils.safeClose(Objects.requireNonNull(exchange.get()).getConnection());

    eventually(() -> failed.get() == 1);
    eventually(piece::released);
  }
}
