package dev.rapid.invokeapi;

import static dev.rapid.http.testing.Eventually.eventually;
import static dev.rapid.invokeapi.Emulator.INVOKE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be the body of a request, and how large (contract invoke-api, sections 1.5 and 7.1). */
final class RequestBodyTest extends InvokeApiTest {

  private static final int LIMIT = 6_291_456;
  private static final String NOT_JSON =
      "Could not parse request body into json: Could not parse payload into json: ";
  private static final String TOO_LARGE =
      """
      {"Type":"User","message":"Request must be smaller than 6291456 bytes \
      for the InvokeFunction operation"}\
      """;

  private static byte[] jsonString(int length) {
    byte[] text = new byte[length];
    Arrays.fill(text, (byte) 'a');
    text[0] = '"';
    text[length - 1] = '"';
    return text;
  }

  private void assertTooLarge(WireAnswer answer) {
    assertRefused(answer, 413, "RequestEntityTooLargeException", TOO_LARGE);
    emulator().expectNotInvoked();
  }

  // ------------------------------------------------------------------ JSON

  @Test
  void no_body_is_an_empty_object_for_the_runtime() {
    assertReturned(emulator().connect().sendHead("POST", INVOKE).receive(), "{}");

    assertThat(emulator().onlyEvent().text()).isEqualTo("{}");
  }

  @Test
  void a_body_of_length_zero_is_an_empty_object_for_the_runtime() {
    assertReturned(emulator().invoke(""), "{}");
  }

