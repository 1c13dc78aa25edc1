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
import dev.rapid.status.HealthHandler;
import dev.rapid.status.MetricsHandler;
import io.undertow.server.HttpHandler;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The addresses of callers: the Invoke API, function URLs, and the status pages. */
final class CallerFrontEnd {

  private CallerFrontEnd() {}

  /**
   * Begins to answer callers.
   *
   * @param functions at least one
   * @param maxRunning how many invocations all functions together run at once, null for no limit
   * @param callers the address of the Invoke API
   * @param url the address at which every path is the first function's URL; null for none
   */
  static void serve(
      Engine engine,
      List<EmulatedFunction> functions,
      FrontEnd front,
      Set<StrictRule> strict,
      @Nullable Integer maxRunning,
      HttpListener callers,
      @Nullable HttpListener url) {
    ResponseStreaming streaming =
        switch (front.shaping()) {
          case ON -> ResponseStreaming.asInTheCloud(engine.clock(), engine.timers());
          case OFF -> ResponseStreaming.unlimited(engine.clock(), engine.timers());
        };
    InvokeApi api =
        new InvokeApi(
            new Catalogue(functions.stream().map(EmulatedFunction::serve).toList(), maxRunning),
            engine.worker().payloads(),
            engine.wallClock(),
            front.streamErrors() == StreamErrors.REPORT ? streaming : streaming.withoutErrors(),
            front.pages(),
            new Strictness(
                strict.contains(StrictRule.REGION),
                strict.contains(StrictRule.ACCOUNT),
                strict.contains(StrictRule.MODEL)),
            () -> ThreadLocalRandom.current().nextDouble());
    HttpHandler invocations = OpenRequests.of(engine, api.handler());
    HttpHandler handler = withStatusPages(engine, functions, front.pages().origins(), invocations);
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
  private static HttpHandler withStatusPages(
      Engine engine,
      List<EmulatedFunction> functions,
      List<String> origins,
      HttpHandler invocations) {
    HttpHandler metrics =
        engine.gatekeeper().forWatchers(origins, new MetricsHandler(engine.telemetry().meters()));
    HttpHandler health =
        engine
            .gatekeeper()
            .forWatchers(
                origins,
                new HealthHandler(
                    functions.stream().map(EmulatedFunction::watched).toList(),
                    engine.timers(),
                    engine.clock()));
    return exchange -> {
      String path = exchange.getRequestPath();
      HttpHandler handler = invocations;
      // With the host name of a function URL, all paths are the function's.
      if (!InvokeApi.isForUrlHost(exchange)) {
        if (path.startsWith(HealthHandler.PREFIX)) {
          handler = health;
        } else if (path.equals(MetricsHandler.PATH)) {
          handler = metrics;
        }
      }
      handler.handleRequest(exchange);
    };
  }
}
