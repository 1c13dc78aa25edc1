package dev.rapid.runtimeapi;

import dev.rapid.core.invocation.Payload;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.worker.InitFailureCall;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import dev.rapid.http.RouteHandler;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.BodyReader;
import dev.rapid.http.request.PayloadMemory;
import dev.rapid.lambda.Limits;
import io.undertow.server.HttpServerExchange;

/**
 * {@code POST /2018-06-01/runtime/init/error} (contract runtime-extensions-telemetry, section 1.5).
 */
final class InitErrorHandler implements RouteHandler {

  private final Sandbox sandbox;
  private final PayloadMemory memory;

  InitErrorHandler(Sandbox sandbox, PayloadMemory memory) {
    this.sandbox = sandbox;
    this.memory = memory;
  }

  @Override
  public void handle(HttpServerExchange exchange, String none) {
    Answers.park(
        exchange,
        () ->
            BodyReader.read(
                exchange, memory, Limits.MAX_RESPONSE_BYTES, Long.MAX_VALUE, new Report(exchange)));
  }

  private final class Report extends PostedCall implements InitFailureCall, BodyReader.Receiver {

    Report(HttpServerExchange exchange) {
      super(exchange);
    }

    @Override
    public void complete(Payload payload) {
      byte[] body = payload.toByteArray();
      payload.release();
      String errorType =
          exchange().getRequestHeaders().getFirst(RuntimeHeaders.FUNCTION_ERROR_TYPE);
      sandbox.post(
          new SandboxEvent.InitFailed(
              this,
              new Reply.ReportedError(
                  errorType, Payload.of(body), ErrorBody.contentTypeOf(body), null)));
    }

    @Override
    public void tooLarge(long bytes) {
      refuse(new Refusal.PayloadTooLarge());
    }

    @Override
    public void outOfMemory() {
      refuse(new Refusal.PlatformError());
    }

    @Override
    public void truncated() {
      refuse(new Refusal.TruncatedBody());
    }
  }
}
