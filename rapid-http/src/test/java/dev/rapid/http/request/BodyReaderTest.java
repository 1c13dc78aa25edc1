package dev.rapid.http.request;

import static dev.rapid.http.testing.Eventually.eventually;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Payload;
import dev.rapid.http.TestServer;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import io.undertow.server.HttpServerExchange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of every length and kind; after each test no memory is in use. */
final class BodyReaderTest {

  private static final int CHUNK = PayloadMemory.CHUNK_BYTES;
  private static final int LIMIT = 2 * CHUNK + 1000;
  private static final int DISCARD_LIMIT = 8 * CHUNK;
  private static final long SEED = 20261101;

  /** How a body says where it ends. */
  enum Framing {
    CONTENT_LENGTH {
      @Override
      WireClient send(WireClient client, String target, byte[] body) {
        return client.sendRequest("POST", target, body);
      }
    },
    CHUNKED {
      @Override
      WireClient send(WireClient client, String target, byte[] body) {
        client.sendHead("POST", target, "Transfer-Encoding: chunked");
        int step = 70_001;
        for (int at = 0; at < body.length; at += step) {
          client.sendChunk(Arrays.copyOfRange(body, at, Math.min(body.length, at + step)));
        }
        return client.sendLastChunk();
      }
    };

    abstract WireClient send(WireClient client, String target, byte[] body);
  }

  /** Reads, answers with what became of the body, and keeps the payload. */
  private final class Recorder implements BodyReader.Receiver {

    private final HttpServerExchange exchange;

    Recorder(HttpServerExchange exchange) {
      this.exchange = exchange;
    }

    @Override
    public void complete(Payload payload) {
      payloads.add(payload);
      answer("complete " + payload.size());
    }

    @Override
    public void tooLarge(long readBytes) {
      answer("too large " + readBytes);
    }

    @Override
    public void outOfMemory() {
      answer("out of memory");
    }

    @Override
    public void truncated() {
      truncated.add(exchange);
    }

