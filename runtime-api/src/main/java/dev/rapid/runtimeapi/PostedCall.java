package dev.rapid.runtimeapi;

import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.WorkerCall;
import dev.rapid.http.answer.Answers;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;

/** A report of the runtime that is answered with 202 or with an error. */
abstract class PostedCall implements WorkerCall {

  private static final byte[] STATUS_OK = "{\"status\":\"OK\"}\n".getBytes(StandardCharsets.UTF_8);

  private final HttpServerExchange exchange;

  PostedCall(HttpServerExchange exchange) {
    this.exchange = exchange;
  }

  final HttpServerExchange exchange() {
    return exchange;
  }

  /** Answers that the report was accepted. */
  public final void accept() {
    Answers.onIoThread(
        exchange, () -> Answers.send(exchange, StatusCodes.ACCEPTED, Answers.JSON, STATUS_OK));
  }

  @Override
  public final void refuse(Refusal refusal) {
    Answers.onIoThread(exchange, () -> RuntimeApiErrors.send(exchange, refusal));
  }
}
