package dev.rapid.invokeapi;

import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.time.WallClock;
import dev.rapid.http.PayloadMemory;
import dev.rapid.http.Routes;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** The Lambda Invoke API of one function as a table (contract invoke-api, section 0.1). */
public final class InvokeApi implements AutoCloseable {

  private final AsyncInvocations async;
  private final CallContext context;
  private final UrlHandler urls;
  private final HttpHandler routes;

  /**
   * Creates the API.
   *
   * @param function the function that is served, as it is configured now
   * @param fleet runs the invocations
   * @param memory where request bodies are read into
   * @param wallClock the time of day, for trace ids
   * @param timers wait with the next attempt of an asynchronous invocation
   * @param clock the clock that {@code timers} follows
   * @param streaming how responses are streamed
   * @param url how the function URL behaves
   */
  public InvokeApi(
      Supplier<FunctionDescription> function,
      Fleet fleet,
      PayloadMemory memory,
      WallClock wallClock,
      Timers timers,
      NanoClock clock,
      ResponseStreaming streaming,
      UrlSettings url) {
    this.async = new AsyncInvocations(fleet, timers, clock);
    this.context = new CallContext(function, fleet, memory, wallClock, new LongAdder());
    this.urls = new UrlHandler(context, url, streaming);
    Routes api =
        Routes.table(InvokeApi::unknownPath, InvokeApi::wrongMethod)
            .post("/2015-03-31/functions/{}/invocations", new InvokeHandler(context, async))
            .post(
                "/2021-11-15/functions/{}/response-streaming-invocations",
                new ResponseStreamHandler(context, streaming))
            .build();
    this.routes = urls.before(api);
  }

  /** Returns the handler of all paths. */
  public HttpHandler handler() {
    return routes;
  }

  /** Returns a handler that takes every request for one to the function URL. */
  public HttpHandler urlHandler() {
    return urls::handleAll;
  }

  /** Returns how many requests were answered 429 so far. */
  public long throttleCount() {
    return context.throttles().sum();
  }

  /** Gives up the asynchronous invocations that wait for another attempt, and logs each. */
  @Override
  public void close() {
    async.close();
  }

  private static void unknownPath(HttpServerExchange exchange) {
    ServiceErrors.send(
        exchange,
        RequestIds.next(),
        new ServiceException(
            ServiceError.UNKNOWN_OPERATION,
            "Unknown operation; invoke with POST /2015-03-31/functions/{name}/invocations"));
  }

  private static void wrongMethod(HttpServerExchange exchange) {
    ServiceErrors.send(
        exchange,
        RequestIds.next(),
        new ServiceException(
            ServiceError.METHOD_NOT_ALLOWED,
            exchange.getRequestMethod() + " is not allowed here; use POST"));
  }
}
