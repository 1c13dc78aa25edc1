package dev.rapid.invokeapi.stream;

import static dev.rapid.invokeapi.EventStreamReader.bytesOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rapid.invokeapi.EventStreamReader;
import dev.rapid.invokeapi.EventStreamReader.Frame;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The frames and events of a streamed response (contract invoke-api, sections 3.3 to 3.6). */
final class EventStreamTest {

  private static final int MIB = 1024 * 1024;
  private static final InvokeComplete SUCCESS = new InvokeComplete(null, null, null);
  private static final Map<String, String> CHUNK_HEADERS =
      Map.of(
          ":event-type", "PayloadChunk",
          ":content-type", "application/octet-stream",
          ":message-type", "event");

  private static byte[] chunks(byte[]... pieces) {
    return bytesOf(
        ResponseStreamFrames.payloadChunks(Arrays.stream(pieces).map(ByteBuffer::wrap).toList()));
  }

  private static byte[] chunks(String text) {
    return chunks(text.getBytes(UTF_8));
  }

  private static byte[] complete(InvokeComplete end) {
    return bytesOf(ResponseStreamFrames.complete(end));
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  // ------------------------------------------------------------------ known answers

  @Test
  void a_payload_chunk_has_the_bytes_of_the_contract() {
    assertThat(chunks("{\"hello\":\"world\"}"))
        .isEqualTo(
            hex(
                """
                00 00 00 7b 00 00 00 5a 60 9e b6 5d 0b 3a 65 76
                65 6e 74 2d 74 79 70 65 07 00 0c 50 61 79 6c 6f
                61 64 43 68 75 6e 6b 0d 3a 63 6f 6e 74 65 6e 74
                2d 74 79 70 65 07 00 18 61 70 70 6c 69 63 61 74
                69 6f 6e 2f 6f 63 74 65 74 2d 73 74 72 65 61 6d
                0d 3a 6d 65 73 73 61 67 65 2d 74 79 70 65 07 00
                05 65 76 65 6e 74 7b 22 68 65 6c 6c 6f 22 3a 22
                77 6f 72 6c 64 22 7d e1 a9 3f 99
                """));
  }

  @Test
  void an_invoke_complete_has_the_bytes_of_the_contract() {
    assertThat(complete(SUCCESS))
        .isEqualTo(
            hex(
                """
                00 00 00 66 00 00 00 54 1f 56 c8 69 0b 3a 65 76
                65 6e 74 2d 74 79 70 65 07 00 0e 49 6e 76 6f 6b
                65 43 6f 6d 70 6c 65 74 65 0d 3a 63 6f 6e 74 65
                6e 74 2d 74 79 70 65 07 00 10 61 70 70 6c 69 63
                61 74 69 6f 6e 2f 6a 73 6f 6e 0d 3a 6d 65 73 73
                61 67 65 2d 74 79 70 65 07 00 05 65 76 65 6e 74
                7b 7d 70 06 d4 67
                """));
  }

  @Test
  void other_events_have_the_lengths_and_checksums_of_the_contract() {
    assertFrame(chunks("Hello world "), 118, 0x980e72ec, 0x33971fd8);
    assertFrame(complete(new InvokeComplete(null, null, "aGk=")), 120, 0xc086e18a, 0xe2899c7c);
    assertFrame(
        complete(new InvokeComplete("Runtime.Boom", "x", null)), 147, 0x9f821744, 0x3915e5b8);
    assertFrame(
        bytesOf(
            EventStreamFrame.plain()
                .with(":exception-type", "ServiceException")
                .with(":content-type", "application/json")
                .with(":message-type", "exception")
                .around(
                    List.of(
                        ByteBuffer.wrap(
                            "{\"Type\":\"Service\",\"Message\":\"boom\"}".getBytes(UTF_8))))),
        145,
        0x0597ad3a,
        0x85936a10);
  }

  private static void assertFrame(byte[] frame, int total, int preludeCrc, int frameCrc) {
    ByteBuffer bytes = ByteBuffer.wrap(frame);
    assertThat(frame).hasSize(total);
    assertThat(bytes.getInt(0)).isEqualTo(total);
    assertThat(bytes.getInt(8)).isEqualTo(preludeCrc);
    assertThat(bytes.getInt(total - 4)).isEqualTo(frameCrc);
  }

  private static byte[] hex(String dump) {
    return HexFormat.of().parseHex(dump.replaceAll("\\s", ""));
  }

  // ------------------------------------------------------------------ the payload

  @ParameterizedTest
  @CsvSource({"1, 1", "1048575, 1", "1048576, 1", "1048577, 2", "2097152, 2", "6291556, 7"})
  void what_is_over_a_mebibyte_goes_in_several_events(int length, int events) {
    byte[] payload = random(length);

    List<Frame> frames = EventStreamReader.readAll(chunks(payload));

    assertThat(frames).hasSize(events);
    assertThat(frames).allSatisfy(it -> assertThat(it.headers()).isEqualTo(CHUNK_HEADERS));
    assertThat(frames).allSatisfy(it -> assertThat(it.bytes()).hasSizeBetween(1, MIB));
    assertThat(joined(frames)).isEqualTo(payload);
  }

  @Test
  void buffers_of_any_length_are_one_payload() {
    byte[] a = random(700_000);
    byte[] b = random(700_001);
    byte[] c = random(3);

    List<Frame> frames = EventStreamReader.readAll(chunks(new byte[0], a, b, new byte[0], c));

    assertThat(frames).hasSize(2);
    assertThat(joined(frames)).isEqualTo(bytesOf(List.of(of(a), of(b), of(c))));
  }

  private static ByteBuffer of(byte[] bytes) {
    return ByteBuffer.wrap(bytes);
  }

  @Test
  void there_is_no_empty_event() {
    assertThat(ResponseStreamFrames.payloadChunks(List.of())).isEmpty();
    assertThat(ResponseStreamFrames.payloadChunks(List.of(ByteBuffer.allocate(0)))).isEmpty();
  }

  @Test
  void the_payload_is_not_copied_and_its_buffers_keep_their_positions() {
    ByteBuffer payload = ByteBuffer.allocateDirect(10).put(new byte[] {9, 9, 1, 2, 3}).flip();
    payload.position(2);

    List<ByteBuffer> event = ResponseStreamFrames.payloadChunks(List.of(payload));
    payload.put(2, (byte) 7);

    assertThat(event).hasSize(3);
    assertThat(event.get(1)).isEqualTo(of(new byte[] {7, 2, 3}));
    assertThat(payload.position()).isEqualTo(2);
    assertThat(payload.remaining()).isEqualTo(3);
  }

  @Test
  void memory_that_is_read_only_is_framed_too() {
    List<ByteBuffer> event =
        ResponseStreamFrames.payloadChunks(List.of(of(new byte[] {1}).asReadOnlyBuffer()));

    assertThat(EventStreamReader.readAll(bytesOf(event)).getFirst().bytes()).containsExactly(1);
  }

  private static byte[] joined(List<Frame> frames) {
    return bytesOf(frames.stream().map(Frame::payload).toList());
  }

  // ------------------------------------------------------------------ the end

  @Test
  void the_end_says_only_what_there_is_to_say() {
    assertThat(textOf(SUCCESS)).isEqualTo("{}");
    assertThat(textOf(new InvokeComplete(null, null, "aGk=")))
        .isEqualTo("{\"LogResult\":\"aGk=\"}");
    assertThat(textOf(new InvokeComplete("Sandbox.Timedout", null, null)))
        .isEqualTo("{\"ErrorCode\":\"Sandbox.Timedout\"}");
    assertThat(textOf(new InvokeComplete("A", "", "L")))
        .isEqualTo("{\"ErrorCode\":\"A\",\"ErrorDetails\":\"\",\"LogResult\":\"L\"}");
  }

  private static String textOf(InvokeComplete end) {
    Frame frame = EventStreamReader.readAll(complete(end)).getFirst();
    assertThat(frame.headers())
        .isEqualTo(
            Map.of(
                ":event-type", "InvokeComplete",
                ":content-type", "application/json",
                ":message-type", "event"));
    return frame.text();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"errorMessage\": \"a \\\"b\\\"\", \"errorType\": \"T\"}",
        "two\nlines\tand a \u0000",
        "\u00fc \u2028 \ud83d\ude00 \\ /"
      })
  void whatever_an_error_says_a_client_reads_it_again(String details) throws Exception {
    String json = textOf(new InvokeComplete("T", details, null));

    assertThat(new ObjectMapper().readTree(json).get("ErrorDetails").textValue())
        .isEqualTo(details);
  }

