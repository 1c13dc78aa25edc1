package dev.rapid.gateway.result;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.rapid.core.invocation.Payload;
import dev.rapid.gateway.event.BinaryTypes;
import dev.rapid.gateway.request.ApiResponse;
import dev.rapid.http.request.HeaderLine;
import dev.rapid.lambda.JsonReader;
import dev.rapid.lambda.JsonStreams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Results of functions behind a REST API (contract http-front-door, section 5.1). */
public final class RestResult {

  /** Names that a function's header gets a prefix for; the server sends its own. */
  private static final Set<String> REMAPPED =
      Set.of(
          "authorization",
          "connection",
          "content-length",
          "content-md5",
          "date",
          "expect",
          "host",
          "max-forwards",
          "proxy-authenticate",
          "server",
          "te",
          "trailer",
          "upgrade",
          "user-agent",
          "www-authenticate");

  private static final String DROPPED = "transfer-encoding";
  private static final String CONTENT_TYPE = "content-type";

  private RestResult() {}

  /**
   * Returns the response of a buffered result.
   *
   * @param binaryTypes the API's binary media types
   * @param accept the request's header {@code Accept}, null if it has none
   * @throws MalformedResultException if it is no response
   */
  public static ApiResponse responseOf(
      Payload result, List<String> binaryTypes, @Nullable String accept)
      throws MalformedResultException {
    ResultMembers members = read(result, false);
    return new ApiResponse(
        members.status(),
        headersOf(members),
        members.body(BinaryTypes.match(binaryTypes, firstOf(accept))));
  }

  /**
   * Returns the head of a streamed result (contract http-front-door, section 5.5).
   *
   * @param metadata what stands before the delimiter
   * @throws MalformedResultException if it is no head
   */
  public static ApiResponse headOf(byte[] metadata) throws MalformedResultException {
    ResultMembers members = read(Payload.of(metadata), true);
    List<HeaderLine> headers = headersOf(members);
    members.cookies().forEach(cookie -> headers.add(new HeaderLine("Set-Cookie", cookie)));
    return new ApiResponse(members.status(), headers, Payload.EMPTY);
  }

  /** Returns the exception for a stream without a head. */
  public static MalformedResultException malformed(String reason) {
    return new MalformedResultException(reason);
  }

  private static ResultMembers read(Payload result, boolean streamed)
      throws MalformedResultException {
    ResultMembers members = new ResultMembers();
    try (JsonParser parser = JsonStreams.parserOf(result)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedResultException("it is not a JSON object");
      }
      boolean otherName = false;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        switch (name) {
          case "statusCode" -> members.readStatus(parser, true);
          case "headers" -> members.readHeaders(parser);
          case "multiValueHeaders" -> members.readMultiValueHeaders(parser);
          case "body" -> members.readBody(parser);
          case "base64Encoded" -> {
            members.readEncoding(parser);
            otherName = true;
          }
          case "isBase64Encoded" -> {
            if (otherName) {
              parser.skipChildren();
            } else {
              members.readEncoding(parser);
            }
          }
          default -> readOther(name, parser, members, streamed);
        }
      }
      if (parser.nextToken() != null) {
        throw new MalformedResultException("there is something behind the JSON object");
      }
    } catch (JsonProcessingException e) {
      throw new MalformedResultException("it is not JSON: " + JsonReader.messageOf(e));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // It is memory that is read.
    }
    members.check();
    return members;
  }

  private static void readOther(
      String name, JsonParser parser, ResultMembers members, boolean streamed) throws IOException {
    if (streamed && name.equals("cookies")) {
      members.readCookies(parser);
      return;
    }
    parser.skipChildren();
    if (!streamed) {
      members.defect(
          "it has the member "
              + name
              + ", and only statusCode, headers, multiValueHeaders, body and"
              + " isBase64Encoded are allowed");
    }
  }

  /** Values of {@code multiValueHeaders} come first, and their spelling wins. */
  private static List<HeaderLine> headersOf(ResultMembers members) {
    Map<String, String> spelling = new TreeMap<>();
    Map<String, List<String>> values = new TreeMap<>();
    members
        .multiValueHeaders()
        .forEach((name, all) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          spelling.putIfAbsent(lower, name);
          values.computeIfAbsent(lower, key -> new ArrayList<>()).addAll(all);
        });
    members
        .headers()
        .forEach((name, value) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          spelling.putIfAbsent(lower, name);
          List<String> all = values.computeIfAbsent(lower, key -> new ArrayList<>());
          if (!all.contains(value)) {
            all.add(value);
          }
        });
    List<HeaderLine> lines = new ArrayList<>();
    if (!values.containsKey(CONTENT_TYPE)) {
      lines.add(new HeaderLine("Content-Type", "application/json"));
    }
    values.forEach((lower, all) -> {
      String name = spelling.getOrDefault(lower, lower);
      String sent = REMAPPED.contains(lower) ? "x-amzn-Remapped-" + name : name;
      if (!lower.equals(DROPPED)) {
        all.forEach(value -> lines.add(new HeaderLine(sent, value)));
      }
    });
    return lines;
  }

  /** Returns the first media type of {@code Accept}, null if there is none. */
  private static @Nullable String firstOf(@Nullable String accept) {
    if (accept == null) {
      return null;
    }
    int comma = accept.indexOf(',');
    return comma < 0 ? accept : accept.substring(0, comma);
  }
}
