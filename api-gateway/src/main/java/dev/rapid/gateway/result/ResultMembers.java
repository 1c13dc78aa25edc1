package dev.rapid.gateway.result;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rapid.core.invocation.Payload;
import dev.rapid.gateway.answer.GatewayError;
import dev.rapid.http.request.HeaderLine;
import dev.rapid.lambda.JsonStreams;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members of a function's result (contract http-front-door, section 5). A defect does not end
 * the reading: only the end shows whether the result is a response at all.
 */
final class ResultMembers {

  private static final int MIN_STATUS = 200;
  private static final int MAX_STATUS = 599;
  private static final int MAX_NUMBER_LENGTH = 20;

  private final Map<String, String> headers = new LinkedHashMap<>();
  private final Map<String, List<String>> multiValueHeaders = new LinkedHashMap<>();
  private final List<String> cookies = new ArrayList<>();
  private boolean hasStatus;
  private int status = MIN_STATUS;
  private String body = "";
  private boolean base64;
  private @Nullable String defect;

  /** Records a defect; the first one counts. */
  void defect(String found) {
    if (defect == null) {
      defect = found;
    }
  }

  void check() throws MalformedResultException {
    if (defect != null) {
      throw new MalformedResultException(defect);
    }
  }

  /** Returns whether there was a {@code statusCode}, good or bad. */
  boolean hasStatus() {
    return hasStatus;
  }

  int status() {
    return status;
  }

  /** Returns the values of {@code headers}, with the names as the function wrote them. */
  Map<String, String> headers() {
    return headers;
  }

  /** Returns the values of {@code multiValueHeaders}, with the names as the function wrote them. */
  Map<String, List<String>> multiValueHeaders() {
    return multiValueHeaders;
  }

  List<String> cookies() {
    return cookies;
  }

  /**
   * Returns the body.
   *
   * @param decoded whether a body of Base64 is decoded
   */
  Payload body(boolean decoded) throws MalformedResultException {
    if (!base64 || !decoded) {
      return Payload.of(body);
    }
    try {
      return Payload.of(Base64.getDecoder().decode(body));
    } catch (IllegalArgumentException e) {
      throw new MalformedResultException(
          "body is not base64 although isBase64Encoded is true", GatewayError.BAD_BASE64);
    }
  }

  /** Reads {@code statusCode}; null is the usual status where {@code nullable}. */
  void readStatus(JsonParser parser, boolean nullable) throws IOException {
    if (nullable && JsonStreams.isNull(parser)) {
      return;
    }
    hasStatus = true;
    String text = JsonStreams.scalarTextOf(parser);
    try {
      if (text != null && text.length() <= MAX_NUMBER_LENGTH) {
        int number = new BigDecimal(text.trim()).intValueExact();
        if (number >= MIN_STATUS && number <= MAX_STATUS) {
          status = number;
          return;
        }
      }
    } catch (NumberFormatException | ArithmeticException e) {
      // It is no number, or no whole one, or far too large.
    }
    defect("statusCode is not a whole number from " + MIN_STATUS + " to " + MAX_STATUS);
  }

  void readHeaders(JsonParser parser) throws IOException {
    headers.clear();
    if (JsonStreams.isNull(parser)) {
      return;
    }
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      defect("headers is not an object");
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (JsonStreams.isNull(parser)) {
        continue;
      }
      String value = JsonStreams.scalarTextOf(parser);
      if (value == null) {
        defect("the header " + name + " is an object or an array");
      } else if (isFine(name, value)) {
        headers.put(name, value);
      }
    }
  }

  void readMultiValueHeaders(JsonParser parser) throws IOException {
    multiValueHeaders.clear();
    if (JsonStreams.isNull(parser)) {
      return;
    }
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      defect("multiValueHeaders is not an object");
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (JsonStreams.isNull(parser)) {
        continue;
      }
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        parser.skipChildren();
        defect("the header " + name + " in multiValueHeaders is not an array");
        continue;
      }
      List<String> values = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        String value = JsonStreams.scalarTextOf(parser);
        if (value == null) {
          defect("the header " + name + " in multiValueHeaders has a value that is not a string");
        } else if (isFine(name, value)) {
          values.add(value);
        }
      }
      multiValueHeaders.put(name, values);
    }
  }

  private boolean isFine(String name, String value) {
    if (!HeaderLine.isName(name)) {
      defect("a header has a name that HTTP does not allow");
      return false;
    }
    if (!HeaderLine.isValue(value)) {
      defect("the header " + name + " has a value with a line break");
      return false;
    }
    return true;
  }

  /** Reads {@code cookies}; anything but an array is ignored. */
  void readCookies(JsonParser parser) throws IOException {
    cookies.clear();
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      String cookie = JsonStreams.scalarTextOf(parser);
      if (cookie != null && isFine("set-cookie", cookie)) {
        cookies.add(cookie);
      }
    }
  }

  void readBody(JsonParser parser) throws IOException {
    if (JsonStreams.isNull(parser)) {
      body = "";
      return;
    }
    String text = JsonStreams.scalarTextOf(parser);
    if (text == null) {
      defect("body is an object or an array; it must be a string");
    } else {
      body = text;
    }
  }

  void readEncoding(JsonParser parser) throws IOException {
    base64 = parser.currentToken() == JsonToken.VALUE_TRUE;
    if (!base64 && !JsonStreams.isNull(parser) && parser.currentToken() != JsonToken.VALUE_FALSE) {
      parser.skipChildren();
      defect("isBase64Encoded is not a boolean");
    }
  }
}
