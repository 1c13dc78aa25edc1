package dev.rapid.azure.trigger;

import dev.rapid.azure.AzureSettings.TriggerDataType;
import dev.rapid.azure.app.AppFunction;
import dev.rapid.azure.app.Binding;
import dev.rapid.azure.app.Binding.DataType;
import dev.rapid.azure.app.Binding.Direction;
import dev.rapid.azure.event.HttpTriggerRequest;
import dev.rapid.azure.event.InvalidPayloadException;
import dev.rapid.azure.event.JsonText;
import dev.rapid.azure.event.JsonText.Kind;
import dev.rapid.azure.event.Route;
import dev.rapid.azure.http.UrlRequest;
import dev.rapid.azure.protocol.InvocationRequest;
import dev.rapid.azure.protocol.ParameterBinding;
import dev.rapid.azure.protocol.RpcHttp;
import dev.rapid.azure.protocol.TypedData;
import dev.rapid.core.invocation.Invocation;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the message for one invocation (contract azure-functions-worker, sections 7 and 14.3). */
final class CallBuilder {

  /** A request without a body, for a function that is invoked without data. */
  private static final JsonText EMPTY_REQUEST = JsonText.ofJson("{\"method\":\"GET\"}");

  private final AppFunction function;
  private final Route route;
  private final Binding trigger;
  private final Invocation invocation;
  private final WorkerFeatures features;
  private final InvocationRequest.Builder request = InvocationRequest.newBuilder();
  private ReplyForm form = ReplyForm.RESULT;

  CallBuilder(AppFunction function, Route route, Invocation invocation, WorkerFeatures features) {
    this.function = function;
    this.route = route;
    this.trigger = function.trigger();
    this.invocation = invocation;
    this.features = features;
    request.setInvocationId(invocation.requestId()).setFunctionId(function.id());
  }

  /** Returns the message for a request to the URL of the function. */
  TriggerCall build(UrlRequest url) throws InvalidPayloadException {
    if (!function.isHttp()) {
      throw new InvalidPayloadException(
          "The function "
              + function.name()
              + " has no HTTP trigger but a "
              + trigger.type()
              + ": invoke it through the Invoke API instead of its URL");
    }
    ByteBuffer body = ByteBuffer.wrap(invocation.payload().toByteArray());
    addHttp(HttpTriggerRequest.of(url, body, route));
    addInputs(Map.of());
    return new TriggerCall(request.build(), form);
  }

  /**
   * Returns the message for an event.
   *
   * @param chosenForm in which the data is sent unless the event says it, null to choose it by the
   *     trigger
   */
  TriggerCall build(@Nullable TriggerDataType chosenForm, Instant now)
      throws InvalidPayloadException {
    JsonText payload = JsonText.parse(invocation.payload().toByteArray());
    FullControl control = FullControl.of(payload);
    TriggerDataType eventForm = control.dataType();
    TriggerDataType dataForm = eventForm == null ? chosenForm : eventForm;
    JsonText data = control.data();
    if (function.isHttp() && dataForm == null) {
      addHttp(HttpTriggerRequest.of(data == null ? EMPTY_REQUEST : data, route));
    } else {
      addData(data, dataForm, now);
    }
    for (Map.Entry<String, JsonText> each : control.metadata().entrySet()) {
      request.putTriggerMetadata(each.getKey(), Values.plain(each.getValue()));
    }
    addInputs(control.inputs());
    control.addContexts(request);
    return new TriggerCall(request.build(), form);
  }

  private void addHttp(HttpTriggerRequest http) {
    RpcHttp message = HttpRequests.of(http, features);
    addInput(trigger.name(), TypedData.newBuilder().setHttp(message).build());
    request.putAllTriggerMetadata(HttpRequests.metadata(trigger.name(), message, http, features));
    addTrace(
        http.headers().get(TraceContexts.TRACE_PARENT),
        http.headers().get(TraceContexts.TRACE_STATE));
    form =
        switch (http.format()) {
          case URL -> ReplyForm.HTTP;
          case EVENT_1_0 -> ReplyForm.ENVELOPE_1_0;
          case EVENT_2_0 -> ReplyForm.ENVELOPE;
          case PARTS, BODY -> ReplyForm.RESULT;
        };
  }

  private void addData(@Nullable JsonText given, @Nullable TriggerDataType dataForm, Instant now)
      throws InvalidPayloadException {
    JsonText data = given == null ? JsonText.NULL : given;
    boolean isNothing = given == null && dataForm == null && !trigger.is("timerTrigger");
    addInput(
        trigger.name(),
        isNothing
            ? Values.NONE
            : dataForm == null
                ? TriggerData.of(trigger, data, features, now)
                : TriggerData.of(dataForm, data));
    request.putAllTriggerMetadata(TriggerMetadata.of(trigger, data, invocation.requestId(), now));
    addTrace(
        invocation.headers().first(TraceContexts.TRACE_PARENT),
        invocation.headers().first(TraceContexts.TRACE_STATE));
  }

  private void addTrace(@Nullable String traceParent, @Nullable String traceState) {
    request.setTraceContext(TraceContexts.of(invocation, traceParent, traceState));
  }

  /** Adds all declared inputs: some workers fail without one, and others with one too many. */
  private void addInputs(Map<String, JsonText> given) throws InvalidPayloadException {
    Map<String, JsonText> rest = new LinkedHashMap<>(given);
    for (Binding each : function.bindings()) {
      if (each.direction() != Direction.OUT && !each.equals(trigger)) {
        JsonText value = rest.remove(each.name());
        addInput(each.name(), value == null ? Values.NONE : inputOf(each, value));
      }
    }
    if (!rest.isEmpty()) {
      throw new InvalidPayloadException(
          "The function " + function.name() + " declares no input for " + rest.keySet());
    }
  }

  private static TypedData inputOf(Binding binding, JsonText value) {
    boolean binary =
        binding.dataType() == DataType.BINARY
            || (binding.is("blob") && binding.dataType() != DataType.STRING);
    return binary && !value.is(Kind.NULL) ? Values.bytes(value.content()) : Values.plain(value);
  }

  private void addInput(String name, TypedData value) {
    request.addInputData(ParameterBinding.newBuilder().setName(name).setData(value));
  }
}
