package dev.rapid.invokeapi.url;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.rapid.core.invocation.Payload;
import dev.rapid.http.request.HeaderLine;
import dev.rapid.http.request.PercentEncoding;
import dev.rapid.http.request.ReceivedRequest;
import dev.rapid.lambda.JsonStreams;
import dev.rapid.lambda.Limits;
import dev.rapid.lambda.TraceHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The payload of a request to a function URL, in format 2.0 (contract invoke-api, section 5.2). */
final class UrlPayload {

  private static final String DEFAULT = "$default";
  private static final String COOKIE = "cookie";

  /** Headers of the connection. */
  private static final Set<String> LEFT_OUT =
      Set.of("connection", "content-length", "keep-alive", "transfer-encoding");

  private static final Set<String> TEXT_TYPES =
      Set.of("application/json", "application/javascript", "application/xml");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final ReceivedRequest request;
  private final UrlContext context;
  private final JsonGenerator json;

  private UrlPayload(ReceivedRequest request, UrlContext context, JsonGenerator json) {
    this.request = request;
    this.context = context;
    this.json = json;
  }

  /**
   * Returns the payload of {@code request}, without taking its body. Returns null if the payload
   * would be over the limit, {@link Limits#MAX_REQUEST_BYTES}.
   */
  static @Nullable Payload of(ReceivedRequest request, UrlContext context) {
    BoundedBytes bytes = new BoundedBytes(Limits.MAX_REQUEST_BYTES);
    try (JsonGenerator json = JsonStreams.generatorTo(bytes)) {
      new UrlPayload(request, context, json).write();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory cannot fail.
    }
    return bytes.overflowed() ? null : Payload.of(bytes.toByteArray());
  }

  private void write() throws IOException {
    json.writeStartObject();
    json.writeStringField("version", "2.0");
    json.writeStringField("routeKey", DEFAULT);
    json.writeStringField("rawPath", request.rawPath());
    json.writeStringField("rawQueryString", request.rawQuery());
    writeCookies();
    writeTexts("headers", headers());
    Map<String, String> parameters = queryParameters();
    if (!parameters.isEmpty()) {
      writeTexts("queryStringParameters", parameters);
    }
    writeRequestContext();
    writeBody();
    json.writeEndObject();
  }

