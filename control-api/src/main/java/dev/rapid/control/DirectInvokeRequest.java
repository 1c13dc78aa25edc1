package dev.rapid.control;

import dev.rapid.core.invocation.CognitoIdentity;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.shaping.ShapingRates;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a direct invocation (contract lifecycle-and-control, section 5.1). Each request
 * carries all of them.
 *
 * @param functionArn empty if it is absent
 * @param contentType null if it is absent
 * @param maxPayloadBytes how large the response may be, {@link #UNLIMITED} for any size
 * @param streaming whether the response is to be streamed
 */
record DirectInvokeRequest(
    String functionArn,
    @Nullable String contentType,
    CustomerHeaders customer,
    long maxPayloadBytes,
    boolean streaming) {

  /**
   * The caller's context.
   *
   * @param clientContext null if there is none
   */
  record CustomerHeaders(@Nullable String clientContext, CognitoIdentity identity) {

    static final CustomerHeaders NONE = new CustomerHeaders(null, new CognitoIdentity("", ""));
  }

  /** No limit, which implies streaming. */
  static final long UNLIMITED = -1;

  static final String BUFFERED = "Buffered";
  static final String STREAMING = "Streaming";

  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");

  /**
   * Reads the headers that need no reservation to be understood; the first fault in the contract's
   * order counts (contract lifecycle-and-control, section 5.2).
   *
   * @throws DirectInvokeException if a header is wrong
   */
  static DirectInvokeRequest parse(HttpServerExchange exchange) throws DirectInvokeException {
    CustomerHeaders customer =
        customerHeadersOf(ControlHeaders.textOf(exchange, ControlHeaders.CUSTOMER_HEADERS));
    long limit =
        number(
            exchange,
            ControlHeaders.MAX_PAYLOAD_SIZE,
            UNLIMITED,
            Long.MAX_VALUE,
            Bodies.MAX_PAYLOAD_BYTES,
            "ErrInvalidMaxPayloadSize");
    boolean streaming =
        isStreaming(ControlHeaders.textOf(exchange, ControlHeaders.RESPONSE_MODE))
            || limit == UNLIMITED;
    String arn = ControlHeaders.textOf(exchange, ControlHeaders.FUNCTION_ARN);
    return new DirectInvokeRequest(
        arn == null ? "" : arn,
        ControlHeaders.textOf(exchange, Headers.CONTENT_TYPE),
        customer,
        limit,
        streaming);
  }

  /**
   * Checks whether the request is for {@code reservation}.
   *
   * @param token the last segment of the path
   * @throws DirectInvokeException if something is wrong
   */
  void check(HttpServerExchange exchange, Reservation reservation, String token)
      throws DirectInvokeException {
    String invokeId = ControlHeaders.textOf(exchange, ControlHeaders.INVOKE_ID);
    if (!reservation.invokeId().equals(invokeId)) {
      throw new DirectInvokeException("ErrInvalidInvokeID");
    }
    if (!reservation.token().equals(token)) {
      throw new DirectInvokeException("ErrInvalidReservationToken");
    }
    String version = ControlHeaders.textOf(exchange, ControlHeaders.FUNCTION_VERSION);
    if (!Reservation.VERSION.equals(version)) {
      throw new DirectInvokeException("ErrInvalidFunctionVersion");
    }
  }

  private static boolean isStreaming(@Nullable String mode) throws DirectInvokeException {
    if (mode == null || mode.equalsIgnoreCase(BUFFERED)) {
      return false;
    }
    if (mode.equalsIgnoreCase(STREAMING)) {
      return true;
    }
    throw new DirectInvokeException("ErrInvalidInvokeResponseMode");
  }

  /**
   * Returns how fast a streamed response may be.
   *
   * @throws DirectInvokeException if a header is wrong
   */
  static ShapingRates rates(HttpServerExchange exchange) throws DirectInvokeException {
    long rate =
        bandwidth(
            exchange,
            ControlHeaders.BANDWIDTH_RATE,
            ShapingRates.DEFAULT.bytesPerSecond(),
            "ErrInvalidResponseBandwidthRate");
    long burst =
        bandwidth(
            exchange,
            ControlHeaders.BANDWIDTH_BURST,
            ShapingRates.DEFAULT.burstBytes(),
            "ErrInvalidResponseBandwidthBurstSize");
    return new ShapingRates(rate, burst);
  }

  private static long bandwidth(
      HttpServerExchange exchange, HttpString name, long otherwise, String error)
      throws DirectInvokeException {
    return number(exchange, name, ShapingRates.MIN_BYTES, ShapingRates.MAX_BYTES, otherwise, error);
  }

  /** Returns how long the response may be, {@link Invocation#UNLIMITED} for any length. */
  long maxResponseBytes() {
    return maxPayloadBytes == UNLIMITED ? Invocation.UNLIMITED : maxPayloadBytes;
  }

  private static long number(
      HttpServerExchange exchange,
      HttpString name,
      long least,
      long most,
      long otherwise,
      String error)
      throws DirectInvokeException {
    String text = ControlHeaders.textOf(exchange, name);
    if (text == null) {
      return otherwise;
    }
    if (!INTEGER.matcher(text).matches()) {
      throw new DirectInvokeException(error);
    }
    try {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // More digits than a number has.
    }
    throw new DirectInvokeException(error);
  }

  private static CustomerHeaders customerHeadersOf(@Nullable String customerHeaders)
      throws DirectInvokeException {
    if (customerHeaders == null) {
      return CustomerHeaders.NONE;
    }
    try {
      if (customerHeaders.length() % 4 != 0) {
        throw new InvalidJsonException("not padded");
      }
      byte[] json = Base64.getDecoder().decode(customerHeaders);
      JsonFields fields = JsonFields.ofFirst(new String(json, StandardCharsets.UTF_8));
      CognitoIdentity identity =
          new CognitoIdentity(
              fields.textOrEmpty("Cognito-Identity-Id"),
              fields.textOrEmpty("Cognito-Identity-Pool-Id"));
      String clientContext = fields.textOrEmpty("Client-Context");
      return new CustomerHeaders(clientContext.isEmpty() ? null : clientContext, identity);
    } catch (IllegalArgumentException | InvalidJsonException e) {
      throw new DirectInvokeException("ErrMalformedCustomerHeaders");
    }
  }
}
