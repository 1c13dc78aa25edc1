package dev.rapid.telemetry.subscription;

import dev.rapid.core.events.SubscriptionApi;
import dev.rapid.http.answer.Answers;
import dev.rapid.lambda.ExtensionIdentifier;
import dev.rapid.lambda.JsonObject;
import dev.rapid.lambda.WireError;
import dev.rapid.telemetry.delivery.Target;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;

/**
 * Maps the outcome of a call to subscribe to its status and body (contract
 * runtime-extensions-telemetry, section 4.3).
 *
 * @param body JSON, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record SubscriptionAnswer(int status, byte[] body) {

  /** The subscription exists. */
  static final SubscriptionAnswer OK =
      new SubscriptionAnswer(StatusCodes.OK, "\"OK\"".getBytes(StandardCharsets.UTF_8));

  static final SubscriptionAnswer TOO_LARGE =
      of(
          new WireError(
              StatusCodes.REQUEST_ENTITY_TOO_LARGE,
              "RequestEntityTooLarge",
              "Exceeded maximum allowed payload size ("
                  + TelemetryApi.MAX_SUBSCRIPTION_BYTES
                  + " bytes)."));

  static final SubscriptionAnswer PLATFORM_ERROR =
      of(
          new WireError(
              StatusCodes.INTERNAL_SERVER_ERROR, "InternalServerError", "Internal Server Error"));

  /** The answer of the reference implementation, which subscribes no extension. */
  static SubscriptionAnswer notSupported(SubscriptionApi api) {
    return of(
        new WireError(
            StatusCodes.ACCEPTED,
            name(api) + ".NotSupported",
            name(api) + " API is not supported"));
  }

  static SubscriptionAnswer unknownExtension(String id) {
    return of(ExtensionIdentifier.unknown("Unknown extension " + id));
  }

  static SubscriptionAnswer closed(SubscriptionApi api) {
    return of(
        new WireError(
            StatusCodes.FORBIDDEN,
            name(api) + ".SubscriptionClosed",
            name(api) + " API subscription is closed already"));
  }

  static SubscriptionAnswer unreachable(SubscriptionApi api, Target target) {
    int port =
        switch (target) {
          case Target.Http http -> http.port();
          case Target.Tcp tcp -> tcp.port();
        };
    return invalid(
        api, "Invalid destination: could not TCP dial provided address 127.0.0.1:" + port);
  }

  static SubscriptionAnswer subscribedElsewhere(SubscriptionApi called) {
    String other = called == SubscriptionApi.LOGS ? "Telemetry" : "Logs";
    return invalid(called, "extension is already subscribed to the " + other + " API");
  }

  /** The request is invalid. */
  static SubscriptionAnswer invalid(SubscriptionApi api, String message) {
    String type = api == SubscriptionApi.LOGS ? "Logs.ValidationError" : "ValidationError";
    return new SubscriptionAnswer(
        StatusCodes.BAD_REQUEST,
        new JsonObject().put("errorType", type).put("errorMessage", message).line());
  }

  private static String name(SubscriptionApi api) {
    return api == SubscriptionApi.LOGS ? "Logs" : "Telemetry";
  }

  static SubscriptionAnswer of(WireError error) {
    return new SubscriptionAnswer(error.status(), error.body());
  }

  /** Sends the answer. To be called on the I/O thread. */
  void send(HttpServerExchange exchange) {
    Answers.send(exchange, status, Answers.JSON, body);
  }
}
