package dev.rapid.emulator;

import dev.rapid.emulator.settings.FrontEnd;
import dev.rapid.emulator.settings.StreamErrors;
import dev.rapid.emulator.settings.StrictRule;
import dev.rapid.http.HttpListener;
import dev.rapid.http.request.FaultHandler;
import dev.rapid.invokeapi.InvokeApi;
import dev.rapid.invokeapi.invoke.Strictness;
import dev.rapid.invokeapi.read.Catalogue;
import dev.rapid.invokeapi.stream.ResponseStreaming;
import dev.rapid.status.Drain;
import dev.rapid.status.HealthHandler;
import dev.rapid.status.MetricsHandler;
import dev.rapid.status.Reloader;
import io.undertow.server.HttpHandler;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** What callers reach at their addresses: the Invoke API, function URLs, and the status pages. */
final class CallerFrontEnd {

  private final Engine engine;
  private final FrontEnd front;
  private final @Nullable Integer maxRunning;
  private final InvokeApi api;
  private final HealthHandler health;

  /**
   * Creates the front end of functions.
   *
   * @param functions at least one
   * @param maxRunning how many invocations all functions together run at once, null for no limit
   * @param reloader renews functions on request
   * @param drain announces the end on request
   */
  CallerFrontEnd(
      Engine engine,
      List<EmulatedFunction> functions,
      FrontEnd front,
      Set<StrictRule> strict,
      @Nullable Integer maxRunning,
      Reloader reloader,
      Drain drain) {
    this.engine = engine;
    this.front = front;
    this.maxRunning = maxRunning;
    ResponseStreaming streaming =
        switch (front.shaping()) {
          case ON -> ResponseStreaming.asInTheCloud(engine.clock(), engine.timers());
          case OFF -> ResponseStreaming.unlimited(engine.clock(), engine.timers());
        };
    this.api =
        new InvokeApi(
            catalogue(functions),
            engine.worker().payloads(),
            engine.wallClock(),
            front.streamErrors() == StreamErrors.REPORT ? streaming : streaming.withoutErrors(),
            front.pages(),
            new Strictness(
                strict.contains(StrictRule.REGION),
                strict.contains(StrictRule.ACCOUNT),
                strict.contains(StrictRule.MODEL)),
            () -> ThreadLocalRandom.current().nextDouble());
    this.health =
        new HealthHandler(
            functions.stream().map(EmulatedFunction::watched).toList(),
            reloader,
            drain,
            engine.events(),
            engine.timers(),
            engine.clock());
  }

  private Catalogue catalogue(List<EmulatedFunction> functions) {
    return new Catalogue(functions.stream().map(EmulatedFunction::serve).toList(), maxRunning);
  }

  /** Callers reach these functions from now on, as they are configured now, and no others. */
  void replace(List<EmulatedFunction> functions) {
    api.replace(catalogue(functions));
    health.replace(functions.stream().map(EmulatedFunction::watched).toList());
  }

  /**
   * Begins to answer callers.
   *
   * @param callers the address of the Invoke API
   * @param url the address at which every path is the first function's URL; null for none
   */
  void serve(HttpListener callers, @Nullable HttpListener url) {
    HttpHandler handler = withStatusPages(OpenRequests.of(engine, api.handler()));
    callers.serve(
        engine.gatekeeper().forCallers(handler),
        (exchange, fault) -> {
          boolean page = HealthHandler.has(exchange.getRequestPath());
          (page ? FaultHandler.TEXT : (FaultHandler) api::answerFault).answer(exchange, fault);
        });
    if (url != null) {
      url.serve(
          engine.gatekeeper().forCallers(OpenRequests.of(engine, api.urlHandler())),
          api::answerUrlFault);
    }
  }

  /** Passes the paths of the status pages to their handlers. */
  private HttpHandler withStatusPages(HttpHandler invocations) {
    List<String> origins = front.pages().origins();
    HttpHandler metrics =
        engine.gatekeeper().forWatchers(origins, new MetricsHandler(engine.telemetry().meters()));
    HttpHandler pages = engine.gatekeeper().forWatchers(origins, health);
    return exchange -> {
      String path = exchange.getRequestPath();
      HttpHandler handler = invocations;
      // With the host name of a function URL, all paths are the function's.
      if (!InvokeApi.isForUrlHost(exchange)) {
        if (path.startsWith(HealthHandler.PREFIX)) {
          handler = pages;
        } else if (path.equals(MetricsHandler.PATH)) {
          handler = metrics;
        }
      }
      handler.handleRequest(exchange);
    };
  }
}
