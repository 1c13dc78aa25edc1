package dev.rapid.extensionsapi;

import dev.rapid.core.extension.ExtensionRefusal;
import dev.rapid.core.extension.RegisterCall;
import dev.rapid.core.extension.Registration;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.http.RouteHandler;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.BodyReader;
import dev.rapid.http.request.PayloadMemory;
import dev.rapid.http.request.RequestHeaders;
import dev.rapid.lambda.Identifiers;
import dev.rapid.lambda.JsonObject;
import dev.rapid.lambda.WireError;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/**
 * {@code POST /2020-01-01/extension/register} (contract runtime-extensions-telemetry, section 3.3).
 */
final class RegisterHandler implements RouteHandler {

  private static final String ACCOUNT_ID = "accountId";

  private final Sandbox sandbox;
  private final Supplier<FunctionDescription> function;
  private final PayloadMemory memory;

  RegisterHandler(Sandbox sandbox, Supplier<FunctionDescription> function, PayloadMemory memory) {
    this.sandbox = sandbox;
    this.function = function;
    this.memory = memory;
  }

  @Override
  public void handle(HttpServerExchange exchange, String none) {
    String name = RequestHeaders.valueOf(exchange, ExtensionHeaders.NAME);
    if (name.isEmpty()) {
      ExtensionErrors.send(exchange, ExtensionErrors.EMPTY_NAME);
      return;
    }
    Answers.park(
        exchange,
        () ->
            BodyReader.read(
                exchange,
                memory,
                ExtensionsApi.MAX_REGISTRATION_BYTES,
                Long.MAX_VALUE,
                new Call(exchange, name)));
  }

  private final class Call implements RegisterCall, BodyReader.Receiver {

    private final HttpServerExchange exchange;
    private final String name;
    private final String id = Identifiers.random();

    Call(HttpServerExchange exchange, String name) {
      this.exchange = exchange;
      this.name = name;
    }

    // ---------------------------------------------------------------- the body

    @Override
    public void complete(Payload payload) {
      byte[] body = payload.toByteArray();
      payload.release();
      List<String> events;
      try {
        events = RegistrationBody.eventsOf(body);
      } catch (IOException e) {
        refuse(ExtensionErrors.invalidFormat(String.valueOf(e.getMessage())));
        return;
      }
      sandbox.post(new SandboxEvent.ExtensionRegistered(this, new Registration(name, events, id)));
    }

    @Override
    public void tooLarge(long bytes) {
      refuse(ExtensionErrors.TOO_LARGE);
    }

    @Override
    public void outOfMemory() {
      refuse(ExtensionErrors.PLATFORM_ERROR);
    }

    @Override
    public void truncated() {
      refuse(ExtensionErrors.invalidFormat("unexpected EOF"));
    }

    // ---------------------------------------------------------------- the answer

    @Override
    public void accept() {
      Answers.onIoThread(
          exchange,
          () -> {
            exchange.getResponseHeaders().put(ExtensionHeaders.IDENTIFIER, id);
            Answers.send(exchange, StatusCodes.OK, Answers.JSON, welcome());
          });
    }

    @Override
    public void refuse(ExtensionRefusal refusal) {
      refuse(ExtensionErrors.ofRegistration(refusal, name));
    }

    private void refuse(WireError error) {
      Answers.onIoThread(exchange, () -> ExtensionErrors.send(exchange, error));
    }

    private byte[] welcome() {
      FunctionDescription described = function.get();
      FunctionIdentity identity = described.identity();
      JsonObject body = new JsonObject();
      if (!identity.accountId().isEmpty() && wantsAccountId()) {
        body.put("accountId", identity.accountId());
      }
      return body.put("functionName", identity.name())
          .put("functionVersion", identity.version())
          .put("handler", described.handler())
          .line();
    }

    private boolean wantsAccountId() {
      String features = RequestHeaders.valueOf(exchange, ExtensionHeaders.ACCEPT_FEATURE);
      for (String feature : features.split(",", -1)) {
        if (feature.trim().equals(ACCOUNT_ID)) {
          return true;
        }
      }
      return false;
    }
  }
}
