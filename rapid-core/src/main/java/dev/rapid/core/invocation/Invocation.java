package dev.rapid.core.invocation;

import org.jspecify.annotations.Nullable;

/**
 * One request of a caller, as every part of Rapid sees it.
 *
 * @param requestId the id that the caller, the runtime, the extensions and the log lines share (a
 *     lower-case UUID)
 * @param invokedFunctionArn the ARN as invoked, with a qualifier only if the caller gave one
 * @param executedVersion the version that runs, for example {@code $LATEST}
 * @param traceId the X-Ray header for the runtime
 * @param clientContext the decoded client context on one line, null if there is none
 * @param tenantId the tenant, null if there is none
 * @param payload the event; released by the sandbox's owner after the invocation has ended
 * @param sink where the outcome goes
 */
public record Invocation(
    String requestId,
    String invokedFunctionArn,
    String executedVersion,
    @Nullable String traceId,
    @Nullable String clientContext,
    @Nullable String tenantId,
    Payload payload,
    ResponseSink sink) {

  @Override
  public String toString() {
    return "Invocation[" + requestId + "]";
  }
}
