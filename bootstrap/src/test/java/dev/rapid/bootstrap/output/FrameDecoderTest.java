package dev.rapid.bootstrap.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.bootstrap.output.RecordedOutput.Message;
import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.OutputListener;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {

  private static final int TEXT = 0xa55a0003;
  private static final long MICROS = 1_767_225_600_433_217L;

  private final RecordedOutput output = new RecordedOutput();
  private final FrameDecoder decoder = new FrameDecoder(output);

  @Test
  void a_frame_is_one_message_with_its_time() {
    feed(frame(TEXT, MICROS, "Traceback\n  line 1\n  line 2\n"));

    assertThat(output.messages())
        .containsExactly(new Message("Traceback\n  line 1\n  line 2\n", MICROS, null));
    assertThat(output.text()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "a55a0002,",
    "a55a0006, TRACE",
    "a55a000b, DEBUG",
    "a55a000e, INFO",
    "a55a0013, WARN",
    "a55a0016, ERROR",
    "a55a001b, FATAL",
    "a55a001f,",
    "a55a00e3,"
  })
  void the_type_tells_the_level(String type, @Nullable ApplicationLogLevel level) {
    feed(frame((int) Long.parseLong(type, 16), MICROS, "x"));

    assertThat(output.messages()).containsExactly(new Message("x", MICROS, level));
  }

  @Test
  void a_frame_of_an_old_runtime_has_no_time() {
    feed(join(ints(0xa55a0001, 2), "ab".getBytes(UTF_8), frame(TEXT, MICROS, "next")));

    assertThat(output.messages())
        .containsExactly(
            new Message("ab", OutputListener.NO_TIME, null), new Message("next", MICROS, null));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE})
  void an_impossible_time_counts_as_none(long micros) {
    feed(frame(TEXT, micros, "x"));

    assertThat(output.messages()).containsExactly(new Message("x", OutputListener.NO_TIME, null));
  }

  @Test
  void a_message_may_be_empty() {
    feed(join(frame(TEXT, MICROS, ""), frame(TEXT, MICROS, "x")));

    assertThat(output.messages())
        .containsExactly(new Message("", MICROS, null), new Message("x", MICROS, null));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 16, 17, 64})
  void frames_may_come_in_any_pieces(int size) {
    byte[] stream =
        join(
            frame(TEXT, MICROS, "first\n"),
            frame(TEXT, MICROS, ""),
            "plain\n".getBytes(UTF_8),
            ints(0xa55a0001, 3),
            "old".getBytes(UTF_8),
            frame(TEXT, MICROS, "\u00e9".repeat(100)));

    for (int at = 0; at < stream.length; at += size) {
      decoder.feed(stream, at, Math.min(size, stream.length - at));
    }

    assertThat(output.messages())
        .extracting(Message::text)
        .containsExactly("first\n", "", "old", "\u00e9".repeat(100));
    assertThat(output.text()).isEqualTo("plain\n");
  }

  @Test
  void what_is_not_framed_is_plain_output() {
    feed("no frame\nat all".getBytes(UTF_8));

    assertThat(output.text()).isEqualTo("no frame\nat all");
    assertThat(output.messages()).isEmpty();
  }

  @Test
  void what_only_begins_like_a_frame_is_plain_output() {
    byte[] stream =
        join(
            new byte[] {(byte) 0xa5, (byte) 0xa5, 0x5a, 'x', (byte) 0xa5, 0x5a},
            frame(TEXT, MICROS, "framed"),
            new byte[] {(byte) 0xa5, 0x5a, 0, 3, 0});

    feed(stream);
    decoder.end();

    assertThat(output.messages()).extracting(Message::text).containsExactly("framed");
    assertThat(output.size()).isEqualTo(6 + 5);
  }

  @Test
  void a_frame_that_claims_more_than_anybody_logs_is_plain_output() {
    feed(join(ints(TEXT, -1, 0, 1), "text".getBytes(UTF_8), frame(TEXT, MICROS, "next")));

    assertThat(output.size()).isEqualTo(16 + 4);
    assertThat(output.messages()).extracting(Message::text).containsExactly("next");
  }

  @Test
  void a_very_long_message_comes_in_pieces_and_no_character_is_cut() {
    String text = "x" + "\u20ac".repeat(FrameDecoder.MAX_MESSAGE_BYTES);

    feed(frame(TEXT, MICROS, text));

    List<String> pieces = output.messages().stream().map(Message::text).toList();
    assertThat(pieces)
        .hasSize(4)
        .allSatisfy(piece -> {
          assertThat(piece.getBytes(UTF_8)).hasSizeLessThanOrEqualTo(256 * 1024);
          assertThat(piece).doesNotContain("\ufffd");
        });
    assertThat(String.join("", pieces)).isEqualTo(text);
    assertThat(output.messages()).extracting(Message::epochMicros).containsOnly(MICROS);
  }

  @Test
  void a_very_long_message_that_is_no_text_comes_through_as_well() {
    byte[] bytes = new byte[FrameDecoder.MAX_MESSAGE_BYTES + 1000];
    Arrays.fill(bytes, (byte) 0x80);
    ByteArrayOutputStream received = new ByteArrayOutputStream();

    FrameDecoder binary = new FrameDecoder(collecting(received::write));
    byte[] stream = join(ints(0xa55a0001, bytes.length), bytes);
    binary.feed(stream, 0, stream.length);

    assertThat(received.toByteArray()).isEqualTo(bytes);
  }

  @Test
  void a_message_whose_writer_died_is_passed_on_as_far_as_it_came() {
    byte[] frame = frame(TEXT, MICROS, "incomplete");

    decoder.feed(frame, 0, frame.length - 4);
    assertThat(output.messages()).isEmpty();
    decoder.end();
    decoder.end();

    assertThat(output.messages()).extracting(Message::text).containsExactly("incomp");
  }

  @Test
  void plain_output_is_passed_on_in_one_piece() {
    List<String> pieces = new ArrayList<>();
    FrameDecoder counting =
        new FrameDecoder(
            collecting(
                (bytes, offset, length) -> pieces.add(new String(bytes, offset, length, UTF_8))));
    byte[] text = "\u00e5ngstr\u00f6m \u00e5Z \u4e25\n".repeat(10).getBytes(UTF_8);

    counting.feed(text, 0, text.length);

    assertThat(pieces).containsExactly("\u00e5ngstr\u00f6m \u00e5Z \u4e25\n".repeat(10));
  }

  @Test
  void a_last_byte_that_could_begin_a_frame_waits_only_until_the_pipe_is_empty() {
    feed("caf\u00e5".getBytes(UTF_8));
    decoder.drained();

    assertThat(output.text()).isEqualTo("caf\u00e5");
  }

  @Test
  void a_frame_may_be_written_field_by_field() {
    byte[] frame = frame(TEXT, MICROS, "ruby\n");

    for (int[] field : new int[][] {{0, 4}, {4, 4}, {8, 8}, {16, 5}}) {
      decoder.feed(frame, field[0], field[1]);
      decoder.drained();
    }

    assertThat(output.inOrder()).isEqualTo("[ruby\n]");
  }

  @Test
  void a_frame_that_begins_inside_of_another_one_ends_it() {
    byte[] cut = Arrays.copyOf(frame(TEXT, MICROS, "a message of which only this"), 30);

    feed(join(cut, frame(TEXT, MICROS, "next"), "plain".getBytes(UTF_8)));

    assertThat(output.inOrder()).isEqualTo("[a message of w][next]plain");
  }

  @Test
  void bytes_of_a_message_that_only_resemble_a_frame_belong_to_it() {
    String text = "\u00e5Z\0\u0003 and more, \u00e5";

    feed(join(frame(TEXT, MICROS, text), frame(TEXT, MICROS, "next")));

    assertThat(output.messages()).extracting(Message::text).containsExactly(text, "next");
  }

  @Test
  void how_a_stream_is_cut_makes_no_difference_whatever_it_is() {
    byte[] alphabet = {(byte) 0xa5, 0x5a, 0, 1, 3, 9};
    Random random = new Random(7);
    for (int round = 0; round < 5000; round++) {
      byte[] stream = new byte[random.nextInt(200)];
      for (int i = 0; i < stream.length; i++) {
        stream[i] = alphabet[random.nextInt(alphabet.length)];
      }
      RecordedOutput whole = new RecordedOutput();
      FrameDecoder atOnce = new FrameDecoder(whole);
      atOnce.feed(stream, 0, stream.length);
      atOnce.end();

      RecordedOutput cut = new RecordedOutput();
      FrameDecoder inPieces = new FrameDecoder(cut);
      int at = 0;
      while (at < stream.length) {
        int length = Math.min(1 + random.nextInt(20), stream.length - at);
        inPieces.feed(stream, at, length);
        at += length;
      }
      inPieces.end();

      assertThat(cut.messages()).isEqualTo(whole.messages());
      assertThat(cut.text()).isEqualTo(whole.text());
    }
  }

  /** Takes bytes of whatever kind. */
  @FunctionalInterface
  private interface Bytes {
    void take(byte[] bytes, int offset, int length);
  }

  private static OutputListener collecting(Bytes received) {
    return new OutputListener() {
      @Override
      public void output(byte[] bytes, int offset, int length) {
        received.take(bytes, offset, length);
      }

      @Override
      public void message(
          byte[] bytes,
          int offset,
          int length,
          long epochMicros,
          @Nullable ApplicationLogLevel level) {
        received.take(bytes, offset, length);
      }

      @Override
      public void ended() {}
    };
  }

  private void feed(byte[] bytes) {
    for (int at = 0; at < bytes.length; at += OutputPipe.BUFFER_BYTES) {
      decoder.feed(bytes, at, Math.min(OutputPipe.BUFFER_BYTES, bytes.length - at));
    }
  }

  private static byte[] frame(int type, long micros, String message) {
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(16 + bytes.length)
        .putInt(type)
        .putInt(bytes.length)
        .putLong(micros)
        .put(bytes)
        .array();
  }

  private static byte[] ints(int... numbers) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * numbers.length);
    for (int number : numbers) {
      buffer.putInt(number);
    }
    return buffer.array();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
