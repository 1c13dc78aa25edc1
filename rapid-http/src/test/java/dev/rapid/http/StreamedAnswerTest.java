package dev.rapid.http;

import static dev.rapid.http.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Limits;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.shaping.Pacer;
import dev.rapid.core.shaping.ResponseShaper;
import dev.rapid.core.shaping.ShapingRates;
import dev.rapid.core.testing.CountedPayload;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HttpString;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xnio.IoUtils;

/** Answers that are written piece by piece. */
final class StreamedAnswerTest {

  private static final HttpString NOTE = new HttpString("X-Note");

  private final VirtualTime time = new VirtualTime();
  private final Queue<String> told = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable HttpServerExchange> exchange = new AtomicReference<>();
  private final AtomicReference<@Nullable StreamedAnswer> answer = new AtomicReference<>();
  private ResponseShaper shaper = ResponseShaper.unshaped();
  private StreamedAnswer.Framing framing = StreamedAnswer.Framing.NONE;
  private long maxBytes = Limits.UNLIMITED;

  private final TestServer server =
      TestServer.bound()
          .serving(got ->
              Answers.park(
                  got,
                  () -> {
                    answer.set(
                        new StreamedAnswer(
                            got,
                            new Pacer(shaper, time, time),
                            framing,
                            maxBytes,
                            new Answers.Listener() {
                              @Override
                              public void written() {
                                told.add("written");
                              }

                              @Override
                              public void failed() {
                                told.add("failed");
                              }
                            }));
                    exchange.set(got);
                  }));

  @AfterEach
  void close() {
    server.close();
  }

  private WireClient request() {
    WireClient client = server.connect();
    client.sendHead("GET", "/");
    eventually(() -> exchange.get() != null);
    return client;
  }

  private void on(Consumer<StreamedAnswer> action) {
    HttpServerExchange current = exchange.get();
    StreamedAnswer written = answer.get();
    if (current == null || written == null) {
      throw new AssertionError("There is no request");
    }
    current.getIoThread().execute(() -> action.accept(written));
  }

  private void write(String text) {
    on(written -> written.write(Payload.of(text)));
  }

  private void end(String text, String... trailers) {
    HeaderMap map = new HeaderMap();
    for (String trailer : trailers) {
      map.put(NOTE, trailer);
    }
    on(written -> written.end(ByteBuffer.wrap(text.getBytes(UTF_8)), map));
  }

  private void assertTold(String what) {
    eventually(() -> !told.isEmpty());
    assertThat(told).containsExactly(what);
  }

  @Test
  void each_piece_is_sent_at_once() {
    WireClient client = request();

    write("one");

    assertThat(client.receiveHead().status()).isEqualTo(200);
    assertThat(client.receiveChunk()).asString(UTF_8).isEqualTo("one");
    write("two");
    assertThat(client.receiveChunk()).asString(UTF_8).isEqualTo("two");
    assertThat(told).isEmpty();
  }

  @Test
  void the_end_is_behind_the_pieces_and_the_trailers_behind_the_end() {
    WireClient client = request();

    write("one");
    end("end", "note");

    WireAnswer got = client.receive();
    assertThat(got.text()).isEqualTo("oneend");
    assertThat(got.trailerLines()).containsExactly("X-Note: note");
    assertTold("written");
  }

  @Test
  void an_empty_answer_is_chunked_too_and_has_its_trailers() {
    WireClient client = request();

    end("", "note");

    WireAnswer got = client.receive();
    assertThat(got.header("Transfer-Encoding")).isEqualTo("chunked");
    assertThat(got.text()).isEmpty();
    assertThat(got.trailerLines()).containsExactly("X-Note: note");
  }

  @Test
  void the_connection_serves_the_next_request() {
    WireClient client = request();
    write("one");
    end("");
    client.receive();
    exchange.set(null);

    client.sendHead("GET", "/");
    eventually(() -> exchange.get() != null);
    write("two");
    end("");

    assertThat(client.receive().text()).isEqualTo("two");
  }

