package dev.rapid.invokeapi.invoke;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.http.answer.Answers;
import dev.rapid.invokeapi.errors.ServiceError;
import dev.rapid.invokeapi.errors.ServiceException;
import dev.rapid.invokeapi.errors.ThrottleReason;
import dev.rapid.invokeapi.wire.InvokeHeaders;
import dev.rapid.lambda.FailurePayload;
import dev.rapid.lambda.Limits;
import dev.rapid.lambda.TraceHeader;
import dev.rapid.lambda.async.EventAcceptance;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;

/**
 * {@code POST /2015-03-31/functions/{name}/invocations} (contract invoke-api, section 1), and the
 * old {@code invoke-async} (contract invoke-api, section 4.3).
 */
public final class InvokeHandler extends FunctionCallHandler {

  private final InvokeRequest.Parser parser;

  /**
   * Creates an operation.
   *
   * @param parser reads the head of a request
   */
  public InvokeHandler(CallContext context, InvokeRequest.Parser parser) {
    super(context);
    this.parser = parser;
  }

  @Override
  protected InvokeRequest parse(HttpServerExchange exchange, String segment) {
    return parser.parse(exchange, segment, context);
  }

  @Override
  protected FunctionCall call(
      HttpServerExchange exchange, String requestId, InvokeRequest request) {
    return new Call(exchange, requestId, request);
  }

  private final class Call extends FunctionCall {

    Call(HttpServerExchange exchange, String requestId, InvokeRequest request) {
      super(InvokeHandler.this.context, exchange, requestId, request);
    }

    @Override
    protected long maxResponseBytes() {
      return Limits.MAX_RESPONSE_BYTES;
    }

    @Override
    protected void begin(Invocation next) {
      switch (request.invocationType()) {
        case InvocationType.DRY_RUN -> answerDryRun(next);
        case InvocationType.EVENT -> function.events().accept(next, new Acceptance());
        default -> run(next);
      }
    }

    /** Answers a caller that does not wait for the function. */
    private final class Acceptance implements EventAcceptance {

      @Override
      public void accepted() {
        Answers.onIoThread(exchange, Call.this::answerAccepted);
      }

      @Override
      public void refused(Refusal why, String message) {
        Answers.onIoThread(exchange, () -> refuse(why, message));
      }
    }

    private void refuse(EventAcceptance.Refusal why, String message) {
      switch (why) {
        case FULL -> refuse(function.throttled(ThrottleReason.CONCURRENCY));
        case SHUTTING_DOWN, STORE_UNAVAILABLE, NOT_ITS_ROLE ->
            refuse(new ServiceException(ServiceError.SERVICE, message));
      }
    }

    private void answerAccepted() {
      exchange.setStatusCode(StatusCodes.ACCEPTED);
      HeaderMap headers = exchange.getResponseHeaders();
      headers.put(InvokeHeaders.REQUEST_ID, requestId);
      headers.put(InvokeHeaders.REMAPPED_CONTENT_LENGTH, "0");
      Answers.putText(exchange, InvokeHeaders.TRACE_ID, TraceHeader.parse(traceId).withoutParent());
      exchange.setResponseContentLength(0);
      exchange.endExchange();
    }

    @Override
    protected void answer(Outcome outcome) {
      switch (outcome) {
        case Outcome.Returned(var payload, var contentType) -> send(payload, false);
        case Outcome.Reported(var errorType, var reported, var payload, var contentType) ->
            send(payload, true);
        case Outcome.Failed failed -> send(FailurePayload.of(failed, requestId), true);
        case Outcome.Streamed e ->
            throw new IllegalStateException("A buffered invocation has no stream");
        case Outcome.RestoreFailed failed -> refuse(failed);
        case Outcome.Rejected(var rejection) -> refuse(rejection);
      }
    }

    private void send(Payload payload, boolean functionError) {
      exchange.setStatusCode(StatusCodes.OK);
      HeaderMap headers = exchange.getResponseHeaders();
      headers.put(Headers.CONTENT_TYPE, Answers.JSON);
      headers.put(InvokeHeaders.REQUEST_ID, requestId);
      headers.put(InvokeHeaders.REMAPPED_CONTENT_LENGTH, "0");
      headers.put(InvokeHeaders.EXECUTED_VERSION, executedVersion());
      if (functionError) {
        headers.put(InvokeHeaders.FUNCTION_ERROR, "Unhandled");
      }
      Answers.putText(exchange, InvokeHeaders.TRACE_ID, traceId);
      String logResult = logResult();
      if (logResult != null) {
        headers.put(InvokeHeaders.LOG_RESULT, logResult);
      }
      Answers.send(exchange, payload, Answers.IGNORE);
    }
  }
}
