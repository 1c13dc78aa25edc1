package dev.rapid.core.testing;

import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.CognitoIdentity;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.core.invocation.ResponseSink;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Builds invocations for tests; what a test does not care about has a usual value. */
public final class Invocations {

  /** The limit of a buffered response. */
  public static final int MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100;

  private String requestId = "5f0f6a52-6d3b-4c0e-9a55-2f1c7b1d9c11";
  private FunctionDescription function = Functions.aFunction();
  private @Nullable String traceId;
  private @Nullable String clientContext;
  private @Nullable String tenantId;
  private @Nullable CognitoIdentity cognitoIdentity;
  private @Nullable String contentType;
  private PayloadHeaders headers = PayloadHeaders.NONE;
  private @Nullable String invokedFunctionArn;
  private Payload payload = Payload.of("{}");
  private ResponseSink sink = new RecordingSink();
  private long maxResponseBytes = MAX_RESPONSE_BYTES;
  private boolean reserved;

  private Invocations() {}

  /** Returns an invocation with usual values and a {@link RecordingSink}. */
  public static Invocation anInvocation() {
    return new Invocations().build();
  }

  /** Returns an invocation with usual values, a {@link RecordingSink} and this id. */
  public static Invocation anInvocation(String requestId) {
    return invocation().requestId(requestId).build();
  }

  /** Returns a builder with usual values. */
  public static Invocations invocation() {
    return new Invocations();
  }

  /** Sets the id. */
  public Invocations requestId(String id) {
    requestId = id;
    return this;
  }

  /** Sets the function. */
  public Invocations function(FunctionDescription description) {
    function = description;
    return this;
  }

  /** Sets how long the invocation may take, zero for no limit. */
  public Invocations timeout(Duration limit) {
    return function(Functions.function().timeout(limit).build());
  }

  /** Sets the X-Ray header. */
  public Invocations traceId(String header) {
    traceId = header;
    return this;
  }

  /** Sets the client context. */
  public Invocations clientContext(String json) {
    clientContext = json;
    return this;
  }

  /** Sets the tenant. */
  public Invocations tenantId(String tenant) {
    tenantId = tenant;
    return this;
  }

  /** Sets who the caller is. */
  public Invocations cognitoIdentity(CognitoIdentity identity) {
    cognitoIdentity = identity;
    return this;
  }

  /** Sets the content type of the event. */
  public Invocations contentType(String type) {
    contentType = type;
    return this;
  }

  /** Sets what travels beside the event. */
  public Invocations headers(PayloadHeaders all) {
    headers = all;
    return this;
  }

  /** Sets the ARN; the usual one is that of the function. */
  public Invocations invokedFunctionArn(String arn) {
    invokedFunctionArn = arn;
    return this;
  }

  /** Sets the event. */
  public Invocations payload(Payload event) {
    payload = event;
    return this;
  }

  /** Sets the receiver of the outcome. */
  public Invocations sink(ResponseSink receiver) {
    sink = receiver;
    return this;
  }

  /** Sets how long a response may be. */
  public Invocations maxResponseBytes(long bytes) {
    maxResponseBytes = bytes;
    return this;
  }

  /** Makes it one that runs on a reservation of the control API. */
  public Invocations reserved() {
    reserved = true;
    return this;
  }

  /** Returns the invocation. */
  public Invocation build() {
    return new Invocation(
        requestId,
        function,
        invokedFunctionArn == null ? function.identity().arn() : invokedFunctionArn,
        function.identity().version(),
        traceId,
        clientContext,
        tenantId,
        cognitoIdentity,
        contentType,
        headers,
        payload,
        sink,
        maxResponseBytes,
        reserved);
  }

  /** Returns the outcome that the {@link RecordingSink} of {@code invocation} got, null if none. */
  public static @Nullable Outcome outcomeOf(Invocation invocation) {
    if (invocation.sink() instanceof RecordingSink recorded) {
      return recorded.outcome();
    }
    throw new AssertionError(invocation + " does not record its outcome");
  }
}
