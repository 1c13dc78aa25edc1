package dev.rapid.invokeapi.url;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rapid.http.request.HeaderLine;
import dev.rapid.lambda.JsonStreams;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members {@code statusCode}, {@code headers} and {@code cookies} of a function's result or of
 * a stream's prelude (contract invoke-api, section 5.3). A defect does not end the reading; only
 * the end shows whether it matters.
 */
final class UrlHeadMembers {

  private static final String CONTENT_LENGTH = "content-length";
  private static final int MIN_STATUS = 200;
  private static final int MAX_STATUS = 599;
  private static final int MAX_NUMBER_LENGTH = 20;

  /** Headers that only the server sets. */
  private static final Set<String> DROPPED =
      Set.of("connection", CONTENT_LENGTH, "date", "keep-alive", "transfer-encoding", "upgrade");

  private final boolean streamed;
  private boolean hasStatus;
  private int status = MIN_STATUS;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private final List<String> cookies = new ArrayList<>();
  private @Nullable String defect;

  /**
   * Creates an empty head.
   *
   * @param streamed whether the body is a stream; only then the function may set its length
   */
  UrlHeadMembers(boolean streamed) {
    this.streamed = streamed;
  }

  /**
   * Reads one member if it is one of the three.
   *
   * @param parser stands at the member's value, and afterwards at its end
   * @return false if it is another one; then nothing was read
   * @throws IOException if the text is not JSON
   */
  boolean read(String name, JsonParser parser) throws IOException {
    switch (name) {
      case "statusCode" -> readStatus(parser);
      case "headers" -> readHeaders(parser);
      case "cookies" -> readCookies(parser);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Records a defect of another member; the first defect counts. */
  void defect(String found) {
    if (defect == null) {
      defect = found;
    }
  }

  /** Whether there was a {@code statusCode}, good or bad. */
  boolean hasStatus() {
    return hasStatus;
  }

  /**
   * Returns the head; its status is 200 if there was none.
   *
   * @param contentType the content type if the function gave none
   * @throws InvalidUrlResultException if there was a defect
   */
  UrlHead head(String contentType) throws InvalidUrlResultException {
    if (defect != null) {
      throw new InvalidUrlResultException(defect);
    }
    String own = headers.remove("content-type");
    List<HeaderLine> all = new ArrayList<>();
    headers.forEach((name, value) -> all.add(new HeaderLine(name, value)));
    cookies.forEach(cookie -> all.add(new HeaderLine("set-cookie", cookie)));
    return UrlHead.of(status, own == null ? contentType : own).with(all);
  }

  private void readStatus(JsonParser parser) throws IOException {
    hasStatus = true;
    String text = JsonStreams.scalarTextOf(parser);
    try {
      if (text != null && text.length() <= MAX_NUMBER_LENGTH) {
        int number = new BigDecimal(text).intValueExact();
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

  private void readHeaders(JsonParser parser) throws IOException {
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
      String name = parser.currentName().toLowerCase(Locale.ROOT);
      parser.nextToken();
      if (JsonStreams.isNull(parser)) {
        continue;
      }
      String value = JsonStreams.scalarTextOf(parser);
      if (value == null) {
        defect("headers has a value that is an object or an array");
      } else if (!HeaderLine.isName(name)) {
        defect("headers has a name that HTTP does not allow");
      } else if (!HeaderLine.isValue(value)) {
        defect("headers has a value with a line break");
      } else if (streamed && name.equals(CONTENT_LENGTH)) {
        headers.put("x-amzn-remapped-content-length", value);
      } else if (name.equals("www-authenticate")) {
        headers.put("x-amzn-remapped-www-authenticate", value);
      } else if (!DROPPED.contains(name)) {
        headers.put(name, value);
      }
    }
  }

  private void readCookies(JsonParser parser) throws IOException {
    cookies.clear();
    if (JsonStreams.isNull(parser)) {
      return;
    }
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      parser.skipChildren();
      defect("cookies is not an array");
      return;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      String cookie = JsonStreams.scalarTextOf(parser);
      if (cookie == null) {
        defect("cookies has an element that is not a string");
      } else if (!HeaderLine.isValue(cookie)) {
        defect("cookies has an element with a line break");
      } else {
        cookies.add(cookie);
      }
    }
  }
}
