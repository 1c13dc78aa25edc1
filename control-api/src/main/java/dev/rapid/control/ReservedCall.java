package dev.rapid.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseSink;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import org.jspecify.annotations.Nullable;

/**
 * A client that invokes on its reservation: it waits for the init, then for the reply of the
 * runtime; not for the end of the invocation (contract lifecycle-and-control, section 3.3).
 */
abstract class ReservedCall
    implements Reservation.Owner, InitGate.Waiter, ResponseSink, MeasuredResponse {

  final ControlContext context;
  final Reservation reservation;
  final ParkedCall parked;
  private final Payload payload;
  private volatile @Nullable ObjectNode metrics;

  /**
   * Creates a call. The reservation must be claimed before {@link #begin}.
   *
   * @param payload released if it does not reach the sandbox
   */
  ReservedCall(
      ControlContext context,
      HttpServerExchange exchange,
      Reservation reservation,
      Payload payload) {
    this.context = context;
    this.reservation = reservation;
    this.parked = new ParkedCall(exchange);
    this.payload = payload;
  }

  /** Returns the invocation for the sandbox. */
  abstract Invocation invocationOf(Payload payload);

  /** Answers a client whose function was not or could not be initialised. */
  abstract void answerInitFailure(HttpServerExchange exchange);

  /** Answers a client whose reservation was ended by a reset. */
  abstract void answerCancelled(HttpServerExchange exchange);

  /** Answers with the outcome, whose payload it owns. */
  abstract void answerReply(HttpServerExchange exchange, Outcome outcome);

  /** Waits for the init, then invokes. Call it on the I/O thread. */
  final void begin() {
    context.gate().await(this);
    parked.watch(this::clientGone);
  }

  /** A running invocation goes on. */
  private void clientGone() {
    if (context.gate().forget(this)) {
      reservation.unclaim();
      payload.release();
    }
  }

  @Override
  public final void initEnded(boolean failed) {
    if (failed) {
      payload.release();
      reservation.closeFor(this);
      parked.answer(this::answerInitFailure);
      return;
    }
    Invocation next = invocationOf(payload);
    if (!reservation.run(next)) {
      payload.release();
    }
  }

  @Override
  public final void cancelled() {
    if (context.gate().forget(this)) {
      payload.release();
    }
    parked.answer(this::answerCancelled);
  }

  @Override
  public void complete(Outcome outcome) {
    if (!reservation.replied()) {
      discard(outcome);
      return;
    }
    metrics = MeasuredResponse.json(outcome, context.clock().nanoTime());
    boolean answered =
        parked.answer(exchange -> {
          switch (outcome) {
            case Outcome.RestoreFailed e -> answerInitFailure(exchange);
            case Outcome.Rejected e -> answerCancelled(exchange);
            case Outcome.Returned e -> answerReply(exchange, outcome);
            case Outcome.Reported e -> answerReply(exchange, outcome);
            case Outcome.Failed e -> answerReply(exchange, outcome);
            case Outcome.Streamed e -> answerReply(exchange, outcome);
          }
        });
    if (!answered) {
      discard(outcome);
    }
  }

  @Override
  public @Nullable ObjectNode responseMetrics() {
    return metrics;
  }

  /** Releases the memory of an outcome that no client waits for. */
  static void discard(Outcome outcome) {
    switch (outcome) {
      case Outcome.Returned returned -> returned.payload().release();
      case Outcome.Reported reported -> reported.payload().release();
      case Outcome.Failed e -> {}
      case Outcome.Streamed e -> {}
      case Outcome.RestoreFailed e -> {}
      case Outcome.Rejected e -> {}
    }
  }

  /** Answers with the state of the sandbox: 502. */
  final void answerWithState(HttpServerExchange exchange) {
    ControlAnswers.json(exchange, StatusCodes.BAD_GATEWAY, context.stateJson());
  }
}
