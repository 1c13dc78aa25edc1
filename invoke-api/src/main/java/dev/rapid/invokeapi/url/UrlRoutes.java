package dev.rapid.invokeapi.url;

import dev.rapid.http.request.PercentEncoding;
import dev.rapid.invokeapi.invoke.CallContext;
import dev.rapid.invokeapi.invoke.VersionedFunction;
import dev.rapid.invokeapi.stream.ResponseStreaming;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.util.List;

/** Finds the function URL of a request (contract invoke-api, section 5.1). */
public final class UrlRoutes {

  private final CallContext context;
  private final ResponseStreaming streaming;
  private final WebPages pages;
  private volatile List<UrlHandler> urls;

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
    this.context = context;
    this.streaming = streaming;
    this.pages = pages;
    this.urls = handlers(functions);
  }

  /**
   * Replaces all URLs.
   *
   * @param functions at least one
   */
  public void replace(List<FunctionUrl> functions) {
    urls = handlers(functions);
  }

  private List<UrlHandler> handlers(List<FunctionUrl> functions) {
    return functions.stream()
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
      } else if (!passed(exchange, PercentEncoding.decode(address.function()), address.rawPath())) {
        UrlCall.send(exchange, UrlResponse.unknownUrl());
      }
    };
  }

  /** Treats every request as one to the first function. */
  public void handleAll(HttpServerExchange exchange) {
    urls.getFirst().handle(exchange, exchange.getRequestPath(), null);
  }

  /**
   * Passes a request to its URL.
   *
   * @param text the id of a URL, or the name of a function and maybe a version or an alias
   * @return false if there is no such URL
   */
  private boolean passed(HttpServerExchange exchange, String text, String rawPath) {
    List<UrlHandler> all = urls;
    int colon = text.indexOf(':');
    VersionedFunction named =
        context.functions().named(colon < 0 ? text : text.substring(0, colon));
    String qualifier = colon < 0 ? null : text.substring(colon + 1);
    for (UrlHandler url : all) {
      if (named != null && url.isOf(named)) {
        if (qualifier != null && !url.takes(qualifier)) {
          return false;
        }
        url.handle(exchange, rawPath, qualifier);
        return true;
      }
    }
    for (UrlHandler url : all) {
      if (url.hasId(text)) {
        url.handle(exchange, rawPath, null);
        return true;
      }
    }
    return false;
  }
}
