package dev.rapid.azure.trigger;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.rapid.azure.AzureSettings;
import dev.rapid.azure.app.AppFunction;
import dev.rapid.azure.app.Binding;
import dev.rapid.azure.app.Binding.Direction;
import dev.rapid.azure.event.InvalidPayloadException;
import dev.rapid.azure.event.JsonText;
import dev.rapid.azure.protocol.InvocationResponse;
import dev.rapid.azure.protocol.ParameterBinding;
import dev.rapid.azure.protocol.TypedData;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.worker.Reply;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a function returned, for its caller (contract azure-functions-worker, section 14.3). */
final class Results {

  private static final String JSON = "application/json";

  private final AppFunction function;
  private final boolean bodyAlone;

  /** The outputs that callers get besides the return value or the HTTP response. */
  private final List<Binding> outputs;

  Results(AppFunction function, AzureSettings settings) {
    this.function = function;
    this.bodyAlone = settings.httpResponse() == AzureSettings.HttpResponse.BODY;
    this.outputs =
        function.bindings().stream()
            .filter(each -> each.direction() != Direction.IN)
            .filter(each -> !each.name().equals(Binding.RETURN))
            .filter(each -> !(function.isHttp() && each.is("http")))
            .toList();
  }

  /** Returns the response with a head and a payload. */
  static FunctionReply response(ResponseHead head, Payload payload) {
    return new FunctionReply(head, new Reply.Response(payload, head.contentType()));
  }

  private static FunctionReply json(Payload payload) {
    return response(new ResponseHead(JSON, false), payload);
  }

  /** Returns the answer of a function that succeeded. */
  FunctionReply reply(ReplyForm form, InvocationResponse response) {
    if (!function.isHttp()) {
      return json(result(response));
    }
    return reply(form, http(response), response);
  }

  /** Returns the answer of a function with an HTTP trigger. */
  FunctionReply reply(ReplyForm form, HttpResponse http, InvocationResponse response) {
    if (form == ReplyForm.HTTP) {
      return http.toUrl();
    }
    return json(bodyAlone ? http.bodyAlone() : envelope(http, form, response));
  }

  /** The response is what the function returned, or an output. */
  private HttpResponse http(InvocationResponse response) {
    if (!response.getReturnValue().hasHttp()) {
      for (ParameterBinding each : response.getOutputDataList()) {
        if (isHttpOutput(each)) {
          return HttpResponse.of(each.getData());
        }
      }
    }
    return HttpResponse.of(response.getReturnValue());
  }

  private boolean isHttpOutput(ParameterBinding output) {
    return output.hasData()
        && function.bindings().stream()
            .anyMatch(each ->
                each.is("http")
                    && each.direction() != Direction.IN
                    && each.name().equals(output.getName()));
  }

  private Payload envelope(HttpResponse http, ReplyForm form, InvocationResponse response) {
    return JsonResult.payload(
        response.getSerializedSize(),
        json -> {
          json.writeStartObject();
          http.writeEnvelopeMembers(json, form);
          // APIs of Lambda know no other members.
          if (form == ReplyForm.RESULT && !outputs.isEmpty()) {
            writeOutputs(json, response);
          }
          json.writeEndObject();
        });
  }

  private Payload result(InvocationResponse response) {
    if (outputs.isEmpty()) {
      return JsonResult.payload(response.getReturnValue());
    }
    return JsonResult.payload(
        response.getSerializedSize(),
        json -> {
          json.writeStartObject();
          json.writeFieldName("returnValue");
          JsonResult.write(json, response.getReturnValue());
          writeOutputs(json, response);
          json.writeEndObject();
        });
  }

  /** All declared outputs, so that the shape does not depend on what the function did. */
  private void writeOutputs(JsonGenerator json, InvocationResponse response) throws IOException {
    Map<String, TypedData> given = new LinkedHashMap<>();
    response.getOutputDataList().forEach(each -> given.put(each.getName(), each.getData()));
    Map<String, JsonText> returned = returnedOutputs(response);
    json.writeObjectFieldStart("outputs");
    for (Binding each : outputs) {
      json.writeFieldName(each.name());
      TypedData value = given.get(each.name());
      JsonText member = returned.get(each.name());
      if (value == null && member != null) {
        json.writeRawValue(member.toString());
      } else {
        JsonResult.write(json, value == null ? Values.NONE : value);
      }
    }
    json.writeEndObject();
  }

  /** Without a binding for it, an object that a function returns has outputs as its members. */
  private Map<String, JsonText> returnedOutputs(InvocationResponse response) {
    TypedData value = response.getReturnValue();
    boolean bound =
        function.bindings().stream().anyMatch(each -> each.name().equals(Binding.RETURN));
    if (bound || !value.hasJson()) {
      return Map.of();
    }
    try {
      return JsonText.parse(value.getJsonBytes().toByteArray()).members();
    } catch (InvalidPayloadException e) {
      return Map.of();
    }
  }
}
