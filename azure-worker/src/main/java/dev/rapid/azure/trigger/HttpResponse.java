package dev.rapid.azure.trigger;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.rapid.azure.http.HttpHeader;
import dev.rapid.azure.http.UrlResponse;
import dev.rapid.azure.protocol.RpcHttp;
import dev.rapid.azure.protocol.TypedData;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.core.invocation.ResponseHead;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a function with an HTTP trigger (contract azure-functions-worker, sections 7.4 and
 * 14.3).
 *
 * @param status what the function says, which may be no status of HTTP
 * @param headers by the names that the function gave
 * @param cookies as values of {@code Set-Cookie}
 * @param body null if there is none
 */
record HttpResponse(
    int status, Map<String, String> headers, List<String> cookies, @Nullable ByteString body) {

  private static final String CONTENT_TYPE = "content-type";
  private static final String CONTENT_LENGTH = "content-length";
  private static final String SET_COOKIE = "set-cookie";
  private static final String JSON = "application/json";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String BINARY = "application/octet-stream";
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int INTERNAL_SERVER_ERROR = 500;

  /** The answer of a function that gave none. */
  static final HttpResponse NONE = new HttpResponse(NO_CONTENT, Map.of(), List.of(), null);

  /** Returns what a function answered, which is the body unless it is a whole response. */
  static HttpResponse of(TypedData value) {
    if (value.hasHttp()) {
      return of(value.getHttp());
    }
    Map<String, String> headers = new LinkedHashMap<>();
    ByteString body = bodyOf(value, headers);
    return body == null ? NONE : new HttpResponse(OK, headers, List.of(), body);
  }

  /** Returns a response. */
  static HttpResponse of(RpcHttp http) {
    Map<String, String> headers = new LinkedHashMap<>(http.getHeadersMap());
    http.getNullableHeadersMap()
        .forEach((name, value) -> {
          if (value.hasValue()) {
            headers.putIfAbsent(name, value.getValue());
          }
        });
    return new HttpResponse(
        statusOf(http.getStatusCode()),
        headers,
        http.getCookiesList().stream().map(Cookies::headerOf).toList(),
        bodyOf(http.getBody(), headers));
  }

  /** Returns a response that came over HTTP; what belongs to its connection is left out. */
  static HttpResponse of(UrlResponse head, Payload body) {
    Map<String, String> headers = new LinkedHashMap<>();
    List<String> cookies = new ArrayList<>();
    for (PayloadHeaders.Header each : head.headers()) {
      String key = each.name().toLowerCase(Locale.ROOT);
      if (key.equals(SET_COOKIE)) {
        cookies.add(each.value());
      } else if (!key.equals(CONTENT_LENGTH) && HttpHeader.isPassedOn(key)) {
        headers.merge(key, each.value(), (first, second) -> first + "," + second);
      }
    }
    ByteString bytes = UnsafeByteOperations.unsafeWrap(body.toByteArray());
    return new HttpResponse(head.status(), headers, cookies, bytes);
  }

  /** What is no number is the function's mistake, of which its caller learns as of any other. */
  private static int statusOf(String text) {
    try {
      return text.isEmpty() ? OK : Integer.parseInt(text.trim());
    } catch (NumberFormatException e) {
      return INTERNAL_SERVER_ERROR;
    }
  }

  /** Returns the bytes of a body, null if there is none, and adds its type if there is none. */
  private static @Nullable ByteString bodyOf(TypedData value, Map<String, String> headers) {
    return switch (value.getDataCase()) {
      case DATA_NOT_SET -> null;
      case STRING -> typed(headers, TEXT, value.getStringBytes());
      case BYTES -> typed(headers, BINARY, value.getBytes());
      case STREAM -> typed(headers, BINARY, value.getStream());
      case JSON -> typed(headers, JSON, value.getJsonBytes());
      // The body of a response is no response.
      case HTTP -> bodyOf(value.getHttp().getBody(), headers);
      default -> typed(headers, JSON, ByteString.copyFrom(JsonResult.payload(value).toByteArray()));
    };
  }

  private static ByteString typed(Map<String, String> headers, String type, ByteString body) {
    if (headers.keySet().stream().noneMatch(CONTENT_TYPE::equalsIgnoreCase)) {
      headers.put(CONTENT_TYPE, type);
    }
    return body;
  }

  /** Returns the response for a caller of the function's URL. */
  FunctionReply toUrl() {
    List<PayloadHeaders.Header> all = new ArrayList<>();
    headers.forEach((name, value) -> all.add(new PayloadHeaders.Header(name, value)));
    cookies.forEach(cookie -> all.add(new PayloadHeaders.Header(SET_COOKIE, cookie)));
    ResponseHead head = new UrlResponse(status, all).toResponseHead();
    return Results.response(head, body == null ? Payload.EMPTY : BytesPayload.of(body));
  }

  /** Writes the response as an object, without its end. */
  void writeEnvelopeMembers(JsonGenerator json, ReplyForm form) throws IOException {
    json.writeNumberField("statusCode", status);
    json.writeObjectFieldStart("headers");
    for (Map.Entry<String, String> each : headers.entrySet()) {
      json.writeStringField(each.getKey(), each.getValue());
    }
    json.writeEndObject();
    if (!cookies.isEmpty()) {
      writeCookies(json, form);
    }
    json.writeFieldName("body");
    boolean text = body == null || body.isValidUtf8();
    writeBody(json, text);
    json.writeBooleanField("isBase64Encoded", !text);
  }

  /** Writes the response as an object. */
  void writeEnvelope(JsonGenerator json, ReplyForm form) throws IOException {
    json.writeStartObject();
    writeEnvelopeMembers(json, form);
    json.writeEndObject();
  }

  /** REST APIs refuse a member for cookies. */
  private void writeCookies(JsonGenerator json, ReplyForm form) throws IOException {
    boolean rest = form == ReplyForm.ENVELOPE_1_0;
    if (rest) {
      json.writeObjectFieldStart("multiValueHeaders");
    }
    json.writeArrayFieldStart(rest ? SET_COOKIE : "cookies");
    for (String each : cookies) {
      json.writeString(each);
    }
    json.writeEndArray();
    if (rest) {
      json.writeEndObject();
    }
  }

  private void writeBody(JsonGenerator json, boolean text) throws IOException {
    if (body == null) {
      json.writeString("");
    } else if (text) {
      json.writeString(body.toStringUtf8());
    } else {
      json.writeBinary(body.newInput(), body.size());
    }
  }

  /** Returns the body alone: JSON as it is, text as a string, and other bytes in Base64. */
  Payload bodyAlone() {
    ByteString bytes = body;
    if (bytes == null) {
      return Payload.of("null");
    }
    if (isJsonType() && JsonResult.isJson(bytes)) {
      return BytesPayload.of(bytes);
    }
    return JsonResult.payload(bytes.size(), json -> writeBody(json, bytes.isValidUtf8()));
  }

  private boolean isJsonType() {
    for (Map.Entry<String, String> each : headers.entrySet()) {
      if (each.getKey().equalsIgnoreCase(CONTENT_TYPE)) {
        String type = each.getValue().split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
        return type.equals(JSON) || type.endsWith("+json");
      }
    }
    return false;
  }
}
