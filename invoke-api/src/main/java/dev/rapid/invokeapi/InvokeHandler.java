package dev.rapid.invokeapi;

import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Limits;
import dev.rapid.core.invocation.LogTail;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseSink;
import dev.rapid.core.time.WallClock;
import dev.rapid.http.Answers;
import dev.rapid.http.BodyReader;
import dev.rapid.http.ConnectionWatch;
import dev.rapid.http.PayloadMemory;
import dev.rapid.http.RouteHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;

/** {@code POST /2015-03-31/functions/{name}/invocations} (contract, section 1). */
final class InvokeHandler implements RouteHandler {

  /** How much of a body that is over the limit is read, so that the client sees the answer. */
  static final long DISCARD_LIMIT = 8L * 1024 * 1024;

  /** More than a reader that stops at the other limit reads; then Undertow drops the connection. */
  private static final long HARD_LIMIT = DISCARD_LIMIT + 1024 * 1024;

  private static final Payload EMPTY_EVENT = Payload.of("{}");

  private final FunctionIdentity identity;
  private final Fleet fleet;
  private final AsyncInvocations async;
  private final PayloadMemory memory;
  private final WallClock clock;
  private final LongAdder throttles = new LongAdder();

  InvokeHandler(
      FunctionIdentity identity,
      Fleet fleet,
      AsyncInvocations async,
      PayloadMemory memory,
      WallClock clock) {
    this.identity = identity;
    this.fleet = fleet;
    this.async = async;
    this.memory = memory;
    this.clock = clock;
  }

  @Override
  public void handle(HttpServerExchange exchange, String segment) {
    exchange.setMaxEntitySize(HARD_LIMIT); // Cannot be said later, when the body is being read.
    String requestId = requestIdOf(exchange);
    InvokeRequest request;
    try {
      request = InvokeRequest.parse(exchange, segment, identity);
    } catch (ServiceException e) {
      ServiceErrors.send(exchange, requestId, e);
      return;
    }
    Call call = new Call(exchange, requestId, request);
    Answers.park(exchange, call::readBody);
  }

  /** Returns how many requests were answered 429. */
  long throttleCount() {
    return throttles.sum();
  }

  private static String requestIdOf(HttpServerExchange exchange) {
    String given = exchange.getRequestHeaders().getFirst(LambdaHeaders.REQUEST_ID);
    return given != null && RequestIds.isValid(given)
        ? given.toLowerCase(Locale.ROOT)
        : RequestIds.next();
  }

  /** One request on its way to the function and back. */
  private final class Call implements BodyReader.Receiver, ResponseSink {

    private final HttpServerExchange exchange;
    private final String requestId;
    private final InvokeRequest request;
    private final String traceId;
    private final @Nullable LogTail logTail;
    private @Nullable Invocation invocation;
    private volatile boolean completed;

    // Both guarded by this: an answer with the end of the log waits for both.
    private @Nullable Outcome outcome;
    private boolean logEnded;

    Call(HttpServerExchange exchange, String requestId, InvokeRequest request) {
      this.exchange = exchange;
      this.requestId = requestId;
      this.request = request;
      this.logTail = request.logTail() ? new LogTail(this::logEnded) : null;
      this.traceId =
          TraceHeader.complete(
              exchange.getRequestHeaders().getFirst(LambdaHeaders.TRACE_ID),
              identity,
              clock.epochMillis());
    }

    void readBody() {
      BodyReader.read(
          exchange, memory, InvokeRequest.limitOf(request.invocationType()), DISCARD_LIMIT, this);
    }

    // ------------------------------------------------------------------ the body

    @Override
    public void complete(Payload body) {
      String fault = body.size() == 0 ? null : JsonBody.faultOf(body);
      if (fault != null) {
        body.release();
        refuse(
            new ServiceException(
                ServiceError.INVALID_REQUEST_CONTENT,
                "Could not parse request body into json: Could not parse payload into json: "
                    + fault));
      } else if (request.invocationType().equals(InvocationType.DRY_RUN)) {
        body.release();
        exchange.getResponseHeaders().put(LambdaHeaders.REQUEST_ID, requestId);
        exchange.setStatusCode(StatusCodes.NO_CONTENT);
        exchange.endExchange();
      } else {
        invoke(body.size() == 0 ? EMPTY_EVENT : body);
      }
    }

    @Override
    public void tooLarge(long readBytes) {
      refuse(InvokeRequest.tooLarge(request.invocationType(), readBytes));
    }

    @Override
    public void outOfMemory() {
      refuse(throttled());
    }

