package dev.rapid.kapacitor.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.TextFormat;
import dev.rapid.kapacitor.protocol.Request;
import dev.rapid.kapacitor.protocol.Response;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Frames that were recorded between real hosts and agents (contract kapacitor-udf, section 13). */
class GoldenVectorsTest {

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "vectors.txt", delimiter = '|', quoteCharacter = '`')
  void a_recorded_frame_is_read_as_its_message(
      String what, String direction, String frame, String text) throws IOException {
    Message expected = message(Schema.CURRENT.empty(direction), text);

    assertThat(read(Schema.CURRENT.parser(direction), frame)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "vectors.txt", delimiter = '|', quoteCharacter = '`')
  void a_message_is_written_as_its_recorded_frame(
      String what, String direction, String frame, String text) throws IOException {
    Message message = message(Schema.CURRENT.empty(direction), text);

    String written = write(message);

    // The order of a map is free; all else is fixed.
    assertThat(written).hasSameSizeAs(frame);
    assertThat(read(Schema.CURRENT.parser(direction), written)).isEqualTo(message);
  }

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "vectors.txt", delimiter = '|', quoteCharacter = '`')
  void a_peer_of_the_seed_schema_reads_what_it_knows_of_a_recorded_frame(
      String what, String direction, String frame, String text) throws IOException {
    Message expected = message(Schema.SEED.empty(direction), text);

    Message known = read(DiscardUnknownFieldsParser.wrap(Schema.SEED.parser(direction)), frame);

    assertThat(known).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "vectors.txt", delimiter = '|', quoteCharacter = '`')
  void a_peer_of_the_seed_schema_passes_newer_fields_through(
      String what, String direction, String frame, String text) throws IOException {
    Message passed = read(Schema.SEED.parser(direction), frame);

    assertThat(read(Schema.CURRENT.parser(direction), write(passed)))
        .isEqualTo(message(Schema.CURRENT.empty(direction), text));
  }

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "vectors.txt", delimiter = '|', quoteCharacter = '`')
  void a_message_of_a_peer_of_the_seed_schema_is_read(
      String what, String direction, String frame, String text) throws IOException {
    Message sent = message(Schema.SEED.empty(direction), text);

    Message received = read(Schema.CURRENT.parser(direction), write(sent));

    assertThat(received.toByteString()).isEqualTo(sent.toByteString());
    assertThat(received.getUnknownFields().asMap()).isEmpty();
  }

  @Test
  void a_frame_without_a_message_is_empty_also_with_a_length_of_two_bytes() throws IOException {
    assertThat(read(Request.parser(), "8000")).isEqualTo(Request.getDefaultInstance());
    assertThat(read(Response.parser(), "00")).isEqualTo(Response.getDefaultInstance());
  }

  @Test
  void a_message_of_an_unknown_kind_has_no_content() throws IOException {
    Request request = (Request) read(Request.parser(), "049a060101");

    assertThat(request.getMessageCase()).isEqualTo(Request.MessageCase.MESSAGE_NOT_SET);
    assertThat(request.getUnknownFields().hasField(99)).isTrue();
  }

  private static Message read(Parser<? extends Message> parser, String frame) throws IOException {
    byte[] bytes = HexFormat.of().parseHex(frame);
    FrameReader<Message> reader =
        new FrameReader<>(upcast(parser), new ByteArrayInputStream(bytes), 1000);
    @Nullable Message message = reader.next();
    assertThat(reader.next()).as("after the frame").isNull();
    return assertPresent(message);
  }

  private static Message assertPresent(@Nullable Message message) {
    if (message == null) {
      throw new AssertionError("there is no frame");
    }
    return message;
  }

  private static String write(Message message) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new FrameWriter(out).write(message);
    return HexFormat.of().formatHex(out.toByteArray());
  }

  /** Reads the text of a message, without the fields that its schema does not know. */
  private static Message message(Message empty, String text) throws IOException {
    Message.Builder builder = empty.newBuilderForType();
    TextFormat.Parser.newBuilder()
        .setAllowUnknownFields(true)
        .build()
        .merge(text, ExtensionRegistry.getEmptyRegistry(), builder);
    return builder.build();
  }

  /** A parser gives what it parses; nothing is put into it. */
  @SuppressWarnings("unchecked")
  private static Parser<Message> upcast(Parser<? extends Message> parser) {
    return (Parser<Message>) parser;
  }

  private enum Schema {
    CURRENT(Request.getDefaultInstance(), Response.getDefaultInstance()),
    SEED(
        dev.rapid.kapacitor.seed.Request.getDefaultInstance(),
        dev.rapid.kapacitor.seed.Response.getDefaultInstance());

    private final Message request;
    private final Message response;

    Schema(Message request, Message response) {
      this.request = request;
      this.response = response;
    }

    Message empty(String direction) {
      return direction.equals(">") ? request : response;
    }

    Parser<? extends Message> parser(String direction) {
      return empty(direction).getParserForType();
    }
  }
}
