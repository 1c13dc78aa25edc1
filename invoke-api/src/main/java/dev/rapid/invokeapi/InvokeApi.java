package dev.rapid.invokeapi;

import dev.rapid.core.time.WallClock;
import dev.rapid.http.RouteHandler;
import dev.rapid.http.Routes;
import dev.rapid.http.browser.OriginCheck;
import dev.rapid.http.request.PayloadMemory;
import dev.rapid.http.request.RequestFault;
import dev.rapid.invokeapi.errors.ServiceError;
import dev.rapid.invokeapi.errors.ServiceErrors;
import dev.rapid.invokeapi.errors.ServiceException;
import dev.rapid.invokeapi.invoke.CallContext;
import dev.rapid.invokeapi.invoke.InvokeHandler;
import dev.rapid.invokeapi.invoke.InvokeRequest;
import dev.rapid.invokeapi.invoke.InvokedFunctions;
import dev.rapid.invokeapi.invoke.Strictness;
import dev.rapid.invokeapi.read.Catalogue;
import dev.rapid.invokeapi.read.ReadApi;
import dev.rapid.invokeapi.stream.ResponseStreamHandler;
import dev.rapid.invokeapi.stream.ResponseStreaming;
import dev.rapid.invokeapi.url.CorsHandler;
import dev.rapid.invokeapi.url.CorsSettings;
import dev.rapid.invokeapi.url.UrlAddress;
import dev.rapid.invokeapi.url.UrlCall;
import dev.rapid.invokeapi.url.UrlResponse;
import dev.rapid.invokeapi.url.UrlRoutes;
import dev.rapid.invokeapi.url.WebPages;
import dev.rapid.lambda.Identifiers;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** The routes of the Lambda Invoke API (contract invoke-api, section 0.1). */
public final class InvokeApi {

  /** How the paths of all operations begin: with the date of their version. */
  private static final String DATED = "/20";

  private final InvokedFunctions functions;
  private final UrlRoutes urls;
  private final HttpHandler routes;
  private volatile Catalogue catalogue;

  /**
   * Creates the API.
   *
   * @param catalogue what callers can see and invoke
   * @param memory holds the bodies of requests
   * @param wallClock the time of day, for trace ids
   * @param streaming how responses are streamed
   * @param pages which web pages may call
   * @param strictness the rules of the cloud that are enforced although they do not matter here
   * @param random chooses the versions of weighted aliases; returns a number from 0, inclusive, to
   *     1, exclusive. Thread-safe
   */
  public InvokeApi(
      Catalogue catalogue,
      PayloadMemory memory,
      WallClock wallClock,
      ResponseStreaming streaming,
      WebPages pages,
      Strictness strictness,
      DoubleSupplier random) {
    this.functions = new InvokedFunctions(catalogue.versioned());
    CallContext context = new CallContext(functions, memory, wallClock, strictness, random);
    this.urls = new UrlRoutes(context, catalogue.urls(), streaming, pages);
    this.catalogue = catalogue;
    RouteHandler invokeAsync = new InvokeHandler(context, InvokeRequest::parseAsync);
    Routes api =
        Routes.table(new LaterReads(context), InvokeApi::wrongMethod)
            .post(
                "/2015-03-31/functions/{}/invocations",
                new InvokeHandler(context, InvokeRequest::parse))
            .post("/2014-11-13/functions/{}/invoke-async", invokeAsync)
            .post("/2014-11-13/functions/{}/invoke-async/", invokeAsync)
            .post(
                "/2021-11-15/functions/{}/response-streaming-invocations",
                new ResponseStreamHandler(context, streaming))
            .build();
    this.routes = urls.before(forPages(api, pages));
  }

  /** Refuses pages that may not call, and adds the headers of CORS for pages that may. */
  private static HttpHandler forPages(HttpHandler operations, WebPages pages) {
    HttpHandler checked =
        new OriginCheck(pages::mayInvoke, OriginCheck.Reach.LINKS, ServiceErrors::refuseOrigin)
            .before(operations);
    CorsSettings cors = pages.cors();
    return cors == null ? checked : new CorsHandler(cors, checked);
  }

  /**
   * Replaces what callers can see and invoke. Requests that have found their function go on with
   * it.
   */
  public void replace(Catalogue other) {
    catalogue = other;
    functions.replace(other.versioned());
    urls.replace(other.urls());
  }

  /** Returns the handler of all paths. */
  public HttpHandler handler() {
    return routes;
  }

  /** Returns a handler that treats every request as one to the URL of the first function. */
  public HttpHandler urlHandler() {
    return urls::handleAll;
  }

  /**
   * Returns whether the {@code Host} of a request is that of a function URL, so that all paths are
   * the function's.
   */
  public static boolean isForUrlHost(HttpServerExchange exchange) {
    return UrlAddress.ofHost(exchange.getRequestHeaders().getFirst(Headers.HOST), "/") != null;
  }

  /** Refuses a request because of its sender: 403. Call it on the I/O thread. */
  public static void refuse(HttpServerExchange exchange, String message) {
    ServiceErrors.send(
        exchange, Identifiers.random(), new ServiceException(ServiceError.ACCESS_DENIED, message));
  }

  /** Answers a request to {@link #handler} whose head is malformed. */
  public void answerFault(HttpServerExchange exchange, RequestFault fault) {
    if (UrlAddress.ofPath(exchange.getRequestPath()) == null) {
      ServiceErrors.send(exchange, fault);
    } else {
      answerUrlFault(exchange, fault);
    }
  }

  /** Answers a request to {@link #urlHandler} whose head is malformed. */
  public void answerUrlFault(HttpServerExchange exchange, RequestFault fault) {
    UrlCall.send(exchange, UrlResponse.badRequest(fault.status(), fault.message()));
  }

  /** The operations that do not invoke: made with their first request, which most starts lack. */
  private final class LaterReads implements HttpHandler {

    private final CallContext context;
    private volatile @Nullable HttpHandler made;

    LaterReads(CallContext context) {
      this.context = context;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
      if (!exchange.getRequestPath().startsWith(DATED)) {
        unknownPath(exchange);
        return;
      }
      HttpHandler reads = made;
      if (reads == null) {
        reads = ReadApi.routes(context, () -> catalogue, InvokeApi::unknownPath);
        made = reads;
      }
      reads.handleRequest(exchange);
    }
  }

  private static void unknownPath(HttpServerExchange exchange) {
    ServiceErrors.send(
        exchange,
        Identifiers.random(),
        new ServiceException(
            ServiceError.UNKNOWN_OPERATION,
            "Unknown operation; invoke with POST /2015-03-31/functions/{name}/invocations"));
  }

  private static void wrongMethod(HttpServerExchange exchange) {
    ServiceErrors.send(
        exchange,
        Identifiers.random(),
        new ServiceException(
            ServiceError.METHOD_NOT_ALLOWED,
            exchange.getRequestMethod() + " is not allowed here; use POST"));
  }
}
