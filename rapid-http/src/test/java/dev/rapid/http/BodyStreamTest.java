package dev.rapid.http;

import static dev.rapid.http.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Limits;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.ResponseSource;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.http.testing.WireClient;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are passed on while they come, at the pace of the sink. */
final class BodyStreamTest {

  private static final ResponseHead HEAD = new ResponseHead("text/plain", true);

  /** Keeps what it gets, and releases it at once or when the test wants it. */
  private static final class Sink implements StreamingSink {

    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private final Queue<Payload> held = new ArrayDeque<>();
    private final AtomicReference<@Nullable ResponseSource> source = new AtomicReference<>();
    private volatile boolean holding;
    private int begun;

    @Override
    public synchronized void begin(ResponseHead head, ResponseSource from) {
      assertThat(head).isEqualTo(HEAD);
      begun++;
      source.set(from);
    }

    @Override
    public synchronized void write(Payload bytes) {
      content.writeBytes(bytes.toByteArray());
      if (holding) {
        held.add(bytes);
      } else {
        bytes.release();
      }
    }

    @Override
    public void complete(Outcome outcome) {}

    synchronized int heldPieces() {
      return held.size();
    }

    synchronized long received() {
      return content.size();
    }

    synchronized byte[] content() {
      return content.toByteArray();
    }

    synchronized int begun() {
      return begun;
    }

    void releaseAll() {
      holding = false;
      Queue<Payload> released;
      synchronized (this) {
        released = new ArrayDeque<>(held);
        held.clear();
      }
      released.forEach(Payload::release);
    }
  }

  private final Sink sink = new Sink();
  private final Queue<String> ends = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable BodyStream> stream = new AtomicReference<>();
  private long maxBytes = Limits.UNLIMITED;
  private TestServer server = serverWith(TestServer.PAYLOAD_BYTES);

  private TestServer serverWith(long payloadBytes) {
    TestServer bound = TestServer.bound(payloadBytes);
    return bound.serving(exchange ->
        Answers.park(
            exchange,
            () -> {
              BodyStream body =
                  new BodyStream(
                      exchange,
                      bound.payloads(),
                      maxBytes,
                      HEAD,
                      sink,
                      new BodyStream.Listener() {
                        @Override
                        public void ended(ResponseEnd end, long bytes) {
                          ends.add(end + " " + bytes);
                          Answers.send(exchange, 200, Answers.TEXT, new byte[0]);
                        }

                        @Override
                        public void outOfMemory() {
                          ends.add("out of memory");
                          Answers.send(exchange, 500, Answers.TEXT, new byte[0]);
                        }

                        @Override
                        public void truncated() {
                          ends.add("truncated");
                        }
                      });
              stream.set(body);
              body.start();
            }));
  }

  @AfterEach
  void all_memory_is_given_back() {
    try {
      eventually(() -> server.payloads().usedBytes() == 0);
    } finally {
      server.close();
    }
  }

  private void assertEnds(String end) {
    eventually(() -> !ends.isEmpty());
    assertThat(ends).containsExactly(end);
  }

