package dev.rapid.invokeapi.invoke;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.LogTail;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.BodyReader;
import dev.rapid.invokeapi.errors.ServiceError;
import dev.rapid.invokeapi.errors.ServiceErrors;
import dev.rapid.invokeapi.errors.ServiceException;
import dev.rapid.invokeapi.errors.ThrottleReason;
import dev.rapid.invokeapi.wire.InvokeHeaders;
import dev.rapid.invokeapi.wire.JsonBody;
import dev.rapid.lambda.Identifiers;
import dev.rapid.lambda.TraceHeader;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One request of the Invoke API on its way to the function and back (contract invoke-api, section
 * 1).
 */
public abstract class FunctionCall extends Caller implements BodyReader.Receiver {

  /** How much of a body that is over the limit is read, so that the client sees the answer. */
  public static final long DISCARD_LIMIT = 8L * 1024 * 1024;

  private static final Payload EMPTY_EVENT = Payload.of("{}");

  private final CallContext context;

  /** The checked head. */
  protected final InvokeRequest request;

  /** The complete trace header. */
  protected final String traceId;

  private final @Nullable LogTail logTail;

  // Both guarded by this: an answer with the end of the log waits for both.
  private @Nullable Outcome outcome;
  private boolean logEnded;

  /** Creates a call whose body is not read yet. */
  protected FunctionCall(
      CallContext context, HttpServerExchange exchange, String requestId, InvokeRequest request) {
    super(request.target().function(), exchange, requestId);
    this.context = context;
    this.request = request;
    this.logTail = request.logTail() ? new LogTail(this::logEnded) : null;
    this.traceId =
        TraceHeader.complete(
            exchange.getRequestHeaders().getFirst(InvokeHeaders.TRACE_ID),
            request.target().description().identity(),
            context.clock().epochMillis());
  }

  /** Returns the id that the request brought, or a new one. */
  static String requestIdOf(HttpServerExchange exchange) {
    String given = exchange.getRequestHeaders().getFirst(InvokeHeaders.REQUEST_ID);
    return given != null && Identifiers.isUuid(given)
        ? given.toLowerCase(Locale.ROOT)
        : Identifiers.random();
  }

  /** Returns how long a response may be. */
  protected abstract long maxResponseBytes();

  /** Runs an invocation whose body was checked. */
  protected void begin(Invocation next) {
    run(next);
  }

  /** Reads the body, then begins the invocation or refuses the request. */
  protected final void readBody() {
    BodyReader.read(exchange, context.memory(), request.maxBodyBytes(), DISCARD_LIMIT, this);
  }

  // ------------------------------------------------------------------ the body

  @Override
  public final void complete(Payload body) {
    String fault = body.size() == 0 ? null : JsonBody.faultOf(body);
    if (fault != null) {
      body.release();
      refuse(
          new ServiceException(
              ServiceError.INVALID_REQUEST_CONTENT,
              "Could not parse request body into json: Could not parse payload into json: "
                  + fault));
      return;
    }
    if (!request.invocationType().equals(InvocationType.DRY_RUN) && !isPermitted()) {
      body.release();
      return;
    }
    begin(
        new Invocation(
            requestId,
            request.target().description(),
            request.target().arn(),
            executedVersion(),
            traceId,
            request.clientContext(),
            request.tenantId(),
            body.size() == 0 ? EMPTY_EVENT : body,
            this,
            maxResponseBytes(),
            false));
  }

  @Override
  public final void tooLarge(long bytes) {
    refuse(request.tooLarge(bytes));
  }

  @Override
  public final void outOfMemory() {
    refuse(function.throttled(ThrottleReason.CONCURRENCY));
  }

  @Override
  public final void truncated() {
    refuse(ServiceErrors.brokenBody());
  }

  // ------------------------------------------------------------------ the invocation

  /** Returns the version that runs. */
  protected final String executedVersion() {
    return request.target().version();
  }

  @Override
  protected final void completed(Outcome result) {
    if (logTail == null || result instanceof Outcome.Rejected) {
      super.completed(result);
      return;
    }
    synchronized (this) {
      outcome = result;
    }
    answerWithLog();
  }

  @Override
  public final @Nullable LogTail logTail() {
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
      super.completed(result);
    }
  }

  // ------------------------------------------------------------------ the answer

  /** Answers that the request is valid, without running the function. */
  protected final void answerDryRun(Invocation checked) {
    checked.payload().release();
    exchange.getResponseHeaders().put(InvokeHeaders.REQUEST_ID, requestId);
    exchange.setStatusCode(StatusCodes.NO_CONTENT);
    Answers.send(exchange, Payload.EMPTY, Answers.IGNORE);
  }

  /** Returns the end of the log in Base64, null if the caller does not want it. */
  protected final @Nullable String logResult() {
    return logTail == null ? null : Base64.getEncoder().encodeToString(logTail.bytes());
  }

  /** Answers that the sandbox could not be restored. On the I/O thread. */
  protected final void refuse(Outcome.RestoreFailed failed) {
    refuse(
        new ServiceException(
            failed.timedOut() ? ServiceError.SNAP_START_TIMEOUT : ServiceError.SNAP_START,
            failed.message()));
  }
}
