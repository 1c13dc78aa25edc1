package dev.rapid.azure.trigger;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.rapid.azure.event.JsonText;
import dev.rapid.azure.event.JsonText.Kind;
import dev.rapid.azure.protocol.TypedData;
import java.nio.ByteBuffer;

/** Makes values for workers (contract azure-functions-worker, section 7.1). */
final class Values {

  private Values() {}

  /** Null. */
  static final TypedData NONE = TypedData.getDefaultInstance();

  /** Returns the content of a string, or JSON without white space, as text. */
  static TypedData text(JsonText value) {
    return text(value.content());
  }

  /** Returns text. Bytes that are not UTF-8 become U+FFFD. */
  static TypedData text(ByteBuffer utf8) {
    ByteString bytes = UnsafeByteOperations.unsafeWrap(utf8);
    TypedData.Builder data = TypedData.newBuilder();
    return (bytes.isValidUtf8() ? data.setStringBytes(bytes) : data.setString(bytes.toStringUtf8()))
        .build();
  }

  static TypedData text(String text) {
    return TypedData.newBuilder().setString(text).build();
  }

  /** Returns JSON without white space. */
  static TypedData json(JsonText value) {
    return json(value.compact());
  }

  /** Returns JSON. Bytes that are not UTF-8 become U+FFFD. */
  static TypedData json(ByteBuffer utf8) {
    ByteString bytes = UnsafeByteOperations.unsafeWrap(utf8);
    TypedData.Builder data = TypedData.newBuilder();
    return (bytes.isValidUtf8() ? data.setJsonBytes(bytes) : data.setJson(bytes.toStringUtf8()))
        .build();
  }

  static TypedData json(String json) {
    return TypedData.newBuilder().setJson(json).build();
  }

  static TypedData bytes(ByteBuffer bytes) {
    return TypedData.newBuilder().setBytes(UnsafeByteOperations.unsafeWrap(bytes)).build();
  }

  /** Returns null as nothing, a string as text, and anything else as JSON. */
  static TypedData plain(JsonText value) {
    return switch (value.kind()) {
      case NULL -> NONE;
      case STRING -> text(value);
      default -> json(value);
    };
  }

  /** Returns a string as text and anything else, null too, as JSON. */
  static TypedData textOrJson(JsonText value) {
    return value.is(Kind.STRING) ? text(value) : json(value);
  }
}