  @Test
  void a_chunked_body_without_bytes_is_an_empty_object_for_the_runtime() {
    WireClient client = emulator().connect().sendHead("POST", INVOKE, "Transfer-Encoding: chunked");

    assertReturned(client.sendLastChunk().receive(), "{}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "3",
        "-0.5e+3",
        "\"x\"",
        "[1]",
        "{\"a\": 1 , \"a\":2}",
        " \t\r\n{ } ",
        "123456789012345678901234567890.5",
        "\"\u00fc \ud83d\ude00\"",
        "\"\\ud800\""
      })
  void any_json_reaches_the_runtime_unchanged(String body) {
    WireAnswer answer = emulator().invoke(body);

    assertReturned(answer, body);
    assertThat(emulator().onlyEvent().text()).isEqualTo(body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello",
        " ",
        "{",
        "{\"a\":1",
        "{\"a\":1,}",
        "[1,]",
        "'x'",
        "{} x",
        "{}{}",
        "1 2",
        "01",
        "NaN",
        "tru",
        "\"x",
        "\"\t\"",
        "a=b&c=d"
      })
  void a_body_that_is_not_json_is_refused(String body) {
    WireAnswer answer = emulator().invoke(body);

    assertRefused(answer, 400, "InvalidRequestContentException");
    assertThat(messageOf(answer)).startsWith(NOT_JSON).hasSizeGreaterThan(NOT_JSON.length());
    assertThat(json(answer.text()).path("Type").asText()).isEqualTo("User");
    assertThat(json(answer.text()).size()).isEqualTo(2);
    emulator().expectNotInvoked();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "226e8772", // A continuation byte alone.
        "99",
        "efbbbf7b7d", // A byte order mark.
        "22c322", // A sequence that is cut short.
        "22ff22",
        "fffe7b007d00", // UTF-16 with a byte order mark.
        "7b007d00",
        "1f8b0800" // gzip
      })
  void a_body_that_is_not_utf_8_is_refused(String hex) {
    WireAnswer answer = emulator().connect().post(INVOKE, HexFormat.of().parseHex(hex));

    assertRefused(answer, 400, "InvalidRequestContentException");
    assertThat(messageOf(answer)).startsWith(NOT_JSON);
  }

  @Test
  void a_refused_body_does_not_spoil_the_connection() {
    WireClient client = emulator().connect();
    assertRefused(client.post(INVOKE, "hello"), 400, "InvalidRequestContentException");

    assertReturned(client.post(INVOKE, "{}"), "{}");
  }

  @Test
  void a_chunked_body_is_accepted() {
    WireClient client = emulator().connect().sendHead("POST", INVOKE, "Transfer-Encoding: chunked");
    for (byte b : "{\"a\":1}".getBytes(StandardCharsets.UTF_8)) {
      client.sendChunk(new byte[] {b});
    }

    assertReturned(client.sendLastChunk().receive(), "{\"a\":1}");
  }

  @Test
  void a_caller_that_expects_100_is_told_to_continue() {
    WireClient client = emulator().connect();

    client.sendHead("POST", INVOKE, "Content-Length: 2", "Expect: 100-continue");
    assertThat(client.receive().status()).isEqualTo(100);

    assertReturned(client.send("{}").receive(), "{}");
  }

  // ------------------------------------------------------------------ sizes

  @Test
  void a_body_of_6291456_bytes_goes_to_the_function_and_back() {
    byte[] body = jsonString(LIMIT);

    WireAnswer answer = emulator().connect().post(INVOKE, body);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(Arrays.equals(answer.body(), body)).isTrue();
  }

  @Test
  void a_chunked_body_of_6291456_bytes_goes_to_the_function_and_back() {
    byte[] body = jsonString(LIMIT);
    WireClient client = emulator().connect().sendHead("POST", INVOKE, "Transfer-Encoding: chunked");

    WireAnswer answer = client.sendChunk(body).sendLastChunk().receive();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(Arrays.equals(answer.body(), body)).isTrue();
  }

  @Test
  void a_body_of_one_byte_more_is_too_large() {
    WireClient client = emulator().connect();

    assertTooLarge(client.post(INVOKE, jsonString(LIMIT + 1)));

    assertReturned(client.post(INVOKE, "{}"), "{}");
  }

  @Test
  void a_chunked_body_of_one_byte_more_is_too_large() {
    WireClient client = emulator().connect().sendHead("POST", INVOKE, "Transfer-Encoding: chunked");

    client.sendChunk(jsonString(LIMIT + 1)).sendLastChunk();

    assertTooLarge(client.receive());
    assertReturned(client.post(INVOKE, "{}"), "{}");
  }

  @Test
  void a_body_without_end_is_too_large_before_it_ends() {
    WireClient client = emulator().connect().sendHead("POST", INVOKE, "Transfer-Encoding: chunked");

    client.sendChunk(new byte[4 * 1024 * 1024]).sendChunk(new byte[4 * 1024 * 1024]);

    WireAnswer answer = client.receive();
    assertTooLarge(answer);
    assertThat(answer.header("Connection")).isEqualTo("close");
    client.expectClosed();
  }

  @Test
  void an_announced_body_that_is_too_large_is_refused_before_it_comes() {
    WireClient client = emulator().connect().sendHead("POST", INVOKE, "Content-Length: 100000000");

    WireAnswer answer = client.receive();
    assertTooLarge(answer);
    assertThat(answer.header("Connection")).isEqualTo("close");
    client.expectClosed();
  }

  @Test
  void a_caller_that_expects_100_before_too_large_a_body_is_refused_at_once() {
    WireClient client = emulator().connect();

    client.sendHead("POST", INVOKE, "Content-Length: " + (LIMIT + 1), "Expect: 100-continue");

    assertTooLarge(client.receive());
    client.expectClosed();
  }

  @Test
  void a_caller_that_sends_all_of_too_large_a_body_reads_that_it_is_refused() {
    WireClient client = emulator().connect().sendHead("POST", INVOKE, "Content-Length: 50000000");
    for (int i = 0; i < 50; i++) {
      client.send(new byte[1_000_000]);
    }

    assertTooLarge(client.receive());
    client.expectClosed();
  }

  // ------------------------------------------------------------------ broken bodies

  private void assertBroken(WireClient client) {
    assertRefused(
        client.receive(),
        400,
        "InvalidRequestContentException",
        "{\"Type\":\"User\",\"message\":"
            + "\"The request body ended early or its framing is malformed.\"}");
    client.expectClosed();
    emulator().expectNotInvoked();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zz\r\n\r\n",
        "\r\n\r\n",
        "-1\r\n",
        "4\r\n\"ab\"zz\r\n",
        "4\r\n\"ab\"\r\nzz\r\n\r\n",
        "4\r\n\"ab\"\r\n\r\n\r\n",
        "4\r\n\"ab\"\r\n0\r\nno trailer\r\n\r\n"
      })
  void malformed_chunks_are_refused_and_nothing_is_invoked(String chunks) {
    WireClient client = emulator().connect().sendHead("POST", INVOKE, "Transfer-Encoding: chunked");

    assertBroken(client.send(chunks));
  }

  @Test
  void chunks_without_an_end_are_refused_and_nothing_is_invoked() {
    WireClient client = emulator().connect().sendHead("POST", INVOKE, "Transfer-Encoding: chunked");

    assertBroken(client.send("4\r\n\"ab\"\r\n").endOutput());
  }

  @Test
  void a_body_shorter_than_announced_is_refused_and_nothing_is_invoked() {
    WireClient client = emulator().connect().sendHead("POST", INVOKE, "Content-Length: 5");

    assertBroken(client.send("\"ab\"").endOutput());
  }

  // ------------------------------------------------------------------ limits of all operations

  @Test
  void a_dry_run_has_the_same_limit() {
    WireAnswer answer =
        emulator().connect().post(INVOKE, jsonString(LIMIT + 1), "X-Amz-Invocation-Type: DryRun");

    assertTooLarge(answer);
  }

  @Test
  void a_size_that_is_too_large_is_reported_before_an_unknown_function() {
    WireAnswer answer =
        emulator()
            .connect()
            .sendHead("POST", Emulator.path("nope"), "Content-Length: " + (LIMIT + 1))
            .receive();

    assertTooLarge(answer);
  }

  @Test
  void a_caller_that_goes_while_it_sends_is_forgotten() {
    WireClient client = emulator().connect();
    client.sendHead("POST", INVOKE, "Content-Length: 1000000").send(new byte[500_000]);
    eventually(() -> emulator().usedBytes() > 0);

    client.close();

    eventually(() -> emulator().usedBytes() == 0);
    emulator().expectNotInvoked();
  }

  @Test
  void a_body_for_which_there_is_no_memory_is_throttled() {
    start(Emulator.emulator().payloadBytes(1024 * 1024));

    WireAnswer answer = emulator().connect().post(INVOKE, jsonString(2 * 1024 * 1024));

    assertRefused(answer, 429, "TooManyRequestsException");
    assertReturned(emulator().invoke("{}"), "{}");
  }
}
