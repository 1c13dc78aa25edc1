package dev.rapid.invokeapi.url;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.rapid.core.invocation.Payload;
import dev.rapid.http.request.HeaderLine;
import dev.rapid.http.request.PercentEncoding;
import dev.rapid.http.request.ReceivedRequest;
import dev.rapid.http.request.RequestQuery;
import dev.rapid.lambda.Limits;
import dev.rapid.lambda.TraceHeader;
import dev.rapid.lambda.event.EventPayload;
import dev.rapid.lambda.event.MediaTypes;
import java.io.IOException;
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
    return EventPayload.of(json -> new UrlPayload(request, context, json).write());
  }

  private void write() throws IOException {
    json.writeStartObject();
    json.writeStringField("version", "2.0");
    json.writeStringField("routeKey", DEFAULT);
    json.writeStringField("rawPath", request.rawPath());
    json.writeStringField("rawQueryString", request.rawQuery());
    writeCookies();
    EventPayload.writeTexts(json, "headers", headers());
    Map<String, String> parameters = queryParameters();
    if (!parameters.isEmpty()) {
      EventPayload.writeTexts(json, "queryStringParameters", parameters);
    }
    writeRequestContext();
    EventPayload.writeBody(
        json,
        request.body(),
        MediaTypes.isText(request.header("content-type"))
            ? EventPayload.BodyForm.TEXT_OR_BASE64
            : EventPayload.BodyForm.BASE64);
    json.writeEndObject();
  }

  // ------------------------------------------------------------------ headers

  private void writeCookies() throws IOException {
    List<String> cookies = request.cookies();
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
    for (RequestQuery.Parameter each : RequestQuery.decoded(request.rawQuery())) {
      parameters.merge(each.name(), each.value(), UrlPayload::joined);
    }
    return parameters;
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
    json.writeStringField("time", EventPayload.timeOf(context.epochMillis()));
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
}