  private void writeTexts(String name, Map<String, String> texts) throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, String> text : texts.entrySet()) {
      json.writeStringField(text.getKey(), text.getValue());
    }
    json.writeEndObject();
  }

  // ------------------------------------------------------------------ headers

  private void writeCookies() throws IOException {
    List<String> cookies = new ArrayList<>();
    for (HeaderLine header : request.headers()) {
      if (header.name().equalsIgnoreCase(COOKIE)) {
        for (String cookie : header.value().split(";", -1)) {
          if (!cookie.isBlank()) {
            cookies.add(cookie.trim());
          }
        }
      }
    }
    if (!cookies.isEmpty()) {
      json.writeArrayFieldStart("cookies");
      for (String cookie : cookies) {
        json.writeString(cookie);
      }
      json.writeEndArray();
    }
  }

  private Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    for (HeaderLine header : request.headers()) {
      String name = header.name().toLowerCase(Locale.ROOT);
      if (!LEFT_OUT.contains(name) && !isSignature(name)) {
        headers.merge(
            name,
            header.value(),
            name.equals(COOKIE) ? (first, second) -> first + "; " + second : UrlPayload::joined);
      }
    }
    if (request.body().size() > 0) {
      headers.put("content-length", String.valueOf(request.body().size()));
    }
    headers.put("x-forwarded-for", request.sourceIp());
    headers.put("x-forwarded-port", String.valueOf(request.port()));
    headers.put("x-forwarded-proto", request.scheme());
    headers.put("x-amzn-trace-id", TraceHeader.parse(context.traceHeader()).rootOnly());
    return headers;
  }

  /** If callers sign, the function gets the caller and not the signature. */
  private boolean isSignature(String name) {
    return context.caller() != null && name.equals("authorization");
  }

  private static String joined(String first, String second) {
    return first + "," + second;
  }

  private Map<String, String> queryParameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String parameter : request.rawQuery().split("&", -1)) {
      if (!parameter.isEmpty()) {
        int equals = parameter.indexOf('=');
        String name = equals < 0 ? parameter : parameter.substring(0, equals);
        String value = equals < 0 ? "" : parameter.substring(equals + 1);
        parameters.merge(decoded(name), decoded(value), UrlPayload::joined);
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    return PercentEncoding.decode(text.replace('+', ' '));
  }

  // ------------------------------------------------------------------ the context

  private void writeRequestContext() throws IOException {
    UrlCaller caller = context.caller();
    String host = textOf("host");
    json.writeObjectFieldStart("requestContext");
    json.writeStringField("accountId", caller == null ? "anonymous" : caller.accountId());
    json.writeStringField("apiId", context.urlId());
    if (caller != null) {
      writeCaller(caller);
    }
    json.writeStringField("domainName", host);
    json.writeStringField("domainPrefix", context.urlId());
    json.writeObjectFieldStart("http");
    json.writeStringField("method", request.method());
    json.writeStringField("path", PercentEncoding.decode(request.rawPath()));
    json.writeStringField("protocol", request.protocol());
    json.writeStringField("sourceIp", request.sourceIp());
    json.writeStringField("userAgent", textOf("user-agent"));
    json.writeEndObject();
    json.writeStringField("requestId", context.requestId());
    json.writeStringField("routeKey", DEFAULT);
    json.writeStringField("stage", DEFAULT);
    json.writeStringField("time", TIME.format(Instant.ofEpochMilli(context.epochMillis())));
    json.writeNumberField("timeEpoch", context.epochMillis());
    json.writeEndObject();
  }

  private String textOf(String header) {
    String value = request.header(header);
    return value == null ? "" : value;
  }

  private void writeCaller(UrlCaller caller) throws IOException {
    json.writeObjectFieldStart("authorizer");
    json.writeObjectFieldStart("iam");
    json.writeStringField("accessKey", caller.accessKey());
    json.writeStringField("accountId", caller.accountId());
    json.writeStringField("callerId", caller.accessKey());
    json.writeNullField("cognitoIdentity");
    json.writeNullField("principalOrgId");
    json.writeStringField("userArn", caller.userArn());
    json.writeStringField("userId", caller.accessKey());
    json.writeEndObject();
    json.writeEndObject();
  }

  // ------------------------------------------------------------------ the body

  private void writeBody() throws IOException {
    boolean base64 = false;
    if (request.body().size() > 0) {
      byte[] body = request.body().toByteArray();
      CharBuffer text = isText(request.header("content-type")) ? utf8(body) : null;
      base64 = text == null;
      json.writeFieldName("body");
      if (text == null) {
        json.writeBinary(body);
      } else {
        json.writeString(text.array(), text.arrayOffset() + text.position(), text.remaining());
      }
    }
    json.writeBooleanField("isBase64Encoded", base64);
  }

  private static boolean isText(@Nullable String contentType) {
    if (contentType == null) {
      return false;
    }
    String type = mediaType(contentType);
    return type.startsWith("text/")
        || TEXT_TYPES.contains(type)
        || type.endsWith("+json")
        || type.endsWith("+xml");
  }

  /** Returns a content type without its parameters, in lower case. */
  static String mediaType(String contentType) {
    int end = contentType.indexOf(';');
    String type = end < 0 ? contentType : contentType.substring(0, end);
    return type.trim().toLowerCase(Locale.ROOT);
  }

  private static @Nullable CharBuffer utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Keeps bytes up to a limit, and records whether there were more. */
  private static final class BoundedBytes extends ByteArrayOutputStream {

    private final int limit;
    private boolean overflowed;

    BoundedBytes(int limit) {
      this.limit = limit;
    }

    boolean overflowed() {
      return overflowed;
    }

    @Override
    public synchronized void write(int b) {
      if (hasRoomFor(1)) {
        super.write(b);
      }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      if (hasRoomFor(length)) {
        super.write(bytes, offset, length);
      }
    }

    private boolean hasRoomFor(int length) {
      overflowed |= length > limit - count;
      return !overflowed;
    }
  }
}
