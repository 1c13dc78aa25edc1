package dev.rapid.azure.trigger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import dev.rapid.azure.AzureSettings;
import dev.rapid.azure.AzureSettings.ArgumentStyle;
import dev.rapid.azure.AzureSettings.HttpResponse;
import dev.rapid.azure.AzureSettings.TriggerDataType;
import dev.rapid.azure.WorkerTimers;
import dev.rapid.azure.app.AppFunction;
import dev.rapid.azure.app.Binding;
import dev.rapid.azure.app.Binding.DataType;
import dev.rapid.azure.app.Binding.Direction;
import dev.rapid.azure.event.InvalidPayloadException;
import dev.rapid.azure.http.UrlRequest;
import dev.rapid.azure.protocol.InvocationRequest;
import dev.rapid.azure.protocol.InvocationResponse;
import dev.rapid.azure.protocol.RetryContext;
import dev.rapid.azure.protocol.RpcHttp;
import dev.rapid.azure.protocol.RpcTraceContext;
import dev.rapid.azure.protocol.StatusResult;
import dev.rapid.azure.protocol.TypedData;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.worker.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A case of a data file: a function and an event with the message that its worker gets, or an
 * answer of a worker with the reply that the caller gets. Messages are in the text format of
 * Protocol Buffers.
 *
 * <p>Members of a function: {@code trigger} (a type or a whole binding), {@code bindings} (others),
 * {@code dataType} and {@code httpResponse} (settings), {@code features} (of the worker). Of a
 * call: {@code event} or {@code url} with {@code headers} and {@code body}. Of what the worker
 * gets, as far as the case says it: {@code data} or {@code http} (of the trigger), {@code inputs},
 * {@code metadata} (some entries), {@code noMetadata} (names), {@code trace}, {@code retry}, {@code
 * form}, or {@code error} (a part of the message).
 */
record TriggerCase(JsonNode data) {

  static final ObjectMapper JSON = new ObjectMapper();

  /** The id of every invocation. */
  static final String ID = "5f0f6a52-6d3b-4c0e-9a55-2f1c7b1d9c11";

  /** The moment of every invocation. */
  static final Instant NOW = Instant.parse("2026-01-31T12:00:00.5Z");