  @Test
  void a_client_of_http_1_0_gets_bytes_without_chunks() {
    WireClient client = server.connect().send("GET / HTTP/1.0\r\n\r\n");
    eventually(() -> exchange.get() != null);

    write("one");
    end("end", "note");

    assertThat(client.receiveUntilClosed()).endsWith("\r\n\r\noneend").doesNotContain("chunked");
  }

  @Test
  void the_framing_is_around_each_piece_but_not_around_the_end() {
    framing =
        bytes -> ByteBuffer.wrap(("<" + UTF_8.decode(bytes.duplicate()) + ">").getBytes(UTF_8));
    WireClient client = request();

    write("a");
    write("b");
    end("!");

    assertThat(client.receive().text()).isEqualTo("<a><b>!");
  }

  @Test
  void what_is_behind_the_limit_is_dropped() {
    maxBytes = 4;
    WireClient client = request();

    write("abc");
    write("def");
    write("ghi");
    end("!");

    assertThat(client.receive().text()).isEqualTo("abcd!");
  }

  @Test
  void pieces_are_released_when_they_were_written() {
    CountedPayload piece = new CountedPayload("piece");
    request();

    on(written -> written.write(piece));

    eventually(() -> piece.readers() == 0);
  }

  @Test
  void a_piece_that_must_wait_is_written_when_its_time_has_come() {
    shaper = ResponseShaper.of(new ShapingRates(32 * 1024, 32 * 1024));
    WireClient client = request();
    write("x".repeat(32 * 1024));
    write("later");
    assertThat(client.receiveHead().status()).isEqualTo(200);
    assertThat(client.receiveChunk()).hasSize(32 * 1024);
    assertThat(client.hasInput()).isFalse();

    time.advanceBy(Duration.ofMillis(125));

    assertThat(client.receiveChunk()).asString(UTF_8).isEqualTo("later");
  }

  @Test
  void what_waits_can_be_dropped_and_the_end_does_not_wait() {
    shaper = ResponseShaper.of(new ShapingRates(32 * 1024, 32 * 1024));
    CountedPayload piece = new CountedPayload("piece");
    WireClient client = request();
    write("x".repeat(32 * 1024));
    on(written -> written.write(piece));

    on(StreamedAnswer::dropRest);
    end("end");

    assertThat(client.receive().text()).hasSize(32 * 1024 + 3).endsWith("end");
    eventually(() -> piece.readers() == 0);
  }

  @Test
  void a_cut_answer_has_no_end() {
    WireClient client = request();
    write("part");

    on(StreamedAnswer::cut);

    assertThat(client.receiveUntilClosed()).endsWith("4\r\npart\r\n");
    assertTold("failed");
  }

  @Test
  void when_the_client_has_gone_everything_is_released() {
    CountedPayload piece = new CountedPayload("piece");
    WireClient client = request();
    write("part");
    client.receiveHead();

    client.reset();

    eventually(() -> {
      write("more");
      return !told.isEmpty();
    });
    on(written -> written.write(piece));
    eventually(() -> piece.readers() == 0);
    assertTold("failed");
  }

  @Test
  void a_connection_that_the_server_closes_fails_an_answer_that_waits_for_its_client() {
    CountedPayload piece = new CountedPayload("piece");
    WireClient client = server.connectWithSmallBuffer();
    client.sendHead("GET", "/");
    eventually(() -> exchange.get() != null);
    byte[] large = new byte[32 * 1024 * 1024];
    on(written -> written.write(Payload.of(large)));
    on(written -> written.write(piece));
    assertThat(client.receiveHead().status()).isEqualTo(200);

    IoUtils.safeClose(Objects.requireNonNull(exchange.get()).getConnection());

    assertTold("failed");
    eventually(() -> piece.readers() == 0);
  }
}
