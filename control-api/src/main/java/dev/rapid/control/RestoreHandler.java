package dev.rapid.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.core.error.ErrorType;
import dev.rapid.core.sandbox.RestoreResult;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.http.RouteHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.time.Duration;

/** {@code POST /test/restore} (contract lifecycle-and-control, sections 3.3 and 4.8). */
final class RestoreHandler implements RouteHandler {

  private final ControlContext context;

  RestoreHandler(ControlContext context) {
    this.context = context;
  }

  @Override
  public void handle(HttpServerExchange exchange, String none) {
    Bodies.json(exchange, context.memory(), fields -> restore(exchange, fields));
  }

  private void restore(HttpServerExchange exchange, JsonFields fields) throws InvalidJsonException {
    CredentialOverrides credentials =
        new CredentialOverrides(
            fields.textOrEmpty("awskey"),
            fields.textOrEmpty("awssecret"),
            fields.textOrEmpty("awssession"),
            fields.time("credentialsExpiry"));
    Duration budget = fields.millis("restoreHookTimeoutMs");
    if (!context.function().replaceCredentials(credentials)) {
      context.log().restored(ErrorType.RUNTIME_UNKNOWN.wireName());
      answer(exchange, new RestoreResult(RestoreResult.CREDENTIALS_ERROR, 0));
      return;
    }
    ParkedCall parked = new ParkedCall(exchange);
    long loggedBefore = context.log().restores();
    context.post(
        new SandboxEvent.RestoreRequested(result -> done(parked, loggedBefore, result), budget));
    parked.watch(() -> {});
  }

  /** A restore without a hook has no lifecycle event, but the contract has a record of it. */
  private void done(ParkedCall parked, long loggedBefore, RestoreResult result) {
    if (result.error() == null && context.log().restores() == loggedBefore) {
      context.log().restored(null);
    }
    parked.answer(exchange -> answer(exchange, result));
  }

  private static void answer(HttpServerExchange exchange, RestoreResult result) {
    String error = result.error();
    ObjectNode json = ControlJson.object();
    if (error != null) {
      json.put("restoreError", error);
    }
    json.put("restoreMs", Long.toString(result.restoreMillis()));
    ControlAnswers.json(exchange, error == null ? StatusCodes.OK : StatusCodes.BAD_GATEWAY, json);
  }
}