    @Override
    public void truncated() {
      IoUtils.safeClose(exchange.getConnection());
    }

    // ------------------------------------------------------------------ the invocation

    private void invoke(Payload event) {
      String qualifier = request.function().qualifier();
      String version = qualifier == null ? identity.version() : qualifier;
      Invocation invocation =
          new Invocation(
              requestId,
              qualifier == null ? identity.arn() : identity.arn() + ":" + qualifier,
              version,
              traceId,
              request.clientContext(),
              request.tenantId(),
              event,
              this,
              Limits.MAX_RESPONSE_BYTES,
              false);
      if (request.invocationType().equals(InvocationType.EVENT)) {
        if (async.accept(invocation)) {
          answerAccepted();
        } else {
          event.release();
          refuse(throttled());
        }
        return;
      }
      this.invocation = invocation;
      fleet.invoke(invocation);
      if (!completed) {
        ConnectionWatch.watch(exchange, this::callerGone);
      }
    }

    private void answerAccepted() {
      exchange.setStatusCode(StatusCodes.ACCEPTED);
      HeaderMap headers = exchange.getResponseHeaders();
      headers.put(LambdaHeaders.REQUEST_ID, requestId);
      headers.put(LambdaHeaders.REMAPPED_CONTENT_LENGTH, "0");
      Answers.putText(exchange, LambdaHeaders.TRACE_ID, traceId);
      exchange.setResponseContentLength(0);
      exchange.endExchange();
    }

    private void callerGone() {
      if (!completed && invocation != null) {
        fleet.callerGone(invocation);
      }
    }

    @Override
    public void complete(Outcome result) {
      completed = true;
      if (logTail == null || result instanceof Outcome.Rejected) {
        Answers.onIoThread(exchange, () -> answer(result));
        return;
      }
      synchronized (this) {
        outcome = result;
      }
      answerWithLog();
    }

    @Override
    public @Nullable LogTail logTail() {
      return logTail;
    }

    private void logEnded() {
      synchronized (this) {
        logEnded = true;
      }
      answerWithLog();
    }

    private void answerWithLog() {
      Outcome result;
      synchronized (this) {
        result = logEnded ? outcome : null;
        if (result != null) {
          outcome = null;
        }
      }
      if (result != null) {
        Answers.onIoThread(exchange, () -> answer(result));
      }
    }

    private void answer(Outcome outcome) {
      switch (outcome) {
        case Outcome.Returned(var payload, var contentType) -> send(payload, false);
        case Outcome.Reported(var errorType, var payload, var contentType) -> send(payload, true);
        case Outcome.Failed(var error, var message) ->
            send(FailurePayload.of(error, message, requestId), true);
        case Outcome.RestoreFailed(boolean timedOut, var message) ->
            refuse(
                new ServiceException(
                    timedOut ? ServiceError.SNAP_START_TIMEOUT : ServiceError.SNAP_START, message));
        case Outcome.Rejected(var rejection) -> {
          switch (rejection) {
            case SHUTTING_DOWN ->
                refuse(new ServiceException(ServiceError.SERVICE, "Rapid is shutting down"));
            case THROTTLED -> refuse(throttled());
            case CALLER_GONE -> IoUtils.safeClose(exchange.getConnection());
          }
        }
      }
    }

    private void send(Payload payload, boolean functionError) {
      exchange.setStatusCode(StatusCodes.OK);
      HeaderMap headers = exchange.getResponseHeaders();
      headers.put(Headers.CONTENT_TYPE, Answers.JSON);
      headers.put(LambdaHeaders.REQUEST_ID, requestId);
      headers.put(LambdaHeaders.REMAPPED_CONTENT_LENGTH, "0");
      headers.put(
          LambdaHeaders.EXECUTED_VERSION,
          invocation == null ? identity.version() : invocation.executedVersion());
      if (functionError) {
        headers.put(LambdaHeaders.FUNCTION_ERROR, "Unhandled");
      }
      Answers.putText(exchange, LambdaHeaders.TRACE_ID, traceId);
      if (logTail != null) {
        headers.put(LambdaHeaders.LOG_RESULT, Base64.getEncoder().encodeToString(logTail.bytes()));
      }
      Answers.send(exchange, payload, Answers.IGNORE);
    }

    private void refuse(ServiceException refused) {
      ServiceErrors.send(exchange, requestId, refused);
    }

    private ServiceException throttled() {
      throttles.increment();
      return new ServiceException(ServiceError.TOO_MANY_REQUESTS, "Rate Exceeded.");
    }
  }
}
