package dev.rapid.azure.event;

import dev.rapid.azure.event.HttpTriggerRequest.Claim;
import dev.rapid.azure.event.HttpTriggerRequest.Format;
import dev.rapid.azure.event.JsonText.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the event of a caller as an HTTP request (contract azure-functions-worker, section 14.3).
 */
final class HttpEventReader {

  private static final String METHOD = "method";
  private static final String URL = "url";
  private static final String HEADERS = "headers";
  private static final String QUERY = "query";
  private static final String BODY = "body";
  private static final String PARAMETERS = "params";
  private static final String BASE64 = "isBase64Encoded";
  private static final String CONTEXT = "requestContext";
  private static final String JSON = "application/json";

  private static final Set<String> PARTS =
      Set.of(METHOD, URL, HEADERS, QUERY, PARAMETERS, BODY, BASE64);

  private final Route route;
  private final Map<String, JsonText> event;
  private final Headers headers = new Headers();
  private @Nullable ByteBuffer body;

  private HttpEventReader(Route route, Map<String, JsonText> event) {
    this.route = route;
    this.event = event;
  }

  static HttpTriggerRequest read(JsonText payload, Route route) throws InvalidPayloadException {
    Map<String, JsonText> event = payload.members();
    HttpEventReader reader = new HttpEventReader(route, event);
    Map<String, JsonText> context = membersOf(event.get(CONTEXT));
    JsonText http = context.get("http");
    if (http != null && http.is(Kind.OBJECT)) {
      return reader.format2(context, http.members());
    }
    if (event.containsKey("httpMethod")) {
      return reader.format1(context);
    }
    if ((event.containsKey(METHOD) || event.containsKey(URL))
        && PARTS.containsAll(event.keySet())) {
      return reader.parts();
    }
    return reader.whole(payload);
  }

  private HttpTriggerRequest format2(Map<String, JsonText> context, Map<String, JsonText> http)
      throws InvalidPayloadException {
    addHeaders(HEADERS);
    List<String> cookies = new ArrayList<>();
    for (JsonText each : elements("cookies")) {
      cookies.add(textOf("cookies", each));
    }
    if (!cookies.isEmpty()) {
      headers.addIfAbsent("cookie", String.join("; ", cookies));
    }
    readBody();
    JsonText rawQuery = given("rawQueryString");
    String path = textOr("rawPath", textOf("path", http.get("path")));
    Url url = Url.of(origin(context), path, rawQuery == null ? "" : rawQuery.text());
    if (rawQuery == null) {
      url = url.with(query("queryStringParameters"));
    }
    return request(
        textOf(METHOD, http.get(METHOD)),
        path.isEmpty() ? null : url,
        texts("pathParameters"),
        claims(membersOf(membersOf(context.get("authorizer")).get("jwt"))),
        Format.EVENT_2_0);
  }

  private HttpTriggerRequest format1(Map<String, JsonText> context) throws InvalidPayloadException {
    addHeaders(given("multiValueHeaders") == null ? HEADERS : "multiValueHeaders");
    readBody();
    String path = textOr("path", "");
    boolean many = given("multiValueQueryStringParameters") != null;
    Query query = query(many ? "multiValueQueryStringParameters" : "queryStringParameters");
    return request(
        textOr("httpMethod", ""),
        path.isEmpty() && query.isEmpty() ? null : Url.of(origin(context), path, "").with(query),
        texts("pathParameters"),
        claims(membersOf(context.get("authorizer"))),
        Format.EVENT_1_0);
  }

  private HttpTriggerRequest parts() throws InvalidPayloadException {
    addHeaders(HEADERS);
    readBody();
    Map<String, String> parameters = texts(PARAMETERS);
    String given = textOr(URL, "");
    Url url = given.isEmpty() ? Url.parse(route.pathWith(parameters)) : Url.parse(given);
    Query more = query(QUERY);
    if (!more.isEmpty()) {
      Query query = url.query();
      more.values().keySet().forEach(query::remove);
      query.addAll(more);
      url = url.with(query);
    }
    return request(textOr(METHOD, ""), url, parameters, List.of(), Format.PARTS);
  }

  /** The payload is the body. */
  private HttpTriggerRequest whole(JsonText payload) throws InvalidPayloadException {
    headers.addIfAbsent(HttpTriggerRequest.CONTENT_TYPE, JSON);
    body = payload.source();
    return request("POST", null, Map.of(), List.of(), Format.BODY);
  }

