package dev.rapid.fnrunner;

import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Invocation;

/** A function, with the workers that calls of one {@link CallModel#workerKey()} share. */
public interface RunnerFunction {

  /** Returns the function as it is configured now, with the timeout and the memory of the call. */
  FunctionDescription description();

  /** Returns the ARN as which it is invoked. */
  String arn();

  /** Returns whether its worker takes a payload that is still arriving. */
  boolean streamsPayloads();

  /**
   * Runs an invocation, and releases its payload. The sink gets exactly one outcome; an invocation
   * that finds no room in time is rejected.
   */
  void invoke(Invocation invocation);

  /** Ends an invocation whose caller does not want it any more. */
  void cancel(Invocation invocation);
}
