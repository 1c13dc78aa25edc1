package dev.rapid.http.request;

import dev.rapid.core.invocation.Payload;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole request, as the server received it.
 *
 * @param method in upper case
 * @param rawPath the path or the part of it that matters, as sent; not empty
 * @param rawQuery the query after the question mark, as sent; empty if there is none
 * @param protocol for example {@code HTTP/1.1}
 * @param scheme {@code http} or {@code https}
 * @param port the port that the client connected to
 * @param sourceIp the address of the client
 * @param headers in the order of the request
 * @param body the whole body, empty if there is none
 */
public record ReceivedRequest(
    String method,
    String rawPath,
    String rawQuery,
    String protocol,
    String scheme,
    int port,
    String sourceIp,
    List<HeaderLine> headers,
    Payload body) {

  /** Returns the request of {@code exchange}, whose path counts from {@code rawPath} on. */
  public static ReceivedRequest of(HttpServerExchange exchange, String rawPath, Payload body) {
    List<HeaderLine> headers = new ArrayList<>();
    for (HeaderValues values : exchange.getRequestHeaders()) {
      for (String value : values) {
        headers.add(new HeaderLine(values.getHeaderName().toString(), utf8(value)));
      }
    }
    return new ReceivedRequest(
        exchange.getRequestMethod().toString(),
        rawPath,
        exchange.getQueryString(),
        exchange.getProtocol().toString(),
        exchange.getRequestScheme(),
        exchange.getDestinationAddress().getPort(),
        exchange.getSourceAddress().getAddress().getHostAddress(),
        headers,
        body);
  }

  /** Undertow decodes each byte as one character. */
  private static String utf8(String header) {
    return new String(header.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** Returns the cookies of all headers {@code Cookie}, each as {@code NAME=VALUE}, in order. */
  public List<String> cookies() {
    List<String> cookies = new ArrayList<>();
    for (HeaderLine header : headers) {
      if (header.name().equalsIgnoreCase("cookie")) {
        for (String cookie : header.value().split(";", -1)) {
          if (!cookie.isBlank()) {
            cookies.add(cookie.trim());
          }
        }
      }
    }
    return cookies;
  }

  /** Returns the value of the first header of a name in any case, null if there is none. */
  public @Nullable String header(String name) {
    for (HeaderLine header : headers) {
      if (header.name().equalsIgnoreCase(name)) {
        return header.value();
      }
    }
    return null;
  }
}
