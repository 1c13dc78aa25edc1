package dev.rapid.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.http.RouteHandler;
import dev.rapid.http.answer.Answers;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * {@code POST /test/shutdown} (contract lifecycle-and-control, sections 3.3 and 4.7). It waits for
 * an init or an invocation that runs, then ends the sandbox, answers, and lets the program end.
 */
final class ShutdownHandler implements RouteHandler {

  private final ControlContext context;
  private final IdleWatch idle;
  private final AtomicBoolean requested = new AtomicBoolean();

  ShutdownHandler(ControlContext context, IdleWatch idle) {
    this.context = context;
    this.idle = idle;
  }

  @Override
  public void handle(HttpServerExchange exchange, String none) {
    Bodies.json(
        exchange,
        context.memory(),
        fields -> begin(new ParkedCall(exchange), fields.millis("timeoutMs")));
  }

  private void begin(ParkedCall parked, Duration budget) {
    IdleWatch.Waiting waiting =
        new IdleWatch.Waiting(this::nothingRuns, () -> shutDown(parked, budget));
    idle.await(waiting);
    parked.watch(() -> idle.forget(waiting));
  }

  private boolean nothingRuns() {
    if (context.gate().running() || context.desk().isInvoking()) {
      return false;
    }
    return switch (context.sandbox().state().phase()) {
      case Phase.Initializing p -> false;
      case Phase.Restoring p -> false;
      case Phase.Serving p -> p.isIdle();
      case Phase.Cold() -> true;
      case Phase.Failed() -> true;
      case Phase.Resetting p -> true;
      case Phase.ShuttingDown p -> true;
      case Phase.Terminated() -> true;
    };
  }

  private void shutDown(ParkedCall parked, Duration budget) {
    Sandbox sandbox = context.sandbox();
    sandbox.post(new SandboxEvent.ShutdownRequested(budget));
    var unused = sandbox.terminated().thenRun(() -> terminated(parked));
  }

  private void terminated(ParkedCall parked) {
    Reservation held = context.desk().holder();
    if (held != null) {
      held.close();
    }
    ObjectNode state = context.stateJson();
    if (!parked.answer(exchange -> answer(exchange, state))) {
      endProgram();
    }
  }

  private void answer(HttpServerExchange exchange, ObjectNode state) {
    exchange.setStatusCode(StatusCodes.OK);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, Answers.TEXT);
    Answers.send(
        exchange,
        Payload.of(ControlJson.bytes(state)),
        new Answers.Listener() {
          @Override
          public void written() {
            endProgram();
          }

          @Override
          public void failed() {
            endProgram();
          }
        });
  }

  private void endProgram() {
    if (requested.compareAndSet(false, true)) {
      context.function().shutDownRequested();
    }
  }
}