  @Test
  void a_text_that_is_too_long_is_cut_and_says_so() throws Exception {
    String json = textOf(new InvokeComplete("T", "\u0001".repeat(6_000_000), null));

    assertThat(json.length()).isLessThan(MIB);
    assertThat(new ObjectMapper().readTree(json).get("ErrorDetails").textValue())
        .isEqualTo("\u0001".repeat(65_536) + "... (5934464 more characters)");
  }

  @Test
  void a_failure_of_the_service_is_a_message_without_a_payload() {
    Frame frame =
        EventStreamReader.readAll(bytesOf(ResponseStreamFrames.internalFailure("no memory")))
            .getFirst();

    assertThat(frame.headers())
        .isEqualTo(
            Map.of(
                ":message-type", "error",
                ":error-code", "InternalFailure",
                ":error-message", "no memory"));
    assertThat(frame.bytes()).isEmpty();
    assertThat(
            EventStreamReader.readAll(
                bytesOf(ResponseStreamFrames.internalFailure("\u00fc".repeat(100_000)))))
        .hasSize(1);
  }

  // ------------------------------------------------------------------ headers

  @Test
  void a_header_has_a_name_of_255_and_a_value_of_32767_bytes_at_the_most() {
    EventStreamFrame plain = EventStreamFrame.plain();
    String longest = "n".repeat(255);
    List<ByteBuffer> frame = plain.with(longest, "\u00fcv".repeat(10_922)).around(List.of());

    assertThat(EventStreamReader.readAll(bytesOf(frame)).getFirst().headers())
        .containsExactly(Map.entry(longest, "\u00fcv".repeat(10_922)));
    assertThatIllegalArgumentException().isThrownBy(() -> plain.with("", "v"));
    assertThatIllegalArgumentException().isThrownBy(() -> plain.with("n".repeat(256), "v"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plain.with("n", "v".repeat(32_768)))
        .withMessageContaining("32767")
        .withMessageContaining("32768");
  }

  // ------------------------------------------------------------------ the wire

  @Test
  void a_stream_that_arrives_byte_by_byte_has_the_same_frames() {
    byte[] stream = bytesOf(List.of(of(chunks("Hello world ")), of(complete(SUCCESS))));
    EventStreamReader reader = new EventStreamReader();

    for (byte one : stream) {
      reader.read(new byte[] {one});
    }

    assertThat(reader.end()).extracting(Frame::text).containsExactly("Hello world ", "{}");
  }

  @Test
  void one_flipped_bit_anywhere_is_detected() {
    byte[] frame = chunks("Hello world ");
    for (int bit = 0; bit < frame.length * 8; bit++) {
      byte[] damaged = frame.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);

      assertThatThrownBy(() -> EventStreamReader.readAll(damaged))
          .as("bit %d", bit)
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
