package dev.rapid.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.core.events.Status;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseSink;
import dev.rapid.http.RouteHandler;
import dev.rapid.http.answer.Answers;
import dev.rapid.lambda.Limits;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /2015-03-31/functions/{anything}/invocations} (contract lifecycle-and-control,
 * sections 3.3 and 4.5.6): runs one whole invocation, with the sandbox's timeout and reset. The
 * answer comes when the runtime and the extensions are done.
 */
final class ExecuteHandler implements RouteHandler {

  private final ControlContext context;

  ExecuteHandler(ControlContext context) {
    this.context = context;
  }

  @Override
  public void handle(HttpServerExchange exchange, String anyName) {
    Bodies.payload(exchange, context.memory(), payload -> execute(exchange, payload));
  }

  private void execute(HttpServerExchange exchange, Payload payload) {
    if (!context.gate().begun()) {
      payload.release();
      ControlAnswers.empty(exchange, StatusCodes.GATEWAY_TIME_OUT);
      return;
    }
    context
        .desk()
        .reserveOnce(
            context.fleet(),
            reservation ->
                Answers.onIoThread(exchange, () -> execute(exchange, payload, reservation)));
  }

  private void execute(
      HttpServerExchange exchange, Payload payload, @Nullable Reservation reservation) {
    if (reservation == null) {
      payload.release();
      ControlAnswers.empty(exchange, StatusCodes.BAD_REQUEST);
      return;
    }
    context.gate().forgive(); // This invocation repeats an init that failed.
    new Call(exchange, reservation).begin(payload);
  }

  private final class Call implements Reservation.Owner, ResponseSink, MeasuredResponse {

    private final ParkedCall parked;
    private final Reservation reservation;
    private final @Nullable String traceId;
    private volatile @Nullable Outcome outcome;
    private volatile @Nullable ObjectNode metrics;

    Call(HttpServerExchange exchange, Reservation reservation) {
      this.parked = new ParkedCall(exchange);
      this.reservation = reservation;
      this.traceId = ControlHeaders.textOf(exchange, ControlHeaders.TRACE_ID);
    }

    void begin(Payload payload) {
      FunctionDescription function = context.function().description();
      Invocation next =
          new Invocation(
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
              false);
      if (reservation.claim(this, "") != Reservation.Claim.GRANTED || !reservation.run(next)) {
        payload.release();
        cancelled();
        return;
      }
      parked.watch(() -> {});
    }

    @Override
    public void complete(Outcome reply) {
      if (!reservation.replied()) {
        ReservedCall.discard(reply);
        return;
      }
      metrics = MeasuredResponse.json(reply, context.clock().nanoTime());
      outcome = reply;
    }

    @Override
    public @Nullable ObjectNode responseMetrics() {
      return metrics;
    }

    @Override
    public void ended(Status status) {
      reservation.closeFor(this);
      Outcome reply = outcome;
      outcome = null;
      if (reply != null && !parked.answer(exchange -> answer(exchange, reply, status))) {
        ReservedCall.discard(reply);
      }
    }

    /** A reset. */
    @Override
    public void cancelled() {
      Outcome reply = outcome;
      outcome = null;
      if (reply != null) {
        ReservedCall.discard(reply);
      }
      parked.answer(exchange -> ControlAnswers.empty(exchange, StatusCodes.GATEWAY_TIME_OUT));
    }

    private void answer(HttpServerExchange exchange, Outcome reply, Status status) {
      switch (reply) {
        case Outcome.Streamed e ->
            throw new IllegalStateException("A buffered invocation has no stream");
        case Outcome.RestoreFailed e ->
            ControlAnswers.json(exchange, StatusCodes.BAD_GATEWAY, context.stateJson());
        case Outcome.Rejected(var rejection) ->
            ControlAnswers.empty(
                exchange,
                rejection == Outcome.Rejection.FUNCTION_BUSY
                    ? StatusCodes.BAD_REQUEST
                    : StatusCodes.GATEWAY_TIME_OUT);
        case Outcome.Returned e -> answerReply(exchange, reply, status);
        case Outcome.Reported e -> answerReply(exchange, reply, status);
        case Outcome.Failed e -> answerReply(exchange, reply, status);
      }
    }

    /**
     * An invocation that ended without a failure has 200, also with an error that the function
     * reported.
     */
    private void answerReply(HttpServerExchange exchange, Outcome outcome, Status status) {
      if (status == Status.TIMEOUT) {
        ReservedCall.discard(outcome);
        ControlAnswers.empty(exchange, StatusCodes.GATEWAY_TIME_OUT);
        return;
      }
      Reply reply = Reply.of(outcome, reservation.invokeId());
      ControlAnswers.payload(
          exchange,
          status == Status.SUCCESS ? StatusCodes.OK : StatusCodes.BAD_GATEWAY,
          reply.contentType(),
          reply.payload());
    }
  }
}
