package dev.rapid.invokeapi.invoke;

import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.invokeapi.async.AsyncInvocations;
import dev.rapid.invokeapi.errors.ServiceError;
import dev.rapid.invokeapi.errors.ServiceException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * A function that callers can invoke.
 *
 * @param description the current description of the function; a request reads it once
 * @param fleet runs the invocations
 * @param async runs the asynchronous invocations
 * @param throttles counts the answers with 429
 */
public record InvokedFunction(
    Supplier<FunctionDescription> description,
    Fleet fleet,
    AsyncInvocations async,
    LongAdder throttles) {

  /** Counts a throttled request and returns its refusal. */
  public ServiceException throttled() {
    throttles.increment();
    return new ServiceException(ServiceError.TOO_MANY_REQUESTS, "Rate Exceeded.");
  }
}
