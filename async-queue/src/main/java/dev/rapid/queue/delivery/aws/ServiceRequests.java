package dev.rapid.queue.delivery.aws;

import dev.rapid.lambda.JsonEscapes;
import dev.rapid.lambda.JsonObject;
import dev.rapid.lambda.async.Destination;
import dev.rapid.queue.destination.DeadLetter;
import dev.rapid.queue.destination.DeliveryKind;
import dev.rapid.queue.store.Attributes;
import dev.rapid.queue.store.StoredEntry;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Makes the signed requests that deliver to SQS, SNS and EventBridge. */
public final class ServiceRequests {

  /** What SQS and SNS do not take: control characters, and what is no character. */
  private static final String NOT_TAKEN = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\ufffe\uffff]";

  private static final int ARN_REGION = 3;
  private static final int ARN_ACCOUNT = 4;
  private static final int ARN_RESOURCE = 5;
  private static final int ARN_PARTS = 6;

  private final AwsCredentials credentials;

  /** Creates requests that these credentials sign. */
  public ServiceRequests(AwsCredentials credentials) {
    this.credentials = credentials;
  }

  /**
   * Returns the request that delivers to a service.
   *
   * @param endpoint the address of the service
   */
  public ServiceRequest of(
      StoredEntry delivery, Destination.OfService target, URI endpoint, Instant now) {
    String[] arn = target.arn().split(":", ARN_PARTS);
    ServiceRequest request =
        switch (target.service()) {
          case "sqs" -> toQueue(delivery, arn, endpoint);
          case "sns" -> toTopic(delivery, target.arn(), endpoint);
          default -> toBus(delivery, target.arn(), endpoint);
        };
    return new SignatureV4(credentials, arn[ARN_REGION], target.service()).signed(request, now);
  }

  private static ServiceRequest toQueue(StoredEntry delivery, String[] arn, URI endpoint) {
    String queue =
        withoutSlash(endpoint.toString()) + "/" + arn[ARN_ACCOUNT] + "/" + arn[ARN_RESOURCE];
    JsonObject message =
        new JsonObject(JsonEscapes.REQUIRED)
            .put("QueueUrl", queue)
            .put("MessageBody", text(delivery));
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributesOf(delivery)
        .forEach((name, attribute) ->
            attributes.put(
                name, Map.of("DataType", attribute.type(), "StringValue", attribute.value())));
    if (!attributes.isEmpty()) {
      message.putAll(Map.of("MessageAttributes", attributes));
    }
    return json(endpoint, "1.0", "AmazonSQS.SendMessage", message);
  }

  private static ServiceRequest toTopic(StoredEntry delivery, String arn, URI endpoint) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("Action", "Publish");
    form.put("Version", "2010-03-31");
    form.put("TopicArn", arn);
    form.put("Message", text(delivery));
    int number = 0;
    for (Map.Entry<String, DeadLetter.Attribute> each : attributesOf(delivery).entrySet()) {
      number++;
      String entry = "MessageAttributes.entry." + number;
      form.put(entry + ".Name", each.getKey());
      form.put(entry + ".Value.DataType", each.getValue().type());
      form.put(entry + ".Value.StringValue", each.getValue().value());
    }
    String body =
        form.entrySet().stream()
            .map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue()))
            .collect(Collectors.joining("&"));
    return new ServiceRequest(
        root(endpoint),
        new TreeMap<>(Map.of("content-type", "application/x-www-form-urlencoded; charset=utf-8")),
        body.getBytes(StandardCharsets.UTF_8));
  }

  private static ServiceRequest toBus(StoredEntry delivery, String arn, URI endpoint) {
    boolean success = DeliveryKind.of(delivery) == DeliveryKind.SUCCESS;
    String function = delivery.attributes().getOrDefault(Attributes.INVOKED_ARN, "");
    JsonObject event =
        new JsonObject(JsonEscapes.REQUIRED)
            .put("Source", "lambda")
            .put(
                "DetailType",
                "Lambda Function Invocation Result - " + (success ? "Success" : "Failure"))
            .put("Detail", text(delivery))
            .put("EventBusName", arn)
            .putStrings("Resources", List.of(arn, function));
    JsonObject entries = new JsonObject(JsonEscapes.REQUIRED).putObjects("Entries", List.of(event));
    return json(endpoint, "1.1", "AWSEvents.PutEvents", entries);
  }

  private static ServiceRequest json(
      URI endpoint, String version, String operation, JsonObject body) {
    SortedMap<String, String> headers = new TreeMap<>();
    headers.put("content-type", "application/x-amz-json-" + version);
    headers.put("x-amz-target", operation);
    return new ServiceRequest(root(endpoint), headers, body.bytes());
  }

  private static Map<String, DeadLetter.Attribute> attributesOf(StoredEntry delivery) {
    Map<String, DeadLetter.Attribute> attributes = new LinkedHashMap<>();
    if (DeliveryKind.of(delivery) == DeliveryKind.DEAD_LETTER) {
      DeadLetter.of(delivery)
          .attributes()
          .forEach((name, attribute) ->
              attributes.put(
                  name, new DeadLetter.Attribute(attribute.type(), taken(attribute.value()))));
    }
    return attributes;
  }

  private static String text(StoredEntry delivery) {
    return taken(new String(delivery.payload(), StandardCharsets.UTF_8));
  }

  private static String taken(String text) {
    return text.replaceAll(NOT_TAKEN, "\ufffd");
  }

  /** Encodes as forms do, but for blanks, which some servers do not know as a plus sign. */
  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static URI root(URI endpoint) {
    return endpoint.getRawPath().isEmpty() ? endpoint.resolve("/") : endpoint;
  }

  private static String withoutSlash(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }
}
