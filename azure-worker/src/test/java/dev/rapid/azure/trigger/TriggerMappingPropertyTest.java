package dev.rapid.azure.trigger;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.rapid.azure.event.InvalidPayloadException;
import dev.rapid.azure.protocol.InvocationRequest;
import dev.rapid.azure.protocol.InvocationResponse;
import dev.rapid.azure.protocol.StatusResult;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.worker.Reply;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever a caller or a worker sends: an event becomes a message or is refused, and an answer
 * becomes a valid reply. The seed of a failure is in its message.
 */
final class TriggerMappingPropertyTest {

  private static final int RUNS = 3000;

  private static final List<String> FEATURES =
      List.of(
          "RpcHttpBodyOnly",
          "RawHttpBodyBytes",
          "RpcHttpTriggerMetadataRemoved",
          "UseNullableValueDictionaryForHttp",
          "TypedDataCollection");

  private static final List<String> TYPES =
      List.of(
          "httpTrigger",
          "queueTrigger",
          "timerTrigger",
          "blobTrigger",
          "eventGridTrigger",
          "eventHubTrigger",
          "kafkaTrigger",
          "serviceBusTrigger",
          "cosmosDBTrigger",
          "otherTrigger");

  /** Names that mean something, so that the generator gets behind the first look. */
  private static final List<String> NAMES =
      List.of(
          "$azure",
          "data",
          "dataType",
          "triggerMetadata",
          "inputs",
          "traceContext",
          "attributes",
          "retryContext",
          "retryCount",
          "requestContext",
          "http",
          "httpMethod",
          "method",
          "path",
          "rawPath",
          "rawQueryString",
          "url",
          "headers",
          "multiValueHeaders",
          "query",
          "params",
          "queryStringParameters",
          "multiValueQueryStringParameters",
          "pathParameters",
          "cookies",
          "body",
          "isBase64Encoded",
          "authorizer",
          "jwt",
          "claims",
          "IsPastDue",
          "ScheduleStatus",
          "name",
          "in1",
          "sys",
          "domainName",
          "host",
          "x-forwarded-proto",
          "other",
          "");

  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "GET",
          "true",
          "aGk=",
          "json",
          "base64",
          "https",
          "application/json",
          "/a?b=c%2",
          "http://h/\u00e9 x",
          "\ud83d\ude00\n\"\\",
          "{\"a\":1}",
          "%zz",
          "\u0000");

  private final Random random = new Random();

  @Test
  void every_event_becomes_a_message_or_is_refused() throws Exception {
    for (long seed = 1; seed <= RUNS; seed++) {
      random.setSeed(seed);
      byte[] event = TriggerCase.JSON.writeValueAsBytes(value(4));
      if (random.nextInt(10) == 0) {
        event[random.nextInt(event.length)] = (byte) random.nextInt(256);
      }
      TriggerCase function = function();
      try {
        InvocationRequest request = call(function, event).request();
        assertThat(InvocationRequest.parseFrom(request.toByteString())).isEqualTo(request);
      } catch (InvalidPayloadException e) {
        assertThat(e).message().isNotBlank().doesNotContain("\n");
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "seed " + seed + ": " + function.data() + " " + new String(event, ISO_8859_1), e);
      }
    }
  }

  private static TriggerCall call(TriggerCase function, byte[] event)
      throws InvalidPayloadException {
    Invocation invocation =
        Invocations.invocation().requestId(TriggerCase.ID).payload(Payload.of(event)).build();
    return function.mapping().call(invocation, function.features());
  }

  @Test
  void every_answer_becomes_a_valid_reply() throws Exception {
    for (long seed = 1; seed <= RUNS; seed++) {
      random.setSeed(seed);
      TriggerCase function = function();
      InvocationResponse response = response();
      ReplyForm form = any(List.of(ReplyForm.values()));
      try {
        check(function.mapping().reply(form, response), form, function);
      } catch (RuntimeException | IOException | AssertionError e) {
        throw new AssertionError(
            "seed " + seed + ": " + function.data() + " " + form + " " + response, e);
      }
    }
  }

  private static void check(FunctionReply reply, ReplyForm form, TriggerCase function)
      throws IOException {
    boolean isUrl = form == ReplyForm.HTTP && function.isHttp();
    switch (reply.reply()) {
      case Reply.Response(var payload, var contentType) when isUrl ->
          assertThat(reply.head().headers().first(":status")).matches("-?[0-9]+");
      case Reply.Response(var payload, var contentType) -> isJson(payload);
      case Reply.ReportedError error -> isJson(error.payload());
      default -> throw new AssertionError(reply);
    }
  }

  private static void isJson(Payload payload) throws IOException {
    assertThat(TriggerCase.JSON.readTree(payload.toByteArray())).isNotNull();
    assertThat(payload.buffers().stream().mapToLong(each -> each.remaining()).sum())
        .isEqualTo(payload.size());
  }

  private TriggerCase function() {
    ObjectNode function = TriggerCase.JSON.createObjectNode();
    function
        .putObject("trigger")
        .put("type", any(TYPES))
        .put("name", "in0")
        .put("route", any(List.of("", "items/{id}", "{*rest}", "{a:int?}")))
        .put("path", "box/{name}")
        .put("cardinality", any(List.of("one", "many")))
        .put("dataType", any(List.of("undefined", "string", "binary", "stream")));
    ArrayNode bindings = function.putArray("bindings");
    for (String name : List.of("in1", "$return", "out1")) {
      if (random.nextBoolean()) {
        bindings
            .addObject()
            .put("name", name)
            .put("type", any(List.of("blob", "http", "queue")))
            .put("direction", name.equals("in1") ? "in" : "out");
      }
    }
    ArrayNode features = function.putArray("features");
    FEATURES.stream().filter(each -> random.nextBoolean()).forEach(features::add);
    if (random.nextInt(4) == 0) {
      function.put("dataType", any(List.of("string", "json", "bytes", "base64")));
    }
    function.put("httpResponse", any(List.of("envelope", "body")));
    return new TriggerCase(function);
  }

  private Object value(int depth) {
    return switch (random.nextInt(depth == 0 ? 5 : 9)) {
      case 0 -> TriggerCase.JSON.nullNode();
      case 1 -> random.nextBoolean();
      case 2 -> random.nextGaussian() * 1000;
      case 3, 4 -> any(TEXTS);
      case 5 -> {
        ArrayNode array = TriggerCase.JSON.createArrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.addPOJO(value(depth - 1));
        }
        yield array;
      }
      default -> {
        ObjectNode object = TriggerCase.JSON.createObjectNode();
        for (int i = random.nextInt(6); i > 0; i--) {
          object.putPOJO(any(NAMES), value(depth - 1));
        }
        yield object;
      }
    };
  }

  private <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  /** Fields with all kinds of values, or what a worker makes of them when it has gone mad. */
  private InvocationResponse response() {
    InvocationResponse.Builder builder = InvocationResponse.newBuilder();
    fill(builder, 5);
    if (random.nextInt(4) > 0) {
      builder.getResultBuilder().setStatus(StatusResult.Status.Success);
    }
    byte[] bytes = builder.build().toByteArray();
    byte[] broken = Arrays.copyOf(bytes, bytes.length);
    if (broken.length > 0 && random.nextInt(3) == 0) {
      broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
    }
    try {
      return InvocationResponse.parseFrom(broken);
    } catch (InvalidProtocolBufferException e) {
      return builder.build();
    }
  }

  private void fill(Message.Builder message, int depth) {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      int count = random.nextInt(3);
      if (field.isMapField() || (count == 0 && random.nextBoolean())) {
        continue;
      }
      for (int i = field.isRepeated() ? count : 1; i > 0; i--) {
        Object value = value(message, field, depth);
        if (value != null && field.isRepeated()) {
          message.addRepeatedField(field, value);
        } else if (value != null) {
          message.setField(field, value);
        }
      }
    }
  }

  private @Nullable Object value(Message.Builder message, FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case STRING ->
          field.getName().equals("name") ? any(List.of("out1", "$return", "x")) : any(TEXTS);
      case BYTE_STRING ->
          ByteString.copyFromUtf8(any(TEXTS))
              .concat(ByteString.copyFrom(new byte[] {(byte) random.nextInt(256)}));
      case INT -> random.nextInt();
      case LONG -> random.nextLong();
      case DOUBLE -> random.nextBoolean() ? Double.longBitsToDouble(random.nextLong()) : 1.5;
      case FLOAT -> 1f;
      case BOOLEAN -> random.nextBoolean();
      case ENUM ->
          field
              .getEnumType()
              .getValues()
              .get(random.nextInt(field.getEnumType().getValues().size()));
      case MESSAGE -> {
        if (depth == 0) {
          yield null;
        }
        Message.Builder inner = message.newBuilderForField(field);
        fill(inner, depth - 1);
        yield inner.build();
      }
    };
  }
}
