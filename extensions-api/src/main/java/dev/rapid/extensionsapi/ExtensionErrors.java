package dev.rapid.extensionsapi;

import dev.rapid.core.extension.ExtensionRefusal;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.RequestHeaders;
import dev.rapid.lambda.ExtensionIdentifier;
import dev.rapid.lambda.LambdaHeaders;
import dev.rapid.lambda.WireError;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import org.jspecify.annotations.Nullable;

/**
 * The one place where a refusal gets its status and body (contract runtime-extensions-telemetry,
 * sections 0.2 and 3.3 to 3.7).
 */
final class ExtensionErrors {

  static final WireError EMPTY_NAME =
      forbidden("Extension.InvalidExtensionName", "Empty extension name");
  static final WireError MISSING_ERROR_TYPE =
      forbidden("Extension.MissingHeader", "Lambda-Extension-Function-Error-Type not found");
  static final WireError TOO_LARGE =
      new WireError(
          StatusCodes.REQUEST_ENTITY_TOO_LARGE,
          "RequestEntityTooLarge",
          "Exceeded maximum allowed payload size ("
              + ExtensionsApi.MAX_REGISTRATION_BYTES
              + " bytes).");
  static final WireError PLATFORM_ERROR =
      new WireError(
          StatusCodes.INTERNAL_SERVER_ERROR, "InternalServerError", "Internal Server Error");

  private ExtensionErrors() {}

  /** Answers a call that is refused. On the I/O thread. */
  static void send(HttpServerExchange exchange, WireError error) {
    Answers.send(exchange, error.status(), Answers.JSON, error.body());
  }

  /**
   * Returns the identifier of the extension that calls, known or not; null if the request carries
   * none, which {@code exchange} was then answered with. On the I/O thread.
   */
  static @Nullable String identifier(HttpServerExchange exchange) {
    return ExtensionIdentifier.read(
        RequestHeaders.valueOf(exchange, ExtensionHeaders.IDENTIFIER),
        error -> send(exchange, error));
  }

  /** The body of a registration is malformed. */
  static WireError invalidFormat(String message) {
    return forbidden("InvalidRequestFormat", message);
  }

  /** A registration is refused; its errors have the extension's name. */
  static WireError ofRegistration(ExtensionRefusal refusal, String name) {
    return of(refusal, name, "Unknown extension " + name);
  }

  /** A poll is refused; its errors have the extension's identifier. */
  static WireError ofPoll(ExtensionRefusal refusal, String id) {
    return of(refusal, id, "Unknown extension " + id);
  }

  /** A report is refused; its errors have the extension's identifier if it is known. */
  static WireError ofReport(ExtensionRefusal refusal, String id) {
    return of(refusal, id, "Unknown " + LambdaHeaders.EXTENSION_IDENTIFIER);
  }

  private static WireError of(ExtensionRefusal refusal, String extension, String unknown) {
    return switch (refusal) {
      case ExtensionRefusal.UnknownEvent(String event) ->
          forbidden("Extension.InvalidEventType", event + ": ErrorInvalidEventType");
      case ExtensionRefusal.ShutdownNotForInternal() ->
          forbidden(
              "Extension.InvalidEventType",
              "SHUTDOWN: ShutdownEventNotSupportedForInternalExtension");
      case ExtensionRefusal.NoEventsForInternal() ->
          forbidden("Extension.InvalidEventType", "No events allowed for internal extensions");
      case ExtensionRefusal.RegistrationClosed() ->
          forbidden("Extension.RegistrationClosed", "Extension registration closed already");
      case ExtensionRefusal.TooManyExtensions(int limit) ->
          forbidden("Extension.TooManyExtensions", "Extension limit (" + limit + ") reached");
      case ExtensionRefusal.NameTaken() ->
          forbidden(
              "Extension.InvalidExtensionState", "Extension with this name already registered");
      case ExtensionRefusal.UnknownIdentifier() -> ExtensionIdentifier.unknown(unknown);
      case ExtensionRefusal.InvalidState(var from, String target, boolean changedMeanwhile) ->
          forbidden(
              "Extension.InvalidExtensionState",
              "State transition from "
                  + from.wireName()
                  + " to "
                  + target
                  + " failed for extension "
                  + extension
                  + ". Error: "
                  + (changedMeanwhile
                      ? "Concurrent state modification"
                      : "State transition is not allowed"));
      case ExtensionRefusal.PlatformError() ->
          new WireError(
              StatusCodes.INTERNAL_SERVER_ERROR, "InternalServerError", "Internal Server Error");
    };
  }

  private static WireError forbidden(String type, String message) {
    return new WireError(StatusCodes.FORBIDDEN, type, message);
  }
}
