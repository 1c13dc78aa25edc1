package dev.rapid.runtimeapi;

import dev.rapid.core.invocation.CognitoIdentity;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.ConnectionPeers;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.WorkerSlot;
import dev.rapid.http.ParkedPoll;
import dev.rapid.http.RouteHandler;
import dev.rapid.http.answer.Answers;
import dev.rapid.lambda.Identifiers;
import dev.rapid.lambda.JsonObject;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.ServerConnection;
import io.undertow.util.AttachmentKey;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /2018-06-01/runtime/invocation/next} (contract runtime-extensions-telemetry, section
 * 1.2).
 */
final class NextHandler implements RouteHandler {

  private final Sandbox sandbox;
  private final ConnectionPeers peers;
  private final AttachmentKey<PollingConnection> polling =
      AttachmentKey.create(PollingConnection.class);

  NextHandler(Sandbox sandbox, ConnectionPeers peers) {
    this.sandbox = sandbox;
    this.peers = peers;
  }

  @Override
  public void handle(HttpServerExchange exchange, String none) {
    Answers.park(
        exchange,
        () -> {
          Poll poll = new Poll(exchange, connectionOf(exchange));
          poll.watch();
          sandbox.post(new SandboxEvent.WorkerReady(poll));
        });
  }

  private PollingConnection connectionOf(HttpServerExchange exchange) {
    ServerConnection connection = exchange.getConnection();
    PollingConnection known = connection.getAttachment(polling);
    if (known != null) {
      return known;
    }
    PollingConnection added =
        new PollingConnection(
            peers.find(
                exchange.getSourceAddress().getPort(), exchange.getDestinationAddress().getPort()));
    connection.putAttachment(polling, added);
    connection.addCloseListener(added);
    return added;
  }

  /** Reports the end of a connection; the last payload that went over it may be lost with it. */
  private final class PollingConnection implements ServerConnection.CloseListener {

    private final ConnectionPeers.Peer peer;
    private volatile @Nullable WorkerSlot lastDelivery;

    PollingConnection(ConnectionPeers.Peer peer) {
      this.peer = peer;
    }

    @Override
    public void closed(ServerConnection connection) {
      WorkerSlot call = lastDelivery;
      if (call != null) {
        sandbox.post(new SandboxEvent.DeliveryLost(call));
        peer.disconnected(() -> sandbox.post(new SandboxEvent.WorkerEnded(call)));
      }
    }
  }

  private final class Poll extends ParkedPoll implements WorkerSlot {

    private final String deliveryId = Identifiers.random();
    private final PollingConnection connection;

    Poll(HttpServerExchange exchange, PollingConnection connection) {
      super(exchange);
      this.connection = connection;
    }

    @Override
    public String deliveryId() {
      return deliveryId;
    }

    @Override
    public void deliver(Invocation invocation, long deadlineEpochMillis) {
      invocation.payload().acquire();
      deliver(
          invocation.payload(),
          () -> {
            connection.lastDelivery = this;
            putHeaders(invocation, deadlineEpochMillis);
          });
    }

    @Override
    public void refuse(Refusal refusal) {
      answer(() -> RuntimeApiErrors.send(exchange(), refusal));
    }

    @Override
    protected void abandoned() {
      sandbox.post(new SandboxEvent.SlotWithdrawn(this));
    }

    @Override
    protected void undelivered() {
      sandbox.post(new SandboxEvent.DeliveryFailed(this));
    }

    private void putHeaders(Invocation invocation, long deadlineEpochMillis) {
      HeaderMap headers = exchange().getResponseHeaders();
      String contentType = invocation.contentType();
      if (contentType == null || contentType.isEmpty()) {
        headers.put(Headers.CONTENT_TYPE, Answers.JSON);
      } else {
        Answers.putText(exchange(), Headers.CONTENT_TYPE, contentType);
      }
      headers.put(RuntimeHeaders.REQUEST_ID, invocation.requestId());
      headers.put(RuntimeHeaders.INVOCATION_ID, deliveryId);
      headers.put(RuntimeHeaders.DEADLINE_MS, deadlineEpochMillis);
      // Optional headers are left out, never empty: some clients parse them as JSON.
      putOptional(RuntimeHeaders.INVOKED_FUNCTION_ARN, invocation.invokedFunctionArn());
      putOptional(RuntimeHeaders.TRACE_ID, invocation.traceId());
      putOptional(RuntimeHeaders.CLIENT_CONTEXT, invocation.clientContext());
      CognitoIdentity identity = invocation.cognitoIdentity();
      if (identity != null && identity.isKnown()) {
        Answers.putText(exchange(), RuntimeHeaders.COGNITO_IDENTITY, jsonOf(identity));
      }
      putOptional(RuntimeHeaders.TENANT_ID, invocation.tenantId());
    }

    private static String jsonOf(CognitoIdentity identity) {
      return new JsonObject()
          .put("cognitoIdentityId", identity.identityId())
          .put("cognitoIdentityPoolId", identity.identityPoolId())
          .toString();
    }

    private void putOptional(HttpString name, @Nullable String value) {
      if (value != null && !value.isEmpty()) {
        Answers.putText(exchange(), name, value);
      }
    }
  }
}
