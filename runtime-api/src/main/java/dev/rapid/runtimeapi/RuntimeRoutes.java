package dev.rapid.runtimeapi;

import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.http.Answers;
import dev.rapid.http.PayloadMemory;
import dev.rapid.http.Routes;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;

/** The Runtime API as a table (contract, section 0.3). */
final class RuntimeRoutes {

  private static final byte[] PONG = "pong".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NOT_FOUND = "404 page not found\n".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NOTHING = {};
  private static final HttpString X_CONTENT_TYPE_OPTIONS =
      HttpString.tryFromString("X-Content-Type-Options");

  private RuntimeRoutes() {}

  static HttpHandler of(Sandbox sandbox, PayloadMemory memory) {
    NextHandler next = new NextHandler(sandbox);
    ReplyHandler replies = new ReplyHandler(sandbox, memory);
    InitErrorHandler initErrors = new InitErrorHandler(sandbox, memory);
    return Routes.table(RuntimeRoutes::unknownPath, RuntimeRoutes::wrongMethod)
        .get("/2018-06-01/runtime/invocation/next", next)
        .post("/2018-06-01/runtime/invocation/{}/response", replies::response)
        .post("/2018-06-01/runtime/invocation/{}/error", replies::error)
        .post("/2018-06-01/runtime/init/error", initErrors)
        .get("/2018-06-01/ping", RuntimeRoutes::ping)
        .build();
  }

  private static void ping(HttpServerExchange exchange, String none) {
    Answers.send(exchange, StatusCodes.OK, Answers.TEXT, PONG);
  }

  private static void unknownPath(HttpServerExchange exchange) {
    exchange.getResponseHeaders().put(X_CONTENT_TYPE_OPTIONS, "nosniff");
    Answers.send(exchange, StatusCodes.NOT_FOUND, Answers.TEXT, NOT_FOUND);
  }

  /** With a content type, although there is no body: a native client crashes without one. */
  private static void wrongMethod(HttpServerExchange exchange) {
    Answers.send(exchange, StatusCodes.METHOD_NOT_ALLOWED, Answers.TEXT, NOTHING);
  }
}
