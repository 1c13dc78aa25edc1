package dev.rapid.gateway.result;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.rapid.core.invocation.Payload;
import dev.rapid.gateway.api.PayloadFormat;
import dev.rapid.gateway.request.ApiResponse;
import dev.rapid.http.request.HeaderLine;
import dev.rapid.lambda.JsonStreams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Results of functions behind an HTTP API (contract http-front-door, sections 5.2 and 5.3). */
public final class HttpResult {

  /** What the server sets itself. */
  private static final Set<String> DROPPED =
      Set.of("connection", "content-length", "date", "keep-alive", "transfer-encoding", "upgrade");

  private static final String CONTENT_TYPE = "content-type";

  private HttpResult() {}

  /**
   * Returns the response of a result. It does not release {@code result}; the response may hold it
   * too.
   *
   * @throws MalformedResultException if it is no response
   */
  public static ApiResponse responseOf(Payload result, PayloadFormat format)
      throws MalformedResultException {
    ResultMembers members = new ResultMembers();
    String text = null;
    boolean isJson = true;
    try (JsonParser parser = JsonStreams.parserOf(result)) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.START_OBJECT) {
        read(parser, members, format);
      } else if (first == JsonToken.VALUE_STRING) {
        text = parser.getText();
      } else if (first != null) {
        parser.skipChildren();
      }
      isJson = first != null && parser.nextToken() == null;
    } catch (JsonProcessingException e) {
      isJson = false;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // It is memory that is read.
    }
    if (isJson && members.hasStatus()) {
      members.check();
      return new ApiResponse(members.status(), headersOf(members, format), members.body(true));
    }
    if (format == PayloadFormat.V1) {
      throw new MalformedResultException(
          isJson ? "it is not an object with a statusCode" : "it is not JSON");
    }
    if (!isJson || text == null) {
      result.acquire();
      return ApiResponse.json(200, "").withBody(result);
    }
    return ApiResponse.json(200, text);
  }

  private static void read(JsonParser parser, ResultMembers members, PayloadFormat format)
      throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "statusCode" -> members.readStatus(parser, false);
        case "headers" -> members.readHeaders(parser);
        case "multiValueHeaders" -> {
          if (format == PayloadFormat.V1) {
            members.readMultiValueHeaders(parser);
          } else {
            parser.skipChildren();
          }
        }
        case "cookies" -> members.readCookies(parser);
        case "body" -> members.readBody(parser);
        case "isBase64Encoded" -> members.readEncoding(parser);
        default -> parser.skipChildren();
      }
    }
  }

  private static List<HeaderLine> headersOf(ResultMembers members, PayloadFormat format) {
    Map<String, List<String>> values = new TreeMap<>();
    members
        .headers()
        .forEach((name, value) ->
            values
                .computeIfAbsent(name.toLowerCase(Locale.ROOT), key -> new ArrayList<>())
                .add(value));
    if (format == PayloadFormat.V1) {
      members
          .multiValueHeaders()
          .forEach((name, all) ->
              values
                  .computeIfAbsent(name.toLowerCase(Locale.ROOT), key -> new ArrayList<>())
                  .addAll(all));
    } else if (!members.cookies().isEmpty()) {
      values.computeIfAbsent("set-cookie", key -> new ArrayList<>()).addAll(0, members.cookies());
    }
    List<HeaderLine> lines = new ArrayList<>();
    if (!values.containsKey(CONTENT_TYPE)) {
      lines.add(new HeaderLine("Content-Type", "text/plain; charset=utf-8"));
    }
    values.forEach((name, all) -> {
      if (!DROPPED.contains(name)) {
        String sent = capitalised(name);
        all.forEach(value -> lines.add(new HeaderLine(sent, value)));
      }
    });
    return lines;
  }

  /** Returns a lower-case name with a capital at each beginning. */
  private static String capitalised(String name) {
    StringBuilder text = new StringBuilder(name);
    for (int i = 0; i < text.length(); i++) {
      if (i == 0 || text.charAt(i - 1) == '-') {
        text.setCharAt(i, Character.toUpperCase(text.charAt(i)));
      }
    }
    return text.toString();
  }
}
