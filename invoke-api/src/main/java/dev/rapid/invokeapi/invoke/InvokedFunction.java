package dev.rapid.invokeapi.invoke;

import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.invokeapi.errors.ServiceException;
import dev.rapid.invokeapi.errors.ThrottleReason;
import dev.rapid.lambda.async.EventIntake;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * A version of a function that callers can invoke.
 *
 * @param description the current description of the version; a request reads it once
 * @param fleet runs the invocations
 * @param events takes the asynchronous invocations, of all versions of the function
 * @param throttles counts the answers with 429, of all versions of the function
 * @param isolatesTenants whether each request must name its tenant; else none may
 * @param rate how many requests all versions of the function take, those that would run nothing not
 *     counted
 */
public record InvokedFunction(
    Supplier<FunctionDescription> description,
    Fleet fleet,
    EventIntake events,
    LongAdder throttles,
    boolean isolatesTenants,
    RequestRate rate) {

  /** Counts a throttled request and returns its refusal. */
  public ServiceException throttled(ThrottleReason reason) {
    throttles.increment();
    return ServiceException.throttled(reason);
  }
}
