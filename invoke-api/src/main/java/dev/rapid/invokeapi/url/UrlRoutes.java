package dev.rapid.invokeapi.url;

import dev.rapid.http.request.PercentEncoding;
import dev.rapid.invokeapi.invoke.CallContext;
import dev.rapid.invokeapi.stream.ResponseStreaming;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the function URL of a request (contract invoke-api, section 5.1). */
public final class UrlRoutes {

  private final List<UrlHandler> urls;

  /**
   * Creates the URLs of functions.
   *
   * @param functions at least one
   */
  public UrlRoutes(
      CallContext context,
      List<FunctionUrl> functions,
      ResponseStreaming streaming,
      WebPages pages) {
    this.urls =
        functions.stream()
            .map(function -> new UrlHandler(context, function, streaming, pages))
            .toList();
  }

  /** Returns a handler for requests to a URL; it passes the rest to another one. */
  public HttpHandler before(HttpHandler others) {
    return exchange -> {
      String path = exchange.getRequestPath();
      UrlAddress address =
          UrlAddress.ofHost(exchange.getRequestHeaders().getFirst(Headers.HOST), path);
      if (address == null) {
        address = UrlAddress.ofPath(path);
      }
      if (address == null) {
        others.handleRequest(exchange);
      } else {
        UrlHandler url = at(PercentEncoding.decode(address.function()));
        if (url == null) {
          UrlCall.send(exchange, UrlResponse.unknownUrl());
        } else {
          url.handle(exchange, address.rawPath());
        }
      }
    };
  }

  /** Treats every request as one to the first function. */
  public void handleAll(HttpServerExchange exchange) {
    urls.getFirst().handle(exchange, exchange.getRequestPath());
  }

  private @Nullable UrlHandler at(String text) {
    for (UrlHandler url : urls) {
      if (url.isAt(text)) {
        return url;
      }
    }
    return null;
  }
}
