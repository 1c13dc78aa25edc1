package dev.rapid.queue.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.core.queue.AttemptResult;
import dev.rapid.lambda.JsonReader;
import dev.rapid.lambda.async.Destination;
import dev.rapid.queue.destination.DeliveryKind;
import dev.rapid.queue.store.StoredEntry;
import java.io.IOException;
import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Deliveries to a server that records what services would get. */
class ServiceDeliveryTest {

  private static final String QUEUE = "arn:aws:sqs:eu-west-1:012345678912:jobs";
  private static final String TOPIC = "arn:aws:sns:eu-west-1:012345678912:news";
  private static final String BUS = "arn:aws:events:eu-west-1:012345678912:event-bus/main";
  private static final String RECORD = "{\"version\":\"1.0\"}";

  private final DeliveryRunners runners =
      new DeliveryRunners(Map.of("AWS_ACCESS_KEY_ID", "AKID", "AWS_SECRET_ACCESS_KEY", "SECRET"));
  private final Target target = new Target();

  @AfterEach
  void close() {
    runners.close();
    target.close();
  }

  private AttemptResult deliver(String arn, StoredEntry delivery) {
    String service = arn.split(":", -1)[2];
    return Delivered.by(
        runners.runner(new Destination.OfService(arn, service, target.url(""))), delivery);
  }

  private JsonNode json() throws IOException {
    return JsonReader.parse(target.requests.getFirst().body().getBytes(UTF_8));
  }

  private Map<String, String> form() {
    Map<String, String> form = new LinkedHashMap<>();
    for (String each : target.requests.getFirst().body().split("&", -1)) {
      String[] parts = each.split("=", 2);
      form.put(URLDecoder.decode(parts[0], UTF_8), URLDecoder.decode(parts[1], UTF_8));
    }
    return form;
  }

  @Test
  void a_record_is_the_body_of_a_message_to_a_queue() throws IOException {
    AttemptResult result = deliver(QUEUE, Delivered.record(DeliveryKind.SUCCESS, RECORD));

    assertThat(result).isEqualTo(new AttemptResult.Succeeded());
    Target.Received request = target.requests.getFirst();
    assertThat(request.path()).isEqualTo("/");
    assertThat(request.header("X-Amz-Target")).isEqualTo("AmazonSQS.SendMessage");
    assertThat(request.header("Content-Type")).isEqualTo("application/x-amz-json-1.0");
    assertThat(request.header("Authorization"))
        .startsWith("AWS4-HMAC-SHA256 Credential=AKID/")
        .contains("/eu-west-1/sqs/aws4_request, SignedHeaders=content-type;host;x-amz-date;");
    assertThat(json().path("QueueUrl").asText())
        .isEqualTo(target.url("/012345678912/jobs").toString());
    assertThat(json().path("MessageBody").asText()).isEqualTo(RECORD);
    assertThat(json().has("MessageAttributes")).isFalse();
  }

  @Test
  void a_dead_letter_of_a_queue_has_message_attributes() throws IOException {
    deliver(QUEUE, Delivered.deadLetter("{\"n\": 1}", "no\u0000stock"));

    JsonNode attributes = json().path("MessageAttributes");
    assertThat(json().path("MessageBody").asText()).isEqualTo("{\"n\": 1}");
    assertThat(attributes.path("RequestID").path("StringValue").asText()).isEqualTo("r");
    assertThat(attributes.path("ErrorCode").path("DataType").asText()).isEqualTo("Number");
    assertThat(attributes.path("ErrorCode").path("StringValue").asText()).isEqualTo("200");
    assertThat(attributes.path("ErrorMessage").path("DataType").asText()).isEqualTo("String");
    assertThat(attributes.path("ErrorMessage").path("StringValue").asText())
        .isEqualTo("no\ufffdstock");
  }

