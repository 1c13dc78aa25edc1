package dev.rapid.telemetry.subscription;

import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.SubscriptionApi;
import dev.rapid.core.extension.ExtensionRefusal;
import dev.rapid.core.extension.SubscribeCall;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.http.RouteHandler;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.BodyReader;
import dev.rapid.http.request.PayloadMemory;
import dev.rapid.http.request.RequestHeaders;
import dev.rapid.lambda.ExtensionIdentifier;
import dev.rapid.telemetry.delivery.Destination;
import dev.rapid.telemetry.delivery.TcpDestination;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * {@code PUT /2022-07-01/telemetry} and {@code PUT /2020-08-15/logs} (contract
 * runtime-extensions-telemetry, section 4.3). The checks come in the contract's order: the
 * extension, the body's length, its content, the state of the sandbox, whether the destination can
 * be reached, and last whether there is a subscription already.
 */
final class SubscribeHandler implements RouteHandler {

  private final SubscriptionApi api;
  private final Sandbox sandbox;
  private final TelemetryHub hub;
  private final int runtimeApiPort;
  private final PayloadMemory memory;

  SubscribeHandler(
      SubscriptionApi api,
      Sandbox sandbox,
      TelemetryHub hub,
      int runtimeApiPort,
      PayloadMemory memory) {
    this.api = api;
    this.sandbox = sandbox;
    this.hub = hub;
    this.runtimeApiPort = runtimeApiPort;
    this.memory = memory;
  }

  @Override
  public void handle(HttpServerExchange exchange, String none) {
    @Nullable String id =
        ExtensionIdentifier.read(
            RequestHeaders.valueOf(exchange, TelemetryApi.IDENTIFIER),
            error -> SubscriptionAnswer.of(error).send(exchange));
    if (id == null) {
      hub.counters().answered(StatusCodes.FORBIDDEN);
      return;
    }
    Answers.park(
        exchange,
        () ->
            BodyReader.read(
                exchange,
                memory,
                TelemetryApi.MAX_SUBSCRIPTION_BYTES,
                Long.MAX_VALUE,
                new Call(exchange, id)));
  }

  private final class Call implements SubscribeCall, BodyReader.Receiver {

    private final HttpServerExchange exchange;
    private final String id;
    private byte[] body = {};
    private @Nullable SubscriptionAnswer fault;

    Call(HttpServerExchange exchange, String id) {
      this.exchange = exchange;
      this.id = id;
    }

    // ---------------------------------------------------------------- the body

    @Override
    public void complete(Payload payload) {
      body = payload.toByteArray();
      payload.release();
      askSandbox();
    }

    @Override
    public void tooLarge(long bytes) {
      fault = SubscriptionAnswer.TOO_LARGE;
      askSandbox();
    }

    @Override
    public void truncated() {
      fault = SubscriptionAnswer.invalid(api, "Failed to read request body");
      askSandbox();
    }

    @Override
    public void outOfMemory() {
      answer(SubscriptionAnswer.PLATFORM_ERROR);
    }

    /** Checks the extension before the body. */
    private void askSandbox() {
      sandbox.post(new SandboxEvent.SubscriptionRequested(this, id));
    }

    @Override
    public void refuse(ExtensionRefusal refusal) {
      answer(
          refusal instanceof ExtensionRefusal.PlatformError
              ? SubscriptionAnswer.PLATFORM_ERROR
              : SubscriptionAnswer.unknownExtension(id));
    }

    @Override
    public void admit(int generation, String extensionName, boolean open) {
      Answers.onIoThread(exchange, () -> admitted(generation, extensionName, open));
    }

    // ---------------------------------------------------------------- on the I/O thread

    private void admitted(int generation, String name, boolean open) {
      if (fault != null) {
        answer(fault);
        return;
      }
      SubscriptionRequest request;
      try {
        request = SubscriptionBody.parse(api, runtimeApiPort, body);
      } catch (SubscriptionBody.InvalidException e) {
        answer(SubscriptionAnswer.invalid(api, String.valueOf(e.getMessage())));
        return;
      }
      if (!open) {
        answer(SubscriptionAnswer.closed(api));
        return;
      }
      try {
        hub.thread().start();
      } catch (IOException e) {
        answer(SubscriptionAnswer.PLATFORM_ERROR);
        return;
      }
      Destination destination = hub.destination(request.target());
      if (destination instanceof TcpDestination tcp) {
        hub.thread()
            .execute(() ->
                tcp.connect(connected ->
                    Answers.onIoThread(
                        exchange,
                        () -> {
                          if (connected) {
                            subscribe(generation, name, request, tcp);
                          } else {
                            answer(SubscriptionAnswer.unreachable(api, request.target()));
                          }
                        })));
      } else {
        subscribe(generation, name, request, destination);
      }
    }

    private void subscribe(
        int generation, String name, SubscriptionRequest request, Destination destination) {
      switch (hub.subscribe(generation, name, request, destination)) {
        case SUBSCRIBED -> {
          sandbox.post(
              new SandboxEvent.Subscribed(
                  generation, new LifecycleEvent.Subscription(api, name, request.typeNames())));
          answer(SubscriptionAnswer.OK);
        }
        case SUBSCRIBED_BEFORE -> answer(SubscriptionAnswer.OK);
        case SUBSCRIBED_ELSEWHERE -> answer(SubscriptionAnswer.subscribedElsewhere(api));
        case GONE -> answer(SubscriptionAnswer.closed(api));
      }
    }

    private void answer(SubscriptionAnswer answer) {
      hub.counters().answered(answer.status());
      Answers.onIoThread(exchange, () -> answer.send(exchange));
    }
  }
}