  /** Returns the cases of a file. */
  static Stream<TriggerCase> in(String file) {
    try (InputStream in = TriggerCase.class.getResourceAsStream(file)) {
      List<TriggerCase> cases = new ArrayList<>();
      JSON.readTree(in).forEach(data -> cases.add(new TriggerCase(data)));
      return cases.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  TriggerMapping mapping() {
    return new TriggerMapping(function(), settings(), InstantSource.fixed(NOW));
  }

  private AppFunction function() {
    List<Binding> bindings = new ArrayList<>();
    JsonNode trigger = data.path("trigger");
    bindings.add(
        binding(
            trigger.isObject()
                ? trigger
                : JSON.createObjectNode().put("type", trigger.asText("httpTrigger"))));
    data.path("bindings").forEach(each -> bindings.add(binding(each)));
    return new AppFunction(
        "id-1", "hello", "/app/hello", "", "", bindings, Map.of(), false, null, null);
  }

  private static Binding binding(JsonNode options) {
    return new Binding(
        options.path("name").asText("trigger"),
        options.path("type").asText(),
        Direction.valueOf(options.path("direction").asText("in").toUpperCase(Locale.ROOT)),
        DataType.valueOf(options.path("dataType").asText("undefined").toUpperCase(Locale.ROOT)),
        options);
  }

  private AzureSettings settings() {
    JsonNode dataType = data.path("dataType");
    return new AzureSettings(
        Path.of("/app"),
        null,
        null,
        List.of(),
        null,
        null,
        ArgumentStyle.BOTH,
        Map.of(),
        WorkerTimers.DEFAULT,
        AzureSettings.DEFAULT_HOST_VERSION,
        false,
        dataType.isTextual()
            ? TriggerDataType.valueOf(dataType.asText().toUpperCase(Locale.ROOT))
            : null,
        HttpResponse.valueOf(
            data.path("httpResponse").asText("envelope").toUpperCase(Locale.ROOT)));
  }

  boolean isHttp() {
    return function().isHttp();
  }

  WorkerFeatures features() {
    Map<String, String> features = new HashMap<>();
    data.path("features").forEach(each -> features.put(each.asText(), "true"));
    return new WorkerFeatures(features);
  }

  private Invocation invocation() throws IOException {
    Invocations invocation = Invocations.invocation().requestId(ID);
    if (data.has("xray")) {
      invocation.traceId(data.path("xray").asText());
    }
    List<PayloadHeaders.Header> headers = new ArrayList<>();
    data.path("headers")
        .forEach(line -> {
          String[] parts = line.asText().split(": ?", 2);
          headers.add(new PayloadHeaders.Header(parts[0], parts[1]));
        });
    if (data.has("url")) {
      String[] line = data.path("url").asText().split(" ", 2);
      invocation.headers(new UrlRequest(line[0], line[1], headers).toPayloadHeaders());
      return invocation.payload(Payload.of(data.path("body").asText())).build();
    }
    invocation.headers(new PayloadHeaders(headers));
    String event =
        data.has("eventText")
            ? data.path("eventText").asText()
            : JSON.writeValueAsString(data.path("event"));
    return invocation.payload(Payload.of(event)).build();
  }

  /** Checks what the worker gets. */
  void checkCall() throws Exception {
    if (data.has("error")) {
      assertThatThrownBy(() -> mapping().call(invocation(), features()))
          .isInstanceOf(InvalidPayloadException.class)
          .hasMessageContaining(data.path("error").asText());
      return;
    }
    TriggerCall call = mapping().call(invocation(), features());
    InvocationRequest request = call.request();
    assertThat(request.getInvocationId()).isEqualTo(ID);
    assertThat(request.getFunctionId()).isEqualTo("id-1");
    assertThat(request.getInputData(0).getName()).isEqualTo(function().trigger().name());
    TypedData trigger = request.getInputData(0).getData();
    if (data.has("data")) {
      assertThat(trigger).isEqualTo(parse("data", TypedData.newBuilder()));
    }
    if (data.has("http")) {
      assertThat(trigger.getHttp()).isEqualTo(parse("http", RpcHttp.newBuilder()));
    }
    if (data.has("trace")) {
      assertThat(request.getTraceContext()).isEqualTo(parse("trace", RpcTraceContext.newBuilder()));
    }
    if (data.has("retry")) {
      assertThat(request.getRetryContext()).isEqualTo(parse("retry", RetryContext.newBuilder()));
    }
    if (data.has("form")) {
      assertThat(call.replyForm()).isEqualTo(ReplyForm.valueOf(data.path("form").asText()));
    }
    checkInputs(request);
    checkMetadata(request);
  }

  private void checkInputs(InvocationRequest request) {
    if (data.has("inputs")) {
      Map<String, TypedData> inputs = new HashMap<>();
      request.getInputDataList().stream()
          .skip(1)
          .forEach(each -> inputs.put(each.getName(), each.getData()));
      assertThat(inputs).isEqualTo(values("inputs"));
    }
  }

  private void checkMetadata(InvocationRequest request) {
    assertThat(request.getTriggerMetadataMap()).containsAllEntriesOf(values("metadata"));
    data.path("noMetadata")
        .forEach(
            name -> assertThat(request.getTriggerMetadataMap()).doesNotContainKey(name.asText()));
  }

  private Map<String, TypedData> values(String member) {
    Map<String, TypedData> values = new HashMap<>();
    data.path(member)
        .properties()
        .forEach(each -> {
          TypedData.Builder value = TypedData.newBuilder();
          merge(each.getValue().asText(), value);
          values.put(each.getKey(), value.build());
        });
    return values;
  }

  private Message parse(String member, Message.Builder builder) {
    merge(data.path(member).asText(), builder);
    return builder.build();
  }

  private static void merge(String text, Message.Builder builder) {
    try {
      TextFormat.merge(text, builder);
    } catch (TextFormat.ParseException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /** Checks what the caller gets. */
  void checkReply() throws Exception {
    InvocationResponse.Builder response = InvocationResponse.newBuilder();
    merge(data.path("response").asText(), response);
    if (!response.hasResult()) {
      response.setResult(StatusResult.newBuilder().setStatus(StatusResult.Status.Success));
    }
    ReplyForm form = ReplyForm.valueOf(data.path("form").asText("RESULT"));
    FunctionReply reply = mapping().reply(form, response.build());
    switch (reply.reply()) {
      case Reply.Response(var payload, var contentType) -> {
        checkHead(reply);
        checkBody(new String(payload.toByteArray(), UTF_8));
      }
      case Reply.ReportedError error -> {
        assertThat(error.reportedType()).isEqualTo(data.path("errorType").asText());
        checkBody(new String(error.payload().toByteArray(), UTF_8));
      }
      default -> throw new AssertionError(reply);
    }
  }

  private void checkHead(FunctionReply reply) {
    if (data.has("contentType")) {
      assertThat(reply.head().contentType()).isEqualTo(data.path("contentType").asText());
    }
    if (data.has("head")) {
      List<String> lines = new ArrayList<>();
      data.path("head").forEach(line -> lines.add(line.asText()));
      assertThat(
              reply.head().headers().all().stream().map(each -> each.name() + ": " + each.value()))
          .containsExactlyElementsOf(lines);
    }
  }

  private void checkBody(String body) throws IOException {
    @Nullable JsonNode expected = data.get("result");
    if (expected != null) {
      assertThat(JSON.readTree(body)).isEqualTo(expected);
    } else {
      assertThat(body).isEqualTo(data.path("bytes").asText());
    }
  }

  @Override
  public String toString() {
    return data.path("case").asText();
  }
}
