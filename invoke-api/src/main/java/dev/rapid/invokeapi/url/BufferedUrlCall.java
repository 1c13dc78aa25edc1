package dev.rapid.invokeapi.url;

import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.http.request.HeaderLine;
import dev.rapid.invokeapi.invoke.InvokedFunction;
import dev.rapid.lambda.Limits;
import io.undertow.server.HttpServerExchange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request to a URL in the mode {@code BUFFERED} (contract invoke-api, section 5.3). */
final class BufferedUrlCall extends UrlCall {

  BufferedUrlCall(
      InvokedFunction function,
      HttpServerExchange exchange,
      String requestId,
      String traceId,
      List<HeaderLine> added) {
    super(function, exchange, requestId, traceId, added);
  }

  @Override
  protected long maxResponseBytes() {
    return Limits.MAX_RESPONSE_BYTES;
  }

  @Override
  protected void answer(Outcome outcome) {
    switch (outcome) {
      case Outcome.Returned(var payload, var contentType) -> returned(payload, contentType);
      case Outcome.Reported(var errorType, var reported, var payload, var contentType) -> {
        payload.release();
        sendResponse(UrlResponse.functionFailed());
      }
      case Outcome.Failed e -> sendResponse(UrlResponse.functionFailed());
      case Outcome.RestoreFailed e -> sendResponse(UrlResponse.functionFailed());
      case Outcome.Rejected(var rejection) -> refuse(rejection);
      case Outcome.Streamed e ->
          throw new IllegalStateException("A buffered invocation has no stream");
    }
  }

  private void returned(Payload payload, @Nullable String contentType) {
    UrlResponse response;
    try {
      response = UrlResult.responseOf(payload, contentType);
    } catch (InvalidUrlResultException e) {
      sendInvalid(e);
      return;
    }
    sendResponse(response);
  }
}
