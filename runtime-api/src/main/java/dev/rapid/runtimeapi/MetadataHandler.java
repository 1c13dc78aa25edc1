package dev.rapid.runtimeapi;

import dev.rapid.http.RouteHandler;
import dev.rapid.http.answer.Answers;
import dev.rapid.lambda.JsonObject;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;

/**
 * {@code GET /2026-01-15/metadata/execution-environment} (contract lambda-2026-additions, section
 * 2).
 */
final class MetadataHandler implements RouteHandler {

  /** The cloud's value; the metadata does not change while the sandbox lives. */
  private static final String CACHE_CONTROL = "private, max-age=43200, immutable";

  private static final byte[] UNAUTHORIZED = "Unauthorized".getBytes(StandardCharsets.UTF_8);

  private final ExecutionEnvironmentMetadata metadata;

  MetadataHandler(ExecutionEnvironmentMetadata metadata) {
    this.metadata = metadata;
  }

  @Override
  public void handle(HttpServerExchange exchange, String none) {
    String authorization = exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION);
    if (!metadata.isAuthorizedBy(authorization)) {
      Answers.send(exchange, StatusCodes.UNAUTHORIZED, Answers.TEXT, UNAUTHORIZED);
      return;
    }
    exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, CACHE_CONTROL);
    byte[] body = new JsonObject().put("AvailabilityZoneID", metadata.availabilityZoneId()).bytes();
    Answers.send(exchange, StatusCodes.OK, Answers.JSON, body);
  }
}