    private void answer(String text) {
      Answers.send(exchange, 200, Answers.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private final BlockingQueue<Payload> payloads = new LinkedBlockingQueue<>();
  private final Queue<HttpServerExchange> truncated = new ConcurrentLinkedQueue<>();
  private TestServer server = serverWith(TestServer.PAYLOAD_BYTES);

  private TestServer serverWith(long payloadBytes) {
    TestServer bound = TestServer.bound(payloadBytes);
    return bound.serving(exchange ->
        Answers.park(
            exchange,
            () ->
                BodyReader.read(
                    exchange,
                    bound.payloads(),
                    exchange.getRequestPath().equals("/small") ? 1000 : LIMIT,
                    DISCARD_LIMIT,
                    new Recorder(exchange))));
  }

  @AfterEach
  void all_memory_is_given_back() {
    payloads.forEach(Payload::release);
    eventually(() -> server.payloads().usedBytes() == 0);
    server.close();
  }

  private static byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    new Random(SEED).nextBytes(bytes);
    return bytes;
  }

  private String read(Framing framing, String target, int length) {
    return framing.send(server.connect(), target, randomBytes(length)).receive().text();
  }

  private byte[] onlyBody() throws InterruptedException {
    Payload payload = payloads.poll(10, SECONDS);
    assertThat(payload).isNotNull();
    byte[] bytes = payload.toByteArray();
    payload.release();
    return bytes;
  }

  // ------------------------------------------------------------------ lengths

  @ParameterizedTest
  @EnumSource(Framing.class)
  void a_body_of_exactly_the_limit_is_complete(Framing framing) {
    assertThat(read(framing, "/", LIMIT)).isEqualTo("complete " + LIMIT);
  }

  @ParameterizedTest
  @EnumSource(Framing.class)
  void a_body_of_one_byte_more_is_too_large(Framing framing) {
    assertThat(read(framing, "/", LIMIT + 1)).isEqualTo("too large " + (LIMIT + 1));
  }

  @ParameterizedTest
  @EnumSource(Framing.class)
  void a_small_body_of_exactly_the_limit_is_complete(Framing framing) {
    assertThat(read(framing, "/small", 1000)).isEqualTo("complete 1000");
  }

  @ParameterizedTest
  @EnumSource(Framing.class)
  void a_small_body_of_one_byte_more_is_too_large(Framing framing) {
    assertThat(read(framing, "/small", 1001)).isEqualTo("too large 1001");
  }

  @ParameterizedTest
  @EnumSource(Framing.class)
  void the_whole_size_of_a_body_within_the_discard_limit_is_counted(Framing framing) {
    assertThat(read(framing, "/", 5 * CHUNK + 17)).isEqualTo("too large " + (5 * CHUNK + 17));
  }

  @Test
  void reading_stops_at_the_discard_limit() {
    WireClient client = server.connect();
    client.sendHead("POST", "/", "Transfer-Encoding: chunked");

    for (int sent = 0; sent < DISCARD_LIMIT; sent += CHUNK) {
      client.sendChunk(new byte[CHUNK]);
    }

    assertThat(client.receive().text()).startsWith("too large ");
  }

  @ParameterizedTest
  @EnumSource(Framing.class)
  void no_bytes_are_a_complete_body(Framing framing) {
    assertThat(read(framing, "/", 0)).isEqualTo("complete 0");
  }

  @Test
  void a_request_without_body_is_complete() {
    WireAnswer answer = server.connect().sendHead("POST", "/").receive();

    assertThat(answer.text()).isEqualTo("complete 0");
  }

  @Test
  void the_connection_can_be_used_again_after_a_body_over_the_limit() {
    WireClient client = server.connect();
    assertThat(client.post("/", randomBytes(LIMIT + 1)).text()).startsWith("too large");

    WireAnswer answer = client.post("/", "again");

    assertThat(answer.text()).isEqualTo("complete 5");
  }

  // ------------------------------------------------------------------ bytes

  @ParameterizedTest
  @ValueSource(ints = {1, 16 * 1024, 16 * 1024 + 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, LIMIT})
  void a_body_arrives_byte_for_byte(int length) throws Exception {
    byte[] body = randomBytes(length);

    for (Framing framing : Framing.values()) {
      framing.send(server.connect(), "/", body).receive();

      assertThat(onlyBody()).as(framing.name()).isEqualTo(body);
    }
  }

  @Test
  void a_chunked_body_of_single_bytes_arrives() throws Exception {
    WireClient client = server.connect();
    client.sendHead("POST", "/", "Transfer-Encoding: chunked");
    byte[] body = randomBytes(300);
    for (byte b : body) {
      client.sendChunk(new byte[] {b});
    }

    client.sendLastChunk().receive();

    assertThat(onlyBody()).isEqualTo(body);
  }

  @Test
  void a_chunked_body_that_also_has_a_shorter_length_is_not_cut() {
    WireClient client = server.connect();
    client.sendHead("POST", "/", "Transfer-Encoding: chunked", "Content-Length: 3");

    client.sendChunk(randomBytes(1000)).sendLastChunk();

    // Such a request may be refused (RFC 9112, section 6.3); what it must not do is lose bytes.
    WireAnswer answer = client.receive();
    assertThat(answer.status() == 400 || answer.text().equals("complete 1000"))
        .as(answer.toString())
        .isTrue();
  }

  // ------------------------------------------------------------------ broken bodies

  @ParameterizedTest
  @ValueSource(ints = {10, 10_000, LIMIT, LIMIT + 1})
  void a_body_that_ends_before_its_length_is_truncated(int announced) {
    WireClient client = server.connect();
    client.sendHead("POST", "/", "Content-Length: " + announced).send(randomBytes(announced - 1));

    client.close();

    eventually(() -> truncated.size() == 1);
    assertThat(payloads).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, CHUNK + 1, LIMIT + 1})
  void a_chunked_body_without_last_chunk_is_truncated(int length) {
    WireClient client = server.connect();
    client.sendHead("POST", "/", "Transfer-Encoding: chunked").sendChunk(randomBytes(length));

    client.close();

    eventually(() -> truncated.size() == 1);
    assertThat(payloads).isEmpty();
  }

  @Test
  void a_body_that_is_cut_by_a_reset_is_truncated() {
    WireClient client = server.connect();
    client.sendHead("POST", "/", "Content-Length: 1000").send(randomBytes(500));
    eventually(() -> server.payloads().usedBytes() > 0);

    client.reset();

    eventually(() -> truncated.size() == 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, LIMIT, LIMIT + 1})
  void a_body_that_is_cut_by_the_server_itself_is_truncated(int announced) {
    WireClient client = server.connect();
    client.sendHead("POST", "/", "Content-Length: " + announced).send(randomBytes(announced / 2));
    eventually(() -> server.payloads().usedBytes() > 0);

    server.listener().closeConnections(() -> {});

    eventually(() -> truncated.size() == 1);
    client.expectClosed();
  }

