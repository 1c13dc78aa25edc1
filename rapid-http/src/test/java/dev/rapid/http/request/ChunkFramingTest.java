package dev.rapid.http.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is around the data of a chunked body. */
final class ChunkFramingTest {

  private static final int TRAILER_BYTES = 1000;

  private final PayloadMemory memory = new PayloadMemory(TRAILER_BYTES * 1000L);
  private final ChunkFraming framing = new ChunkFraming(memory, TRAILER_BYTES);

  /** Reads {@code body}, {@code step} bytes at a time, and returns its data. */
  private String read(String body, int step) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    StringBuilder data = new StringBuilder();
    for (int at = 0; at < bytes.length; at += step) {
      ByteBuffer in = ByteBuffer.wrap(bytes, at, Math.min(step, bytes.length - at));
      while (in.hasRemaining() && !framing.ended()) {
        if (framing.remaining() > 0) {
          data.append((char) in.get());
          framing.dataRead(1);
        } else {
          framing.read(in);
        }
      }
    }
    return data.toString();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 1000})
  void data_sizes_extensions_and_trailers_are_told_apart_wherever_they_are_cut(int step)
      throws IOException {
    List<String> lines =
        List.of(
            "3",
            "abc",
            "0005 ;x=\"y\"",
            "\r\n-\r\n",
            "A;q",
            "0123456789",
            "000",
            "One: 1 ",
            "one: 2",
            "Two:",
            "");

    String data = read(String.join("\r\n", lines) + "\r\n", step);

    assertThat(data).isEqualTo("abc\r\n-\r\n0123456789");
    assertThat(framing.ended()).isTrue();
    assertThat(framing.trailer("ONE")).isEqualTo("1");
    assertThat(framing.trailer("two")).isEmpty();
    assertThat(framing.trailer("three")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zz\r\n",
        "\r\n",
        "-1\r\n",
        " 1\r\n",
        "+1\r\n",
        "0x1\r\n",
        "1\n",
        "1 2\r\n",
        "1\r1",
        "1;\n",
        "1;\0\r\n",
        "10000000000000000\r\n",
        "1\r\nab",
        "1\r\na\n",
        "1\r\na\rb",
        "1\r\na\r\nzz\r\n",
        "1\r\na\r\n\r\n",
        "0\r\nno colon\r\n",
        "0\r\n: x\r\n",
        "0\r\nA : x\r\n",
        "0\r\nA: x\n",
        "0\r\nA: x\r\n folded\r\n",
        "0\r\n\rx",
        "0\r\n\n"
      })
  void anything_else_is_malformed(String body) {
    assertThatThrownBy(() -> read(body, 1)).isInstanceOf(IOException.class);
  }

  @Test
  void the_line_of_a_size_is_bounded() {
    assertThatThrownBy(() -> read("1;" + "x".repeat(5000), 1)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> new ChunkFramingTest().read("0".repeat(5000), 1))
        .isInstanceOf(IOException.class);
  }

  @Test
  void trailers_over_the_limit_are_refused_as_too_large() {
    assertThatThrownBy(() -> read("0\r\nA: " + "x".repeat(TRAILER_BYTES), 100))
        .isInstanceOf(ChunkFraming.OversizedTrailersException.class);
  }

  @Test
  void many_small_trailers_are_as_large_as_what_they_take() {
    assertThatThrownBy(() -> read("0\r\n" + "A:\r\n".repeat(100), 100))
        .isInstanceOf(ChunkFraming.OversizedTrailersException.class);
  }

  @Test
  void trailers_share_the_memory_of_bodies_and_give_it_back() throws IOException {
    read("0\r\nA: b\r\n\r\n", 100);
    assertThat(memory.usedBytes()).isPositive();

    framing.release();

    assertThat(memory.usedBytes()).isZero();
  }

  @Test
  void trailers_without_memory_are_refused_as_too_large() {
    ChunkFraming poor = new ChunkFraming(new PayloadMemory(0), TRAILER_BYTES);

    assertThatThrownBy(
            () -> poor.read(ByteBuffer.wrap("0\r\nA: b".getBytes(StandardCharsets.UTF_8))))
        .isInstanceOf(ChunkFraming.OversizedTrailersException.class);
  }
}
