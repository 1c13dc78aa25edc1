package dev.rapid.fnrunner;

import dev.rapid.core.invocation.PayloadHeaders;
import java.time.Duration;
import java.util.Map;

/**
 * What a call says of itself before its body (contract fn-runner, section 1.5). What the runner has
 * no use for is left out.
 *
 * @param id names the call
 * @param image the reference of the function's image, empty if the call has none
 * @param detached whether the caller does not wait for the answer
 * @param timeout how long the function may take
 * @param idleTimeout how long a worker of the call may be idle before it is ended
 * @param memoryMegabytes what a worker of the call is counted with, its temporary files included
 * @param config the environment of the worker
 * @param headers for the worker, as they came
 * @param appId empty if the call has none
 * @param appName empty if the call has none
 * @param fnId empty if the call has none
 * @param workerKey equal for calls that may share workers, and different for all others (contract
 *     fn-runner, sections 1.6 and 3.1)
 */
public record CallModel(
    String id,
    String image,
    boolean detached,
    Duration timeout,
    Duration idleTimeout,
    int memoryMegabytes,
    Map<String, String> config,
    PayloadHeaders headers,
    String appId,
    String appName,
    String fnId,
    String workerKey) {

  /** Copies the environment. */
  public CallModel {
    config = Map.copyOf(config);
  }

  /** Returns what its workers have of it: the same without headers. */
  public CallModel ofWorkers() {
    return new CallModel(
        id,
        image,
        detached,
        timeout,
        idleTimeout,
        memoryMegabytes,
        config,
        PayloadHeaders.NONE,
        appId,
        appName,
        fnId,
        workerKey);
  }

  @Override
  public String toString() {
    return "CallModel[" + id + "]";
  }
}