  @Test
  void a_body_that_came_in_pieces_is_not_truncated_when_the_server_closes_later() throws Exception {
    WireClient client = server.connect();
    client.sendHead("POST", "/", "Content-Length: 100").send(randomBytes(50));
    eventually(() -> server.payloads().usedBytes() > 0);
    client.send(randomBytes(50)).receive();

    server.listener().closeConnections(() -> {});

    client.expectClosed();
    assertThat(onlyBody()).hasSize(100);
    assertThat(truncated).isEmpty();
  }

  @Test
  void a_chunk_that_is_not_a_chunk_is_a_truncated_body() {
    WireClient client = server.connect();

    client.sendHead("POST", "/", "Transfer-Encoding: chunked").send("zzz\r\nhello\r\n");

    eventually(() -> truncated.size() == 1);
  }

  // ------------------------------------------------------------------ memory

  @Test
  void a_body_that_nobody_has_released_is_accounted_for() {
    int length = 100_000;

    read(Framing.CONTENT_LENGTH, "/", length);

    // What it takes is a whole piece of memory.
    assertThat(server.payloads().usedBytes()).isEqualTo(CHUNK);
  }

  @Test
  void an_announced_body_beyond_the_budget_is_out_of_memory() {
    server.close();
    server = serverWith(CHUNK);

    String outcome = read(Framing.CONTENT_LENGTH, "/", CHUNK + 1);

    assertThat(outcome).isEqualTo("out of memory");
  }

  @Test
  void a_chunked_body_that_grows_beyond_the_budget_is_out_of_memory() {
    server.close();
    server = serverWith(CHUNK);

    String outcome = read(Framing.CHUNKED, "/", 2 * CHUNK);

    assertThat(outcome).isEqualTo("out of memory");
    assertThat(server.payloads().usedBytes()).isZero();
  }

  @Test
  void the_budget_of_a_released_body_is_there_for_the_next_one() throws Exception {
    server.close();
    server = serverWith(CHUNK);
    read(Framing.CONTENT_LENGTH, "/", CHUNK);
    assertThat(read(Framing.CONTENT_LENGTH, "/", CHUNK)).isEqualTo("out of memory");

    assertThat(onlyBody()).hasSize(CHUNK);

    assertThat(read(Framing.CONTENT_LENGTH, "/", CHUNK)).isEqualTo("complete " + CHUNK);
  }

  @Test
  void the_memory_of_a_released_body_is_used_again() throws Exception {
    int length = CHUNK - 1;
    read(Framing.CONTENT_LENGTH, "/", length);
    Payload first = payloads.take();
    ByteBuffer memoryOfFirst = first.buffers().getFirst();
    first.release();

    server.connect().post("/", new byte[length]);

    assertThat(memoryOfFirst).isEqualTo(ByteBuffer.allocate(length));
  }

  @Test
  void a_body_with_a_second_reader_keeps_its_memory() throws Exception {
    byte[] body = randomBytes(CHUNK);
    server.connect().post("/", body);
    Payload payload = payloads.take();
    payload.acquire();
    payload.release();

    server.connect().post("/", new byte[CHUNK]);

    assertThat(payload.toByteArray()).isEqualTo(body);
    payload.release();
  }

  @Test
  void the_memory_of_a_body_over_the_limit_is_not_held_while_the_rest_arrives() {
    WireClient client = server.connect();
    client.sendHead("POST", "/", "Transfer-Encoding: chunked").sendChunk(new byte[LIMIT]);
    eventually(() -> server.payloads().usedBytes() > 2 * CHUNK);

    client.sendChunk(new byte[1]);

    eventually(() -> server.payloads().usedBytes() == 0);
    assertThat(client.sendLastChunk().receive().text()).isEqualTo("too large " + (LIMIT + 1));
  }

  @Test
  void bodies_that_arrive_at_the_same_time_do_not_mix() throws Exception {
    byte[] a = new byte[CHUNK + 5];
    Arrays.fill(a, (byte) 'a');
    byte[] b = new byte[CHUNK + 5];
    Arrays.fill(b, (byte) 'b');
    WireClient first = server.connect();
    WireClient second = server.connect();
    String length = "Content-Length: " + a.length;
    first.sendHead("POST", "/", length).send(Arrays.copyOf(a, 1000));
    second.sendHead("POST", "/", length).send(Arrays.copyOf(b, CHUNK));

    first.send(Arrays.copyOf(a, a.length - 1000)).receive();
    second.send(Arrays.copyOf(b, 5)).receive();

    assertThat(onlyBody()).isEqualTo(a);
    assertThat(onlyBody()).isEqualTo(b);
  }
}
