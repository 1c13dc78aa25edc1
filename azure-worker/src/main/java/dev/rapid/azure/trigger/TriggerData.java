package dev.rapid.azure.trigger;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.rapid.azure.AzureSettings.TriggerDataType;
import dev.rapid.azure.app.Binding;
import dev.rapid.azure.app.Binding.DataType;
import dev.rapid.azure.event.InvalidPayloadException;
import dev.rapid.azure.event.JsonText;
import dev.rapid.azure.event.JsonText.Kind;
import dev.rapid.azure.protocol.CollectionBytes;
import dev.rapid.azure.protocol.CollectionString;
import dev.rapid.azure.protocol.TypedData;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;

/**
 * The data of triggers other than HTTP (contract azure-functions-worker, sections 7.5 and 14.3).
 * The libraries of the languages are strict about its form.
 */
final class TriggerData {

  private TriggerData() {}

  /**
   * Returns the data for a payload, in the form that suits the trigger.
   *
   * @throws InvalidPayloadException if the trigger cannot have such data
   */
  static TypedData of(Binding trigger, JsonText payload, WorkerFeatures features, Instant now)
      throws InvalidPayloadException {
    return switch (trigger.type().toLowerCase(Locale.ROOT)) {
      case "queuetrigger" -> message(trigger, payload);
      case "servicebustrigger", "eventhubtrigger", "kafkatrigger" ->
          isMany(trigger) && payload.is(Kind.ARRAY)
              ? messages(trigger, payload, features)
              : message(trigger, payload);
      case "timertrigger" -> Values.json(TimerEvent.of(payload, now));
      case "eventgridtrigger" -> Values.json(structure(trigger, payload));
      case "cosmosdbtrigger" -> documents(structure(trigger, payload));
      case "blobtrigger" ->
          trigger.dataType() == DataType.STRING
              ? Values.text(payload)
              : Values.bytes(payload.content());
      default -> Values.textOrJson(payload);
    };
  }

  /**
   * Returns the data for a payload in a form that the user chose.
   *
   * @throws InvalidPayloadException if the payload has no such form
   */
  static TypedData of(TriggerDataType form, JsonText payload) throws InvalidPayloadException {
    return switch (form) {
      case STRING -> Values.text(payload);
      case JSON -> Values.json(payload);
      case BYTES -> Values.bytes(payload.content());
      case BASE64 -> decoded(payload);
    };
  }

  private static TypedData decoded(JsonText payload) throws InvalidPayloadException {
    if (!payload.is(Kind.STRING)) {
      throw new InvalidPayloadException(
          "The data of the trigger must be a string of Base64, because its data type is base64");
    }
    try {
      return Values.bytes(Base64.getDecoder().decode(payload.content()));
    } catch (IllegalArgumentException e) {
      throw new InvalidPayloadException(
          "The data of the trigger is not Base64, although its data type is base64: "
              + e.getMessage());
    }
  }

  private static TypedData message(Binding trigger, JsonText payload) {
    return trigger.dataType() == DataType.BINARY
        ? Values.bytes(payload.content())
        : Values.text(payload);
  }

  private static TypedData messages(Binding trigger, JsonText array, WorkerFeatures features) {
    if (!features.takesCollections()) {
      return Values.json(array);
    }
    return trigger.dataType() == DataType.BINARY
        ? TypedData.newBuilder().setCollectionBytes(bytes(array)).build()
        : TypedData.newBuilder().setCollectionString(texts(array, features)).build();
  }

  private static CollectionBytes bytes(JsonText array) {
    CollectionBytes.Builder bytes = CollectionBytes.newBuilder();
    for (JsonText each : array.elements()) {
      bytes.addBytes(UnsafeByteOperations.unsafeWrap(each.content()));
    }
    return bytes.build();
  }

  private static CollectionString texts(JsonText array, WorkerFeatures features) {
    CollectionString.Builder texts = CollectionString.newBuilder();
    for (JsonText each : array.elements()) {
      ByteString text =
          each.is(Kind.NULL) ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(each.content());
      if (!text.isEmpty() || features.takesEmptyEntries()) {
        texts.addString(text.toStringUtf8());
      }
    }
    return texts.build();
  }

  private static boolean isMany(Binding trigger) {
    return trigger.options().path("cardinality").asText().equalsIgnoreCase("many");
  }

  private static JsonText structure(Binding trigger, JsonText payload)
      throws InvalidPayloadException {
    if (payload.is(Kind.OBJECT) || payload.is(Kind.ARRAY)) {
      return payload;
    }
    throw new InvalidPayloadException(
        "The payload for a " + trigger.type() + " must be an object or an array");
  }

  private static TypedData documents(JsonText payload) {
    return payload.is(Kind.ARRAY) ? Values.json(payload) : Values.json("[" + payload + "]");
  }
}
