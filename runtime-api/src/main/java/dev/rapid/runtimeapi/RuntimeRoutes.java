package dev.rapid.runtimeapi;

import dev.rapid.core.process.ConnectionPeers;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.http.Routes;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.answer.StandardAnswers;
import dev.rapid.http.request.PayloadMemory;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The routes of the Runtime API (contract runtime-extensions-telemetry, section 0.3). */
final class RuntimeRoutes {

  private static final byte[] PONG = "pong".getBytes(StandardCharsets.UTF_8);

  private RuntimeRoutes() {}

  /**
   * Returns the handler of all routes.
   *
   * @param peers finds the processes that call
   * @param metadata what the metadata endpoint says about the execution environment
   * @param credentials the credentials of a runtime with SnapStart, null without SnapStart
   */
  static HttpHandler of(
      Sandbox sandbox,
      PayloadMemory memory,
      ConnectionPeers peers,
      ExecutionEnvironmentMetadata metadata,
      @Nullable CredentialStore credentials) {
    NextHandler next = new NextHandler(sandbox, peers);
    ReplyHandler replies = new ReplyHandler(sandbox, memory);
    InitErrorHandler initErrors = new InitErrorHandler(sandbox, memory);
    Routes.Builder table =
        Routes.table(StandardAnswers::unknownPath, StandardAnswers::wrongMethod)
            .get("/2018-06-01/runtime/invocation/next", next)
            .post("/2018-06-01/runtime/invocation/{}/response", replies::response)
            .post("/2018-06-01/runtime/invocation/{}/error", replies::error)
            .post("/2018-06-01/runtime/init/error", initErrors)
            .get("/2018-06-01/ping", RuntimeRoutes::ping)
            .get("/2026-01-15/metadata/execution-environment", new MetadataHandler(metadata));
    if (credentials != null) {
      RestoreHandler restore = new RestoreHandler(sandbox);
      table
          .get("/2018-06-01/runtime/restore/next", restore::next)
          .post("/2018-06-01/runtime/restore/error", restore::error)
          .get("/2021-04-23/credentials", new CredentialsHandler(credentials));
    }
    return table.build();
  }

  private static void ping(HttpServerExchange exchange, String none) {
    Answers.send(exchange, StatusCodes.OK, Answers.TEXT, PONG);
  }
}