  private WireClient begin(byte[]... chunks) {
    WireClient client = server.connect();
    client.sendHead("POST", "/", "Transfer-Encoding: chunked");
    for (byte[] chunk : chunks) {
      client.sendChunk(chunk);
    }
    return client;
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (i % 251);
    }
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 131_071, 131_072, 131_073, 3_000_000})
  void a_body_of_any_length_is_passed_on(int length) {
    WireClient client = begin(bytes(length)).sendLastChunk();

    assertThat(client.receive().status()).isEqualTo(200);

    assertEnds("COMPLETE " + length);
    assertThat(sink.content()).isEqualTo(bytes(length));
    assertThat(sink.begun()).isEqualTo(1);
  }

  @Test
  void a_body_of_known_length_is_passed_on_too() {
    assertThat(server.connect().post("/", "12345").status()).isEqualTo(200);

    assertEnds("COMPLETE 5");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void an_empty_body_begins_and_ends(boolean chunked) {
    if (chunked) {
      begin().sendLastChunk().receive();
    } else {
      server.connect().post("/", "");
    }

    assertEnds("COMPLETE 0");
    assertThat(sink.begun()).isEqualTo(1);
  }

  @Test
  void what_has_come_is_passed_on_before_the_rest_comes() {
    WireClient client = begin(bytes(10));
    eventually(() -> sink.received() == 10);

    client.sendChunk(bytes(7)).sendLastChunk().receive();

    assertEnds("COMPLETE 17");
  }

  @Test
  void no_more_is_read_than_two_pieces_until_the_sink_releases_one() {
    sink.holding = true;
    WireClient client = begin(bytes(300_000));
    eventually(() -> sink.heldPieces() == 2);
    assertThat(server.payloads().usedBytes()).isEqualTo(2L * PayloadMemory.CHUNK_BYTES);

    sink.releaseAll();
    client.sendLastChunk().receive();

    assertEnds("COMPLETE 300000");
    assertThat(sink.content()).isEqualTo(bytes(300_000));
  }

  @Test
  void a_body_ends_when_the_sink_has_released_it() {
    sink.holding = true;
    WireClient client = begin(bytes(10)).sendLastChunk();
    eventually(() -> sink.heldPieces() == 1);
    assertThat(ends).isEmpty();

    sink.releaseAll();

    assertThat(client.receive().status()).isEqualTo(200);
    assertEnds("COMPLETE 10");
  }

  @Test
  void one_byte_over_the_limit_is_passed_on() {
    maxBytes = 5;
    WireClient client = begin(bytes(1000)).sendLastChunk();

    assertThat(client.receive().status()).isEqualTo(200);

    assertEnds("OVERSIZED 6");
  }

  @Test
  void a_body_of_exactly_the_limit_is_complete() {
    maxBytes = 5;
    begin(bytes(5)).sendLastChunk().receive();

    assertEnds("COMPLETE 5");
  }

  @Test
  void a_connection_that_breaks_leaves_a_truncated_body() {
    WireClient client = begin(bytes(10));
    eventually(() -> sink.received() == 10);

    client.close();

    assertEnds("TRUNCATED 10");
  }

  @Test
  void a_connection_that_breaks_before_the_first_byte_is_not_a_stream() {
    begin().close();

    assertEnds("truncated");
    assertThat(sink.begun()).isZero();
  }

  @Test
  void a_sink_that_wants_no_more_gets_no_more() {
    WireClient client = begin(bytes(10));
    eventually(() -> sink.received() == 10);

    Objects.requireNonNull(sink.source.get()).cancel();

    assertEnds("TRUNCATED 10");
    client.sendChunk(bytes(10));
    assertThat(sink.received()).isEqualTo(10);
  }

  @Test
  void an_aborted_body_ends_with_its_connection() {
    WireClient client = begin(bytes(10));
    eventually(() -> sink.received() == 10);

    Objects.requireNonNull(stream.get()).abort();

    assertThat(client.receiveUntilClosed()).isEmpty();
    assertEnds("TRUNCATED 10");
  }

  @Test
  void an_aborted_body_gives_its_memory_back_when_the_sink_lets_go() {
    sink.holding = true;
    begin(bytes(300_000));
    eventually(() -> sink.heldPieces() == 2);
    Objects.requireNonNull(stream.get()).abort();
    assertThat(ends).isEmpty();

    sink.releaseAll();

    eventually(() -> !ends.isEmpty());
    assertThat(ends.peek()).startsWith("TRUNCATED ");
  }

  @Test
  void without_memory_the_sink_is_not_told_of_the_body() {
    server.close();
    server = serverWith(PayloadMemory.CHUNK_BYTES);
    WireClient client = begin(bytes(10)).sendLastChunk();

    assertThat(client.receive().status()).isEqualTo(500);
    assertThat(ends).containsExactly("out of memory");
    assertThat(sink.begun()).isZero();
  }
}
