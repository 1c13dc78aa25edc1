package dev.rapid.invokeapi.invoke;

import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.time.WallClock;
import dev.rapid.http.request.PayloadMemory;
import dev.rapid.invokeapi.errors.ServiceError;
import dev.rapid.invokeapi.errors.ServiceException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * What all calls of a function share.
 *
 * @param function the function as it is configured now; a request reads it once
 * @param fleet runs the invocations
 * @param memory where request bodies are read into
 * @param clock the time of day, for trace ids
 * @param strictness where callers are refused although it does not matter here
 * @param throttles counts what was answered 429
 */
public record CallContext(
    Supplier<FunctionDescription> function,
    Fleet fleet,
    PayloadMemory memory,
    WallClock clock,
    Strictness strictness,
    LongAdder throttles) {

  /** Counts a throttled request and returns its refusal. */
  public ServiceException throttled() {
    throttles.increment();
    return new ServiceException(ServiceError.TOO_MANY_REQUESTS, "Rate Exceeded.");
  }
}
