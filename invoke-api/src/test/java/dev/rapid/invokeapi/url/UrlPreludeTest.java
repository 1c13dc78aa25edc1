package dev.rapid.invokeapi.url;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.http.request.HeaderLine;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The head of a streamed response, in pieces (contract invoke-api, section 5.4). */
final class UrlPreludeTest {

  private static final String DELIMITER = "\0".repeat(8);
  private static final String PRELUDE =
      "{\"statusCode\":206,\"headers\":{\"content-type\":\"text/plain\"},\"cookies\":[\"a=1\"]}";
  private static final UrlHead HEAD =
      new UrlHead(
          206,
          List.of(
              new HeaderLine("content-type", "text/plain"), new HeaderLine("set-cookie", "a=1")));

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static @Nullable UrlHead headOf(String stream) throws InvalidUrlResultException {
    return new UrlPrelude().accept(bytes(stream));
  }

  private static String textOf(ByteBuffer rest) {
    return UTF_8.decode(rest).toString();
  }

  @Test
  void what_follows_the_delimiter_stays_for_the_body() throws Exception {
    ByteBuffer stream = bytes(PRELUDE + DELIMITER + "Hello");

    assertThat(new UrlPrelude().accept(stream)).isEqualTo(HEAD);

    assertThat(textOf(stream)).isEqualTo("Hello");
  }

  @Test
  void the_length_that_a_function_tells_has_another_name() throws Exception {
    UrlHead head = headOf("{\"headers\":{\"Content-Length\":\"5\",\"date\":\"x\"}}" + DELIMITER);

    assertThat(Objects.requireNonNull(head).headers())
        .containsExactly(
            new HeaderLine("content-type", "application/octet-stream"),
            new HeaderLine("x-amzn-remapped-content-length", "5"));
  }

  @Test
  void the_stream_may_be_cut_at_every_byte() throws Exception {
    byte[] stream = (PRELUDE + DELIMITER + "Hello").getBytes(UTF_8);
    int preludeEnd = PRELUDE.length() + DELIMITER.length();
    for (int cut = 0; cut <= stream.length; cut++) {
      UrlPrelude prelude = new UrlPrelude();
      ByteBuffer first = ByteBuffer.wrap(stream, 0, cut);
      ByteBuffer second = ByteBuffer.wrap(stream, cut, stream.length - cut);

      UrlHead head = prelude.accept(first);
      assertThat(head != null).as("cut at %d", cut).isEqualTo(cut >= preludeEnd);
      if (head == null) {
        assertThat(first.hasRemaining()).isFalse();
        head = prelude.accept(second);
      }

      assertThat(head).as("cut at %d", cut).isEqualTo(HEAD);
      assertThat(textOf(first) + textOf(second)).as("cut at %d", cut).isEqualTo("Hello");
    }
  }

  @Test
  void the_stream_may_come_byte_by_byte() throws Exception {
    UrlPrelude prelude = new UrlPrelude();
    for (byte one : (PRELUDE + DELIMITER.substring(1)).getBytes(UTF_8)) {
      assertThat(prelude.accept(ByteBuffer.wrap(new byte[] {one}))).isNull();
    }

    assertThat(prelude.accept(ByteBuffer.wrap(new byte[1]))).isEqualTo(HEAD);
  }

  @Test
  void a_body_may_begin_with_zero_bytes() throws Exception {
    ByteBuffer stream = bytes(PRELUDE + DELIMITER + "\0\0Hello");

    assertThat(new UrlPrelude().accept(stream)).isEqualTo(HEAD);

    assertThat(textOf(stream)).isEqualTo("\0\0Hello");
  }

  @Test
  void the_status_is_200_and_the_type_is_bytes_by_default() throws Exception {
    assertThat(headOf("{}" + DELIMITER)).isEqualTo(UrlHead.of(200, "application/octet-stream"));
    assertThat(headOf(" {\"other\": [{}], \"headers\": {\"X-A\": 1}}\n" + DELIMITER))
        .isEqualTo(
            new UrlHead(
                200,
                List.of(
                    new HeaderLine("content-type", "application/octet-stream"),
                    new HeaderLine("x-a", "1"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|not a JSON object",
        "[]|not a JSON object",
        "\"x\"|not a JSON object",
        "{} {}|more than one JSON object",
        "{\"statusCode\":|not JSON",
        "hello|not JSON",
        "{\"statusCode\":99}|statusCode is not a whole number",
        "{\"headers\":[]}|headers is not an object",
        "{\"headers\":{\"a\":\"\\r\\n\"}}|a line break",
        "{\"cookies\":{}}|cookies is not an array"
      })
  void an_invalid_prelude_is_a_defect(String prelude, String defect) {
    assertThatThrownBy(() -> headOf(prelude + DELIMITER + "body"))
        .isInstanceOf(InvalidUrlResultException.class)
        .hasMessageContaining(defect);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7})
  void fewer_than_eight_zero_bytes_are_a_defect(int zeros) {
    assertThatThrownBy(() -> headOf("{}" + "\0".repeat(zeros) + "Hello"))
        .isInstanceOf(InvalidUrlResultException.class)
        .hasMessage("The prelude is followed by " + zeros + " zero bytes instead of 8");
  }

  @Test
  void a_prelude_has_64_kib_at_the_most() throws Exception {
    String longest = "{\"a\":\"" + "x".repeat(64 * 1024 - 8) + "\"}";

    assertThat(headOf(longest + DELIMITER)).isNotNull();
    assertThatThrownBy(() -> headOf(longest + " "))
        .isInstanceOf(InvalidUrlResultException.class)
        .hasMessage("The prelude is longer than 65536 bytes or has no end");
  }

  @Test
  void a_stream_without_a_prelude_has_the_type_of_the_runtime() {
    assertThat(UrlHead.ofStream("text/html")).isEqualTo(UrlHead.of(200, "text/html"));
    assertThat(UrlHead.ofStream(null)).isEqualTo(UrlHead.of(200, "application/octet-stream"));
    assertThat(UrlHead.ofStream(" ")).isEqualTo(UrlHead.of(200, "application/octet-stream"));
  }
}
