package dev.rapid.status;

import dev.rapid.http.answer.Answers;
import dev.rapid.lambda.JsonObject;
import dev.rapid.telemetry.metrics.LifecycleMeters;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;

/** {@code GET /metrics}: all meters in Prometheus' text format. */
public final class MetricsHandler implements HttpHandler {

  /** The path of this handler. */
  public static final String PATH = "/metrics";

  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final LifecycleMeters meters;

  /** Creates a handler that shows {@code meters}. */
  public MetricsHandler(LifecycleMeters meters) {
    this.meters = meters;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    if (!exchange.getRequestMethod().equals(Methods.GET)) {
      exchange.getResponseHeaders().put(Headers.ALLOW, "GET");
      Answers.send(
          exchange,
          StatusCodes.METHOD_NOT_ALLOWED,
          Answers.JSON,
          new JsonObject().put("message", "Use GET").line());
      return;
    }
    // Not on the I/O thread: the first time, all of Micrometer is loaded.
    Answers.park(
        exchange,
        () -> {
          Thread unused =
              Thread.ofPlatform().daemon().name("rapid-scrape").start(() -> scrape(exchange));
        });
  }

  private void scrape(HttpServerExchange exchange) {
    byte[] text = meters.scrape().getBytes(StandardCharsets.UTF_8);
    Answers.onIoThread(exchange, () -> Answers.send(exchange, StatusCodes.OK, TYPE, text));
  }
}
