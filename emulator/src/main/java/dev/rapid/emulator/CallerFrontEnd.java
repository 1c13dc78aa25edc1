package dev.rapid.emulator;

import dev.rapid.emulator.settings.FrontEnd;
import dev.rapid.emulator.settings.StreamErrors;
import dev.rapid.emulator.settings.StrictRule;
import dev.rapid.http.HttpListener;
import dev.rapid.http.request.FaultHandler;
import dev.rapid.invokeapi.InvokeApi;
import dev.rapid.invokeapi.invoke.Strictness;
import dev.rapid.invokeapi.stream.ResponseStreaming;
import dev.rapid.status.EventStream;
import dev.rapid.status.HealthHandler;
import dev.rapid.status.MetricsHandler;
import dev.rapid.status.StatePage;
import io.undertow.server.HttpHandler;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The addresses of callers: the Invoke API, function URLs, and the pages for those who watch. */
final class CallerFrontEnd {

  private final InvokeApi invokeApi;
  private final Duration drainPatience;

  private CallerFrontEnd(InvokeApi invokeApi, Duration drainPatience) {
    this.invokeApi = invokeApi;
    this.drainPatience = drainPatience;
  }

  /**
   * Begins to answer callers.
   *
   * @param callers the address of the Invoke API
   * @param url where every path is the function URL's, null if nowhere
   */
  static CallerFrontEnd serve(
      Engine engine,
      EmulatedFunction function,
      FrontEnd front,
      Set<StrictRule> strict,
      HttpListener callers,
      @Nullable HttpListener url) {
    ResponseStreaming streaming =
        switch (front.shaping()) {
          case ON -> ResponseStreaming.asInTheCloud(engine.clock(), engine.timers());
          case OFF -> ResponseStreaming.unlimited(engine.clock(), engine.timers());
        };
    InvokeApi api =
        engine
            .lifecycle()
            .add(
                new InvokeApi(
                    function::description,
                    function.fleet(),
                    engine.worker().payloads(),
                    engine.wallClock(),
                    front.async(),
                    engine.timers(),
                    engine.clock(),
                    front.streamErrors() == StreamErrors.REPORT
                        ? streaming
                        : streaming.withoutErrors(),
                    front.url(),
                    front.pages(),
                    new Strictness(
                        strict.contains(StrictRule.REGION),
                        strict.contains(StrictRule.ACCOUNT),
                        strict.contains(StrictRule.TENANT),
                        strict.contains(StrictRule.MODEL))));
    function.telemetry().gauges().throttles(api::throttleCount);
    HttpHandler handler =
        withStatusPages(
            engine, function, front.pages().origins(), OpenRequests.of(engine, api.handler()));
    callers.serve(
        engine.gatekeeper().forCallers(handler),
        (exchange, fault) -> {
          boolean own = HealthHandler.has(exchange.getRequestPath());
          (own ? FaultHandler.TEXT : (FaultHandler) api::answerFault).answer(exchange, fault);
        });
    if (url != null) {
      url.serve(
          engine.gatekeeper().forCallers(OpenRequests.of(engine, api.urlHandler())),
          api::answerUrlFault);
    }
    return new CallerFrontEnd(api, front.asyncDrain());
  }

  /** Leaves the paths of those who watch to their pages. */
  private static HttpHandler withStatusPages(
      Engine engine, EmulatedFunction function, List<String> origins, HttpHandler invocations) {
    StatePage state =
        new StatePage(
            function.fleet()::states,
            function::description,
            function.fleet()::waitingCount,
            engine.clock());
    HttpHandler metrics =
        engine.gatekeeper().forWatchers(origins, new MetricsHandler(function.telemetry().meters()));
    HttpHandler health =
        engine
            .gatekeeper()
            .forWatchers(
                origins,
                new HealthHandler(
                    function.readiness(),
                    state,
                    new EventStream(function.telemetry().hub()),
                    engine.timers(),
                    engine.clock()));
    return exchange -> {
      String path = exchange.getRequestPath();
      HttpHandler handler = invocations;
      // Where the name is a function URL's, all paths are the function's.
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

  /** Waits until the asynchronous invocations have been run, as long as the settings say. */
  void drain() {
    invokeApi.drain(drainPatience);
  }
}
