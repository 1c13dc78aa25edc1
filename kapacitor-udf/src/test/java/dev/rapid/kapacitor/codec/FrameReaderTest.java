package dev.rapid.kapacitor.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rapid.kapacitor.codec.FrameException.Reason;
import dev.rapid.kapacitor.protocol.EndBatch;
import dev.rapid.kapacitor.protocol.Point;
import dev.rapid.kapacitor.protocol.Request;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How frames are read (contract kapacitor-udf, section 1). */
class FrameReaderTest {

  private static final int LIMIT = 64 * 1024 * 1024;

  @ParameterizedTest
  @CsvSource({
    "0, 00",
    "4, 04",
    "127, 7f",
    "128, 8001",
    "315, bb02",
    "16384, 808001",
    "2097152, 80808001"
  })
  void a_length_is_written_in_the_shortest_form_and_read(int length, String header)
      throws IOException {
    Request message = ofSize(length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new FrameWriter(out).write(message);

    assertThat(HexFormat.of().formatHex(out.toByteArray(), 0, header.length() / 2))
        .isEqualTo(header);
    assertThat(readAll(new ByteArrayInputStream(out.toByteArray()))).containsExactly(message);
  }

  @Test
  void the_beginning_of_a_frame_whose_rest_has_not_come_is_known_meanwhile() throws IOException {
    List<String> begun = new ArrayList<>();
    List<FrameReader<Request>> readers = new ArrayList<>();
    InputStream pieces =
        new InputStream() {
          private final byte[][] left = {bytes("04 1a 02 08 01 04 1a"), bytes("02 08 01"), {}};
          private int next;

          @Override
          public int read() {
            throw new UnsupportedOperationException();
          }

          @Override
          public int read(byte[] target, int offset, int length) {
            begun.add(String.valueOf(readers.getFirst().incompleteFrame()));
            byte[] piece = left[next++];
            System.arraycopy(piece, 0, target, offset, piece.length);
            return piece.length == 0 ? -1 : piece.length;
          }
        };
    FrameReader<Request> reader = new FrameReader<>(Request.parser(), pieces, LIMIT);
    readers.add(reader);

    assertThat(reader.next()).isEqualTo(keepalive(1));
    assertThat(reader.next()).isEqualTo(keepalive(1));
    assertThat(reader.next()).isNull();
    assertThat(begun).containsExactly("null", "the frame begins with 04 1a \"..\"", "null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"84 00", "84 80 00", "84 80 80 00", "84 80 80 80 00"})
  void a_length_may_have_up_to_five_bytes(String header) throws IOException {
    byte[] frame = bytes(header + " 1a 02 08 01");

    assertThat(readAll(new ByteArrayInputStream(frame))).containsExactly(keepalive(1));
  }

  @Test
  void a_length_of_six_bytes_is_refused() {
    FrameException refused = refused(bytes("84 80 80 80 80 00 1a 02 08 01"));

    assertThat(refused.reason()).isEqualTo(Reason.LONG_HEADER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"81 80 80 20", "ff ff ff ff 07", "ff ff ff ff 0f", "ff ff ff ff 7f"})
  void a_message_above_the_limit_is_refused_before_memory_is_reserved(String header) {
    Chunks in = new Chunks(bytes(header), 100);

    FrameException refused = refused(in);

    assertThat(refused.reason()).isEqualTo(Reason.TOO_LONG);
    assertThat(refused).hasMessageContaining("the limit is 67108864");
    assertThat(in.mostAskedFor).isLessThanOrEqualTo(32 * 1024);
  }

  @Test
  void a_length_at_the_limit_reserves_nothing_until_bytes_arrive() {
    Chunks in = new Chunks(bytes("80 80 80 20 8a 01"), 100);

    FrameException refused = refused(in);

    assertThat(refused.reason()).isEqualTo(Reason.TRUNCATED);
    assertThat(in.mostAskedFor).isLessThanOrEqualTo(32 * 1024);
  }

  @Test
  void a_frame_that_is_cut_off_anywhere_is_refused_and_between_frames_it_is_the_end()
      throws IOException {
    byte[] first = frame(keepalive(1));
    byte[] second = frame(point("x".repeat(300)));
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);

    for (int length = 0; length <= both.length; length++) {
      InputStream in = new ByteArrayInputStream(both, 0, length);
      if (length == 0 || length == first.length || length == both.length) {
        assertThat(readAll(in)).hasSize(length == 0 ? 0 : length == first.length ? 1 : 2);
      } else {
        FrameException refused = refused(in);
        assertThat(refused.reason()).isEqualTo(Reason.TRUNCATED);
        if (length >= first.length + 2) {
          int missing = both.length - length;
          assertThat(refused).hasMessageContaining(missing + " of 315 bytes");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void frames_are_read_however_they_are_split(long seed) throws IOException {
    Random random = new Random(seed);
    List<Request> messages = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      int length = random.nextInt(20) == 0 ? random.nextInt(100_000) : random.nextInt(200);
      messages.add(random.nextInt(4) == 0 ? keepalive(i) : point("x".repeat(length)));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new FrameWriter(out).write(messages);

    int mostAtOnce = List.of(1, 2, 7, 1000, 100_000).get(random.nextInt(5));
    Chunks in = new Chunks(out.toByteArray(), () -> 1 + random.nextInt(mostAtOnce));

    assertThat(readAll(in)).as("seed %d", seed).isEqualTo(messages);
  }

  @Test
  void many_frames_cost_one_read() throws IOException {
    List<Request> messages = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      messages.add(keepalive(i));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new FrameWriter(out).write(messages);
    Chunks in = new Chunks(out.toByteArray(), 1_000_000);
    FrameReader<Request> reader = new FrameReader<>(Request.parser(), in, LIMIT);

    for (Request message : messages) {
      assertThat(reader.next()).isEqualTo(message);
    }

    assertThat(in.reads).isEqualTo(1);
  }

  @Test
  void it_knows_whether_a_whole_frame_is_there() throws IOException {
    byte[] frame = frame(keepalive(5));
    byte[] bytes = Arrays.copyOf(frame, frame.length * 3 - 1);
    System.arraycopy(frame, 0, bytes, frame.length, frame.length);
    System.arraycopy(frame, 0, bytes, frame.length * 2, frame.length - 1);
    FrameReader<Request> reader =
        new FrameReader<>(Request.parser(), new ByteArrayInputStream(bytes), LIMIT);
    assertThat(reader.hasBuffered()).isFalse();

    reader.next();
    assertThat(reader.hasBuffered()).isTrue();

    reader.next();
    assertThat(reader.hasBuffered()).isFalse();
  }

  @Test
  void a_bad_length_that_is_there_needs_no_reading() throws IOException {
    byte[] bytes = bytes("04 1a 02 08 01 ff ff ff ff ff 01");
    Chunks in = new Chunks(bytes, 1000);
    FrameReader<Request> reader = new FrameReader<>(Request.parser(), in, LIMIT);

    reader.next();

    assertThat(reader.hasBuffered()).isTrue();
    assertThatExceptionOfType(FrameException.class).isThrownBy(reader::next);
    assertThat(in.reads).isEqualTo(1);
  }

  @Test
  void the_memory_of_a_long_frame_is_given_back() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new FrameWriter(out).write(List.of(point("x".repeat(1_000_000)), keepalive(1)));
    Chunks in = new Chunks(out.toByteArray(), 1_000_000);
    FrameReader<Request> reader = new FrameReader<>(Request.parser(), in, LIMIT);
    reader.next();
    reader.next();
    in.mostAskedFor = 0;

    assertThat(reader.next()).isNull();

    assertThat(in.mostAskedFor).isLessThanOrEqualTo(32 * 1024);
  }

  @Test
  void bytes_that_are_not_a_message_are_refused_with_what_they_are() {
    FrameException refused = refused(bytes("03 0a ff ff 00"));

    assertThat(refused.reason()).isEqualTo(Reason.UNDECODABLE);
    assertThat(refused).hasMessageContaining("03 0a ff ff 00 \".....\"");
    assertThat(refused.getMessage()).doesNotContain("stdout");
  }

  @Test
  void text_is_refused_with_a_hint() {
    FrameException refused = refused("hello world\n".getBytes(StandardCharsets.US_ASCII));

    assertThat(refused.reason()).isEqualTo(Reason.TRUNCATED);
    assertThat(refused)
        .hasMessageContaining("68 65 6c 6c 6f 20 77 6f 72 6c 64 0a \"hello world.\"")
        .hasMessageContaining("only frames may be written to stdout, print to stderr");
  }

  @Test
  void a_refusal_shows_64_bytes_at_most() {
    byte[] text = "h".repeat(100).getBytes(StandardCharsets.US_ASCII);

    FrameException refused = refused(text);

    assertThat(refused).hasMessageContaining("68 ".repeat(63) + "68 \"" + "h".repeat(64) + "\"");
  }

  @Test
  void an_error_of_the_stream_is_passed_on() {
    IOException broken = new IOException("broken");
    InputStream in =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw broken;
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            throw broken;
          }
        };
    FrameReader<Request> reader = new FrameReader<>(Request.parser(), in, LIMIT);

    assertThatExceptionOfType(IOException.class).isThrownBy(reader::next).isSameAs(broken);
  }

  private static List<Request> readAll(InputStream in) throws IOException {
    FrameReader<Request> reader = new FrameReader<>(Request.parser(), in, LIMIT);
    List<Request> read = new ArrayList<>();
    for (Request next = reader.next(); next != null; next = reader.next()) {
      read.add(next);
    }
    return read;
  }

  private static FrameException refused(byte[] bytes) {
    return refused(new ByteArrayInputStream(bytes));
  }

  private static FrameException refused(InputStream in) {
    try {
      List<Request> read = readAll(in);
      throw new AssertionError("was read: " + read);
    } catch (FrameException e) {
      return e;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] frame(Request message) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new FrameWriter(out).write(message);
    return out.toByteArray();
  }

  private static byte[] bytes(String hex) {
    return HexFormat.ofDelimiter(" ").parseHex(hex);
  }

  private static Request keepalive(long time) {
    Request.Builder request = Request.newBuilder();
    request.getKeepaliveBuilder().setTime(time);
    return request.build();
  }

  private static Request point(String value) {
    return Request.newBuilder()
        .setPoint(Point.newBuilder().setTime(1).putFieldsString("s", value))
        .build();
  }

  /** Makes a message of exactly a size. */
  private static Request ofSize(int size) {
    if (size == 0) {
      return Request.getDefaultInstance();
    }
    for (int text = Math.max(0, size - 12); text <= size; text++) {
      Request request =
          Request.newBuilder().setEnd(EndBatch.newBuilder().setName("x".repeat(text))).build();
      if (request.getSerializedSize() == size) {
        return request;
      }
    }
    return keepalive(1);
  }

  /** Gives so many bytes with each read, and counts. */
  private static final class Chunks extends InputStream {
    private final ByteArrayInputStream bytes;
    private final IntSupplier sizes;
    private int reads;
    private int mostAskedFor;

    Chunks(byte[] bytes, int size) {
      this(bytes, () -> size);
    }

    Chunks(byte[] bytes, IntSupplier sizes) {
      this.bytes = new ByteArrayInputStream(bytes);
      this.sizes = sizes;
    }

    @Override
    public int read() {
      throw new AssertionError("bytes are read one by one");
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      reads++;
      mostAskedFor = Math.max(mostAskedFor, length);
      return bytes.read(target, offset, Math.min(length, sizes.getAsInt()));
    }
  }
}
