package dev.rapid.azure.trigger;

import dev.rapid.azure.app.Binding;
import dev.rapid.azure.event.JsonText;
import dev.rapid.azure.event.JsonText.Kind;
import dev.rapid.azure.protocol.TypedData;
import dev.rapid.lambda.JsonEscapes;
import dev.rapid.lambda.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is told of a trigger's data beside it (contract azure-functions-worker, sections 7.6 and
 * 14.3). Functions read it by name, and some workers fail without it.
 */
final class TriggerMetadata {

  /** How long the text of a message in a queue may be. */
  private static final int MAX_QUEUE_MESSAGE_BYTES = 64 * 1024;

  private static final Duration QUEUE_RETENTION = Duration.ofDays(7);
  private static final Duration BUS_RETENTION = Duration.ofDays(14);
  private static final Duration VISIBILITY = Duration.ofMinutes(10);

  /** A part of the path of a blob that the function gets by its name. */
  private static final Pattern PATH_PART = Pattern.compile("\\{([A-Za-z0-9_-]+)}");

  private final Map<String, TypedData> all = new LinkedHashMap<>();
  private final String invocationId;
  private final Instant now;

  private TriggerMetadata(String invocationId, Instant now) {
    this.invocationId = invocationId;
    this.now = now;
  }

  /** Returns the metadata by name. */
  static Map<String, TypedData> of(
      Binding trigger, JsonText payload, String invocationId, Instant now) {
    TriggerMetadata metadata = new TriggerMetadata(invocationId, now);
    metadata.addMembers(payload);
    switch (trigger.type().toLowerCase(Locale.ROOT)) {
      case "queuetrigger" -> metadata.addQueueMessage(payload);
      case "servicebustrigger" -> metadata.addBusMessage();
      case "eventhubtrigger" -> metadata.addHubEvent(trigger);
      case "kafkatrigger" -> metadata.addKafkaEvent(trigger);
      case "blobtrigger" -> metadata.addBlob(trigger);
      default -> {}
    }
    return metadata.all;
  }

  /** The members of an object, which functions get by their names. */
  private void addMembers(JsonText payload) {
    payload
        .members()
        .forEach((name, value) -> {
          if (!value.is(Kind.ARRAY) && !name.equals("sys")) {
            all.put(name, Values.textOrJson(value));
          }
        });
  }

  private void addQueueMessage(JsonText payload) {
    text("Id", invocationId);
    json("DequeueCount", "1");
    json("InsertionTime", Moments.json(now));
    json("ExpirationTime", Moments.json(now.plus(QUEUE_RETENTION)));
    json("NextVisibleTime", Moments.json(now.plus(VISIBILITY)));
    text("PopReceipt", invocationId);
    TypedData message = Values.text(payload);
    if (message.getSerializedSize() <= MAX_QUEUE_MESSAGE_BYTES) {
      all.put("QueueTrigger", message);
    }
  }

  private void addBusMessage() {
    text("MessageId", invocationId);
    json("DeliveryCount", "1");
    json("SequenceNumber", "1");
    json("EnqueuedTimeUtc", Moments.json(now));
    json("ExpiresAtUtc", Moments.json(now.plus(BUS_RETENTION)));
    json("UserProperties", "{}");
  }

  private void addHubEvent(Binding trigger) {
    String time = Moments.text(now);
    json("SequenceNumber", "0");
    text("Offset", "0");
    json("EnqueuedTimeUtc", Moments.json(now));
    json("Properties", "{}");
    json(
        "SystemProperties",
        object()
            .put("SequenceNumber", 0)
            .put("Offset", "0")
            .put("PartitionKey", (String) null)
            .put("EnqueuedTimeUtc", time)
            .toString());
    json(
        "PartitionContext",
        object()
            .put("ConsumerGroupName", option(trigger, "consumerGroup", "$Default"))
            .put("EventHubPath", option(trigger, "eventHubName", ""))
            .put("PartitionId", "0")
            .put("Owner", invocationId)
            .put(
                "RuntimeInformation",
                object()
                    .put("PartitionId", "0")
                    .put("LastSequenceNumber", 0)
                    .put("LastEnqueuedTimeUtc", time)
                    .put("LastEnqueuedOffset", "0")
                    .put("RetrievalTime", time))
            .toString());
  }

  private void addKafkaEvent(Binding trigger) {
    text("Topic", option(trigger, "topic", ""));
    json("Partition", "0");
    json("Offset", "0");
    json("Timestamp", Moments.json(now));
  }

  /** Parts of the path that the payload does not name have the id of the invocation. */
  private void addBlob(Binding trigger) {
    StringBuilder path = new StringBuilder();
    Matcher part = PATH_PART.matcher(option(trigger, "path", ""));
    while (part.find()) {
      TypedData value = all.computeIfAbsent(part.group(1), name -> Values.text(invocationId));
      part.appendReplacement(
          path, Matcher.quoteReplacement(value.hasJson() ? value.getJson() : value.getString()));
    }
    part.appendTail(path);
    text("BlobTrigger", path.toString());
    text("Uri", "http://localhost/" + path);
    json("Metadata", "{}");
  }

  private void text(String name, String value) {
    all.put(name, Values.text(value));
  }

  private void json(String name, String value) {
    all.put(name, Values.json(value));
  }

  private static JsonObject object() {
    return new JsonObject(JsonEscapes.REQUIRED);
  }

  private static String option(Binding trigger, String name, String other) {
    String value = trigger.options().path(name).asText();
    return value.isEmpty() ? other : value;
  }
}
