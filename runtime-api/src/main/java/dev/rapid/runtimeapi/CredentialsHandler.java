package dev.rapid.runtimeapi;

import dev.rapid.http.RouteHandler;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.answer.StandardAnswers;
import dev.rapid.lambda.JsonObject;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;

/** {@code GET /2021-04-23/credentials} (contract runtime-extensions-telemetry, section 1.8). */
final class CredentialsHandler implements RouteHandler {

  private static final byte[] UNKNOWN_TOKEN =
      "cannot get credentials for the provided token\n".getBytes(StandardCharsets.UTF_8);

  private final CredentialStore store;

  CredentialsHandler(CredentialStore store) {
    this.store = store;
  }

  @Override
  public void handle(HttpServerExchange exchange, String none) {
    RoleCredentials found =
        store.forToken(exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION));
    if (found == null) {
      StandardAnswers.notFound(exchange, UNKNOWN_TOKEN);
    } else {
      Answers.send(exchange, StatusCodes.OK, Answers.TEXT, bodyOf(found));
    }
  }

  private static byte[] bodyOf(RoleCredentials credentials) {
    return new JsonObject()
        .put("AccessKeyId", credentials.accessKeyId())
        .put("SecretAccessKey", credentials.secretAccessKey())
        .put("Token", credentials.sessionToken())
        .put("Expiration", credentials.expiration().toString())
        .bytes();
  }
}
