package dev.rapid.azure.trigger;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import dev.rapid.azure.protocol.ModelBindingData;
import dev.rapid.azure.protocol.TypedData;
import dev.rapid.core.invocation.Payload;
import dev.rapid.lambda.JsonStreams;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes values of workers as JSON (contract azure-functions-worker, section 14.3). */
final class JsonResult {

  private static final int MARGIN = 256;

  private JsonResult() {}

  @FunctionalInterface
  interface Writer {
    void writeTo(JsonGenerator json) throws IOException;
  }

  /**
   * Returns what a writer writes.
   *
   * @param bytes about how many bytes it writes
   */
  static Payload payload(int bytes, Writer writer) {
    BytesPayload.Output output = new BytesPayload.Output(bytes + bytes / 2 + MARGIN);
    try (JsonGenerator json = JsonStreams.generatorTo(output)) {
      writer.writeTo(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory cannot fail.
    }
    return output.toPayload();
  }

  /** Returns a value as JSON. */
  static Payload payload(TypedData value) {
    if (value.hasJson() && isJson(value.getJsonBytes())) {
      return BytesPayload.of(value.getJsonBytes());
    }
    return payload(value.getSerializedSize(), json -> write(json, value));
  }

  /** Returns whether bytes are one JSON value. */
  static boolean isJson(ByteString bytes) {
    return JsonStreams.isJson(bytes.toByteArray());
  }

  /** Writes a value. */
  static void write(JsonGenerator json, TypedData value) throws IOException {
    switch (value.getDataCase()) {
      case STRING -> json.writeString(value.getString());
      case JSON -> writeJson(json, value);
      case BYTES -> write(json, value.getBytes());
      case STREAM -> write(json, value.getStream());
      case INT -> json.writeNumber(value.getInt());
      case DOUBLE -> write(json, value.getDouble());
      case HTTP -> HttpResponse.of(value.getHttp()).writeEnvelope(json, ReplyForm.ENVELOPE);
      case COLLECTION_BYTES ->
          array(json, value.getCollectionBytes().getBytesList(), each -> write(json, each));
      case COLLECTION_STRING ->
          array(json, value.getCollectionString().getStringList(), json::writeString);
      case COLLECTION_DOUBLE ->
          array(json, value.getCollectionDouble().getDoubleList(), each -> write(json, each));
      case COLLECTION_SINT64 ->
          array(json, value.getCollectionSint64().getSint64List(), json::writeNumber);
      case MODEL_BINDING_DATA -> write(json, value.getModelBindingData());
      case COLLECTION_MODEL_BINDING_DATA ->
          array(
              json,
              value.getCollectionModelBindingData().getModelBindingDataList(),
              each -> write(json, each));
      case DATA_NOT_SET -> json.writeNull();
    }
  }

  /** What is no JSON becomes a string. */
  private static void writeJson(JsonGenerator json, TypedData value) throws IOException {
    if (isJson(value.getJsonBytes())) {
      json.writeRawValue(value.getJson());
    } else {
      json.writeString(value.getJson());
    }
  }

  private static void write(JsonGenerator json, ByteString bytes) throws IOException {
    json.writeBinary(bytes.newInput(), bytes.size());
  }

  /** JSON has no name for what is not a number. */
  private static void write(JsonGenerator json, double number) throws IOException {
    if (Double.isFinite(number)) {
      json.writeNumber(number);
    } else {
      json.writeString(Double.toString(number));
    }
  }

  private static void write(JsonGenerator json, ModelBindingData data) throws IOException {
    json.writeStartObject();
    json.writeStringField("version", data.getVersion());
    json.writeStringField("source", data.getSource());
    json.writeStringField("contentType", data.getContentType());
    json.writeFieldName("content");
    write(json, data.getContent());
    json.writeEndObject();
  }

  @FunctionalInterface
  private interface ElementWriter<T> {
    void write(T element) throws IOException;
  }

  private static <T> void array(JsonGenerator json, Iterable<T> elements, ElementWriter<T> writer)
      throws IOException {
    json.writeStartArray();
    for (T each : elements) {
      writer.write(each);
    }
    json.writeEndArray();
  }
}
