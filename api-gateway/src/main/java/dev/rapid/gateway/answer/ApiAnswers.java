package dev.rapid.gateway.answer;

import dev.rapid.core.invocation.Payload;
import dev.rapid.gateway.api.GatewayResponse;
import dev.rapid.gateway.api.GatewayResponseType;
import dev.rapid.gateway.cors.HttpCors;
import dev.rapid.gateway.request.ApiResponse;
import dev.rapid.gateway.request.ApiStage;
import dev.rapid.gateway.request.RequestIds;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.HeaderLine;
import dev.rapid.lambda.TraceHeader;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;

/**
 * Sends the answers to one request. All methods are to be called on the I/O thread of the exchange.
 *
 * @param exchange the request
 * @param stage the API that is called
 * @param ids the ids of the request
 * @param cors the headers of CORS that answers get, null if they are the function's own
 * @param traceHeader the complete X-Ray header
 */
public record ApiAnswers(
    HttpServerExchange exchange,
    ApiStage stage,
    RequestIds ids,
    @Nullable HttpCors cors,
    String traceHeader) {

  private static final Logger LOG = System.getLogger(ApiAnswers.class.getName());

  /** Sends an answer of a function. */
  public void send(ApiResponse response) {
    send(response, traceHeader);
  }

  /**
   * Runs a step of a request on the I/O thread. If it throws, which is a fault in Rapid, the client
   * gets an answer and the log has the exception.
   */
  public void answering(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a fault in Rapid itself", e);
      if (exchange.isResponseStarted()) {
        IoUtils.safeClose(exchange.getConnection());
      } else {
        exchange.getResponseHeaders().clear();
        send(GatewayError.FUNCTION_FAILED);
      }
    }
  }

  /** Sends the answer to a preflight, whose headers are complete. */
  public void sendPreflight(ApiResponse response) {
    sendAsIs(response, traceHeader);
  }

  private void send(ApiResponse response, String trace) {
    sendAsIs(
        cors == null ? response : response.withHeaders(cors.replaceIn(response.headers())), trace);
  }

  private void sendAsIs(ApiResponse response, String trace) {
    put(response.status(), response.headers(), trace);
    if (!allowsBody(response.status())) {
      response.body().release();
      Answers.send(exchange, Payload.EMPTY, Answers.IGNORE);
    } else {
      Answers.send(exchange, response.body(), Answers.IGNORE);
    }
  }

  /** Sets the head of a streamed answer. */
  public void putHead(ApiResponse head) {
    put(head.status(), head.headers(), traceHeader);
  }

  /** Returns whether this answer has a body at all. */
  public boolean allowsBody(int status) {
    return status != StatusCodes.NO_CONTENT
        && status != StatusCodes.NOT_MODIFIED
        && !exchange.getRequestMethod().equals(Methods.HEAD);
  }

  /** Sends an answer of the gateway. */
  public void send(GatewayError error) {
    send(error, List.of());
  }

  /** Sends an answer of the gateway with more headers. */
  public void send(GatewayError error, List<HeaderLine> more) {
    ApiResponse response = stage.isRest() ? ofRest(error) : ofHttp(error);
    for (HeaderLine header : more) {
      response = response.with(header.name(), header.value());
    }
    send(response, TraceHeader.parse(traceHeader).rootOnly());
  }

  private static ApiResponse ofHttp(GatewayError error) {
    return ApiResponse.json(error.httpStatus(), "{\"message\":\"" + error.httpMessage() + "\"}");
  }

  private ApiResponse ofRest(GatewayError error) {
    GatewayResponse configured = configured(error);
    if (configured != null) {
      return CustomResponse.of(error, configured, exchange, stage, ids);
    }
    boolean denied = error.type() == GatewayResponseType.ACCESS_DENIED;
    return ApiResponse.json(
            error.restStatus(),
            (denied ? "{\"Message\":" : "{\"message\":")
                + (error.restSpace() ? " " : "")
                + error.restMessage()
                + "}")
        .with("x-amzn-ErrorType", error.errorType());
  }

  private @Nullable GatewayResponse configured(GatewayError error) {
    var responses = stage.api().gatewayResponses();
    if (responses.isEmpty()) {
      return null;
    }
    GatewayResponse own = error.type() == null ? null : responses.get(error.type());
    return own != null
        ? own
        : responses.get(
            error.restStatus() < StatusCodes.INTERNAL_SERVER_ERROR
                ? GatewayResponseType.DEFAULT_4XX
                : GatewayResponseType.DEFAULT_5XX);
  }

  private void put(int status, List<HeaderLine> headers, String trace) {
    exchange.setStatusCode(status);
    for (HeaderLine header : headers) {
      exchange.getResponseHeaders().add(header.httpName(), header.wireValue());
    }
    if (stage.isRest()) {
      exchange.getResponseHeaders().put(ApiHeaders.REQUEST_ID, ids.requestId());
      exchange.getResponseHeaders().put(ApiHeaders.EXTENDED_REQUEST_ID, ids.extended());
      Answers.putText(exchange, ApiHeaders.TRACE_ID, trace);
    } else {
      exchange.getResponseHeaders().put(ApiHeaders.HTTP_API_REQUEST_ID, ids.requestId());
    }
  }
}
