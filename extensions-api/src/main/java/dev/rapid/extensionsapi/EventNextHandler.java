package dev.rapid.extensionsapi;

import dev.rapid.core.extension.ExtensionNextCall;
import dev.rapid.core.extension.ExtensionRefusal;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.http.Answers;
import dev.rapid.http.ConnectionWatch;
import dev.rapid.http.RouteHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;

/** {@code GET /2020-01-01/extension/event/next} (contract, section 3.5). */
final class EventNextHandler implements RouteHandler {

  private static final String TRACING_TYPE = "X-Amzn-Trace-Id";

  private final Sandbox sandbox;

  EventNextHandler(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  @Override
  public void handle(HttpServerExchange exchange, String none) {
    @Nullable String id = Identification.of(exchange);
    if (id != null) {
      Answers.park(
          exchange,
          () -> {
            Poll poll = new Poll(exchange, id);
            ConnectionWatch.watch(exchange, poll::abandoned);
            sandbox.post(new SandboxEvent.ExtensionPolledNext(poll, id));
          });
    }
  }

  /** A parked poll. All but {@code deliver...} and {@code refuse} run on the I/O thread. */
  private final class Poll implements ExtensionNextCall {

    private final HttpServerExchange exchange;
    private final String id;
    private boolean answered;
    private boolean gone;

    Poll(HttpServerExchange exchange, String id) {
      this.exchange = exchange;
      this.id = id;
    }

    void abandoned() {
      gone = true;
      IoUtils.safeClose(exchange.getConnection());
      if (!answered) {
        sandbox.post(new SandboxEvent.ExtensionNextAbandoned(this, id));
      }
    }

    @Override
    public void deliverInvoke(Invocation invocation, long deadlineEpochMillis) {
      JsonObject event =
          new JsonObject()
              .put("eventType", "INVOKE")
              .put("deadlineMs", deadlineEpochMillis)
              .put("requestId", invocation.requestId())
              .put("invokedFunctionArn", invocation.invokedFunctionArn());
      @Nullable String trace = invocation.traceId();
      if (trace != null && !trace.isEmpty()) {
        event.put("tracing", new JsonObject().put("type", TRACING_TYPE).put("value", trace));
      }
      deliver(event, Identifiers.fresh());
    }

    @Override
    public void deliverShutdown(String reason, long deadlineEpochMillis) {
      deliver(
          new JsonObject()
              .put("eventType", "SHUTDOWN")
              .put("deadlineMs", deadlineEpochMillis)
              .put("shutdownReason", reason),
          null);
    }

    @Override
    public void refuse(ExtensionRefusal refusal) {
      Answers.onIoThread(
          exchange,
          () -> {
            answered = true;
            ExtensionErrors.send(exchange, ExtensionErrors.ofPoll(refusal, id));
          });
    }

    private void deliver(JsonObject event, @Nullable String eventId) {
      Answers.onIoThread(exchange, () -> write(event, eventId));
    }

    private void write(JsonObject event, @Nullable String eventId) {
      answered = true;
      if (gone) {
        undelivered();
        return;
      }
      exchange.setStatusCode(StatusCodes.OK);
      exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, Answers.JSON);
      exchange.getResponseHeaders().put(ExtensionHeaders.IDENTIFIER, id);
      if (eventId != null) {
        exchange.getResponseHeaders().put(ExtensionHeaders.EVENT_IDENTIFIER, eventId);
      }
      Answers.send(
          exchange,
          Payload.of(event.bytes()),
          new Answers.Listener() {
            @Override
            public void written() {}

            @Override
            public void failed() {
              undelivered();
            }
          });
    }

    private void undelivered() {
      sandbox.post(new SandboxEvent.ExtensionDeliveryFailed(this, id));
    }
  }
}
