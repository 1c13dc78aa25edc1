package dev.rapid.cli.control;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Limits;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.http.Answers;
import dev.rapid.http.RouteHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /test/directInvoke/{reservationtoken}} with a buffered response (lifecycle contract,
 * section 5). All answers but the one without a reservation are chunked and announce a trailer that
 * says how the response ended.
 */
final class DirectInvokeHandler implements RouteHandler {

  private static final String COMPLETE = "Complete";
  private static final String OVERSIZED = "Oversized";
  private static final String TRUNCATED = "Truncated";

  private final ControlContext context;

  DirectInvokeHandler(ControlContext context) {
    this.context = context;
  }

  @Override
  public void handle(HttpServerExchange exchange, String token) {
    Bodies.payload(exchange, context.memory(), event -> invoke(exchange, token, event));
  }

  private void invoke(HttpServerExchange exchange, String token, Payload event) {
    Reservation reservation = context.desk().reservation();
    if (reservation == null) {
      event.release();
      ControlAnswers.empty(exchange, StatusCodes.BAD_REQUEST);
      return;
    }
    announceTrailer(exchange, ControlHeaders.END_OF_RESPONSE.toString());
    DirectInvokeRequest request;
    try {
      request = DirectInvokeRequest.parse(exchange);
      if (request.streaming()) {
        announceTrailer(exchange, ControlHeaders.ERROR_TYPE_TRAILER.toString());
        announceTrailer(exchange, ControlHeaders.ERROR_BODY_TRAILER.toString());
      }
      request.check(exchange, reservation, token);
    } catch (DirectInvokeException e) {
      event.release();
      exchange.getResponseHeaders().put(ControlHeaders.ERROR_TYPE, e.name());
      send(exchange, StatusCodes.BAD_REQUEST, Payload.EMPTY, COMPLETE);
      return;
    }
    if (request.streaming()) {
      event.release();
      exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, Answers.JSON);
      send(exchange, StatusCodes.NOT_IMPLEMENTED, ControlErrors.streamingNotSupported(), COMPLETE);
      return;
    }
    ControlHeaders.put(exchange, reservation);
    Call call = new Call(exchange, reservation, request, event);
    Reservation.Claim claim = reservation.claim(call, DirectInvokeRequest.BUFFERED);
    if (claim == Reservation.Claim.GRANTED) {
      call.begin();
      return;
    }
    event.release();
    int status =
        switch (claim) {
          case ALREADY_INVOKING -> StatusCodes.BAD_REQUEST;
          case CANCELLED -> StatusCodes.BAD_GATEWAY;
          case ALREADY_REPLIED, GRANTED -> StatusCodes.OK;
        };
    send(exchange, status, Payload.EMPTY, null);
  }

  private static void announceTrailer(HttpServerExchange exchange, String name) {
    exchange.getResponseHeaders().add(Headers.TRAILER, name);
  }

  /**
   * Sends a chunked answer.
   *
   * @param end how the response ended, null if there was none
   */
  private static void send(
      HttpServerExchange exchange, int status, Payload body, @Nullable String end) {
    exchange.setStatusCode(status);
    HeaderMap trailers = new HeaderMap();
    if (end != null) {
      trailers.put(ControlHeaders.END_OF_RESPONSE, end);
    }
    Answers.sendChunked(exchange, body, trailers, Answers.IGNORE);
  }

  private final class Call extends ReservedCall {

    private final DirectInvokeRequest request;

    Call(
        HttpServerExchange exchange,
        Reservation reservation,
        DirectInvokeRequest request,
        Payload event) {
      super(DirectInvokeHandler.this.context, exchange, reservation, event);
      this.request = request;
    }

    @Override
    Invocation invocationOf(Payload event) {
      return new Invocation(
          reservation.invokeId(),
          request.functionArn(),
          context.function().functionVersion(),
          reservation.traceId(),
          request.clientContext(),
          null,
          event,
          this,
          Math.min(request.maxPayloadBytes(), Limits.MAX_RESPONSE_BYTES),
          true);
    }

    @Override
    void answerInitFailure(HttpServerExchange exchange) {
      JsonNode state = context.stateJson();
      exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, Answers.TEXT);
      send(exchange, StatusCodes.BAD_GATEWAY, Payload.of(ControlJson.bytes(state)), null);
    }

    @Override
    void answerCancelled(HttpServerExchange exchange) {
      send(exchange, StatusCodes.BAD_GATEWAY, Payload.EMPTY, null);
    }

    @Override
    void answerReply(HttpServerExchange exchange, Outcome outcome) {
      Reply reply = Reply.of(outcome, reservation.invokeId());
      ControlAnswers.putContentType(exchange, reply.contentType());
      String errorType = reply.errorType();
      if (errorType != null) {
        Answers.putText(exchange, ControlHeaders.ERROR_TYPE, errorType);
      }
      Payload body = reply.payload();
      String end;
      if (outcome instanceof Outcome.Failed failed) {
        end = endOf(failed.error()); // The limit is for the function's bytes, not for ours.
      } else if (body.size() > request.maxPayloadBytes()) {
        body = new PayloadPrefix(body, request.maxPayloadBytes() + 1);
        end = OVERSIZED;
      } else {
        end = COMPLETE;
      }
      send(exchange, StatusCodes.OK, body, end);
    }

    private static String endOf(ErrorType error) {
      return switch (error) {
        case FUNCTION_RESPONSE_SIZE_TOO_LARGE -> OVERSIZED;
        case RUNTIME_TRUNCATED_RESPONSE -> TRUNCATED;
        default -> COMPLETE;
      };
    }
  }
}
