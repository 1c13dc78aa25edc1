package dev.rapid.extensionsapi;

import dev.rapid.core.extension.ExtensionNextCall;
import dev.rapid.core.extension.ExtensionRefusal;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.http.ParkedPoll;
import dev.rapid.http.RouteHandler;
import dev.rapid.http.answer.Answers;
import dev.rapid.lambda.Identifiers;
import dev.rapid.lambda.JsonObject;
import dev.rapid.lambda.LambdaHeaders;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /2020-01-01/extension/event/next} (contract runtime-extensions-telemetry, section
 * 3.5).
 */
final class EventNextHandler implements RouteHandler {

  private final Sandbox sandbox;

  EventNextHandler(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  @Override
  public void handle(HttpServerExchange exchange, String none) {
    @Nullable String id = ExtensionErrors.identifier(exchange);
    if (id != null) {
      Answers.park(
          exchange,
          () -> {
            Poll poll = new Poll(exchange, id);
            poll.watch();
            sandbox.post(new SandboxEvent.ExtensionPolledNext(poll, id));
          });
    }
  }

  private final class Poll extends ParkedPoll implements ExtensionNextCall {

    private final String id;

    Poll(HttpServerExchange exchange, String id) {
      super(exchange);
      this.id = id;
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
        event.put(
            "tracing", new JsonObject().put("type", LambdaHeaders.TRACE_ID).put("value", trace));
      }
      deliver(event, Identifiers.random());
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
      answer(() -> ExtensionErrors.send(exchange(), ExtensionErrors.ofPoll(refusal, id)));
    }

    @Override
    protected void abandoned() {
      sandbox.post(new SandboxEvent.ExtensionNextAbandoned(this, id));
    }

    @Override
    protected void undelivered() {
      sandbox.post(new SandboxEvent.ExtensionDeliveryFailed(this, id));
    }

    private void deliver(JsonObject event, @Nullable String eventId) {
      deliver(Payload.of(event.bytes()), () -> putHeaders(eventId));
    }

    private void putHeaders(@Nullable String eventId) {
      HeaderMap headers = exchange().getResponseHeaders();
      headers.put(Headers.CONTENT_TYPE, Answers.JSON);
      headers.put(ExtensionHeaders.IDENTIFIER, id);
      if (eventId != null) {
        headers.put(ExtensionHeaders.EVENT_IDENTIFIER, eventId);
      }
    }
  }
}
