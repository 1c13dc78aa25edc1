package dev.rapid.gateway.authorizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseSink;
import dev.rapid.core.time.CancellableTimers;
import dev.rapid.core.time.NanoClock;
import dev.rapid.gateway.answer.GatewayError;
import dev.rapid.gateway.api.FunctionTarget;
import dev.rapid.gateway.authorizer.AuthorizerAnswer.MalformedException;
import dev.rapid.gateway.function.GatewayFunction;
import dev.rapid.gateway.function.GatewayFunctions;
import dev.rapid.gateway.function.UnavailableFunctionException;
import dev.rapid.gateway.request.ApiRequest;
import dev.rapid.lambda.Identifiers;
import dev.rapid.lambda.JsonReader;
import dev.rapid.lambda.Limits;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An authorizer that is a function, and its answers that are remembered. Thread-safe. */
final class FunctionAuthorizer {

  private static final Logger LOG = System.getLogger(FunctionAuthorizer.class.getName());

  /** How long an authorizer may take (contract http-front-door, section 8.4). */
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final String UNAUTHORIZED = "Unauthorized";

  private final String name;
  private final FunctionTarget target;
  private final GatewayFunctions functions;
  private final CancellableTimers timers;
  private final NanoClock clock;
  private final AnswerCache cache;

  FunctionAuthorizer(
      String name,
      FunctionTarget target,
      Duration ttl,
      GatewayFunctions functions,
      CancellableTimers timers,
      NanoClock clock) {
    this.name = name;
    this.target = target;
    this.functions = functions;
    this.timers = timers;
    this.clock = clock;
    this.cache = new AnswerCache(clock, ttl);
  }

  /** How the function is asked. */
  interface Question {

    /** Returns the function's event, null if it would be over Lambda's limit. */
    @Nullable Payload event();

    /** Returns whether the answer has the simple form. */
    boolean simple();
  }

  /**
   * Decides about a request.
   *
   * @param identity the values of the identity sources
   * @param then gets the decision once, on any thread
   */
  void decide(
      ApiRequest request, List<String> identity, Question question, Consumer<Decision> then) {
    AuthorizerAnswer known = cache.get(identity);
    if (known != null) {
      then.accept(known.decide(request));
      return;
    }
    GatewayFunction function;
    try {
      function = functions.find(target);
    } catch (UnavailableFunctionException e) {
      then.accept(failed(String.valueOf(e.getMessage())));
      return;
    }
    Payload event = question.event();
    if (event == null) {
      then.accept(new Decision.Refused(GatewayError.EVENT_TOO_LARGE));
      return;
    }
    new Call(request, identity, question.simple(), then).run(function, event);
  }

  private Decision failed(String reason) {
    LOG.log(Level.WARNING, "the authorizer {0} could not decide: {1}", name, reason);
    return new Decision.Refused(GatewayError.AUTHORIZER_FAILED);
  }

  /** One invocation of the function: its outcome or the time limit decides, whichever is first. */
  private final class Call implements ResponseSink {

    private final ApiRequest request;
    private final List<String> identity;
    private final boolean simple;
    private final Consumer<Decision> then;
    private final AtomicBoolean decided = new AtomicBoolean();
    private volatile CancellableTimers.@Nullable Scheduled limit;

    Call(ApiRequest request, List<String> identity, boolean simple, Consumer<Decision> then) {
      this.request = request;
      this.identity = identity;
      this.simple = simple;
      this.then = then;
    }

    void run(GatewayFunction function, Payload event) {
      limit =
          timers.scheduleCancellable(
              clock.nanoTime() + TIMEOUT.toNanos(),
              () -> {
                if (decided.compareAndSet(false, true)) {
                  then.accept(failed("it took longer than " + TIMEOUT.toSeconds() + " seconds"));
                }
              });
      function.invoke(
          new Invocation(
              Identifiers.random(),
              function.description(),
              function.invokedArn(),
              function.executedVersion(),
              request.traceHeader(),
              null,
              null,
              event,
              this,
              Limits.MAX_RESPONSE_BYTES,
              false));
    }

    @Override
    public void complete(Outcome outcome) {
      boolean first = decided.compareAndSet(false, true);
      CancellableTimers.Scheduled scheduled = limit;
      if (scheduled != null) {
        scheduled.cancel();
      }
      switch (outcome) {
        case Outcome.Returned(var payload, var contentType) -> {
          if (first) {
            then.accept(returned(payload));
          }
          payload.release();
        }
        case Outcome.Reported(var errorType, var reportedType, var payload, var contentType) -> {
          if (first) {
            then.accept(
                reported(
                    reportedType == null || reportedType.isEmpty() ? errorType : reportedType,
                    payload));
          }
          payload.release();
        }
        case Outcome.Failed(var error, var type, var message) -> conclude(first, message);
        case Outcome.RestoreFailed(var timedOut, var message) -> conclude(first, message);
        case Outcome.Rejected(var rejection) ->
            conclude(first, "the function was not run: " + rejection);
        case Outcome.Streamed streamed ->
            throw new IllegalStateException("An authorizer has no stream");
      }
    }

    private void conclude(boolean first, String reason) {
      if (first) {
        then.accept(failed(reason));
      }
    }

    private Decision returned(Payload payload) {
      try {
        AuthorizerAnswer answer =
            AuthorizerAnswer.parse(payload, simple, !request.stage().isRest());
        cache.put(identity, answer);
        return answer.decide(request);
      } catch (MalformedException e) {
        return failed(String.valueOf(e.getMessage()));
      }
    }

    /** A REST API takes a certain message of the function for a refusal. */
    private Decision reported(String errorType, Payload payload) {
      if (request.stage().isRest() && messageOf(payload).equals(UNAUTHORIZED)) {
        return new Decision.Refused(GatewayError.UNAUTHORIZED);
      }
      return failed("the function failed with " + errorType);
    }

    private static String messageOf(Payload payload) {
      try {
        JsonNode error = JsonReader.parse(payload.toByteArray());
        return error.path("errorMessage").asText();
      } catch (IOException e) {
        return "";
      }
    }
  }
}
