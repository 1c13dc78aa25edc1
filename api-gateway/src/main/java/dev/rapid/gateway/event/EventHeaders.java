package dev.rapid.gateway.event;

import dev.rapid.gateway.request.ApiRequest;
import dev.rapid.http.request.HeaderLine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The headers of a request as events have them (contract http-front-door, sections 2.2, 3.1 and
 * 4.1).
 */
final class EventHeaders {

  /** What a REST API removes. {@code Content-Length} is not among the received headers at all. */
  private static final Set<String> REMOVED_BY_REST =
      Set.of(
          "connection",
          "content-length",
          "content-md5",
          "expect",
          "max-forwards",
          "proxy-authenticate",
          "server",
          "te",
          "transfer-encoding",
          "trailer",
          "upgrade",
          "www-authenticate");

  private static final Set<String> REMOVED_BY_HTTP =
      Set.of(
          "connection",
          "content-length",
          "transfer-encoding",
          "te",
          "upgrade",
          "keep-alive",
          "expect");

  private static final Map<String, String> SPELLING_OF_REST =
      spelling(
          "Authorization",
          "Host",
          "User-Agent",
          "X-Amzn-Trace-Id",
          "X-Forwarded-For",
          "X-Forwarded-Port",
          "X-Forwarded-Proto");

  private static final Map<String, String> SPELLING_OF_HTTP =
      spelling(
          "Content-Length",
          "Content-Type",
          "Host",
          "User-Agent",
          "X-Amzn-Trace-Id",
          "X-Forwarded-For",
          "X-Forwarded-Port",
          "X-Forwarded-Proto");

  private EventHeaders() {}

  private static Map<String, String> spelling(String... names) {
    Map<String, String> spelling = new TreeMap<>();
    for (String name : names) {
      spelling.put(name.toLowerCase(Locale.ROOT), name);
    }
    return spelling;
  }

  /** Returns all values by name, with the names of a REST API. */
  static Map<String, List<String>> ofRest(ApiRequest request) {
    return collect(request, REMOVED_BY_REST, SPELLING_OF_REST);
  }

  /** Returns what an authorizer of a REST API gets: the same, and the length of the body. */
  static Map<String, List<String>> ofRestAuthorizer(ApiRequest request) {
    Map<String, List<String>> headers = ofRest(request);
    if (request.body().size() > 0) {
      headers.put("Content-Length", List.of(String.valueOf(request.body().size())));
    }
    return headers;
  }

  /** Returns all values by name, with the names of format 1.0. */
  static Map<String, List<String>> ofHttp1(ApiRequest request) {
    Map<String, List<String>> headers = collect(request, REMOVED_BY_HTTP, SPELLING_OF_HTTP);
    headers.put("Content-Length", List.of(String.valueOf(request.body().size())));
    return headers;
  }

  /** Returns the joined values by lower-case name, as format 2.0 has them. */
  static Map<String, String> ofHttp2(ApiRequest request) {
    Map<String, String> joined = new LinkedHashMap<>();
    collect(request, REMOVED_BY_HTTP, SPELLING_OF_HTTP)
        .forEach((name, values) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (!lower.equals("cookie")) {
            joined.put(lower, String.join(",", values));
          }
        });
    joined.put("content-length", String.valueOf(request.body().size()));
    return joined;
  }

  private static Map<String, List<String>> collect(
      ApiRequest request, Set<String> removed, Map<String, String> spelling) {
    Map<String, String> names = new LinkedHashMap<>();
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (HeaderLine header : request.http().headers()) {
      String lower = header.name().toLowerCase(Locale.ROOT);
      if (!removed.contains(lower)) {
        // One name in two spellings has the first one.
        String name =
            names.computeIfAbsent(lower, key -> spelling.getOrDefault(key, header.name()));
        headers.computeIfAbsent(name, key -> new ArrayList<>()).add(header.value());
      }
    }
    List<String> forwarded = headers.get("X-Forwarded-For");
    headers.put(
        "X-Forwarded-For",
        List.of(
            forwarded == null
                ? request.sourceIp()
                : String.join(", ", forwarded) + ", " + request.sourceIp()));
    headers.put("X-Forwarded-Port", List.of(String.valueOf(request.http().port())));
    headers.put("X-Forwarded-Proto", List.of(request.http().scheme()));
    headers.put("X-Amzn-Trace-Id", List.of(request.traceRoot()));
    return headers;
  }
}
