package dev.rapid.runtimeapi;

import dev.rapid.core.error.ErrorTypeScrubber;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.RestoreFailureCall;
import dev.rapid.core.worker.RestoreSlot;
import dev.rapid.http.ParkedPoll;
import dev.rapid.http.answer.Answers;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;

/**
 * {@code GET /2018-06-01/runtime/restore/next} and {@code POST .../restore/error} (contract
 * runtime-extensions-telemetry, sections 1.6 and 1.7).
 */
final class RestoreHandler {

  private final Sandbox sandbox;

  RestoreHandler(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  void next(HttpServerExchange exchange, String none) {
    Answers.park(
        exchange,
        () -> {
          Poll poll = new Poll(exchange);
          poll.watch();
          sandbox.post(new SandboxEvent.SnapshotReady(poll));
        });
  }

  /** The body is not used; it is read and discarded when the exchange ends. */
  void error(HttpServerExchange exchange, String none) {
    String errorType =
        ErrorTypeScrubber.scrub(
            exchange.getRequestHeaders().getFirst(RuntimeHeaders.FUNCTION_ERROR_TYPE));
    Answers.park(
        exchange,
        () -> sandbox.post(new SandboxEvent.RestoreFailed(new ErrorReport(exchange), errorType)));
  }

  private static final class ErrorReport extends PostedCall implements RestoreFailureCall {

    ErrorReport(HttpServerExchange exchange) {
      super(exchange);
    }
  }

  private final class Poll extends ParkedPoll implements RestoreSlot {

    Poll(HttpServerExchange exchange) {
      super(exchange);
    }

    @Override
    public void restored() {
      // There is no body, but a native client may crash without a content type.
      deliver(
          Payload.EMPTY,
          () -> exchange().getResponseHeaders().put(Headers.CONTENT_TYPE, Answers.TEXT));
    }

    @Override
    public void refuse(Refusal refusal) {
      answer(() -> RuntimeApiErrors.send(exchange(), refusal));
    }

    @Override
    protected void abandoned() {
      sandbox.post(new SandboxEvent.RestoreSlotWithdrawn(this));
    }

    @Override
    protected void undelivered() {
      abandoned();
    }
  }
}
