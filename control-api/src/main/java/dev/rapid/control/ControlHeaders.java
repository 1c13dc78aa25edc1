package dev.rapid.control;

import dev.rapid.lambda.LambdaHeaders;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HttpString;
import org.jspecify.annotations.Nullable;

/**
 * The header names of the control API (contract lifecycle-and-control, sections 3.3, 5.1 and 5.3).
 */
final class ControlHeaders {

  static final HttpString TRACE_ID = new HttpString(LambdaHeaders.TRACE_ID);
  static final HttpString RESERVATION_TOKEN = new HttpString("Reservation-Token");
  static final HttpString INVOKE_ID = new HttpString("Invoke-Id");
  static final HttpString FUNCTION_VERSION = new HttpString("Invoked-Function-Version");
  static final HttpString FUNCTION_ARN = new HttpString("Invoked-Function-Arn");
  static final HttpString CUSTOMER_HEADERS = new HttpString("Customer-Headers");
  static final HttpString MAX_PAYLOAD_SIZE = new HttpString("MaxPayloadSize");
  static final HttpString RESPONSE_MODE = new HttpString("InvokeResponseMode");
  static final HttpString BANDWIDTH_RATE = new HttpString("ResponseBandwidthRate");
  static final HttpString BANDWIDTH_BURST = new HttpString("ResponseBandwidthBurstSize");
  static final HttpString FUNCTION_RESPONSE_MODE = new HttpString(LambdaHeaders.RESPONSE_MODE);
  static final HttpString ERROR_TYPE = new HttpString("Error-Type");
  static final HttpString END_OF_RESPONSE = new HttpString("End-Of-Response");
  static final HttpString ERROR_TYPE_TRAILER = new HttpString(LambdaHeaders.ERROR_TYPE);
  static final HttpString ERROR_BODY_TRAILER = new HttpString(LambdaHeaders.ERROR_BODY);

  private ControlHeaders() {}

  /** Adds the headers of a reservation to the answer. */
  static void put(HttpServerExchange exchange, Reservation reservation) {
    HeaderMap headers = exchange.getResponseHeaders();
    headers.put(FUNCTION_VERSION, Reservation.VERSION);
    headers.put(RESERVATION_TOKEN, reservation.token());
    headers.put(INVOKE_ID, reservation.invokeId());
  }

  /** Returns a header of the request, null if it is absent or empty. */
  static @Nullable String textOf(HttpServerExchange exchange, HttpString name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null || value.isEmpty() ? null : value;
  }
}
