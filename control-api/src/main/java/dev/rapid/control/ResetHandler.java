package dev.rapid.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.core.sandbox.ResetResult;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.sandbox.ShutdownReason;
import dev.rapid.http.RouteHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** {@code POST /test/reset} (contract lifecycle-and-control, sections 3.3 and 4.6). */
final class ResetHandler implements RouteHandler {

  private final ControlContext context;

  ResetHandler(ControlContext context) {
    this.context = context;
  }

  @Override
  public void handle(HttpServerExchange exchange, String none) {
    Bodies.json(
        exchange,
        context.memory(),
        fields ->
            reset(
                exchange,
                new ShutdownReason(fields.textOrEmpty("reason")),
                fields.millis("timeoutMs")));
  }

  private void reset(HttpServerExchange exchange, ShutdownReason reason, Duration budget) {
    ParkedCall parked = new ParkedCall(exchange);
    Reservation held = context.desk().holder();
    if (held != null) {
      held.cancelling();
    }
    context.post(
        new SandboxEvent.ResetRequested(result -> done(parked, held, result), reason, budget));
    parked.watch(() -> {});
  }

  /**
   * Frees the sandbox before the clients get their answers, so that they can reserve it at once.
   */
  private void done(ParkedCall parked, @Nullable Reservation held, ResetResult result) {
    context.gate().cooled();
    if (held != null) {
      held.close();
    }
    parked.answer(exchange -> answer(exchange, held, result));
  }

  private static void answer(
      HttpServerExchange exchange, @Nullable Reservation held, ResetResult result) {
    if (result.fatalError() != null) {
      ControlAnswers.empty(exchange, StatusCodes.BAD_GATEWAY);
      return;
    }
    ObjectNode json = ControlJson.object();
    json.put("extensionsResetMs", result.extensionsResetMillis());
    json.set(
        "responseMetrics",
        held == null || !held.isStreamCut()
            ? ControlContext.responseMetrics("", 0)
            : ControlContext.responseMetrics(held.responseMode(), held.responseLatencyNanos()));
    ControlAnswers.json(exchange, StatusCodes.OK, json);
  }
}
