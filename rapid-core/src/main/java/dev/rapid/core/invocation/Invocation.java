package dev.rapid.core.invocation;

import dev.rapid.core.function.FunctionDescription;
import org.jspecify.annotations.Nullable;

/**
 * One request of a caller, as every part of Rapid sees it.
 *
 * @param requestId the id that the caller, the runtime, the extensions and the log lines share (a
 *     lower-case UUID)
 * @param function the function as it is configured when the caller asks: its limits hold, and logs
 *     and telemetry of the invocation tell of it
 * @param invokedFunctionArn the ARN as invoked, with a qualifier only if the caller gave one
 * @param executedVersion the version that runs, for example {@code $LATEST}
 * @param traceId the X-Ray header for the runtime
 * @param clientContext the decoded client context on one line, null if there is none
 * @param tenantId the tenant, null if there is none
 * @param cognitoIdentity who the caller is, null if the caller does not say
 * @param contentType of the payload as the runtime gets it, null for the usual one
 * @param headers what the caller's protocol has besides the payload, for workers whose protocol has
 *     headers too
 * @param payload the event, a {@link StreamedPayload} if it arrives while the invocation runs;
 *     released by the sandbox's owner after the invocation has ended
 * @param sink where the outcome goes
 * @param maxResponseBytes how long a response may be for the caller, in bytes, {@link #UNLIMITED}
 *     for no limit. A buffered response has the limit of the worker's protocol besides; the caller
 *     gets a longer one nevertheless and cuts it, and the worker hears that it was too long. A
 *     stream is cut one byte behind the limit
 * @param reserved whether a client of the control API runs it on its reservation: then that client
 *     enforces the timeout and resets the sandbox after a failure (contract lifecycle-and-control,
 *     section 3.1)
 */
public record Invocation(
    String requestId,
    FunctionDescription function,
    String invokedFunctionArn,
    String executedVersion,
    @Nullable String traceId,
    @Nullable String clientContext,
    @Nullable String tenantId,
    @Nullable CognitoIdentity cognitoIdentity,
    @Nullable String contentType,
    PayloadHeaders headers,
    Payload payload,
    ResponseSink sink,
    long maxResponseBytes,
    boolean reserved) {

  /** No limit. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** Creates an invocation without a Cognito identity, a content type and headers. */
  public Invocation(
      String requestId,
      FunctionDescription function,
      String invokedFunctionArn,
      String executedVersion,
      @Nullable String traceId,
      @Nullable String clientContext,
      @Nullable String tenantId,
      Payload payload,
      ResponseSink sink,
      long maxResponseBytes,
      boolean reserved) {
    this(
        requestId,
        function,
        invokedFunctionArn,
        executedVersion,
        traceId,
        clientContext,
        tenantId,
        null,
        null,
        PayloadHeaders.NONE,
        payload,
        sink,
        maxResponseBytes,
        reserved);
  }

  /** Returns the same invocation with a payload in another form. */
  public Invocation withPayload(Payload other) {
    return new Invocation(
        requestId,
        function,
        invokedFunctionArn,
        executedVersion,
        traceId,
        clientContext,
        tenantId,
        cognitoIdentity,
        contentType,
        headers,
        other,
        sink,
        maxResponseBytes,
        reserved);
  }

  @Override
  public String toString() {
    return "Invocation[" + requestId + "]";
  }
}
