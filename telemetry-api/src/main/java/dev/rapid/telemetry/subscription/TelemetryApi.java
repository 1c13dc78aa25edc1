package dev.rapid.telemetry.subscription;

import dev.rapid.core.events.SubscriptionApi;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.http.RouteHandler;
import dev.rapid.http.Routes;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.answer.StandardAnswers;
import dev.rapid.http.request.PayloadMemory;
import dev.rapid.lambda.LambdaHeaders;
import io.undertow.server.HttpHandler;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;

/**
 * The Telemetry API 2022-07-01 and its predecessor, the Logs API 2020-08-15, of one sandbox, as a
 * table of routes (contract runtime-extensions-telemetry, section 4).
 *
 * <p>They have no listener of their own but share the address of the Runtime API, which passes them
 * all requests for which {@link #has} is true.
 *
 * <table>
 *   <caption>Routes</caption>
 *   <tr><th>Call</th><th>What it does</th></tr>
 *   <tr><td>{@code PUT /2022-07-01/telemetry}</td>
 *       <td>subscribes an extension to records of the Telemetry API</td></tr>
 *   <tr><td>{@code PUT /2020-08-15/logs}</td>
 *       <td>subscribes an extension to records of the Logs API</td></tr>
 * </table>
 */
public final class TelemetryApi {

  /** The largest body of a subscription, in bytes; a larger one is answered 413. */
  public static final int MAX_SUBSCRIPTION_BYTES = 1024 * 1024;

  static final HttpString IDENTIFIER = new HttpString(LambdaHeaders.EXTENSION_IDENTIFIER);

  private static final String TELEMETRY_PREFIX = "/2022-07-01/";
  private static final String LOGS_PREFIX = "/2020-08-15/";
  private static final String TELEMETRY = TELEMETRY_PREFIX + "telemetry";
  private static final String LOGS = LOGS_PREFIX + "logs";
  private static final byte[] NOTHING = {};

  private TelemetryApi() {}

  /** Returns whether a path belongs to these APIs, known or not. */
  public static boolean has(String path) {
    return path.startsWith(TELEMETRY_PREFIX) || path.startsWith(LOGS_PREFIX);
  }

  /**
   * Returns the routes.
   *
   * @param hub the hub that extensions subscribe to
   * @param runtimeApiPort the port of the Runtime API, which no destination may have
   * @param memory the memory for bodies
   */
  public static Routes routes(
      Sandbox sandbox, TelemetryHub hub, int runtimeApiPort, PayloadMemory memory) {
    return routes(
        new SubscribeHandler(SubscriptionApi.TELEMETRY, sandbox, hub, runtimeApiPort, memory),
        new SubscribeHandler(SubscriptionApi.LOGS, sandbox, hub, runtimeApiPort, memory));
  }

  /**
   * Returns routes that answer as the reference implementation does: 202 to every caller, without a
   * subscription (contract runtime-extensions-telemetry, section 4.1).
   */
  public static Routes stub() {
    return routes(notSupported(SubscriptionApi.TELEMETRY), notSupported(SubscriptionApi.LOGS));
  }

  /**
   * Returns a handler that answers requests without {@code Lambda-Extension-Identifier} like {@link
   * #stub}, and passes the others to {@code routes}.
   */
  public static HttpHandler withStubForStrangers(HttpHandler routes) {
    HttpHandler stub = stub();
    return exchange -> {
      boolean named = exchange.getRequestHeaders().contains(IDENTIFIER);
      (named ? routes : stub).handleRequest(exchange);
    };
  }

  private static RouteHandler notSupported(SubscriptionApi api) {
    SubscriptionAnswer answer = SubscriptionAnswer.notSupported(api);
    return (exchange, none) -> answer.send(exchange);
  }

  private static Routes routes(RouteHandler telemetry, RouteHandler logs) {
    return Routes.table(StandardAnswers::unknownPath, StandardAnswers::wrongMethod)
        .put(TELEMETRY, telemetry)
        .put(LOGS, logs)
        .build();
  }

  /**
   * Returns the handler that replaces the routes while extensions are switched off: 404 without a
   * body, for every path and method (contract runtime-extensions-telemetry, section 4.3).
   */
  public static HttpHandler switchedOff() {
    // With a content type, although there is no body: a native client crashes without one.
    return exchange -> Answers.send(exchange, StatusCodes.NOT_FOUND, Answers.TEXT, NOTHING);
  }
}
