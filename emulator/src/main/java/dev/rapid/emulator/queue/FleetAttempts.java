package dev.rapid.emulator.queue;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.queue.AttemptResult;
import dev.rapid.invokeapi.invoke.InvokedVersion;
import dev.rapid.lambda.FailurePayload;
import dev.rapid.lambda.Limits;
import dev.rapid.queue.AttemptRunner;
import dev.rapid.queue.destination.InvocationResult;
import dev.rapid.queue.destination.ReportedError;
import dev.rapid.queue.store.Attributes;
import dev.rapid.queue.store.StoredEntry;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs the events of a function in its sandboxes. Each attempt runs what the qualifier of the event
 * means at that moment.
 */
final class FleetAttempts implements AttemptRunner {

  private static final String UNHANDLED = "Unhandled";

  private final Function<@Nullable String, InvokedVersion> targets;

  /** Creates a runner; {@code targets} is that of {@link QueuedFunction}. */
  FleetAttempts(Function<@Nullable String, InvokedVersion> targets) {
    this.targets = targets;
  }

  @Override
  public void run(StoredEntry entry, Ended ended) {
    InvokedVersion target;
    try {
      target = targets.apply(entry.attributes().get(Attributes.QUALIFIER));
    } catch (IllegalArgumentException e) {
      ended.ended(new AttemptResult.Failed(String.valueOf(e.getMessage())), null);
      return;
    } catch (IllegalStateException e) {
      ended.ended(new AttemptResult.NotRun(String.valueOf(e.getMessage())), null);
      return;
    }
    target
        .function()
        .fleet()
        .invoke(
            new Invocation(
                entry.requestId(),
                target.description(),
                entry.attributes().getOrDefault(Attributes.INVOKED_ARN, target.arn()),
                target.version(),
                entry.attributes().get(Attributes.TRACE_ID),
                null,
                entry.attributes().get(Attributes.TENANT_ID),
                Payload.of(entry.payload()),
                outcome -> end(outcome, entry.requestId(), target.version(), ended),
                Limits.MAX_RESPONSE_BYTES,
                false));
  }

  private static void end(Outcome outcome, String requestId, String version, Ended ended) {
    switch (outcome) {
      case Outcome.Returned(Payload payload, var contentType) ->
          ended.ended(new AttemptResult.Succeeded(), result(version, null, payload));
      case Outcome.Reported(var errorType, var reported, Payload payload, var contentType) -> {
        InvocationResult result = result(version, UNHANDLED, payload);
        String reason = ReportedError.of(result.payload()).line(errorType);
        ended.ended(new AttemptResult.Failed(reason), result);
      }
      case Outcome.Failed failed ->
          ended.ended(
              new AttemptResult.Failed(failed.type()),
              result(version, UNHANDLED, FailurePayload.of(failed, requestId)));
      case Outcome.Streamed e ->
          throw new IllegalStateException("A buffered invocation has no stream");
      case Outcome.RestoreFailed(var timedOut, var message) ->
          ended.ended(new AttemptResult.Failed(message), null);
      case Outcome.Rejected(var rejection) -> {
        String reason =
            switch (rejection) {
              case SHUTTING_DOWN, CALLER_GONE -> "Rapid is shutting down";
              case FUNCTION_BUSY, PROGRAM_BUSY -> "throttled";
            };
        ended.ended(new AttemptResult.NotRun(reason), null);
      }
    }
  }

  private static InvocationResult result(
      String version, @Nullable String functionError, Payload payload) {
    byte[] bytes = payload.toByteArray();
    payload.release();
    return new InvocationResult(version, functionError, bytes);
  }
}
