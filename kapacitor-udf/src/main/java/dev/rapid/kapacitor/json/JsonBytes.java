package dev.rapid.kapacitor.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.rapid.core.invocation.Payload;
import dev.rapid.lambda.JsonStreams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** JSON that is written into memory. Not thread-safe. */
final class JsonBytes implements AutoCloseable {

  private final ByteArrayOutputStream bytes;
  private final JsonGenerator json;

  /**
   * @param expected about how many bytes it will have
   */
  JsonBytes(int expected) {
    bytes = new ByteArrayOutputStream(expected);
    try {
      json = JsonStreams.generatorTo(bytes);
    } catch (IOException e) {
      throw impossible(e);
    }
  }

  /** Writes a part of the text. */
  @FunctionalInterface
  interface Writer {
    void writeTo(JsonGenerator json) throws IOException;
  }

  void write(Writer writer) {
    try {
      writer.writeTo(json);
    } catch (IOException e) {
      throw impossible(e);
    }
  }

  /** Writes a value that is JSON already. */
  void writeValue(byte[] value) {
    beforeValue();
    bytes.writeBytes(value);
  }

  /** Writes a value that is JSON already, and ends it. */
  void writeValue(JsonBytes value) {
    beforeValue();
    value.close();
    write(generator -> value.bytes.writeTo(bytes));
  }

  /** The generator writes what belongs before a value. */
  private void beforeValue() {
    write(generator -> {
      generator.writeRawValue("");
      generator.flush();
    });
  }

  /** Returns the number of bytes so far. */
  int size() {
    return bytes.size() + json.getOutputBuffered();
  }

  /** Ends the text, and returns it. */
  byte[] end() {
    close();
    return bytes.toByteArray();
  }

  /** Ends the text, and returns it. */
  Payload payload() {
    return Payload.of(end());
  }

  @Override
  public void close() {
    try {
      json.close();
    } catch (IOException e) {
      throw impossible(e);
    }
  }

  private static UncheckedIOException impossible(IOException e) {
    return new UncheckedIOException(e); // Memory cannot fail.
  }
}
