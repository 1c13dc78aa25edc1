package dev.rapid.invokeapi;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.ResponseSink;
import dev.rapid.http.Answers;
import dev.rapid.http.ConnectionWatch;
import io.undertow.server.HttpServerExchange;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;

/** A client that waits for an invocation and may go away meanwhile. */
abstract class Caller implements ResponseSink {

  final CallContext context;
  final HttpServerExchange exchange;
  final String requestId;
  private @Nullable Invocation invocation;
  private volatile boolean completed;

  Caller(CallContext context, HttpServerExchange exchange, String requestId) {
    this.context = context;
    this.exchange = exchange;
    this.requestId = requestId;
  }

  /** Answers a client whose function was run, or could not be. On the I/O thread. */
  abstract void answer(Outcome outcome);

  /** Runs an invocation whose sink this is. On the I/O thread. */
  final void run(Invocation next) {
    invocation = next;
    context.fleet().invoke(next);
    if (!completed) {
      ConnectionWatch.watch(exchange, this::gone);
    }
  }

  private void gone() {
    if (!completed && invocation != null) {
      context.fleet().callerGone(invocation);
    }
  }

  @Override
  public final void complete(Outcome outcome) {
    completed = true;
    completed(outcome);
  }

  /** The outcome is there; it is answered unless a kind of caller waits for more. On any thread. */
  void completed(Outcome outcome) {
    Answers.onIoThread(exchange, () -> answer(outcome));
  }

  final void refuse(ServiceException refused) {
    ServiceErrors.send(exchange, requestId, refused);
  }

  final void refuse(Outcome.Rejection rejection) {
    switch (rejection) {
      case SHUTTING_DOWN ->
          refuse(new ServiceException(ServiceError.SERVICE, "Rapid is shutting down"));
      case THROTTLED -> refuse(context.throttled());
      case CALLER_GONE -> IoUtils.safeClose(exchange.getConnection());
    }
  }
}
