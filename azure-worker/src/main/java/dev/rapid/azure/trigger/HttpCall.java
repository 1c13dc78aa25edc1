package dev.rapid.azure.trigger;

import dev.rapid.azure.http.UrlRequest;
import dev.rapid.azure.protocol.InvocationRequest;
import dev.rapid.azure.protocol.ParameterBinding;
import dev.rapid.azure.protocol.RpcHttp;
import dev.rapid.azure.protocol.TypedData;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.PayloadHeaders;
import java.util.ArrayList;
import java.util.List;

/**
 * The two parts of an invocation whose worker has an HTTP server of its own: the request that goes
 * there, and the message, which has no more of it than the worker wants (contract
 * azure-functions-worker, section 11).
 *
 * @param body what the event has as body; an invocation from the URL has it as its payload
 */
public record HttpCall(InvocationRequest message, UrlRequest request, Payload body) {

  private static final String ROUTE_PARAMETERS = "RequiresRouteParameters";
  private static final RpcHttp NOTHING = RpcHttp.getDefaultInstance();

  /** Takes the HTTP request out of the data of the trigger. */
  static HttpCall of(InvocationRequest whole, String trigger, WorkerFeatures features) {
    InvocationRequest.Builder message =
        whole.toBuilder().clearInputData().removeTriggerMetadata(trigger);
    RpcHttp http = NOTHING;
    for (ParameterBinding each : whole.getInputDataList()) {
      if (each.getName().equals(trigger)) {
        http = each.getData().getHttp();
        RpcHttp left = features.has(ROUTE_PARAMETERS) ? parametersOf(http) : NOTHING;
        message.addInputData(each.toBuilder().setData(TypedData.newBuilder().setHttp(left)));
      } else {
        message.addInputData(each);
      }
    }
    return new HttpCall(message.build(), requestOf(http), bodyOf(http.getBody()));
  }

  private static RpcHttp parametersOf(RpcHttp http) {
    return RpcHttp.newBuilder()
        .putAllParams(http.getParamsMap())
        .putAllNullableParams(http.getNullableParamsMap())
        .build();
  }

  private static UrlRequest requestOf(RpcHttp http) {
    List<PayloadHeaders.Header> headers = new ArrayList<>();
    http.getHeadersMap()
        .forEach((name, value) -> headers.add(new PayloadHeaders.Header(name, value)));
    http.getNullableHeadersMap()
        .forEach((name, value) -> headers.add(new PayloadHeaders.Header(name, value.getValue())));
    return new UrlRequest(http.getMethod(), http.getUrl(), headers);
  }

  private static Payload bodyOf(TypedData body) {
    return switch (body.getDataCase()) {
      case BYTES -> BytesPayload.of(body.getBytes());
      case STRING -> BytesPayload.of(body.getStringBytes());
      case JSON -> BytesPayload.of(body.getJsonBytes());
      default -> Payload.EMPTY;
    };
  }
}
