package dev.rapid.control;

import dev.rapid.core.sandbox.SandboxEvent;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** {@code POST /test/init} and {@code POST /test/waitUntilInitialized}. */
final class InitHandler {

  private final ControlContext context;

  InitHandler(ControlContext context) {
    this.context = context;
  }

  // ------------------------------------------------------------------ init

  void init(HttpServerExchange exchange, String none) {
    Bodies.json(exchange, context.memory(), fields -> init(exchange, fields));
  }

  private void init(HttpServerExchange exchange, JsonFields fields) throws InvalidJsonException {
    InitSettings settings = settingsOf(fields);
    long timeoutMillis = fields.number("invokeTimeoutMs");
    String fault = null;
    if (settings.functionName().isEmpty()) {
      fault = "functionName missing";
    } else if (settings.functionVersion().isEmpty()) {
      fault = "FunctionVersion missing";
    } else if (timeoutMillis == 0) {
      fault = "invokeTimeoutMs missing";
    } else if (timeoutMillis < 0) {
      fault = "invokeTimeoutMs must be positive";
    } else {
      fault = context.function().faultOf(settings);
    }
    if (fault == null && !context.gate().begin()) {
      fault = "The function was initialised already; reset it first";
    }
    if (fault != null) {
      ControlErrors.invalidRequest(exchange, fault);
      return;
    }
    context.function().configure(settings);
    context.post(new SandboxEvent.InitRequested(Duration.ZERO));
    ControlAnswers.empty(exchange, StatusCodes.OK);
  }

  private static InitSettings settingsOf(JsonFields fields) throws InvalidJsonException {
    JsonFields runtime = fields.object("runtimeInfo");
    runtime.checkText("runtimeImageJSON"); // Checked only.
    Duration timeout = fields.millis("invokeTimeoutMs");
    return new InitSettings(
        fields.textOrEmpty("handler"),
        fields.textOrEmpty("functionName"),
        fields.textOrEmpty("functionVersion"),
        timeout,
        runtime.textOrEmpty("runtimeArn"),
        runtime.textOrEmpty("runtimeVersion"),
        fields.object("customer").texts("environment"),
        credentialsOf(fields),
        fields.flag("throttled"));
  }

  private static @Nullable CredentialOverrides credentialsOf(JsonFields fields)
      throws InvalidJsonException {
    String key = fields.text("awskey");
    String secret = fields.text("awssecret");
    String session = fields.text("awssession");
    Instant expiry = fields.time("credentialsExpiry");
    boolean given = key != null || secret != null || session != null || expiry != null;
    return given ? new CredentialOverrides(key, secret, session, expiry) : null;
  }

  // ------------------------------------------------------------------ its end

  void waitUntilInitialized(HttpServerExchange exchange, String none) {
    Bodies.nothing(exchange, context.memory(), () -> new Wait(exchange).begin());
  }

  /** A client that waits for the end of the init. */
  private final class Wait implements InitGate.Waiter {

    private final ParkedCall parked;

    Wait(HttpServerExchange exchange) {
      parked = new ParkedCall(exchange);
    }

    void begin() {
      context.gate().await(this);
      parked.watch(() -> context.gate().forget(this));
    }

    @Override
    public void initEnded(boolean failed) {
      Reservation reservation = context.desk().reservation();
      if (failed && reservation != null) {
        reservation.close();
      }
      int status = failed ? StatusCodes.BAD_GATEWAY : StatusCodes.OK;
      parked.answer(exchange -> ControlAnswers.empty(exchange, status));
    }
  }
}
