package dev.rapid.invokeapi.invoke;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.ResponseSink;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.ConnectionWatch;
import dev.rapid.invokeapi.errors.ServiceError;
import dev.rapid.invokeapi.errors.ServiceErrors;
import dev.rapid.invokeapi.errors.ServiceException;
import dev.rapid.invokeapi.errors.ThrottleReason;
import io.undertow.server.HttpServerExchange;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;

/** A client that waits for an invocation and may go away meanwhile. */
public abstract class Caller implements ResponseSink {

  /** The function that is invoked. */
  protected final InvokedFunction function;

  /** The client's request. */
  protected final HttpServerExchange exchange;

  /** The id of the invocation. */
  protected final String requestId;

  private @Nullable Invocation invocation;
  private volatile boolean completed;

  /** Creates a caller without an invocation. */
  protected Caller(InvokedFunction function, HttpServerExchange exchange, String requestId) {
    this.function = function;
    this.exchange = exchange;
    this.requestId = requestId;
  }

  /** Answers a client whose function was run, or could not be. On the I/O thread. */
  protected abstract void answer(Outcome outcome);

  /** Runs an invocation whose sink this is. On the I/O thread. */
  protected final void run(Invocation next) {
    invocation = next;
    function.fleet().invoke(next);
    if (!completed) {
      watch();
    }
  }

  /** Watches for the end of the connection, on which the whole request has come. */
  protected void watch() {
    ConnectionWatch.watch(exchange, this::gone);
  }

  private void gone() {
    if (!completed && invocation != null) {
      function.fleet().callerGone(invocation);
    }
  }

  /** The client has gone before its request was complete, so that the function cannot go on. */
  protected final void cancel() {
    if (!completed && invocation != null) {
      function.fleet().cancel(invocation);
    }
  }

  @Override
  public final void complete(Outcome outcome) {
    completed = true;
    completed(outcome);
  }

  /** Takes the outcome and answers, unless this kind of caller waits for more. On any thread. */
  protected void completed(Outcome outcome) {
    onIoThread(() -> answer(outcome));
  }

  /**
   * Runs a task on the I/O thread. One that takes streams runs them in the order of their coming.
   */
  protected void onIoThread(Runnable task) {
    Answers.onIoThread(exchange, task);
  }

  /**
   * Takes the function's permission for one more request, or refuses the request. On the I/O
   * thread.
   */
  protected final boolean isPermitted() {
    if (function.rate().permits()) {
      return true;
    }
    refuse(function.throttled(ThrottleReason.REQUEST_RATE));
    return false;
  }

  /** Answers with an error of the service. On the I/O thread. */
  protected final void refuse(ServiceException refused) {
    ServiceErrors.send(exchange, requestId, refused);
  }

  /** Answers that the invocation did not run. On the I/O thread. */
  protected final void refuse(Outcome.Rejection rejection) {
    switch (rejection) {
      case SHUTTING_DOWN ->
          refuse(new ServiceException(ServiceError.SERVICE, "Rapid is shutting down"));
      case FUNCTION_BUSY -> refuse(function.throttled(ThrottleReason.FUNCTION_CONCURRENCY));
      case PROGRAM_BUSY -> refuse(function.throttled(ThrottleReason.CONCURRENCY));
      case CALLER_GONE -> IoUtils.safeClose(exchange.getConnection());
    }
  }
}
