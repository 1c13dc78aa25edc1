package dev.rapid.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.core.error.ErrorType;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.core.invocation.PayloadPrefix;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.ResponseSource;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.shaping.Pacer;
import dev.rapid.core.shaping.ResponseShaper;
import dev.rapid.core.shaping.ShapingRates;
import dev.rapid.core.shaping.StreamMetrics;
import dev.rapid.http.RouteHandler;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.answer.StreamedAnswer;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /test/directInvoke/{reservationtoken}} (contract lifecycle-and-control, section 5).
 * Except for the refusal without a reservation, answers are chunked and announce a trailer that
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
    Bodies.payload(exchange, context.memory(), payload -> invoke(exchange, token, payload));
  }

  private void invoke(HttpServerExchange exchange, String token, Payload payload) {
    Reservation reservation = context.desk().reservation();
    if (reservation == null) {
      payload.release();
      ControlAnswers.empty(exchange, StatusCodes.BAD_REQUEST);
      return;
    }
    announceTrailer(exchange, ControlHeaders.END_OF_RESPONSE.toString());
    DirectInvokeRequest request;
    ShapingRates rates = null;
    try {
      request = DirectInvokeRequest.parse(exchange);
      if (request.streaming()) {
        announceErrorTrailers(exchange);
        rates = DirectInvokeRequest.rates(exchange);
      }
      request.check(exchange, reservation, token);
    } catch (DirectInvokeException e) {
      payload.release();
      exchange.getResponseHeaders().put(ControlHeaders.ERROR_TYPE, e.name());
      send(exchange, StatusCodes.BAD_REQUEST, Payload.EMPTY, COMPLETE);
      return;
    }
    ControlHeaders.put(exchange, reservation);
    Call call = new Call(exchange, reservation, request, payload, rates);
    Reservation.Claim claim =
        reservation.claim(
            call,
            request.streaming() ? DirectInvokeRequest.STREAMING : DirectInvokeRequest.BUFFERED);
    if (claim == Reservation.Claim.GRANTED) {
      call.begin();
      return;
    }
    payload.release();
    int status =
        switch (claim) {
          case ALREADY_INVOKING -> StatusCodes.BAD_REQUEST;
          case CANCELLED -> StatusCodes.BAD_GATEWAY;
          case ALREADY_REPLIED, GRANTED -> StatusCodes.OK;
        };
    send(exchange, status, Payload.EMPTY, null);
  }

  private static void announceErrorTrailers(HttpServerExchange exchange) {
    announceTrailer(exchange, ControlHeaders.ERROR_TYPE_TRAILER.toString());
    announceTrailer(exchange, ControlHeaders.ERROR_BODY_TRAILER.toString());
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

  /**
   * Passes the response on while the runtime sends it (contract lifecycle-and-control, section
   * 5.6).
   */
  private final class Call extends ReservedCall implements StreamingSink {

    private final DirectInvokeRequest request;
    private final @Nullable ShapingRates rates;

    /** Whether the client has the head of a response. */
    private volatile boolean begun;

    private volatile boolean ended;
    private volatile @Nullable Pacer pacer;
    private volatile @Nullable StreamMetrics metrics;

    /** Whether the answer has announced error trailers. */
    private boolean errorTrailers;

    /** Made on the I/O thread when the response begins. */
    private @Nullable StreamedAnswer answer;

    /**
     * Creates a call.
     *
     * @param rates how fast the response may be, null for a buffered one
     */
    Call(
        HttpServerExchange exchange,
        Reservation reservation,
        DirectInvokeRequest request,
        Payload payload,
        @Nullable ShapingRates rates) {
      super(DirectInvokeHandler.this.context, exchange, reservation, payload);
      this.request = request;
      this.rates = rates;
      this.errorTrailers = rates != null;
    }

    @Override
    Invocation invocationOf(Payload payload) {
      FunctionDescription function = context.function().description();
      return new Invocation(
          reservation.invokeId(),
          function,
          request.functionArn(),
          function.identity().version(),
          reservation.traceId(),
          request.customer().clientContext(),
          null,
          request.customer().identity(),
          request.contentType(),
          PayloadHeaders.NONE,
          payload,
          this,
          request.maxResponseBytes(),
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
        end = endOf(failed.error()); // The limit is for the function's bytes, not for Rapid's.
      } else if (body.size() > request.maxResponseBytes()) {
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

    @Override
    public void begin(ResponseHead head, ResponseSource source) {
      begun = reservation.replied() && parked.answer(waiting -> open(waiting, head, source));
      if (!begun) {
        source.cancel();
      }
    }

    private void open(HttpServerExchange waiting, ResponseHead head, ResponseSource source) {
      waiting.setStatusCode(StatusCodes.OK);
      ControlAnswers.putContentType(waiting, head.contentType());
      if (head.streaming()) {
        waiting.getResponseHeaders().put(ControlHeaders.FUNCTION_RESPONSE_MODE, "streaming");
        if (!errorTrailers) {
          errorTrailers = true;
          announceErrorTrailers(waiting);
        }
      }
      ResponseShaper shaper = rates == null ? ResponseShaper.unshaped() : ResponseShaper.of(rates);
      Pacer measuring = new Pacer(shaper, context.clock(), context.timers());
      pacer = measuring;
      answer =
          new StreamedAnswer(
              waiting,
              measuring,
              StreamedAnswer.Framing.NONE,
              Invocation.UNLIMITED,
              new Answers.Listener() {
                @Override
                public void written() {}

                @Override
                public void failed() {
                  source.cancel();
                }
              });
    }

    @Override
    public void write(Payload bytes) {
      parked.goOn(() -> {
        StreamedAnswer opened = answer;
        if (opened == null) {
          bytes.release();
        } else {
          opened.write(bytes);
        }
      });
    }

    @Override
    public @Nullable ObjectNode responseMetrics() {
      StreamMetrics measured = metrics;
      return measured == null
          ? super.responseMetrics()
          : MeasuredResponse.json(measured, rates != null);
    }

    @Override
    public boolean isStreaming() {
      return rates != null && begun && !ended;
    }

    @Override
    public void complete(Outcome outcome) {
      Pacer measuring = pacer;
      metrics = measuring == null ? null : measuring.metrics();
      ended = true;
      if (begun) {
        parked.goOn(() -> end(outcome));
      } else {
        super.complete(outcome);
      }
    }

    private void end(Outcome outcome) {
      StreamedAnswer opened = answer;
      if (opened == null) {
        return;
      }
      if (!(outcome instanceof Outcome.Streamed)) {
        opened.dropRest();
      }
      opened.end(ByteBuffer.allocate(0), trailers(outcome));
    }

    private HeaderMap trailers(Outcome outcome) {
      HeaderMap trailers = new HeaderMap();
      if (outcome instanceof Outcome.Streamed(var end, var errorType, var errorBody)) {
        trailers.put(ControlHeaders.END_OF_RESPONSE, endOf(end));
        putError(trailers, errorType == null ? typeOf(end) : errorType, errorBody);
      } else {
        boolean timeout =
            outcome instanceof Outcome.Failed(var error, var type, var message)
                && error == ErrorType.SANDBOX_TIMEDOUT;
        trailers.put(ControlHeaders.END_OF_RESPONSE, TRUNCATED);
        putError(
            trailers, rates == null ? "" : timeout ? "Sandbox.Timeout" : "Sandbox.Failure", null);
      }
      return trailers;
    }

    private void putError(HeaderMap trailers, String type, @Nullable String body) {
      if (errorTrailers) {
        trailers.put(ControlHeaders.ERROR_TYPE_TRAILER, type);
        trailers.put(ControlHeaders.ERROR_BODY_TRAILER, body == null ? "" : body);
      }
    }

    private static String endOf(ResponseEnd end) {
      return switch (end) {
        case COMPLETE -> COMPLETE;
        case TRUNCATED -> TRUNCATED;
        case OVERSIZED -> OVERSIZED;
      };
    }

    /**
     * The content type of a buffered response is fixed (contract lifecycle-and-control, section
     * 5.5).
     */
    private String typeOf(ResponseEnd end) {
      if (rates == null) {
        return "";
      }
      return switch (end) {
        case COMPLETE -> "";
        case TRUNCATED -> ErrorType.RUNTIME_TRUNCATED_RESPONSE.wireName();
        case OVERSIZED -> ErrorType.FUNCTION_RESPONSE_SIZE_TOO_LARGE.wireName();
      };
    }
  }
}