  @Test
  void a_record_is_published_to_a_topic() {
    deliver(TOPIC, Delivered.record(DeliveryKind.FAILURE, "{\"a\":\"b c+&é\"}"));

    assertThat(form())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "Action",
                "Publish",
                "Version",
                "2010-03-31",
                "TopicArn",
                TOPIC,
                "Message",
                "{\"a\":\"b c+&é\"}"));
    assertThat(target.requests.getFirst().header("Authorization"))
        .contains("/eu-west-1/sns/aws4_request");
  }

  @Test
  void a_dead_letter_of_a_topic_has_message_attributes() {
    deliver(TOPIC, Delivered.deadLetter("1", "Boom"));

    assertThat(form())
        .containsEntry("Message", "1")
        .containsEntry("MessageAttributes.entry.1.Name", "RequestID")
        .containsEntry("MessageAttributes.entry.1.Value.StringValue", "r")
        .containsEntry("MessageAttributes.entry.2.Name", "ErrorCode")
        .containsEntry("MessageAttributes.entry.2.Value.DataType", "Number")
        .containsEntry("MessageAttributes.entry.3.Value.StringValue", "Boom");
  }

  @ParameterizedTest
  @CsvSource({"SUCCESS, Success", "FAILURE, Failure"})
  void a_record_is_an_event_of_a_bus(DeliveryKind kind, String type) throws IOException {
    target.answering(200, "{\"FailedEntryCount\":0,\"Entries\":[{\"EventId\":\"1\"}]}");

    assertThat(deliver(BUS, Delivered.record(kind, RECORD)))
        .isEqualTo(new AttemptResult.Succeeded());
    JsonNode event = json().path("Entries").path(0);
    assertThat(target.requests.getFirst().header("X-Amz-Target")).isEqualTo("AWSEvents.PutEvents");
    assertThat(event.path("Source").asText()).isEqualTo("lambda");
    assertThat(event.path("DetailType").asText())
        .isEqualTo("Lambda Function Invocation Result - " + type);
    assertThat(event.path("Detail").asText()).isEqualTo(RECORD);
    assertThat(event.path("EventBusName").asText()).isEqualTo(BUS);
    assertThat(event.path("Resources").path(0).asText()).isEqualTo(BUS);
    assertThat(event.path("Resources").path(1).asText()).isEqualTo(Delivered.ARN);
  }

  @Test
  void a_bus_that_refuses_an_event_is_not_tried_again() {
    target.answering(
        200,
        "{\"FailedEntryCount\":1,\"Entries\":[{\"ErrorCode\":\"MalformedDetail\","
            + "\"ErrorMessage\":\"Detail is malformed.\"}]}");

    assertThat(deliver(BUS, Delivered.record(DeliveryKind.SUCCESS, RECORD)))
        .isEqualTo(new AttemptResult.Hopeless("MalformedDetail: Detail is malformed."));
  }

  @Test
  void a_bus_that_throttles_does_not_count_as_an_attempt() {
    target.answering(
        200,
        "{\"FailedEntryCount\":1,\"Entries\":[{\"ErrorCode\":\"ThrottlingException\","
            + "\"ErrorMessage\":\"Rate exceeded\"}]}");

    assertThat(deliver(BUS, Delivered.record(DeliveryKind.SUCCESS, RECORD)))
        .isEqualTo(new AttemptResult.NotRun("ThrottlingException: Rate exceeded"));
  }

  @Test
  void a_queue_that_throttles_does_not_count_as_an_attempt() {
    target.answering(400, "{\"__type\":\"com.amazonaws.sqs#RequestThrottled\"}");

    assertThat(deliver(QUEUE, Delivered.record(DeliveryKind.SUCCESS, RECORD)))
        .isInstanceOf(AttemptResult.NotRun.class);
  }

  @Test
  void a_queue_that_does_not_exist_is_not_tried_again() {
    target.answering(400, "{\"__type\":\"com.amazonaws.sqs#QueueDoesNotExist\"}");

    assertThat(deliver(QUEUE, Delivered.record(DeliveryKind.SUCCESS, RECORD)))
        .isEqualTo(
            new AttemptResult.Hopeless(
                "status 400: {\"__type\":\"com.amazonaws.sqs#QueueDoesNotExist\"}"));
  }
}
