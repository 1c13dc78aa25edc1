package dev.rapid.lambda.event;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.rapid.core.invocation.Payload;
import dev.rapid.lambda.JsonStreams;
import dev.rapid.lambda.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the payload of an HTTP request. */
public final class EventPayload {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private EventPayload() {}

  /** Writes one JSON value. */
  @FunctionalInterface
  public interface Writer {

    /** Writes the value to {@code json}. */
    void writeTo(JsonGenerator json) throws IOException;
  }

  /** How bytes of a body become a JSON string. */
  public enum BodyForm {
    /** As text if they are UTF-8, else in Base64. */
    TEXT_OR_BASE64,
    /** As text; what is not UTF-8 becomes U+FFFD. */
    TEXT,
    /** In Base64. */
    BASE64
  }

  /**
   * Returns the payload that {@code writer} writes; null if it would be over the limit, {@link
   * Limits#MAX_REQUEST_BYTES}.
   */
  public static @Nullable Payload of(Writer writer) {
    BoundedBytes bytes = new BoundedBytes(Limits.MAX_REQUEST_BYTES);
    try (JsonGenerator json = JsonStreams.generatorTo(bytes)) {
      writer.writeTo(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory cannot fail.
    }
    return bytes.overflowed() ? null : Payload.of(bytes.toByteArray());
  }

  /** Writes a member that is an object of strings. */
  public static void writeTexts(JsonGenerator json, String name, Map<String, String> texts)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, String> text : texts.entrySet()) {
      json.writeStringField(text.getKey(), text.getValue());
    }
    json.writeEndObject();
  }

  /** Writes the members {@code body}, if there is one, and {@code isBase64Encoded}. */
  public static void writeBody(JsonGenerator json, Payload body, BodyForm form) throws IOException {
    boolean base64 = false;
    if (body.size() > 0) {
      byte[] bytes = body.toByteArray();
      CharBuffer text =
          switch (form) {
            case TEXT_OR_BASE64 -> utf8(bytes);
            case TEXT -> StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
            case BASE64 -> null;
          };
      base64 = text == null;
      json.writeFieldName("body");
      if (text == null) {
        json.writeBinary(bytes);
      } else {
        json.writeString(text.array(), text.arrayOffset() + text.position(), text.remaining());
      }
    }
    json.writeBooleanField("isBase64Encoded", base64);
  }

  /** Returns a moment as access logs write it, in UTC. */
  public static String timeOf(long epochMillis) {
    return TIME.format(Instant.ofEpochMilli(epochMillis));
  }

  private static @Nullable CharBuffer utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Keeps bytes up to a limit, and records whether there were more. */
  private static final class BoundedBytes extends ByteArrayOutputStream {

    private final int limit;
    private boolean overflowed;

    BoundedBytes(int limit) {
      this.limit = limit;
    }

    boolean overflowed() {
      return overflowed;
    }

    @Override
    public synchronized void write(int b) {
      if (hasRoomFor(1)) {
        super.write(b);
      }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      if (hasRoomFor(length)) {
        super.write(bytes, offset, length);
      }
    }

    private boolean hasRoomFor(int length) {
      overflowed |= length > limit - count;
      return !overflowed;
    }
  }
}
