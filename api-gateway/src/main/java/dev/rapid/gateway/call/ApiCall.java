package dev.rapid.gateway.call;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseSink;
import dev.rapid.core.time.CancellableTimers;
import dev.rapid.gateway.answer.ApiAnswers;
import dev.rapid.gateway.answer.GatewayError;
import dev.rapid.gateway.function.GatewayFunction;
import dev.rapid.gateway.request.ApiRequest;
import dev.rapid.gateway.result.MalformedResultException;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.ConnectionWatch;
import dev.rapid.lambda.Identifiers;
import dev.rapid.lambda.LambdaHeaders;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;

/**
 * A client that waits for a function. The function's outcome or the time limit answers, whichever
 * is first; a function that is too late runs to its end.
 */
abstract class ApiCall implements ResponseSink {

  private static final Logger LOG = System.getLogger(ApiCall.class.getName());

  private final CallContext context;
  final GatewayFunction function;
  final ApiRequest request;
  final ApiAnswers answers;
  private final String invocationId = Identifiers.random();

  // All on the I/O thread.
  private CancellableTimers.@Nullable Scheduled limit;
  private @Nullable Invocation invocation;
  private boolean answered;

  ApiCall(CallContext context, GatewayFunction function, ApiRequest request, ApiAnswers answers) {
    this.context = context;
    this.function = function;
    this.request = request;
    this.answers = answers;
  }

  /** Returns how long a response may be. */
  abstract long maxResponseBytes();

  /** Answers a client whose function returned, and releases the payload. On the I/O thread. */
  abstract void returned(Payload payload);

  /** Ends what has been answered in part, because the time is over. On the I/O thread. */
  abstract void cut();

  /** Returns whether the answer has begun. */
  boolean hasBegun() {
    return false;
  }

  /**
   * Runs the function. On the I/O thread.
   *
   * @param timeout how long the client waits, zero for no limit
   */
  final void run(Payload event, Duration timeout) {
    Invocation next =
        new Invocation(
            invocationId,
            function.description(),
            function.invokedArn(),
            function.executedVersion(),
            request.traceHeader(),
            null,
            function.isolatesTenants() ? request.http().header(LambdaHeaders.TENANT_ID) : null,
            event,
            this,
            maxResponseBytes(),
            false);
    invocation = next;
    if (!timeout.isZero()) {
      limit =
          context
              .timers()
              .scheduleCancellable(
                  context.clock().nanoTime() + timeout.toNanos(),
                  () -> Answers.onIoThread(answers.exchange(), () -> timedOut(timeout)));
    }
    function.invoke(next);
    if (!answered) {
      ConnectionWatch.watch(answers.exchange(), this::gone);
    }
  }

  private void gone() {
    Invocation waiting = invocation;
    if (!answered && waiting != null) {
      function.callerGone(waiting);
    }
  }

  private void timedOut(Duration timeout) {
    if (answered) {
      return;
    }
    LOG.log(
        Level.WARNING,
        "{0}: function {1} took longer than the {2} seconds of its API; the client does not wait"
            + " for it any more",
        request.route().key(),
        request.route().function(),
        timeout.toMillis() / 1000.0);
    boolean begun = hasBegun();
    answered = true;
    if (begun) {
      cut();
    } else {
      answers.send(GatewayError.TIMEOUT);
    }
  }

  @Override
  public final void complete(Outcome outcome) {
    onIoThread(() -> completed(outcome));
  }

  /**
   * Runs a task on the I/O thread. One that takes streams runs them in the order of their coming.
   */
  void onIoThread(Runnable task) {
    Answers.onIoThread(answers.exchange(), task);
  }

  private void completed(Outcome outcome) {
    CancellableTimers.Scheduled scheduled = limit;
    if (scheduled != null) {
      scheduled.cancel();
    }
    if (answered) {
      release(outcome);
      return;
    }
    answers.answering(() -> answer(outcome));
    answered = true;
  }

  private void answer(Outcome outcome) {
    switch (outcome) {
      case Outcome.Returned(var payload, var contentType) -> returned(payload);
      case Outcome.Streamed streamed -> streamed(streamed);
      case Outcome.Reported(var errorType, var reportedType, var payload, var contentType) -> {
        payload.release();
        failed();
      }
      case Outcome.Failed failed -> failed();
      case Outcome.RestoreFailed failed -> failed();
      case Outcome.Rejected(var rejection) -> rejected(rejection);
    }
  }

  /** Ends a streamed answer. On the I/O thread. */
  void streamed(Outcome.Streamed outcome) {
    throw new IllegalStateException("A buffered invocation has no stream");
  }

  private void failed() {
    if (hasBegun()) {
      cut();
    } else {
      answers.send(GatewayError.FUNCTION_FAILED);
    }
  }

  private void rejected(Outcome.Rejection rejection) {
    switch (rejection) {
      case SHUTTING_DOWN -> answers.send(GatewayError.NO_FUNCTION);
      case FUNCTION_BUSY, PROGRAM_BUSY -> {
        function.throttled();
        answers.send(GatewayError.THROTTLED);
      }
      case CALLER_GONE -> IoUtils.safeClose(answers.exchange().getConnection());
    }
  }

  /** Whether the client has its answer, so that the rest of the response is dropped. */
  final boolean isAnswered() {
    return answered;
  }

  final void setAnswered() {
    answered = true;
  }

  /** Answers that the function's result is no HTTP response. On the I/O thread. */
  final void malformed(MalformedResultException fault) {
    LOG.log(
        Level.WARNING,
        "{0}: the result of function {1} is no HTTP response: {2} (request {3})",
        request.route().key(),
        request.route().function(),
        fault.getMessage(),
        invocationId);
    answers.send(fault.answer());
  }

  private static void release(Outcome outcome) {
    switch (outcome) {
      case Outcome.Returned(var payload, var contentType) -> payload.release();
      case Outcome.Reported(var errorType, var reportedType, var payload, var contentType) ->
          payload.release();
      case Outcome.Streamed other -> {}
      case Outcome.Failed other -> {}
      case Outcome.RestoreFailed other -> {}
      case Outcome.Rejected other -> {}
    }
  }
}
