package dev.rapid.azure.server.forward;

import dev.rapid.azure.http.HttpHeader;
import dev.rapid.azure.http.UrlRequest;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.core.invocation.StreamedPayload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request as the server of a worker gets it (contract azure-functions-worker, section 11).
 *
 * @param method in upper case
 * @param target path and query, as the caller wrote them
 * @param headers of the caller, and those by which the worker finds the invocation and its caller
 * @param bodyLength in bytes, null if only the end of the body says it
 */
public record ForwardedRequest(
    String method, String target, List<PayloadHeaders.Header> headers, @Nullable Long bodyLength) {

  private static final String INVOCATION_ID = "x-ms-invocation-id";
  private static final String HOST = "x-forwarded-host";
  private static final String PROTOCOL = "x-forwarded-proto";
  private static final Set<String> BODILESS = Set.of("GET", "HEAD");
  private static final String SCHEME_MARK = "://";

  /** What is set here or by the connection, whatever the caller says. */
  private static final Set<String> OURS =
      Set.of(INVOCATION_ID, HOST, PROTOCOL, "host", "content-length", "expect");

  /** Copies the list. */
  public ForwardedRequest {
    headers = List.copyOf(headers);
  }

  /**
   * Returns what a worker gets of a request.
   *
   * @param basePath comes before the path of the request
   * @param bodyLength null if only the end of the body says it
   */
  static ForwardedRequest of(
      UrlRequest request, String basePath, String invocationId, @Nullable Long bodyLength) {
    String url = request.url();
    int scheme = url.indexOf(SCHEME_MARK);
    int authority = scheme < 0 ? 0 : scheme + SCHEME_MARK.length();
    int path = pathOf(url, authority);
    String target = escaped(url.substring(path));
    List<PayloadHeaders.Header> headers = new ArrayList<>();
    for (PayloadHeaders.Header each : request.headers()) {
      if (!OURS.contains(each.name().toLowerCase(Locale.ROOT))
          && HttpHeader.isPassedOn(each.name())
          && HttpHeader.isName(each.name())
          && HttpHeader.isValue(each.value())) {
        headers.add(each);
      }
    }
    headers.add(new PayloadHeaders.Header(INVOCATION_ID, invocationId));
    headers.add(new PayloadHeaders.Header(HOST, url.substring(authority, path)));
    headers.add(
        new PayloadHeaders.Header(PROTOCOL, scheme < 0 ? "http" : url.substring(0, scheme)));
    return new ForwardedRequest(
        request.method(),
        basePath + (target.startsWith("/") ? target : "/" + target),
        headers,
        bodyLength);
  }

  private static int pathOf(String url, int authority) {
    for (int i = authority; i < url.length(); i++) {
      char c = url.charAt(i);
      if (c == '/' || c == '?') {
        return i;
      }
    }
    return url.length();
  }

  /** Returns a target without a byte that would end it. */
  private static String escaped(String target) {
    if (target.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      return target;
    }
    StringBuilder text = new StringBuilder();
    for (byte each : target.getBytes(StandardCharsets.UTF_8)) {
      if (each > ' ' && each < 0x7f) {
        text.append((char) each);
      } else {
        text.append('%').append(HexFormat.of().withUpperCase().toHexDigits(each));
      }
    }
    return text.toString();
  }

  /**
   * Returns how long the body of a request is; null if only its end says it. The front end may have
   * taken the headers that say it: then a request that is no GET and no HEAD has a body.
   */
  static @Nullable Long bodyLength(UrlRequest request, Payload body) {
    if (!(body instanceof StreamedPayload)) {
      return body.size();
    }
    Long length = BODILESS.contains(request.method()) ? Long.valueOf(0) : null;
    for (PayloadHeaders.Header each : request.headers()) {
      if (each.name().equalsIgnoreCase("transfer-encoding")) {
        return null;
      }
      if (each.name().equalsIgnoreCase("content-length")) {
        length = Long.valueOf(each.value().trim());
      }
    }
    return length;
  }
}
