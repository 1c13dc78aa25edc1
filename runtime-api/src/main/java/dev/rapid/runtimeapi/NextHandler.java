package dev.rapid.runtimeapi;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.sandbox.NextCall;
import dev.rapid.core.sandbox.Refusal;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.http.Answers;
import dev.rapid.http.ConnectionWatch;
import dev.rapid.http.RouteHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;

/** {@code GET /2018-06-01/runtime/invocation/next} (contract, section 1.2). */
final class NextHandler implements RouteHandler {

  private final Sandbox sandbox;

  NextHandler(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  @Override
  public void handle(HttpServerExchange exchange, String none) {
    Answers.park(
        exchange,
        () -> {
          Poll poll = new Poll(exchange);
          ConnectionWatch.watch(exchange, poll::abandoned);
          sandbox.post(new SandboxEvent.RuntimePolledNext(poll));
        });
  }

  /** A parked poll. All but {@code deliver} and {@code refuse} run on the I/O thread. */
  private final class Poll implements NextCall {

    private final HttpServerExchange exchange;
    private boolean answered;
    private boolean gone;

    Poll(HttpServerExchange exchange) {
      this.exchange = exchange;
    }

    void abandoned() {
      gone = true;
      IoUtils.safeClose(exchange.getConnection());
      if (!answered) {
        sandbox.post(new SandboxEvent.NextAbandoned(this));
      }
    }

    @Override
    public void deliver(Invocation invocation, long deadlineEpochMillis) {
      invocation.payload().acquire();
      Answers.onIoThread(exchange, () -> write(invocation, deadlineEpochMillis));
    }

    @Override
    public void refuse(Refusal refusal) {
      Answers.onIoThread(
          exchange,
          () -> {
            answered = true;
            RuntimeApiErrors.send(exchange, refusal);
          });
    }

    private void write(Invocation invocation, long deadlineEpochMillis) {
      answered = true;
      Payload payload = invocation.payload();
      if (gone) {
        payload.release();
        undelivered();
        return;
      }
      exchange.setStatusCode(StatusCodes.OK);
      HeaderMap headers = exchange.getResponseHeaders();
      headers.put(Headers.CONTENT_TYPE, Answers.JSON);
      headers.put(RuntimeHeaders.REQUEST_ID, invocation.requestId());
      headers.put(RuntimeHeaders.DEADLINE_MS, deadlineEpochMillis);
      headers.put(RuntimeHeaders.INVOKED_FUNCTION_ARN, invocation.invokedFunctionArn());
      // Optional headers are left out, never empty: some clients parse them as JSON.
      putOptional(RuntimeHeaders.TRACE_ID, invocation.traceId());
      putOptional(RuntimeHeaders.CLIENT_CONTEXT, invocation.clientContext());
      putOptional(RuntimeHeaders.TENANT_ID, invocation.tenantId());
      Answers.send(
          exchange,
          payload,
          new Answers.Listener() {
            @Override
            public void written() {}

            @Override
            public void failed() {
              undelivered();
            }
          });
    }

    private void putOptional(HttpString name, @Nullable String value) {
      if (value != null && !value.isEmpty()) {
        Answers.putText(exchange, name, value);
      }
    }

    private void undelivered() {
      sandbox.post(new SandboxEvent.DeliveryFailed(this));
    }
  }
}
