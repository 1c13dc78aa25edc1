package dev.rapid.http.answer;

import static dev.rapid.http.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Payload;
import dev.rapid.http.TestServer;
import dev.rapid.http.request.BodyReader;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HttpString;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xnio.IoUtils;

/** What answers look like, and who gets their memory back. */
final class AnswersTest {

  private static final HttpString NOTE = new HttpString("X-Note");
  private static final int LARGE = 6 * 1024 * 1024;

  private final AtomicInteger written = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicReference<String> note = new AtomicReference<>("none");
  private final Answers.Listener listener =
      new Answers.Listener() {
        @Override
        public void written() {
          written.incrementAndGet();
        }

        @Override
        public void failed() {
          failed.incrementAndGet();
        }
      };
  private final AtomicBoolean closesFirst = new AtomicBoolean();
  private final TestServer server = TestServer.bound();

  {
    server.serving(exchange -> Answers.park(exchange, () -> echo(exchange)));
  }

  private void echo(HttpServerExchange exchange) {
    BodyReader.read(
        exchange,
        server.payloads(),
        LARGE,
        LARGE,
        new BodyReader.Receiver() {
          @Override
          public void complete(Payload payload) {
            if (closesFirst.get()) {
              IoUtils.safeClose(exchange.getConnection());
            }
            Answers.putText(exchange, NOTE, note.get());
            if (exchange.getRequestPath().equals("/chunked")) {
              HeaderMap trailers = new HeaderMap();
              trailers.put(NOTE, "the end");
              Answers.sendChunked(exchange, payload, trailers, listener);
            } else {
              Answers.send(exchange, payload, listener);
            }
          }

          @Override
          public void tooLarge(long readBytes) {
            throw new AssertionError();
          }

          @Override
          public void outOfMemory() {
            throw new AssertionError();
          }

          @Override
          public void truncated() {}
        });
  }

  @AfterEach
  void all_memory_is_given_back() {
    eventually(() -> server.payloads().usedBytes() == 0);
    server.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, LARGE})
  void a_chunked_payload_of_any_size_is_followed_by_its_trailers(int size) {
    byte[] body = new byte[size];
    new Random(1).nextBytes(body);
    WireClient client = server.connect();

    WireAnswer answer = client.post("/chunked", body);

    assertThat(answer.header("Transfer-Encoding")).isEqualTo("chunked");
    assertThat(answer.header("Content-Length")).isNull();
    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.trailerLines()).containsExactly("X-Note: the end");
    assertThat(client.post("/", "next").text()).isEqualTo("next");
    eventually(() -> written.get() == 2);
  }

  @Test
  void a_client_that_speaks_http_1_0_gets_neither_chunks_nor_trailers() {
    WireAnswer answer =
        server.connect().send("POST /chunked HTTP/1.0\r\nContent-Length: 2\r\n\r\nab").receive();

    assertThat(answer.header("Transfer-Encoding")).isNull();
    assertThat(answer.text()).isEqualTo("ab");
  }

  @Test
  void a_payload_in_many_pieces_is_sent_whole_and_with_its_length() {
    byte[] body = new byte[LARGE];
    new Random(1).nextBytes(body);

    WireAnswer answer = server.connect().post("/", body);

    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.header("Content-Length")).isEqualTo(String.valueOf(LARGE));
    eventually(() -> written.get() == 1);
  }

  @Test
  void a_payload_without_bytes_has_length_zero() {
    WireAnswer answer = server.connect().post("/", "");

    assertThat(answer.header("Content-Length")).isEqualTo("0");
    eventually(() -> written.get() == 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, LARGE})
  void an_answer_to_a_connection_that_is_closed_is_reported(int length) {
    closesFirst.set(true);
    WireClient client = server.connect().sendRequest("POST", "/", new byte[length]);

    client.expectClosed();

    eventually(() -> failed.get() == 1);
    assertThat(written).hasValue(0);
  }

  @Test
  void a_client_that_goes_in_the_middle_of_an_answer_is_reported_and_costs_no_memory() {
    WireClient client = server.connectWithSmallBuffer();
    client.sendRequest("POST", "/", new byte[LARGE]);
    client.awaitInput();

    client.reset();

    eventually(() -> failed.get() == 1);
    assertThat(written).hasValue(0);
  }

  @Test
  void an_answer_that_the_server_itself_cuts_off_is_reported_and_costs_no_memory() {
    WireClient client = server.connectWithSmallBuffer();
    client.sendRequest("POST", "/", new byte[LARGE]);
    client.awaitInput();

    server.listener().closeConnections(() -> {});

    eventually(() -> failed.get() == 1);
    assertThat(written).hasValue(0);
  }

  @Test
  void a_written_answer_is_not_reported_again_when_the_server_closes_later() {
    WireClient client = server.connectWithSmallBuffer();
    assertThat(client.post("/", new byte[LARGE]).body()).hasSize(LARGE);
    eventually(() -> written.get() == 1);

    server.listener().closeConnections(() -> {});

    client.expectClosed();
    assertThat(failed).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          plain            | plain
          'a\\r\\nb'       | 'a  b'
          'a\\tb'          | 'a b'
          'a\\u0000b'      | 'a b'
          'a\\u007fb'      | 'a b'
          'a\\u001bb'      | 'a b'
          'gr\\u00fc\\u00dfe \\ud83d\\ude00' | 'gr\\u00fc\\u00dfe \\ud83d\\ude00'
          """)
  void text_in_a_header_is_utf_8_on_one_line_without_control_characters(
      String escaped, String expected) {
    note.set(unescaped(escaped));

    WireAnswer answer = server.connect().post("/", "x");

    assertThat(answer.header("X-Note")).isEqualTo(unescaped(expected));
  }

  private static String unescaped(String text) {
    String result = text.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t");
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < result.length(); i++) {
      if (result.startsWith("\\u", i)) {
        plain.append((char) Integer.parseInt(result.substring(i + 2, i + 6), 16));
        i += 5;
      } else {
        plain.append(result.charAt(i));
      }
    }
    return plain.toString();
  }
}
