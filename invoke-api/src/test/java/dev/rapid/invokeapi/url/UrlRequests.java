package dev.rapid.invokeapi.url;

import dev.rapid.core.invocation.Payload;
import dev.rapid.http.request.HeaderLine;
import dev.rapid.http.request.ReceivedRequest;
import java.util.ArrayList;
import java.util.List;

/** Builds requests to function URLs. */
final class UrlRequests {

  private final String method;
  private final String rawPath;
  private final String rawQuery;
  private final List<HeaderLine> headers = new ArrayList<>();
  private Payload body = Payload.EMPTY;

  private UrlRequests(String method, String target) {
    int query = target.indexOf('?');
    this.method = method;
    this.rawPath = query < 0 ? target : target.substring(0, query);
    this.rawQuery = query < 0 ? "" : target.substring(query + 1);
  }

  static UrlRequests request(String method, String target) {
    return new UrlRequests(method, target);
  }

  static UrlRequests get(String target) {
    return request("GET", target);
  }

  UrlRequests header(String name, String value) {
    headers.add(new HeaderLine(name, value));
    return this;
  }

  UrlRequests body(byte[] bytes) {
    body = Payload.of(bytes);
    return this;
  }

  UrlRequests body(Payload payload) {
    body = payload;
    return this;
  }

  CorsRequest cors() {
    ReceivedRequest request = build();
    return new CorsRequest(
        method,
        request.header("origin"),
        request.header("access-control-request-method"),
        request.header("access-control-request-headers"));
  }

  ReceivedRequest build() {
    return new ReceivedRequest(
        method, rawPath, rawQuery, "HTTP/1.1", "http", 9000, "127.0.0.1", headers, body);
  }
}
