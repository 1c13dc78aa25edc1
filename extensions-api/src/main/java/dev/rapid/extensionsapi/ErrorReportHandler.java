package dev.rapid.extensionsapi;

import dev.rapid.core.extension.ExtensionErrorCall;
import dev.rapid.core.extension.ExtensionRefusal;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.http.RouteHandler;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.RequestHeaders;
import dev.rapid.lambda.JsonObject;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /2020-01-01/extension/init/error} and {@code .../exit/error} (contract
 * runtime-extensions-telemetry, section 3.7). Their bodies are ignored.
 */
final class ErrorReportHandler implements RouteHandler {

  private static final byte[] STATUS_OK = new JsonObject().put("status", "OK").line();

  /** Makes an event of a report. */
  @FunctionalInterface
  private interface Kind {
    SandboxEvent eventOf(ExtensionErrorCall call, String id, String errorType);
  }

  private final Sandbox sandbox;
  private final Kind kind;

  private ErrorReportHandler(Sandbox sandbox, Kind kind) {
    this.sandbox = sandbox;
    this.kind = kind;
  }

  /** Takes reports that an init failed. */
  static ErrorReportHandler ofInit(Sandbox sandbox) {
    return new ErrorReportHandler(sandbox, SandboxEvent.ExtensionInitErrorReported::new);
  }

  /** Takes reports that an extension is about to end. */
  static ErrorReportHandler ofExit(Sandbox sandbox) {
    return new ErrorReportHandler(sandbox, SandboxEvent.ExtensionExitErrorReported::new);
  }

  @Override
  public void handle(HttpServerExchange exchange, String none) {
    @Nullable String id = ExtensionErrors.identifier(exchange);
    if (id == null) {
      return;
    }
    String errorType = RequestHeaders.valueOf(exchange, ExtensionHeaders.FUNCTION_ERROR_TYPE);
    if (errorType.isEmpty()) {
      ExtensionErrors.send(exchange, ExtensionErrors.MISSING_ERROR_TYPE);
      return;
    }
    Answers.park(
        exchange,
        () -> sandbox.post(kind.eventOf(new Report(exchange, id), id, withoutControls(errorType))));
  }

  /** Logs and telemetry show the type on a line of its own. */
  private static String withoutControls(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    text.codePoints().filter(c -> !Character.isISOControl(c)).forEach(kept::appendCodePoint);
    return kept.toString();
  }

  private record Report(HttpServerExchange exchange, String id) implements ExtensionErrorCall {

    @Override
    public void accept() {
      Answers.onIoThread(
          exchange, () -> Answers.send(exchange, StatusCodes.ACCEPTED, Answers.JSON, STATUS_OK));
    }

    @Override
    public void refuse(ExtensionRefusal refusal) {
      Answers.onIoThread(
          exchange, () -> ExtensionErrors.send(exchange, ExtensionErrors.ofReport(refusal, id)));
    }
  }
}
