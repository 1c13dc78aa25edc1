package dev.rapid.queue.delivery;

import dev.rapid.lambda.JsonEscapes;
import dev.rapid.lambda.JsonObject;
import dev.rapid.queue.destination.DeadLetter;
import dev.rapid.queue.destination.DeliveryKind;
import dev.rapid.queue.store.StoredEntry;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Deliveries as JSON on one line, for targets that have no attributes beside a message. */
final class DeadLetterJson {

  private DeadLetterJson() {}

  /**
   * Returns a record as it is, and a dead letter as an object with {@code body} and {@code
   * messageAttributes}, as functions see a message of SQS.
   */
  static byte[] of(StoredEntry delivery) {
    if (DeliveryKind.of(delivery) != DeliveryKind.DEAD_LETTER) {
      return delivery.payload();
    }
    Map<String, Object> attributes = new LinkedHashMap<>();
    DeadLetter.of(delivery)
        .attributes()
        .forEach((name, attribute) -> {
          Map<String, String> members = new LinkedHashMap<>();
          members.put("stringValue", attribute.value());
          members.put("dataType", attribute.type());
          attributes.put(name, members);
        });
    return new JsonObject(JsonEscapes.REQUIRED)
        .put("body", new String(delivery.payload(), StandardCharsets.UTF_8))
        .putAll(Map.of("messageAttributes", attributes))
        .bytes();
  }
}
