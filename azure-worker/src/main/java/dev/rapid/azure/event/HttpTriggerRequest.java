package dev.rapid.azure.event;

import dev.rapid.azure.http.UrlRequest;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request for a function with an HTTP trigger, from its URL or from the event of a caller
 * (contract azure-functions-worker, sections 7.3 and 14.3).
 *
 * @param method as the caller gives it
 * @param url with scheme, host and query; every character may be in a URL
 * @param headers names in lower case; several values are joined with a comma
 * @param query decoded; several values are joined with a comma
 * @param routeParameters by their names in the route
 * @param body null if there is none
 * @param claims what a token says of the caller, empty if there is none
 * @param format in which the caller expects the answer
 */
public record HttpTriggerRequest(
    String method,
    String url,
    Map<String, String> headers,
    Map<String, String> query,
    Map<String, String> routeParameters,
    @Nullable ByteBuffer body,
    List<Claim> claims,
    Format format) {

  /** The name of the header with the type of the body. */
  public static final String CONTENT_TYPE = "content-type";

  /** One thing that a token says of the caller. */
  public record Claim(String type, String value) {}

  /** What a request was made of. */
  public enum Format {
    /** A request to the URL of the function. */
    URL,
    /** An event in payload format 1.0, as REST APIs send it. */
    EVENT_1_0,
    /** An event in payload format 2.0, as HTTP APIs and URLs of Lambda send it. */
    EVENT_2_0,
    /** An object with the parts of a request. */
    PARTS,
    /** Any other payload, which is the body. */
    BODY
  }

  /** Copies the collections. */
  public HttpTriggerRequest {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
    routeParameters = Collections.unmodifiableMap(new LinkedHashMap<>(routeParameters));
    claims = List.copyOf(claims);
  }

  /**
   * Returns a request to the URL of a function.
   *
   * @param body may have no bytes
   */
  public static HttpTriggerRequest of(UrlRequest request, ByteBuffer body, Route route) {
    Url url = Url.parse(request.url());
    Headers headers = new Headers();
    request.headers().forEach(each -> headers.add(each.name(), each.value()));
    return new HttpTriggerRequest(
        request.method(),
        url.toString(),
        headers.all(),
        url.query().values(),
        route.parametersOf(url.path()),
        body.hasRemaining() ? body : null,
        List.of(),
        Format.URL);
  }

  /**
   * Reads the event of a caller.
   *
   * @throws InvalidPayloadException if it looks like a request, and a part of it cannot be used
   */
  public static HttpTriggerRequest of(JsonText event, Route route) throws InvalidPayloadException {
    return HttpEventReader.read(event, route);
  }

  /** Returns the type of the body without parameters, in lower case; empty if none is given. */
  public String mediaType() {
    String type = headers.getOrDefault(CONTENT_TYPE, "");
    int end = type.indexOf(';');
    return (end < 0 ? type : type.substring(0, end)).trim().toLowerCase(Locale.ROOT);
  }

  /** Returns whether the body claims to be JSON. */
  public boolean isJson() {
    String type = mediaType();
    return type.equals("application/json") || type.endsWith("+json");
  }
}
