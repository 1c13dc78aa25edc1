package dev.rapid.control;

import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.http.answer.Answers;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code POST /test/reserve} and {@code POST /test/waitUntilRelease}. */
final class ReservationHandler {

  private final ControlContext context;

  ReservationHandler(ControlContext context) {
    this.context = context;
  }

  void reserve(HttpServerExchange exchange, String none) {
    Bodies.nothing(exchange, context.memory(), () -> reserve(exchange));
  }

  private void reserve(HttpServerExchange exchange) {
    if (!context.gate().begun()) {
      ControlErrors.invalidRequest(exchange, "The function was not initialised; init it first");
      return;
    }
    String traceId = ControlHeaders.textOf(exchange, ControlHeaders.TRACE_ID);
    context
        .desk()
        .reserve(
            context.fleet(),
            traceId,
            reservation -> Answers.onIoThread(exchange, () -> answer(exchange, reservation)));
  }

  private void answer(HttpServerExchange exchange, @Nullable Reservation reservation) {
    if (reservation == null) {
      ControlAnswers.empty(exchange, StatusCodes.BAD_REQUEST);
      return;
    }
    ControlHeaders.put(exchange, reservation);
    ControlAnswers.json(exchange, StatusCodes.OK, context.stateJson());
  }

  void waitUntilRelease(HttpServerExchange exchange, String none) {
    Bodies.nothing(exchange, context.memory(), () -> waitUntilRelease(exchange));
  }

  private void waitUntilRelease(HttpServerExchange exchange) {
    Reservation reservation = context.desk().reservation();
    if (reservation != null) {
      new Wait(exchange, reservation).begin();
    } else if (context.desk().everReserved()) {
      ControlAnswers.empty(exchange, StatusCodes.GATEWAY_TIME_OUT);
    } else {
      ControlErrors.invalidRequest(exchange, "There was no reservation; reserve first");
    }
  }

  /** A client that waits for the end of a reservation. */
  private final class Wait implements Consumer<Reservation.Release> {

    private final ParkedCall parked;
    private final Reservation reservation;

    Wait(HttpServerExchange exchange, Reservation reservation) {
      this.parked = new ParkedCall(exchange);
      this.reservation = reservation;
    }

    void begin() {
      reservation.await(this);
      parked.watch(() -> reservation.forget(this));
    }

    @Override
    public void accept(Reservation.Release release) {
      switch (release) {
        case FINISHED -> {
          ObjectNode state = context.stateJson();
          state.set(
              "responseMetrics",
              ControlContext.responseMetrics(
                  reservation.responseMode(), reservation.responseLatencyNanos()));
          parked.answer(exchange -> ControlAnswers.json(exchange, StatusCodes.OK, state));
        }
        case FAILED ->
            parked.answer(exchange ->
                ControlAnswers.json(exchange, StatusCodes.BAD_GATEWAY, NullNode.getInstance()));
        case CANCELLED ->
            parked.answer(exchange -> ControlAnswers.empty(exchange, StatusCodes.GATEWAY_TIME_OUT));
      }
    }
  }
}
