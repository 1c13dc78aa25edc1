package dev.rapid.http.request;

import static dev.rapid.http.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.ResponseSource;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.http.TestServer;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.testing.WireClient;
import io.undertow.server.HttpServerExchange;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are passed on while they come; after each test no memory is in use. */
final class BodyStreamTest {

  private static final int PIECE = PayloadMemory.CHUNK_BYTES;
  private static final long WINDOW = 2L * PIECE;
  private static final long SEED = 20261102;

  /** Takes pieces, and keeps or releases them. */
  private final class Recorder implements StreamingSink, BodyStream.Listener {

    private final HttpServerExchange exchange;

    Recorder(HttpServerExchange exchange) {
      this.exchange = exchange;
    }

    @Override
    public void begin(ResponseHead head, ResponseSource from) {
      begins.incrementAndGet();
      source.set(from);
    }

    @Override
    public void write(Payload bytes) {
      synchronized (received) {
        received.writeBytes(bytes.toByteArray());
      }
      if (cancelling) {
        sourceOf().cancel();
      }
      if (keeping) {
        kept.add(bytes);
      } else {
        bytes.release();
      }
    }

    @Override
    public void complete(Outcome outcome) {
      throw new AssertionError("The body has no outcome");
    }

    @Override
    public void ended(ResponseEnd how, long bytes) {
      end(how + " " + bytes);
      if (how != ResponseEnd.TRUNCATED) {
        Answers.send(exchange, 202, Answers.TEXT, new byte[0]);
      }
    }

    @Override
    public void outOfMemory() {
      end("out of memory");
      Answers.send(exchange, 503, Answers.TEXT, new byte[0]);
    }

    @Override
    public void truncated() {
      end("truncated before the first byte");
    }

    private void end(String text) {
      if (!end.compareAndSet(null, text)) {
        throw new AssertionError("a second end: " + text);
      }
    }
  }

  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final Queue<Payload> kept = new ConcurrentLinkedQueue<>();
  private final AtomicInteger begins = new AtomicInteger();
  private final AtomicReference<@Nullable ResponseSource> source = new AtomicReference<>();
  private final AtomicReference<@Nullable String> end = new AtomicReference<>();
  private final AtomicReference<@Nullable BodyStream> stream = new AtomicReference<>();
  private volatile boolean keeping;
  private volatile boolean cancelling;
  private TestServer server = serverWith(TestServer.PAYLOAD_BYTES, Invocation.UNLIMITED);

  private TestServer serverWith(long payloadBytes, long maxBytes) {
    TestServer bound = TestServer.bound(payloadBytes);
    return bound.serving(exchange ->
        Answers.park(
            exchange,
            () -> {
              Recorder recorder = new Recorder(exchange);
              BodyStream body =
                  new BodyStream(
                      exchange,
                      bound.payloads(),
                      maxBytes,
                      new ResponseHead(null, true),
                      recorder,
                      recorder);
              stream.set(body);
              body.start();
            }));
  }

  private void restart(long payloadBytes, long maxBytes) {
    server.close();
    server = serverWith(payloadBytes, maxBytes);
  }

  @AfterEach
  void all_memory_is_given_back() {
    keeping = false;
    releaseKept();
    eventually(() -> server.payloads().usedBytes() == 0);
    server.close();
  }

  private void releaseKept() {
    for (Payload piece = kept.poll(); piece != null; piece = kept.poll()) {
      piece.release();
    }
  }

  private byte[] received() {
    synchronized (received) {
      return received.toByteArray();
    }
  }

  private WireClient begun() {
    return server.connect().sendHead("POST", "/", "Transfer-Encoding: chunked");
  }