  /**
   * @param method empty for the usual one
   * @param givenUrl null for that of the function
   */
  private HttpTriggerRequest request(
      String method,
      @Nullable Url givenUrl,
      Map<String, String> given,
      List<Claim> claims,
      Format format)
      throws InvalidPayloadException {
    Url url = givenUrl == null ? Url.parse(route.pathWith(given)) : givenUrl;
    Map<String, String> parameters = route.parametersOf(url.path());
    parameters.putAll(given);
    String used = method.isEmpty() ? (body == null ? "GET" : "POST") : method;
    if (!used.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new InvalidPayloadException("'" + used + "' is no method of HTTP");
    }
    return new HttpTriggerRequest(
        used,
        url.toString(),
        headers.all(),
        url.query().values(),
        parameters,
        body,
        claims,
        format);
  }

  private String origin(Map<String, JsonText> context) throws InvalidPayloadException {
    String scheme = headers.getOrDefault("x-forwarded-proto", "http");
    String domain = textOf("domainName", context.get("domainName"));
    return Url.originOf(
        scheme.equals("https") ? scheme : "http", headers.getOrDefault("host", domain));
  }

  private void addHeaders(String member) throws InvalidPayloadException {
    for (Map.Entry<String, JsonText> each : object(member).entrySet()) {
      for (String value : valuesOf(member, each.getValue())) {
        headers.add(each.getKey(), value);
      }
    }
  }

  private Query query(String member) throws InvalidPayloadException {
    Query query = new Query();
    for (Map.Entry<String, JsonText> each : object(member).entrySet()) {
      for (String value : valuesOf(member, each.getValue())) {
        query.add(each.getKey(), value);
      }
    }
    return query;
  }

  private Map<String, String> texts(String member) throws InvalidPayloadException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonText> each : object(member).entrySet()) {
      if (!each.getValue().is(Kind.NULL)) {
        texts.put(each.getKey(), textOf(member, each.getValue()));
      }
    }
    return texts;
  }

  private void readBody() throws InvalidPayloadException {
    JsonText given = given(BODY);
    if (given == null) {
      return;
    }
    JsonText base64 = given(BASE64);
    ByteBuffer bytes = given.content();
    if (!given.is(Kind.STRING)) {
      headers.addIfAbsent(HttpTriggerRequest.CONTENT_TYPE, JSON);
    } else if (base64 != null && base64.isTrue()) {
      bytes = decoded(bytes);
    }
    body = bytes.hasRemaining() ? bytes : null;
  }

  private static ByteBuffer decoded(ByteBuffer base64) throws InvalidPayloadException {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new InvalidPayloadException(
          "'body' is not Base64, although 'isBase64Encoded' is true: " + e.getMessage());
    }
  }

  private static List<Claim> claims(Map<String, JsonText> authorizer) {
    List<Claim> claims = new ArrayList<>();
    membersOf(authorizer.get("claims"))
        .forEach((type, value) -> {
          List<JsonText> each = value.is(Kind.ARRAY) ? value.elements() : List.of(value);
          each.forEach(one -> claims.add(new Claim(type, one.text())));
        });
    return claims;
  }

  /** Returns a member of the event, null if it is missing or null. */
  private @Nullable JsonText given(String member) {
    JsonText value = event.get(member);
    return value == null || value.is(Kind.NULL) ? null : value;
  }

  private String textOr(String member, String other) throws InvalidPayloadException {
    JsonText value = given(member);
    return value == null ? other : textOf(member, value);
  }

  private Map<String, JsonText> object(String member) throws InvalidPayloadException {
    JsonText value = given(member);
    if (value != null && !value.is(Kind.OBJECT)) {
      throw new InvalidPayloadException("'" + member + "' of an HTTP request must be an object");
    }
    return membersOf(value);
  }

  private List<JsonText> elements(String member) throws InvalidPayloadException {
    JsonText value = given(member);
    if (value != null && !value.is(Kind.ARRAY)) {
      throw new InvalidPayloadException("'" + member + "' of an HTTP request must be an array");
    }
    return value == null ? List.of() : value.elements();
  }

  private static Map<String, JsonText> membersOf(@Nullable JsonText value) {
    return value == null ? Map.of() : value.members();
  }

  /** Returns one value or several; null has none. */
  private static List<String> valuesOf(String member, JsonText value)
      throws InvalidPayloadException {
    List<String> values = new ArrayList<>();
    for (JsonText each : value.is(Kind.ARRAY) ? value.elements() : List.of(value)) {
      if (!each.is(Kind.NULL)) {
        values.add(textOf(member, each));
      }
    }
    return values;
  }

  /** Returns a string, a number or a truth value as text; nothing if it is missing or null. */
  private static String textOf(String member, @Nullable JsonText value)
      throws InvalidPayloadException {
    if (value == null || value.is(Kind.NULL)) {
      return "";
    }
    if (value.is(Kind.OBJECT) || value.is(Kind.ARRAY)) {
      throw new InvalidPayloadException(
          "'" + member + "' of an HTTP request must have strings as values");
    }
    return value.text();
  }
}
