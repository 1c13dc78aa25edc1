package dev.rapid.control;

import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.http.RouteHandler;
import dev.rapid.lambda.Limits;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import org.jspecify.annotations.Nullable;

/** {@code POST /test/invoke} (contract lifecycle-and-control, section 3.3). */
final class InvokeHandler implements RouteHandler {

  private final ControlContext context;

  InvokeHandler(ControlContext context) {
    this.context = context;
  }

  @Override
  public void handle(HttpServerExchange exchange, String none) {
    Bodies.payload(exchange, context.memory(), payload -> invoke(exchange, payload));
  }

  private void invoke(HttpServerExchange exchange, Payload payload) {
    Reservation reservation = context.desk().reservation();
    if (reservation == null) {
      payload.release();
      ControlAnswers.empty(exchange, StatusCodes.BAD_REQUEST);
      return;
    }
    Call call = new Call(exchange, reservation, payload);
    Reservation.Claim claim = reservation.claim(call, "");
    if (claim == Reservation.Claim.GRANTED) {
      call.begin();
      return;
    }
    payload.release();
    ControlAnswers.empty(
        exchange,
        switch (claim) {
          case ALREADY_INVOKING -> StatusCodes.BAD_REQUEST;
          case CANCELLED -> StatusCodes.GATEWAY_TIME_OUT;
          case ALREADY_REPLIED, GRANTED -> StatusCodes.OK;
        });
  }

  private final class Call extends ReservedCall {

    private final @Nullable String traceId;

    Call(HttpServerExchange exchange, Reservation reservation, Payload payload) {
      super(InvokeHandler.this.context, exchange, reservation, payload);
      this.traceId = ControlHeaders.textOf(exchange, ControlHeaders.TRACE_ID);
    }

    @Override
    Invocation invocationOf(Payload payload) {
      FunctionDescription function = context.function().description();
      return new Invocation(
          reservation.invokeId(),
          function,
          function.identity().arn(),
          function.identity().version(),
          traceId,
          null,
          null,
          payload,
          this,
          Limits.MAX_RESPONSE_BYTES,
          true);
    }

    @Override
    void answerInitFailure(HttpServerExchange exchange) {
      answerWithState(exchange);
    }

    @Override
    void answerCancelled(HttpServerExchange exchange) {
      ControlAnswers.empty(exchange, StatusCodes.GATEWAY_TIME_OUT);
    }

    @Override
    void answerReply(HttpServerExchange exchange, Outcome outcome) {
      Reply reply = Reply.of(outcome, reservation.invokeId());
      ControlAnswers.payload(exchange, StatusCodes.OK, reply.contentType(), reply.payload());
    }
  }
}