  private static byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    new Random(SEED).nextBytes(bytes);
    return bytes;
  }

  private void awaitEnd(String expected) {
    eventually(() -> end.get() != null);
    assertThat(end.get()).isEqualTo(expected);
  }

  // ------------------------------------------------------------------ whole bodies

  @ParameterizedTest
  @ValueSource(ints = {1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 40 * PIECE + 17, 80 * PIECE})
  void a_body_is_passed_on_whole(int length) {
    byte[] body = randomBytes(length);

    assertThat(server.connect().post("/", body).status()).isEqualTo(202);

    assertThat(received()).isEqualTo(body);
    assertThat(end.get()).isEqualTo("COMPLETE " + length);
    assertThat(begins.get()).isEqualTo(1);
  }

  @Test
  void a_chunked_body_is_passed_on_whole() {
    byte[] body = randomBytes(300_000);

    WireClient client = begun().sendChunk(body).sendChunk(body).sendLastChunk();

    assertThat(client.receive().status()).isEqualTo(202);
    assertThat(received()).hasSize(600_000);
    assertThat(end.get()).isEqualTo("COMPLETE 600000");
  }

  @Test
  void an_empty_body_begins_and_ends() {
    assertThat(server.connect().post("/", "").status()).isEqualTo(202);

    assertThat(begins.get()).isEqualTo(1);
    assertThat(end.get()).isEqualTo("COMPLETE 0");
  }

  @Test
  void an_empty_chunked_body_begins_and_ends() {
    assertThat(begun().sendLastChunk().receive().status()).isEqualTo(202);

    assertThat(begins.get()).isEqualTo(1);
    assertThat(end.get()).isEqualTo("COMPLETE 0");
  }

  @Test
  void bytes_are_passed_on_before_the_body_ends() {
    WireClient client = begun().sendChunk("abc".getBytes(UTF_8));

    eventually(() -> received().length == 3);
    assertThat(end.get()).isNull();

    assertThat(client.sendLastChunk().receive().status()).isEqualTo(202);
  }

  // ------------------------------------------------------------------ the pace of the sink

  @Test
  void no_more_than_the_window_is_passed_on_until_pieces_are_released() {
    keeping = true;
    byte[] body = randomBytes(20 * PIECE);
    WireClient client = server.connect();
    Thread sender = Thread.ofPlatform().daemon().start(() -> client.sendRequest("POST", "/", body));

    while (end.get() == null) {
      eventually(() -> kept.size() == 2 || received().length == body.length);
      assertThat(kept.size()).isLessThanOrEqualTo(2);
      assertThat(server.payloads().usedBytes()).isEqualTo(WINDOW);
      int before = received().length;
      releaseKept();
      eventually(() -> received().length > before || end.get() != null);
    }

    assertThat(client.receive().status()).isEqualTo(202);
    assertThat(received()).isEqualTo(body);
    assertThat(sender.isDaemon()).isTrue();
  }

  @Test
  void the_end_waits_for_the_last_piece() {
    keeping = true;
    WireClient client = server.connect().sendRequest("POST", "/", "abc".getBytes(UTF_8));
    eventually(() -> kept.size() == 1);

    assertThat(end.get()).isNull();
    assertThat(server.payloads().usedBytes()).isEqualTo(WINDOW);
    releaseKept();

    assertThat(client.receive().status()).isEqualTo(202);
    assertThat(end.get()).isEqualTo("COMPLETE 3");
  }

  @Test
  void a_piece_with_two_readers_is_used_again_after_both() {
    keeping = true;
    server.connect().sendRequest("POST", "/", "abc".getBytes(UTF_8));
    eventually(() -> kept.size() == 1);
    Payload piece = kept.remove();
    piece.acquire();

    piece.release();

    assertThat(piece.toByteArray()).isEqualTo("abc".getBytes(UTF_8));
    assertThat(end.get()).isNull();
    piece.release();
    awaitEnd("COMPLETE 3");
  }

  // ------------------------------------------------------------------ limits

  @Test
  void a_body_of_the_limit_is_complete() {
    restart(TestServer.PAYLOAD_BYTES, 5);

    server.connect().post("/", "12345");

    assertThat(end.get()).isEqualTo("COMPLETE 5");
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 1000})
  void one_byte_more_than_the_limit_is_passed_on(int length) {
    restart(TestServer.PAYLOAD_BYTES, 5);
    byte[] body = randomBytes(length);

    server.connect().sendRequest("POST", "/", body);

    awaitEnd("OVERSIZED 6");
    assertThat(received()).isEqualTo(Arrays.copyOf(body, 6));
  }

  @Test
  void a_limit_of_many_pieces_is_met_exactly() {
    restart(TestServer.PAYLOAD_BYTES, 3L * PIECE);

    server.connect().sendRequest("POST", "/", randomBytes(4 * PIECE));

    awaitEnd("OVERSIZED " + (3 * PIECE + 1));
  }

  @Test
  void without_memory_the_sink_learns_nothing() {
    restart(WINDOW - 1, Invocation.UNLIMITED);

    assertThat(server.connect().post("/", "abc").status()).isEqualTo(503);

    assertThat(end.get()).isEqualTo("out of memory");
    assertThat(begins.get()).isZero();
  }

  // ------------------------------------------------------------------ broken connections

  @Test
  void a_connection_that_breaks_before_the_first_byte_is_truncated_unnoticed() {
    WireClient client = begun();
    eventually(() -> stream.get() != null);

    client.close();

    awaitEnd("truncated before the first byte");
    assertThat(begins.get()).isZero();
  }

  @Test
  void a_connection_that_breaks_behind_the_first_byte_truncates_the_body() {
    WireClient client = begun().sendChunk("abc".getBytes(UTF_8));
    eventually(() -> received().length == 3);

    client.close();

    awaitEnd("TRUNCATED 3");
  }

  @Test
  void a_connection_that_is_reset_truncates_the_body() {
    WireClient client = begun().sendChunk("abc".getBytes(UTF_8));
    eventually(() -> received().length == 3);

    client.reset();

    awaitEnd("TRUNCATED 3");
  }

  @Test
  void a_body_that_ends_too_early_is_truncated() {
    server.connect().sendHead("POST", "/", "Content-Length: 5").send("1234").endOutput();

    awaitEnd("TRUNCATED 4");
  }

  @Test
  void a_broken_connection_ends_the_body_when_the_pieces_are_released() {
    keeping = true;
    WireClient client = begun().sendChunk("abc".getBytes(UTF_8));
    eventually(() -> kept.size() == 1);
    client.reset();

    releaseKept();

    awaitEnd("TRUNCATED 3");
  }

  // ------------------------------------------------------------------ cancel and abort

  @Test
  void a_sink_that_cancels_gets_no_more() {
    WireClient client = begun().sendChunk("abc".getBytes(UTF_8));
    eventually(() -> received().length == 3);

    sourceOf().cancel();
    sourceOf().cancel();

    awaitEnd("TRUNCATED 3");
    client.sendChunk("def".getBytes(UTF_8));
    assertThat(received()).hasSize(3);
  }

  @Test
  void a_sink_may_cancel_while_it_takes_a_piece() {
    cancelling = true;
    WireClient client = begun().sendChunk("abc".getBytes(UTF_8));

    awaitEnd("TRUNCATED 3");
    client.sendChunk("def".getBytes(UTF_8));
    assertThat(received()).hasSize(3);
  }

  @Test
  void a_cancelled_body_ends_when_the_pieces_are_released() {
    keeping = true;
    begun().sendChunk("abc".getBytes(UTF_8));
    eventually(() -> kept.size() == 1);

    sourceOf().cancel();
    assertThat(end.get()).isNull();
    releaseKept();

    awaitEnd("TRUNCATED 3");
  }

  @Test
  void to_abort_closes_the_connection() {
    WireClient client = begun().sendChunk("abc".getBytes(UTF_8));
    eventually(() -> received().length == 3);

    Objects.requireNonNull(stream.get()).abort();

    client.expectClosed();
    awaitEnd("TRUNCATED 3");
  }

  private ResponseSource sourceOf() {
    return Objects.requireNonNull(source.get());
  }
}
